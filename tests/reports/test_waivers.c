/* waivers: what a file may say, until when and for whom it holds, and that editing it touches nothing else. */
#include "cases.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inventory.h"
#include "str.h"
#include "waivers.h"

enum { TODAY = 20780 }; /* 2026-11-23 */

#define SOUND "[waiver \"W-1\"]\nhosts = srv1\nverdicts = shared\nreason = r\nowner = o\n"

static int read_text(const char *text, struct waivers *waivers, int64_t today, struct error *e)
{
	FILE *stream = fmemopen((char *)text, strlen(text), "r");

	assert_non_null(stream);
	int rc = waivers_read_stream(waivers, stream, "w.conf", today, e);
	fclose(stream);
	return rc;
}

static void mistakes_are_named(void **state)
{
	static const struct {
		const char *about, *text, *error;
	} cases[] = {
		{ "sound", SOUND "expires = 2026-12-31\nticket = T\napproved_by = a\ncreated = 2026-11-01\n", NULL },
		{ "366 days from today", SOUND "expires = 2027-11-24\n", NULL },
		{ "367 days from today", SOUND "expires = 2027-11-25\n", "at most 366 days from today" },
		{ "367 days from its beginning", SOUND "created = 2026-01-01\nexpires = 2027-01-03\n",
			"at most 366 days from 2026-01-01" },
		{ "begins tomorrow", SOUND "created = 2026-11-24\nexpires = 2026-12-31\n", "in the future" },
		{ "no end", SOUND, "w.conf:2: waiver \"W-1\": expires is missing" },
		{ "no day", SOUND "expires = 2026-11-31\n", "there is no day 2026-11-31" },
		{ "no date", SOUND "expires = tomorrow\n", "expires is a date" },
		{ "a short date", SOUND "expires = 2026-1-1\n", "expires is a date" },
		{ "no reason", "[waiver \"W\"]\nhosts = a\nverdicts = shared\nowner = o\nexpires = 2026-12-31\n",
			"reason is missing" },
		{ "no owner", "[waiver \"W\"]\nhosts = a\nverdicts = shared\nreason = r\nexpires = 2026-12-31\n",
			"owner is missing" },
		{ "a key", SOUND "expiry = 2026-12-31\n", "w.conf:6: expiry is unknown" },
		{ "twice", SOUND "owner = p\n", "w.conf:6: owner is given twice" },
		{ "the same id again", SOUND "expires = 2026-12-31\n[waiver \"x\"]\nhosts = a\n" SOUND,
			"waiver \"W-1\" is there twice" },
		{ "an id", "[waiver \"a b\"]\nhosts = a\n", "is no id of a waiver" },
		{ "another section", "[waive \"x\"]\nhosts = a\n", "is no section like [waiver \"NAME\"]" },
		{ "before the sections", "hosts = a\n", "is no section" },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(waivers_done) struct waivers waivers = { 0 };
		struct error e = { 0 };
		int rc = read_text(c->text, &waivers, TODAY, &e);
		if ((rc == 0) != !c->error || (c->error && !strstr(e.cause, c->error)))
			fail_msg("%s: %d %s", c->about, rc, e.cause);
	}
}

static void only_what_was_checked_can_be_waived(void **state)
{
	static const struct {
		const char *verdicts, *error;
	} cases[] = {
		{ "affected", NULL },
		{ "affected, writers_missing,vss_fault fix_pending,at_risk,busy,shared", NULL },
		{ "unknown", "unknown cannot be waived" },
		{ "shared,unreachable", "unreachable cannot be waived" },
		{ "healthy", "healthy is no finding" },
		{ "afected", "afected is no verdict" },
		{ ",", "verdicts names none" },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(waivers_done) struct waivers waivers = { 0 };
		OWN_VALUE(str_done) struct str text = { 0 };
		struct error e = { 0 };
		str_addf(&text,
			"[waiver \"W\"]\nhosts = a\nverdicts = %s\nreason = r\nowner = o\nexpires = 2026-12-31\n",
			c->verdicts);
		int rc = read_text(str_text(&text), &waivers, TODAY, &e);
		if ((rc == 0) != !c->error || (c->error && !strstr(e.cause, c->error)))
			fail_msg("%s: %d %s", c->verdicts, rc, e.cause);
	}
}

