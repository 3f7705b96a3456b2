/* collected: a whole folder is judged like the server itself; whatever is missing from one, cut or strange, makes
 * nothing better. */
#include "cases.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collected.h"
#include "collector.h"
#include "hand.h"
#include "vouched.h"

static void a_whole_folder_is_judged_in_any_encoding(void **state)
{
	static const struct {
		const char *about;
		const struct hand *hand;
		const char *language; /* NULL: the hand's own */
		unsigned codepage;
		enum verdict verdict;
	} cases[] = {
		{ "published case, UTF-8", &affected, NULL, 0, VERDICT_AFFECTED },
		{ "published case, Japan's page", &affected, NULL, 932, VERDICT_AFFECTED },
		{ "published case, UTF-16", &affected, NULL, 1200, VERDICT_AFFECTED },
		{ "alone, English", &isolated, NULL, 437, VERDICT_HEALTHY },
		{ "alone, UTF-16", &isolated, "ja", 1200, VERDICT_HEALTHY },
		{ "shared, French, UTF-8", &shared, NULL, 0, VERDICT_SHARED },
		{ "shared, French, 850", &shared, "fr, code page 850", 850, VERDICT_SHARED },
		{ "shared, Japanese, 932", &shared, "ja", 932, VERDICT_SHARED },
		{ "no writers though alone", &lost, NULL, 850, VERDICT_WRITERS_MISSING },
		{ "writers are back, Polish, 852", &repaired, NULL, 852, VERDICT_AT_RISK },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(place_done) struct place place;
		OWN_VALUE(result_done) struct result result;
		struct hand hand = *c->hand;
		hand.language = c->language ? c->language : hand.language;
		place_open(&place);
		hand_write(place.host, &hand, c->codepage);
		place_judge(&place, &result);
		if (result.judgement.verdict != c->verdict || result.error_count)
			fail_msg("%s: %s (%s) %s", c->about, verdict_name(result.judgement.verdict),
				result.judgement.reason, result.error_count ? result.errors[0].error.cause : "");
	}
}

static void the_facts_are_those_of_the_server(void **state)
{
	OWN_VALUE(place_done) struct place place;
	OWN_VALUE(result_done) struct result result;

	(void)state;
	place_open(&place);
	hand_write(place.host, &affected, 932);
	place_judge(&place, &result);
	const struct facts *facts = &result.facts;
	assert_string_equal(facts->environment.version, "6.3.9600");
	assert_string_equal(facts->environment.caption, "Windows Server 2012 R2 Standard");
	assert_string_equal(facts->environment.manufacturer, "VMware, Inc.");
	assert_int_equal(facts->environment.product_type, 3);
	assert_int_equal(facts->environment.oem_codepage, 932);
	assert_int_equal(facts->environment.last_boot, 1795136523);   /* 2026-11-20T01:02:03Z */
	assert_int_equal(facts->environment.server_time, 1795350600); /* 2026-11-22T12:30:00Z */
	assert_false(facts->environment.skew_seen);
	assert_int_equal(facts->events.count, 3);
	assert_true(facts->events.event[0].live);
	assert_int_equal(facts->events.covered_from, 1795350600 - 168 * 3600);
	assert_string_equal(facts->backup.schedule, "daily");
	assert_string_equal(facts->backup.product, "wsb");
	assert_int_equal(facts->eventsystem.shared_count, 3);
	assert_int_equal(result.judgement.confidence, CONFIDENCE_CONFIRMED);
	assert_int_equal(result.judgement.environment, CHECKPOINT_MATCH);
	assert_string_equal(result.transport.scheme, "offline");
	assert_int_equal(result.checked_at, facts->environment.server_time);
	assert_false(result.connected);
}

