/* Figures: what runs that were cut, or go on, count as, and how a record counts with its waiver and its run's policy.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "figures.h"
#include "mail.h"
#include "record.h"
#include "sample.h"

enum end { COMPLETE, INTERRUPTED, RUNNING };

static const char *const hosts[] = { "a.example", "b.example", "c.example" };
static struct store *store;

static int open_one(void **state)
{
	struct error e = { 0 };

	(void)state;
	return (store = store_open(":memory:", &e)) ? 0 : -1;
}

static int close_it(void **state)
{
	(void)state;
	store_close(TAKE(store));
	return 0;
}

static void must(int rc, const struct error *e)
{
	if (rc < 0)
		fail_msg("%s", e->cause);
}

/* Two healthy hosts; the third has a result only if the run is complete. */
static struct run_info make_run(const char *profile, enum end end)
{
	struct run_info run = { 0 };
	struct error e = { 0 };
	json_t *meta = json_pack("{s:s?}", "profile", profile);
	char id[27];

	must(store_run_begin(store, meta, hosts, COUNT(hosts), id, &e), &e);
	json_decref(meta);
	for (size_t i = 0; i < (end == COMPLETE ? 3 : 2); i++) {
		OWN(sample_free) struct sample *sample = sample_new(hosts[i], VERDICT_HEALTHY);
		json_t *record = record_of(id, sample->result), *evidence = evidence_of(sample->result);
		must(store_put(store, id, record, evidence, &e), &e);
		json_decref(record);
		json_decref(evidence);
	}
	if (end != RUNNING)
		must(store_run_end(store, id, end == INTERRUPTED, &e), &e);
	must(store_run(store, id, &run, &e), &e);
	return run;
}

static char *written(const struct run_info *run, const char *format)
{
	const struct report_options options = { .lang = "en" };
	struct error e = { 0 };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	must(report_format(format)->write(store, run, &options, (FILE *const[REPORT_FILES_MAX]){ out }, &e), &e);
	fclose(out);
	return text;
}

static void expect_in(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("%s is not in:\n%s", part, text);
}

static void what_was_never_begun_was_not_checked(void **state)
{
	OWN_VALUE(run_info_done) struct run_info run = make_run(NULL, INTERRUPTED);
	OWN(own_free) char *metrics = written(&run, "prom"), *tests = written(&run, "junit");
	struct figures figures;
	struct error e = { 0 };

	(void)state;
	must(figures_of(&figures, store, &run, run.started, &e), &e);
	assert_int_equal(figures.seen, 3);
	assert_int_equal(figures.verdict[VERDICT_UNREACHABLE], 1);
	assert_int_equal(figures_not_checked(&figures), 1);
	assert_int_equal(figures_permille(&figures), 666);
	expect_in(metrics, "vssfleet_not_checked_hosts{profile=\"default\",kind=\"aborted\"} 1\n");
	expect_in(metrics, "vssfleet_run_complete{profile=\"default\"} 0\n");
	expect_in(metrics, "\nvssfleet_host_verdict{profile=\"default\",host=\"c.example\",group=\"\",verdict="
			   "\"unreachable\"} 1\n");
	expect_in(tests, "<testsuites name=\"vssfleet\" tests=\"3\" failures=\"0\" errors=\"1\">");
	expect_in(tests, "<error type=\"aborted\" message=\"the run ended before this host was begun\">");
}