/* web1 and web2 are in group tyo, db1 is not. */
static void find_hosts(struct hosts *hosts)
{
	char path[] = "/tmp/test_waivers.XXXXXX";
	int file = mkstemp(path);
	static const char list[] = "[tyo]\nweb1.x\nweb2.x\n[osa]\ndb1.x\n";
	struct error e = { 0 };

	assert_true(file >= 0 && write(file, list, strlen(list)) == (ssize_t)strlen(list));
	close(file);
	if (inventory_read(hosts, path, &e) < 0)
		fail_msg("%s", e.cause);
	unlink(path);
}

static void a_waiver_holds_for_its_hosts_verdicts_and_days(void **state)
{
	static const struct {
		const char *about, *pattern, *expires, *host;
		enum verdict verdict;
		bool holds, lapsed;
	} cases[] = {
		{ "by name", "web1.x", "2026-12-31", "web1.x", VERDICT_SHARED, true, false },
		{ "whatever the case", "WEB1.x", "2026-12-31", "web1.x", VERDICT_SHARED, true, false },
		{ "by group", "tyo", "2026-12-31", "web2.x", VERDICT_SHARED, true, false },
		{ "by glob", "*.x", "2026-12-31", "db1.x", VERDICT_SHARED, true, false },
		{ "by group without one", "tyo:!web1.x", "2026-12-31", "web2.x", VERDICT_SHARED, true, false },
		{ "but not that one", "tyo:!web1.x", "2026-12-31", "web1.x", VERDICT_SHARED, false, false },
		{ "another host", "web1.x", "2026-12-31", "web2.x", VERDICT_SHARED, false, false },
		{ "a host that nobody knows", "*", "2026-12-31", "new.x", VERDICT_SHARED, false, false },
		{ "the other verdict", "*", "2026-12-31", "db1.x", VERDICT_AT_RISK, true, false },
		{ "a worse verdict", "*", "2026-12-31", "db1.x", VERDICT_AFFECTED, false, false },
		{ "not checked", "*", "2026-12-31", "db1.x", VERDICT_UNREACHABLE, false, false },
		{ "the last day", "*", "2026-11-23", "db1.x", VERDICT_SHARED, true, false },
		{ "the day after", "*", "2026-11-22", "db1.x", VERDICT_SHARED, false, true },
		{ "the day after, of another host", "web1.x", "2026-11-22", "db1.x", VERDICT_SHARED, false, false },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(waivers_done) struct waivers waivers = { 0 };
		OWN_VALUE(hosts_done) struct hosts hosts = { 0 };
		OWN_VALUE(str_done) struct str text = { 0 };
		struct error e = { 0 };
		find_hosts(&hosts);
		str_addf(&text,
			"[waiver \"W\"]\nhosts = %s\nverdicts = shared,at_risk\nreason = r\nowner = o\nexpires = %s\n",
			c->pattern, c->expires);
		if (read_text(str_text(&text), &waivers, TODAY, &e) < 0 || waivers_cover(&waivers, &hosts, &e) < 0)
			fail_msg("%s: %s", c->about, e.cause);
		const struct waiver *waiver = waivers_for(&waivers, c->host, c->verdict);
		if ((waiver != NULL) != c->holds || (waivers.waiver[0].lapsed == 1) != c->lapsed)
			fail_msg("%s: %s", c->about, waiver ? "holds" : "does not hold");
	}
}

static void an_expired_waiver_does_not_matter_where_another_holds(void **state)
{
	OWN_VALUE(waivers_done) struct waivers waivers = { 0 };
	OWN_VALUE(hosts_done) struct hosts hosts = { 0 };
	struct error e = { 0 };

	(void)state;
	find_hosts(&hosts);
	assert_int_equal(
		read_text(
			"[waiver \"old\"]\nhosts = *\nverdicts = shared\nreason = r\nowner = o\nexpires = 2026-11-01\n"
			"[waiver \"now\"]\nhosts = tyo\nverdicts = shared\nreason = r\nowner = o\n"
			"expires = 2026-12-01\n",
			&waivers, TODAY, &e),
		0);
	assert_int_equal(waivers_cover(&waivers, &hosts, &e), 0);
	assert_string_equal(waivers_for(&waivers, "web1.x", VERDICT_SHARED)->id, "now");
	assert_int_equal(waivers.waiver[0].lapsed, 0);
	assert_null(waivers_for(&waivers, "db1.x", VERDICT_SHARED));
	assert_int_equal(waivers.waiver[0].lapsed, 1);
	assert_int_equal(waivers.waiver[1].used, 1);
}