/* A clock that was set back since the start would make old of what is new. */
static void a_start_in_the_future_is_no_start(void **state)
{
	OWN_VALUE(place_done) struct place place;
	OWN_VALUE(result_done) struct result result;
	OWN_VALUE(str_done) struct str boot = { 0 };

	(void)state;
	place_open(&place);
	hand_write(place.host, &affected, 0);
	hand_get(place.host, "boot.xml", &boot);
	memcpy(strstr(boot.data, "2026-11-20"), "2026-11-23", 10);
	hand_put(place.host, "boot.xml", boot.data, boot.len);
	hand_hash(place.host);
	place_judge(&place, &result);
	assert_int_equal(result.facts.environment.last_boot, UNSEEN);
	assert_true(result.facts.events.seen);
}

/* --- what is not whole --- */

static bool is_proof(enum verdict verdict)
{
	return verdict == VERDICT_HEALTHY || verdict == VERDICT_SHARED || verdict == VERDICT_WRITERS_MISSING;
}

/* Nobody vouches for what vssadmin printed: what it says of failures is heard, what it says of health is not. */
static void without_hashes_no_list_is_whole_or_empty(void **state)
{
	static const struct {
		const struct hand *hand;
		enum vss_outcome outcome;
	} cases[] = {
		{ &affected, VSS_EMPTY_UNVERIFIED },
		{ &lost, VSS_EMPTY_UNVERIFIED },
		{ &isolated, VSS_PARTIAL },
		{ &shared, VSS_PARTIAL },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(place_done) struct place place;
		OWN_VALUE(str_done) struct str bytes = { 0 };
		char path[160];
		place_open(&place);
		hand_write(place.host, c->hand, 0);
		place_remove(&place, COLLECTED_HASHES);
		hand_get(place.host, "vssadmin.txt", &bytes);
		OWN_VALUE(result_done) struct result result;
		place_judge(&place, &result);
		assert_int_equal(result.facts.vss.outcome, c->outcome);
		assert_int_equal(result.judgement.verdict, VERDICT_UNKNOWN);
		snprintf(path, sizeof(path), "%s/vssadmin.txt", place.host);
		for (size_t len = bytes.len; len--;) {
			OWN_VALUE(result_done) struct result cut;
			assert_int_equal(truncate(path, (off_t)len), 0);
			place_judge(&place, &cut);
			assert_false(is_proof(cut.judgement.verdict));
		}
	}
}

static void what_is_missing_is_named(void **state)
{
	static const struct {
		const char *file, *probe, *reason;
	} cases[] = {
		{ "vssadmin.txt", "vss", "vssadmin.txt: it is missing" },
		{ "tasklist.csv", "services", "tasklist.csv: it is missing" },
		{ "events.xml", "events", "events.xml: it is missing" },
		{ "boot.xml", "events", "boot.xml: it is missing" },
		{ COLLECTED_FACTS, "vss", "facts.ini: it is missing" },
		{ COLLECTED_HASHES, "vss", "sha256.txt: it is missing" },
		{ "clock.txt", "environment", NULL },
		{ "system.txt", "environment", NULL },
		{ "backup-task.xml", "backup", NULL },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(place_done) struct place place;
		OWN_VALUE(result_done) struct result result;
		place_open(&place);
		hand_write(place.host, &isolated, 0);
		place_remove(&place, c->file);
		place_judge(&place, &result);
		if (!result.error_count || strcmp(result.errors[0].probe, c->probe))
			fail_msg("%s: not named", c->file);
		if ((result.judgement.verdict == VERDICT_UNKNOWN) != (c->reason != NULL) ||
			(c->reason && !strstr(result.judgement.reason, c->reason)))
			fail_msg(
				"%s: %s: %s", c->file, verdict_name(result.judgement.verdict), result.judgement.reason);
	}
}

/* --- strange --- */

static void replace(const struct place *place, const char *file, const char *kind)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", place->host, file);
	place_remove(place, file);
	if (!strcmp(kind, "link"))
		assert_int_equal(symlink("/etc/hostname", path), 0);
	else if (!strcmp(kind, "folder"))
		assert_int_equal(mkdir(path, 0700), 0);
	else if (!strcmp(kind, "pipe"))
		assert_int_equal(mkfifo(path, 0600), 0);
	else {
		int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		assert_int_equal(ftruncate(fd, 1LL << 40), 0);
		close(fd);
	}
}