static void a_run_that_goes_on_does_not_look_well(void **state)
{
	OWN_VALUE(run_info_done) struct run_info run = make_run(NULL, RUNNING);
	OWN(own_free) char *metrics = written(&run, "prom"), *tests = written(&run, "junit");
	struct figures figures;
	struct error e = { 0 };

	(void)state;
	must(figures_of(&figures, store, &run, run.started, &e), &e);
	assert_int_equal(figures.seen, 2);
	assert_int_equal(figures_not_checked(&figures), 1);
	expect_in(metrics, "vssfleet_coverage_ratio{profile=\"default\"} 0.666666666667\n");
	expect_in(metrics, "vssfleet_run_complete{profile=\"default\"} 0\n");
	assert_null(strstr(metrics, "vssfleet_run_duration_seconds{"));
	assert_null(strstr(metrics, "vssfleet_run_last_success_timestamp_seconds{"));
	expect_in(tests, "<testsuites name=\"vssfleet\" tests=\"3\" failures=\"0\" errors=\"1\">");
	expect_in(tests, "message=\"1 of 3 servers have no result: the run is running\"");
}

static void the_last_success_is_the_newest_complete_run_of_the_profile(void **state)
{
	OWN_VALUE(run_info_done) struct run_info before = make_run("tokyo", COMPLETE);
	OWN_VALUE(run_info_done) struct run_info other = make_run("osaka", COMPLETE);
	OWN_VALUE(run_info_done) struct run_info cut = make_run("tokyo", INTERRUPTED);
	OWN_VALUE(run_info_done) struct run_info alone = make_run("nagoya", INTERRUPTED);
	OWN_VALUE(run_info_done) struct run_info later = make_run("tokyo", COMPLETE);
	struct error e = { 0 };
	int64_t ended = 0;

	(void)state;
	before.ended = later.ended = UNSEEN; /* the store knows better */
	must(figures_last_success(store, &cut, &ended, &e), &e);
	assert_in_range(ended, cut.started - 60, cut.ended);
	must(figures_last_success(store, &alone, &ended, &e), &e);
	assert_int_equal(ended, UNSEEN);
	must(figures_last_success(store, &other, &ended, &e), &e);
	assert_int_equal(ended, other.ended);
}

static void the_subject_of_a_letter_is_one_line_of_ascii(void **state)
{
	static const struct {
		const char *about, *profile, *expect;
	} cases[] = {
		{ "plain", "tokyo-prod", "[vssfleet] tokyo-prod: 1 not checked of 3 (partial run)" },
		{ "a header of its own", "a\r\nBcc: x",
			"[vssfleet] a\\x0d\\x0aBcc: x: 1 not checked of 3 (partial run)" },
		{ "Japanese, in words of whole characters", "東京本番東京本番東京本番",
			"=?UTF-8?B?W3Zzc2ZsZWV0XSDmnbHkuqzmnKznlarmnbHkuqzmnKznlarmnbHkuqzmnKw=?= "
			"=?UTF-8?B?55WqOiAxIG5vdCBjaGVja2VkIG9mIDMgKHBhcnRpYWwgcnVuKQ==?=" },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(run_info_done) struct run_info run = make_run(c->profile, INTERRUPTED);
		OWN_VALUE(letter_done) struct letter letter = { 0 };
		struct error e = { 0 };
		must(letter_of(&letter, store, &run, &(struct occasion){ .due = true }, &e), &e);
		if (strcmp(str_text(&letter.subject), c->expect))
			fail_msg("%s: %s instead of %s", c->about, str_text(&letter.subject), c->expect);
		expect_in(letter.text, "c.example: unreachable aborted: the run ended before this host was begun\n");
		expect_in(letter.html, "<td>c.example</td><td>unreachable</td><td>aborted</td>");
		expect_in(letter.csv, "\"c.example\",\"\",\"unreachable\",\"aborted\",,");
	}
}

static json_t *record_with(enum verdict verdict, const char *expires)
{
	OWN(sample_free) struct sample *sample = sample_new("a.example", verdict);
	json_t *record = record_of(sample_run, sample->result);

	if (expires)
		json_object_set_new(record, "waiver",
			json_pack("{s:s, s:s, s:n, s:s, s:s}", "id", "W-1", "reason", "x", "ticket", "owner", "y",
				"expires", expires));
	return record;
}

