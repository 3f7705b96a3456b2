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

struct place {
	char path[64], host[80];
	int fd;
};

static const struct host somebody = { .name = (char *)"FS-TYO-0012" };

static void place_open(struct place *place)
{
	strcpy(place->path, "/tmp/vssfleet-collected-XXXXXX");
	assert_non_null(mkdtemp(place->path));
	snprintf(place->host, sizeof(place->host), "%s/h", place->path);
	assert_int_equal(mkdir(place->host, 0700), 0);
	place->fd = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void remove_file(const struct place *place, const char *file)
{
	char path[160];
	snprintf(path, sizeof(path), "%s/%s", place->host, file);
	if (unlink(path) < 0)
		rmdir(path);
}

static void place_done(struct place *place)
{
	for (size_t i = 0; i < collected_file_count; i++)
		if (collected_files[i].file)
			remove_file(place, collected_files[i].file);
	remove_file(place, COLLECTED_FACTS);
	rmdir(place->host);
	rmdir(place->path);
	close(place->fd);
}

static void judge(const struct place *place, struct result *result)
{
	const struct policy policy = { .window_h = 168 };

	*result = (struct result){ .host = &somebody };
	collected_judge(place->fd, "h", &policy, result);
}

static void result_done(struct result *result)
{
	facts_done(&result->facts);
}

static enum verdict verdict_at(const struct place *place)
{
	OWN_VALUE(result_done) struct result result;
	judge(place, &result);
	return result.judgement.verdict;
}

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
		judge(&place, &result);
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
	judge(&place, &result);
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
	judge(&place, &result);
	assert_int_equal(result.facts.environment.last_boot, UNSEEN);
	assert_true(result.facts.events.seen);
}

/* --- what is not whole --- */

static bool is_proof(enum verdict verdict)
{
	return verdict == VERDICT_HEALTHY || verdict == VERDICT_SHARED || verdict == VERDICT_WRITERS_MISSING;
}

static void expect_no_better(const struct place *place, enum verdict whole, const char *file, size_t len)
{
	enum verdict verdict = verdict_at(place);

	if (verdict != whole && is_proof(verdict))
		fail_msg(
			"%s, %zu bytes of it: %s instead of %s", file, len, verdict_name(verdict), verdict_name(whole));
}

static void cut_everywhere(const struct place *place, const char *file, size_t step, enum verdict whole)
{
	OWN_VALUE(str_done) struct str bytes = { 0 };

	hand_get(place->host, file, &bytes);
	for (size_t len = 0; len < bytes.len; len += step) {
		hand_put(place->host, file, bytes.data, len);
		expect_no_better(place, whole, file, len);
	}
	remove_file(place, file);
	expect_no_better(place, whole, file, 0);
	hand_put(place->host, file, str_text(&bytes), bytes.len);
	assert_int_equal(verdict_at(place), whole);
}

static void a_cut_proves_nothing_that_the_whole_does_not(void **state)
{
	static const struct {
		const struct hand *hand;
		size_t step; /* bytes; not dividing the length of a line */
	} cases[] = { { &affected, 1 }, { &isolated, 1 }, { &shared, 7 }, { &lost, 7 }, { &repaired, 7 } };

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(place_done) struct place place;
		const char *last = "";
		place_open(&place);
		hand_write(place.host, c->hand, 0);
		enum verdict whole = verdict_at(&place);
		for (size_t i = 0; i < collected_file_count; i++) {
			const char *file = collected_files[i].file;
			if (file && strcmp(file, last) != 0)
				cut_everywhere(&place, last = file, c->step, whole);
		}
		cut_everywhere(&place, COLLECTED_FACTS, 1, whole);
	}
}