static void only_ordinary_files_are_read(void **state)
{
	static const char *const kinds[][2] = { { "link", "symbolic link" }, { "folder", "no file" },
		{ "pipe", "no file" }, { "tebibyte", "far larger" } };
	static const char *const files[] = { "vssadmin.txt", COLLECTED_FACTS, COLLECTED_HASHES };

	(void)state;
	FOR_EACH(file, files)
		FOR_EACH(kind, kinds) {
			OWN_VALUE(place_done) struct place place;
			OWN_VALUE(result_done) struct result result;
			place_open(&place);
			hand_write(place.host, &isolated, 0);
			replace(&place, *file, (*kind)[0]);
			place_judge(&place, &result);
			assert_int_equal(result.judgement.verdict, VERDICT_UNKNOWN);
			if (!strstr(result.judgement.reason, (*kind)[1]))
				fail_msg("%s as a %s: %s", *file, (*kind)[0], result.judgement.reason);
		}
}

static void a_folder_that_is_a_link_is_not_followed(void **state)
{
	OWN_VALUE(place_done) struct place place;
	OWN_VALUE(result_done) struct result result;
	char other[96];

	(void)state;
	place_open(&place);
	hand_write(place.host, &isolated, 0);
	snprintf(other, sizeof(other), "%s/other", place.path);
	assert_int_equal(symlink("h", other), 0);
	result = (struct result){ .host = &place_host };
	collected_judge(place.fd, "other", NULL, &result);
	unlink(other);
	assert_int_equal(result.judgement.verdict, VERDICT_UNKNOWN);
	assert_non_null(strstr(result.judgement.reason, "the folder cannot be read"));
}

static void facts_that_the_script_does_not_write_are_refused(void **state)
{
#define FACTS(lines) COLLECTED_FORMAT "\r\n" lines
	static const struct {
		const char *about, *text, *cause;
	} cases[] = {
		{ "empty", "", "no text" },
		{ "another format", "format=2\r\n", "does not begin" },
		{ "a longer word", "format=10\r\n", "does not begin" },
		{ "no window", FACTS(""), "how far back" },
		{ "a window of ages", FACTS("window_hours=999999999\r\n"), "does not write" },
		{ "a foreign line", FACTS("window_hours=168\r\nsomething else\r\n"), "does not write" },
		{ "a path", FACTS("window_hours=168\r\n../vssadmin.txt=0\r\n"), "does not write" },
		{ "twice", FACTS("window_hours=168\r\nvssadmin.txt=0\r\nvssadmin.txt=0\r\n"), "does not write" },
		{ "no exit code", FACTS("window_hours=168\r\nvssadmin.txt=\r\n"), "does not write" },
		{ "an exit code that is none", FACTS("window_hours=168\r\nvssadmin.txt=x\r\n"), "does not write" },
		{ "more behind it", FACTS("window_hours=168\r\nvssadmin.txt=0 5\r\n"), "does not write" },
		{ "not all files", FACTS("window_hours=168\r\ntasklist.csv=0\r\n"), "does not say how it ended" },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(place_done) struct place place;
		OWN_VALUE(result_done) struct result result;
		bool found = false;
		place_open(&place);
		hand_write(place.host, &isolated, 0);
		hand_put(place.host, COLLECTED_FACTS, c->text, strlen(c->text));
		hand_hash(place.host);
		place_judge(&place, &result);
		for (size_t i = 0; i < result.error_count; i++)
			found |= strstr(result.errors[i].error.cause, c->cause) != NULL;
		if (!found || result.judgement.verdict != VERDICT_UNKNOWN)
			fail_msg("%s: %s: %s", c->about, verdict_name(result.judgement.verdict),
				result.judgement.reason);
	}
}

/* --- hashes --- */

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SAYS_WELL                                                                                                      \
	"SHA256 hash of C:\\h\\vssadmin.txt:\r\n" ABC "\r\nCertUtil: -hashfile command completed successfully.\r\n"