static void the_record_tells_of_its_waiver(void **state)
{
	OWN_VALUE(waivers_done) struct waivers waivers = { 0 };
	OWN_VALUE(hosts_done) struct hosts hosts = { 0 };
	struct error e = { 0 };
	json_t *record = json_pack("{s:{s:s}, s:s, s:n}", "host", "name", "web1.x", "verdict", "shared", "waiver");

	(void)state;
	find_hosts(&hosts);
	assert_int_equal(read_text("[waiver \"W\"]\nhosts = web1.x,\n  db1.x\nverdicts = shared\nreason = until the\n"
				   "  patch day\nowner = o\nexpires = 2026-12-01\n",
				 &waivers, TODAY, &e),
		0);
	assert_int_equal(waivers_cover(&waivers, &hosts, &e), 0);
	assert_int_equal(waivers_mark(&waivers, record), 0);
	char *text = json_dumps(json_object_get(record, "waiver"), JSON_COMPACT);
	assert_string_equal(text, "{\"id\":\"W\",\"reason\":\"until the patch day\",\"ticket\":null,\"owner\":\"o\","
				  "\"expires\":\"2026-12-01\"}");
	free(text);
	json_decref(record);
}

/* ---- editing ---- */

struct place {
	char directory[40], file[60];
};

static void put(struct place *place, const char *text)
{
	snprintf(place->directory, sizeof(place->directory), "/tmp/test_waivers.XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	snprintf(place->file, sizeof(place->file), "%s/waivers.conf", place->directory);
	if (!text)
		return;
	FILE *out = fopen(place->file, "w");
	assert_non_null(out);
	fputs(text, out);
	fclose(out);
	chmod(place->file, 0640);
}

static void expect_file(const char *about, struct place *place, const char *expect)
{
	char text[4096] = "";
	FILE *in = fopen(place->file, "r");

	if (in) {
		text[fread(text, 1, sizeof(text) - 1, in)] = '\0';
		fclose(in);
	}
	if (strcmp(text, expect) != 0)
		fail_msg("%s: the file is now\n%s", about, text);
	unlink(place->file);
	if (rmdir(place->directory) < 0)
		fail_msg("%s: something was left behind", about);
}

#define COMMENTED                                                                                                      \
	"; ours\n\n[waiver \"A\"]\n; why\nhosts = a\nverdicts = shared\nreason = r\nowner = o\nexpires = 2026-12-31\n"
#define OTHER "\n# theirs\n[waiver \"B\"]\nhosts = b\nverdicts = at_risk\nreason = r\nowner = o\nexpires = 2026-12-31\n"

static void removing_takes_the_section_and_nothing_else(void **state)
{
	static const struct {
		const char *about, *before, *id, *after; /* NULL: refused */
	} cases[] = {
		{ "the first", COMMENTED OTHER, "A", "; ours\n" OTHER },
		{ "the last", COMMENTED OTHER, "B", COMMENTED "\n# theirs\n" },
		{ "the only one", SOUND "expires = 2026-12-31\n", "W-1", "" },
		{ "one that is not there", COMMENTED, "B", NULL },
		{ "the beginning of an id", SOUND "expires = 2026-12-31\n", "W", NULL },
		{ "of a file that is wrong", COMMENTED "[waiver \"B\"]\nx = y\n", "A", NULL },
	};

	(void)state;
	FOR_EACH(c, cases) {
		struct place place;
		struct error e = { 0 };
		put(&place, c->before);
		int rc = waivers_remove(place.file, c->id, TODAY, &e);
		if ((rc == 0) != (c->after != NULL))
			fail_msg("%s: %d %s", c->about, rc, e.cause);
		expect_file(c->about, &place, c->after ? c->after : c->before);
	}
}

static void adding_appends_what_a_scan_can_read(void **state)
{
	static const struct {
		const char *about, *before, *id, *hosts, *reason, *expires, *error;
	} cases[] = {
		{ "to a file", COMMENTED, "C", "c", "r", "2026-12-31", NULL },
		{ "to none", NULL, "C", "c", "r", "2026-12-31", NULL },
		{ "without a newline at its end", "; x", "C", "c", "r", "2026-12-31", NULL },
		{ "an id that is there", COMMENTED, "A", "c", "r", "2026-12-31", "already" },
		{ "an id", COMMENTED, "C\"]", "c", "r", "2026-12-31", "is no id" },
		{ "no date", COMMENTED, "C", "c", "r", "soon", "expires is a date" },
		{ "for too long", COMMENTED, "C", "c", "r", "2028-01-01", "at most 366 days" },
		{ "a line break", COMMENTED, "C", "c", "r\nhosts = *", "2026-12-31", "twice" },
		{ "a section in a line break", COMMENTED, "C", "c", "r\n[waiver \"D\"]", "2026-12-31", "missing" },
		{ "what would be a comment", COMMENTED, "C", "c", "r ; and more", "2026-12-31", "cannot be written" },
		{ "nothing", COMMENTED, "C", "c", "", "2026-12-31", "has no value" },
	};

	(void)state;
	FOR_EACH(c, cases) {
		struct place place;
		struct error e = { 0 };
		OWN_VALUE(str_done) struct str expect = { 0 };
		const char *before = c->before ? c->before : "";
		put(&place, c->before);
		int rc = waivers_add(place.file,
			&(struct waiver){ .id = (char *)c->id,
				.hosts = (char *)c->hosts,
				.verdicts = (char *)"shared",
				.reason = (char *)c->reason,
				.owner = (char *)"o",
				.expires = (char *)c->expires },
			TODAY, &e);
		if ((rc == 0) != !c->error || (c->error && !strstr(e.cause, c->error)))
			fail_msg("%s: %d %s", c->about, rc, e.cause);
		str_add(&expect, before);
		if (rc == 0)
			str_addf(&expect,
				"%s%s[waiver \"C\"]\nhosts = c\nverdicts = shared\nreason = r\nowner = o\nexpires = "
				"2026-12-31\n",
				*before && before[strlen(before) - 1] != '\n' ? "\n" : "", *before ? "\n" : "");
		expect_file(c->about, &place, str_text(&expect));
	}
}

static void a_long_list_of_hosts_is_written_in_several_lines(void **state)
{
	OWN_VALUE(str_done) struct str hosts = { 0 };
	OWN_VALUE(waivers_done) struct waivers waivers = { 0 };
	struct place place;
	struct error e = { 0 };
	struct stat info;

	(void)state;
	for (int i = 0; i < 60; i++)
		str_addf(&hosts, "%ssrv%04d.corp.example", i ? ", " : "", i);
	put(&place, COMMENTED);
	if (waivers_add(place.file,
		    &(struct waiver){ .id = (char *)"L",
			    .hosts = hosts.data,
			    .verdicts = (char *)"shared",
			    .reason = (char *)"r",
			    .owner = (char *)"o",
			    .expires = (char *)"2026-12-31" },
		    TODAY, &e) < 0 ||
		waivers_read(&waivers, place.file, TODAY, &e) < 0)
		fail_msg("%s", e.cause);
	assert_int_equal(waivers.count, 2);
	assert_non_null(strstr(waivers.waiver[1].hosts, "srv0000.corp.example"));
	assert_non_null(strstr(waivers.waiver[1].hosts, "srv0059.corp.example"));
	assert_true(stat(place.file, &info) == 0 && (info.st_mode & 0777) == 0640);
	unlink(place.file);
	rmdir(place.directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(only_what_was_checked_can_be_waived),
		cmocka_unit_test(a_waiver_holds_for_its_hosts_verdicts_and_days),
		cmocka_unit_test(an_expired_waiver_does_not_matter_where_another_holds),
		cmocka_unit_test(the_record_tells_of_its_waiver),
		cmocka_unit_test(removing_takes_the_section_and_nothing_else),
		cmocka_unit_test(adding_appends_what_a_scan_can_read),
		cmocka_unit_test(a_long_list_of_hosts_is_written_in_several_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