/* Nobody recorded how vssadmin ended: what it says of failures is heard, what it says of health is not. */
static void without_an_exit_code_no_list_is_whole_or_empty(void **state)
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
		place_open(&place);
		hand_write(place.host, c->hand, 0);
		remove_file(&place, COLLECTED_FACTS);
		hand_get(place.host, "vssadmin.txt", &bytes);
		OWN_VALUE(result_done) struct result result;
		judge(&place, &result);
		assert_int_equal(result.facts.vss.outcome, c->outcome);
		assert_int_equal(result.judgement.verdict, VERDICT_UNKNOWN);
		for (size_t len = 0; len < bytes.len; len++) {
			hand_put(place.host, "vssadmin.txt", bytes.data, len);
			assert_false(is_proof(verdict_at(&place)));
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
		remove_file(&place, c->file);
		judge(&place, &result);
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
	remove_file(place, file);
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
	static const char *const files[] = { "vssadmin.txt", COLLECTED_FACTS };

	(void)state;
	FOR_EACH(file, files)
		FOR_EACH(kind, kinds) {
			OWN_VALUE(place_done) struct place place;
			OWN_VALUE(result_done) struct result result;
			place_open(&place);
			hand_write(place.host, &isolated, 0);
			replace(&place, *file, (*kind)[0]);
			judge(&place, &result);
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
	result = (struct result){ .host = &somebody };
	collected_judge(place.fd, "other", NULL, &result);
	unlink(other);
	assert_int_equal(result.judgement.verdict, VERDICT_UNKNOWN);
	assert_non_null(strstr(result.judgement.reason, "the folder cannot be read"));
}

static void facts_that_the_script_does_not_write_are_refused(void **state)
{
#define FACTS(lines) COLLECTED_FORMAT "\r\n" lines COLLECTED_END "\r\n"
	static const struct {
		const char *about, *text, *cause;
	} cases[] = {
		{ "empty", "", "no text" },
		{ "another format", "format=2\r\n" COLLECTED_END "\r\n", "does not begin" },
		{ "a longer word", "format=10\r\n" COLLECTED_END "\r\n", "does not begin" },
		{ "no window", FACTS(""), "how far back" },
		{ "a window of ages", FACTS("window_hours=999999999\r\n"), "does not write" },
		{ "a foreign line", FACTS("window_hours=168\r\nsomething else\r\n"), "does not write" },
		{ "a path", FACTS("window_hours=168\r\n../vssadmin.txt=0 1\r\n"), "does not write" },
		{ "twice", FACTS("window_hours=168\r\nvssadmin.txt=0 1\r\nvssadmin.txt=0 2\r\n"), "does not write" },
		{ "no end", COLLECTED_FORMAT "\r\nwindow_hours=168\r\nvssadmin.txt=0 1\r\n", "breaks off" },
		{ "an end without its line's", COLLECTED_FORMAT "\r\nwindow_hours=168\r\n" COLLECTED_END,
			"breaks off" },
		{ "a size that is none", FACTS("window_hours=168\r\nvssadmin.txt=0 x\r\n"),
			"does not say how it ended" },
		{ "no size", FACTS("window_hours=168\r\nvssadmin.txt=0 \r\n"), "does not say how it ended" },
		{ "below zero", FACTS("window_hours=168\r\nvssadmin.txt=0 -5\r\n"), "does not say how it ended" },
		{ "more behind", FACTS("window_hours=168\r\nvssadmin.txt=0 5 6\r\n"), "does not say how it ended" },
		{ "another size", FACTS("window_hours=168\r\nvssadmin.txt=0 5\r\n"), "byte for byte" },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(place_done) struct place place;
		OWN_VALUE(result_done) struct result result;
		bool found = false;
		place_open(&place);
		hand_write(place.host, &isolated, 0);
		hand_put(place.host, COLLECTED_FACTS, c->text, strlen(c->text));
		judge(&place, &result);
		for (size_t i = 0; i < result.error_count; i++)
			found |= strstr(result.errors[i].error.cause, c->cause) != NULL;
		if (!found || result.judgement.verdict != VERDICT_UNKNOWN)
			fail_msg("%s: %s: %s", c->about, verdict_name(result.judgement.verdict),
				result.judgement.reason);
	}
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
		judge(&place, &result);
		if (result.facts.vss.outcome != VSS_FAILED || result.judgement.verdict != VERDICT_UNKNOWN)
			fail_msg("exit code %s: %s", *code, verdict_name(result.judgement.verdict));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_folder_is_judged_in_any_encoding),
		cmocka_unit_test(the_facts_are_those_of_the_server),
		cmocka_unit_test(a_start_in_the_future_is_no_start),
		cmocka_unit_test(a_cut_proves_nothing_that_the_whole_does_not),
		cmocka_unit_test(without_an_exit_code_no_list_is_whole_or_empty),
		cmocka_unit_test(what_is_missing_is_named),
		cmocka_unit_test(only_ordinary_files_are_read),
		cmocka_unit_test(a_folder_that_is_a_link_is_not_followed),
		cmocka_unit_test(facts_that_the_script_does_not_write_are_refused),
		cmocka_unit_test(a_recorded_failure_is_a_failure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