static void hashes_are_found_whatever_stands_around_them(void **state)
{
	static const struct {
		const char *about, *hashes, *cause; /* NULL: they vouch */
	} cases[] = {
		{ "Windows Server 2019", "[vssadmin.txt]\r\n" SAYS_WELL, NULL },
		{ "2008 R2, blanks between the bytes",
			"[vssadmin.txt]\r\nSHA256 hash of file C:\\h\\vssadmin.txt:\r\nba 78 16 bf 8f 01 cf ea 41 41 "
			"40 de 5d "
			"ae 22 23 b0 03 61 a3 96 17 7a 9c b4 10 ff 61 f2 00 15 ad\r\nCertUtil: done.\r\n",
			NULL },
		{ "Japanese, code page 932, [ among the trail bytes",
			"[vssadmin.txt]\r\n\x83\x74\x83\x40\x83\x43\x83\x8b\x81\x5b vssadmin.txt\r\n" ABC
			"\r\n\x81\x5b\x81\x5b\r\n",
			NULL },
		{ "upper case, no line feed behind it",
			"[vssadmin.txt]\r\nX:\r\nBA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
			NULL },
		{ "others around it", "[a.txt]\r\nX:\r\n" ABC "\r\n[vssadmin.txt]\r\n" SAYS_WELL "[b]\r\nY\r\n", NULL },
		{ "nothing", "", "holds no hash" },
		{ "no name", SAYS_WELL, "holds no hash" },
		{ "another name", "[vssadmin.tyt]\r\n" SAYS_WELL, "holds no hash" },
		{ "the hash of another file", "[vssadmin.txt]\r\n[live.xml]\r\n" SAYS_WELL, "holds no hash" },
		{ "certutil failed",
			"[vssadmin.txt]\r\nCertUtil: -hashfile command FAILED: 0x80070005\r\nCertUtil: Access is "
			"denied.\r\n",
			"holds no hash" },
		{ "cut", "[vssadmin.txt]\r\nX:\r\nba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
			"holds no hash" },
		{ "a digit too many", "[vssadmin.txt]\r\nX:\r\n" ABC "0\r\n", "holds no hash" },
		{ "another digit",
			"[vssadmin.txt]\r\nX:\r\nca7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\r\n",
			"is not the one in sha256.txt" },
		{ "of SHA-1", "[vssadmin.txt]\r\nX:\r\na9993e364706816aba3e25717850c26c9cd0d89d\r\n", "holds no hash" },
	};
	static const struct str abc = { .data = (char *)"abc", .len = 3 };

	(void)state;
	FOR_EACH(c, cases) {
		const struct str hashes = { .data = (char *)c->hashes, .len = strlen(c->hashes) };
		struct error e = { 0 };
		bool well = vouched(&hashes, "vssadmin.txt", &abc, &e) == 0;
		if (well != !c->cause || (c->cause && !strstr(e.cause, c->cause)))
			fail_msg("%s: %s", c->about, e.cause);
	}
}

/* cmd /u writes the names as UTF-16, and certutil its own as always. */
static void names_may_be_wide(void **state)
{
	static const char name[] = "[vssadmin.txt]\r\n";
	static const struct str abc = { .data = (char *)"abc", .len = 3 };
	OWN_VALUE(str_done) struct str hashes = { 0 };
	struct error e = { 0 };

	(void)state;
	for (const char *c = name; *c; c++)
		str_addn(&hashes, (char[]){ *c, '\0' }, 2);
	str_add(&hashes, SAYS_WELL);
	assert_int_equal(vouched(&hashes, "vssadmin.txt", &abc, &e), 0);
}