static void a_record_counts_as_one_thing(void **state)
{
	static const struct {
		const char *about;
		enum verdict verdict;
		const char *expires; /* SAMPLE_TIME is of 2026-11-22 */
		bool isolate;
		enum counted_class expect;
	} cases[] = {
		{ "gone", VERDICT_AFFECTED, NULL, false, COUNTED_FINDING },
		{ "waived", VERDICT_AFFECTED, "2026-12-31", false, COUNTED_WAIVED },
		{ "waived for a last day", VERDICT_AFFECTED, "2026-11-22", false, COUNTED_WAIVED },
		{ "waived until yesterday", VERDICT_AFFECTED, "2026-11-21", false, COUNTED_FINDING },
		{ "waived without an end", VERDICT_AFFECTED, "", false, COUNTED_FINDING },
		{ "not reached, and waived", VERDICT_UNREACHABLE, "2026-12-31", false, COUNTED_UNCHECKED },
		{ "unknown", VERDICT_UNKNOWN, NULL, false, COUNTED_UNCHECKED },
		{ "busy", VERDICT_BUSY, NULL, false, COUNTED_BUSY },
		{ "shared", VERDICT_SHARED, NULL, false, COUNTED_OK },
		{ "shared where isolation is asked for", VERDICT_SHARED, NULL, true, COUNTED_FINDING },
		{ "healthy", VERDICT_HEALTHY, NULL, true, COUNTED_OK },
	};

	(void)state;
	FOR_EACH(c, cases) {
		json_t *record = record_with(c->verdict, c->expires);
		struct run_info run = { .meta = json_pack("{s:b}", "isolate_required", c->isolate) };
		struct counted counted;
		assert_true(counted_of(&counted, record, &run, SAMPLE_TIME));
		if (counted.class != c->expect)
			fail_msg("%s: %d instead of %d", c->about, counted.class, c->expect);
		if (!counted.kind != (c->expect != COUNTED_UNCHECKED))
			fail_msg("%s: kind %s", c->about, counted.kind ? counted.kind : "is missing");
		json_decref(record);
		run_info_done(&run);
	}
}

static void a_waiver_grows_old(void **state)
{
	static const struct {
		const char *expires;
		enum waiver_status expect;
	} cases[] = {
		{ "2026-11-21", WAIVER_EXPIRED },
		{ "2026-11-22", WAIVER_EXPIRING },
		{ "2026-12-21", WAIVER_EXPIRING },
		{ "2026-12-22", WAIVER_ACTIVE },
		{ "soon", WAIVER_EXPIRED },
	};

	(void)state;
	FOR_EACH(c, cases) {
		json_t *waiver = json_pack("{s:s}", "expires", c->expires);
		if (waiver_status(waiver, SAMPLE_TIME) != c->expect)
			fail_msg("%s is %s", c->expires, waiver_status_name(waiver_status(waiver, SAMPLE_TIME)));
		json_decref(waiver);
	}
}

static void a_record_of_another_version_is_no_host_less(void **state)
{
	json_t *record = record_with(VERDICT_HEALTHY, NULL);
	struct run_info run = { .meta = json_object() };
	struct counted counted;

	(void)state;
	json_object_set_new(record, "verdict", json_string("splendid"));
	assert_false(counted_of(&counted, record, &run, SAMPLE_TIME));
	json_decref(record);
	run_info_done(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_never_begun_was_not_checked, open_one, close_it),
		cmocka_unit_test_setup_teardown(a_run_that_goes_on_does_not_look_well, open_one, close_it),
		cmocka_unit_test_setup_teardown(
			the_last_success_is_the_newest_complete_run_of_the_profile, open_one, close_it),
		cmocka_unit_test_setup_teardown(the_subject_of_a_letter_is_one_line_of_ascii, open_one, close_it),
		cmocka_unit_test(a_record_counts_as_one_thing),
		cmocka_unit_test(a_waiver_grows_old),
		cmocka_unit_test(a_record_of_another_version_is_no_host_less),
	};
	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