/* What vssadmin ended with, recorded by the script. */
static void a_recorded_failure_is_a_failure(void **state)
{
	static const char *const codes[] = { "1", "2", "9009", "-1", "-2147024891", "4294967295" };

	(void)state;
	FOR_EACH(code, codes) {
		OWN_VALUE(place_done) struct place place;
		OWN_VALUE(result_done) struct result result;
		OWN_VALUE(str_done) struct str facts = { 0 }, changed = { 0 };
		place_open(&place);
		hand_write(place.host, &isolated, 0);
		hand_get(place.host, COLLECTED_FACTS, &facts);
		const char *at = strstr(facts.data, "vssadmin.txt=0");
		str_addn(&changed, facts.data, (size_t)(at - facts.data));
		str_addf(&changed, "vssadmin.txt=%s%s", *code, at + strlen("vssadmin.txt=0"));
		hand_put(place.host, COLLECTED_FACTS, changed.data, changed.len);
		hand_hash(place.host);
		place_judge(&place, &result);
		if (result.facts.vss.outcome != VSS_FAILED || result.judgement.verdict != VERDICT_UNKNOWN)
			fail_msg("exit code %s: %s", *code, verdict_name(result.judgement.verdict));
	}
}

/* --- a task that schtasks does not show --- */

static void note_code(const struct place *place, const char *line, const char *changed_line)
{
	OWN_VALUE(str_done) struct str facts = { 0 }, changed = { 0 };

	hand_get(place->host, COLLECTED_FACTS, &facts);
	const char *at = strstr(facts.data, line);
	assert_non_null(at);
	str_addn(&changed, facts.data, (size_t)(at - facts.data));
	str_addf(&changed, "%s%s", changed_line, at + strlen(line));
	hand_put(place->host, COLLECTED_FACTS, changed.data, changed.len);
}

/* schtasks ends with 1 where there is no task, where it is refused, and without its service. */
static void that_there_is_no_task_must_be_proved(void **state)
{
#define TASKLIST                                                                                                       \
	"\"System Idle Process\",\"0\",\"N/A\"\r\n\"System\",\"4\",\"N/A\"\r\n"                                        \
	"\"svchost.exe\",\"816\",\"EventSystem\"\r\n"
	static const char alone[] = TASKLIST, running[] = TASKLIST "\"svchost.exe\",\"900\",\"Schedule\"\r\n";
	static const struct {
		const char *about, *log, *writers, *tasklist, *schedule;
	} cases[] = {
		{ "no Windows Server Backup", "15007", "2", alone, "none" },
		{ "an administrator asked the Task Scheduler", "0", "0", running, "none" },
		{ "the Task Scheduler does not run", "0", "0", alone, NULL },
		{ "not shown to be an administrator", "0", "2", running, NULL },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(place_done) struct place place;
		OWN_VALUE(result_done) struct result result;
		char log[40], writers[40];
		place_open(&place);
		hand_write(place.host, &isolated, 0);
		snprintf(log, sizeof(log), "backup-success.xml=%s\r\n", c->log);
		snprintf(writers, sizeof(writers), "vssadmin.txt=%s\r\n", c->writers);
		note_code(&place, "backup-task.xml=0\r\n", "backup-task.xml=1\r\n");
		note_code(&place, "backup-success.xml=0\r\n", log);
		note_code(&place, "vssadmin.txt=0\r\n", writers);
		hand_put(place.host, "tasklist.csv", c->tasklist, strlen(c->tasklist));
		hand_hash(place.host);
		place_judge(&place, &result);
		const struct backup_facts *backup = &result.facts.backup;
		if (!backup->schedule != !c->schedule || backup->times.known != (c->schedule != NULL))
			fail_msg("%s: %s", c->about, backup->schedule ? backup->schedule : "unknown");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_folder_is_judged_in_any_encoding),
		cmocka_unit_test(the_facts_are_those_of_the_server),
		cmocka_unit_test(a_start_in_the_future_is_no_start),
		cmocka_unit_test(without_hashes_no_list_is_whole_or_empty),
		cmocka_unit_test(what_is_missing_is_named),
		cmocka_unit_test(only_ordinary_files_are_read),
		cmocka_unit_test(a_folder_that_is_a_link_is_not_followed),
		cmocka_unit_test(facts_that_the_script_does_not_write_are_refused),
		cmocka_unit_test(hashes_are_found_whatever_stands_around_them),
		cmocka_unit_test(names_may_be_wide),
		cmocka_unit_test(a_recorded_failure_is_a_failure),
		cmocka_unit_test(that_there_is_no_task_must_be_proved),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
