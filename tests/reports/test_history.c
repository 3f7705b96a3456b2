/* The store over time: runs side by side, pins, what goes when it is old, what a check finds, repairs that did not
 * last. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "clones.h"
#include "diff.h"
#include "journal.h"
#include "lineage.h"
#include "occasion.h"
#include "pack.h"
#include "pins.h"
#include "private.h"
#include "record.h"
#include "relapse.h"
#include "retention.h"
#include "sample.h"
#include "sql.h"
#include "store_check.h"
#include "value.h"

enum { DAY = 86400, HOSTS_MAX = 16 };

static char directory[64], path[96], journal_file[96];
static struct store *store;

static int set_up(void **state)
{
	struct error e = { 0 };

	(void)state;
	snprintf(directory, sizeof(directory), "/tmp/test_history.XXXXXX");
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/store.db", directory);
	snprintf(journal_file, sizeof(journal_file), "%s/journal.ndjson", directory);
	store = store_open(path, &e);
	return store ? 0 : -1;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	store_close(store);
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	return system(command);
}

static void must(int rc, const struct error *e)
{
	if (rc < 0)
		fail_msg("%s", e->cause);
}

__attribute__((format(printf, 1, 2))) static void run_sql(const char *format, ...)
{
	char statements[512];
	va_list args;
	sqlite3 *db;

	va_start(args, format);
	vsnprintf(statements, sizeof(statements), format, args);
	va_end(args);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, statements, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", statements, sqlite3_errmsg(db));
	sqlite3_close(db);
}

static int64_t number(const char *query)
{
	OWN(sqlite3_close) sqlite3 *db = NULL;
	struct error e = { 0 };
	int64_t n;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	must(sql_number(db, query, &n, &e), &e);
	return n;
}

/* ---- Runs of which each letter is a host, with the verdict behind it ---- */

struct seen {
	const char *host;
	int verdict;    /* VERDICTS: it has no result */
	const char *id; /* NULL: the sample's own would be the same for all, so none */
};

static void put(const char *run, const struct seen *seen, int number_of_run)
{
	OWN(sample_free) struct sample *sample = sample_new(seen->host, (enum verdict)seen->verdict);
	struct error e = { 0 };

	free(sample->result->facts.environment.uuid);
	sample->result->facts.environment.uuid = seen->id ? strdup(seen->id) : NULL;
	json_t *record = record_of(run, sample->result), *evidence = evidence_of(sample->result);
	json_object_set_new(evidence, "run", json_integer(number_of_run));
	must(store_put(store, run, record, evidence, &e), &e);
	json_decref(record);
	json_decref(evidence);
}

/* days: how long ago it was made. Evidence of one host in two runs is the same if they have the same number. */
static void make_run(char id[27], int days, int number_of_run, const struct seen *seen, size_t count)
{
	const char *names[HOSTS_MAX];
	json_t *meta = json_pack("{s:s, s:[]}", "version", "1", "sources");
	struct error e = { 0 };

	for (size_t i = 0; i < count; i++)
		names[i] = seen[i].host;
	must(store_run_begin(store, meta, names, count, id, &e), &e);
	json_decref(meta);
	for (size_t i = 0; i < count; i++)
		if (seen[i].verdict != VERDICTS)
			put(id, &seen[i], number_of_run);
	must(store_run_end(store, id, 0, &e), &e);
	run_sql("UPDATE run SET started = %lld, ended = %lld WHERE id = '%s'", (long long)time(NULL) - days * DAY,
		(long long)time(NULL) - days * DAY + 60, id);
}
#define MAKE_RUN(id, days, number, ...)                                                                                \
	make_run(id, days, number, (const struct seen[]){ __VA_ARGS__ },                                               \
		sizeof((const struct seen[]){ __VA_ARGS__ }) / sizeof(struct seen))

static void compare(struct diff *diff, const char *from, const char *to)
{
	OWN_VALUE(run_info_done) struct run_info a = { 0 };
	OWN_VALUE(run_info_done) struct run_info b = { 0 };
	struct error e = { 0 };

	must(store_run(store, from, &a, &e), &e);
	must(store_run(store, to, &b, &e), &e);
	must(diff_of(diff, store, &a, &b, &e), &e);
}

static void expect_changes(const struct diff *diff, const char *expect)
{
	OWN_VALUE(str_done) struct str got = { 0 };

	for (size_t i = 0; i < diff->count; i++)
		str_addf(&got, "%s%s %s", i ? ", " : "", diff_class_name(diff->host[i].class), diff->host[i].host);
	assert_string_equal(str_text(&got), expect);
}

static void two_runs_are_compared_host_by_host(void **state)
{
	OWN_VALUE(diff_done) struct diff diff = { 0 };
	char first[27], second[27], third[27];

	(void)state;
	MAKE_RUN(first, 9, 1, { "a.example", VERDICT_AFFECTED, NULL }, { "b.example", VERDICT_AFFECTED, NULL },
		{ "C.example", VERDICT_HEALTHY, NULL }, { "d.example", VERDICT_SHARED, NULL });
	MAKE_RUN(second, 5, 2, { "a.example", VERDICT_HEALTHY, NULL }, { "b.example", VERDICT_UNREACHABLE, NULL },
		{ "c.example", VERDICT_HEALTHY, NULL }, { "e.example", VERDICT_AFFECTED, NULL });
	MAKE_RUN(third, 1, 3, { "a.example", VERDICT_AFFECTED, NULL }, { "b.example", VERDICT_HEALTHY, NULL },
		{ "c.example", VERDICTS, NULL }, { "e.example", VERDICT_AFFECTED, NULL });

	compare(&diff, first, second);
	expect_changes(
		&diff, "resolved a.example, newly_not_checked b.example, host_added e.example, host_removed d.example");
	assert_int_equal(diff.same, 1);
	diff_done(&diff);
	compare(&diff, second, third);
	expect_changes(&diff, "regressed a.example, newly_not_checked c.example, newly_checked b.example");
	assert_non_null(strstr(diff.host[0].reason, "was resolved by "));
	assert_non_null(strstr(diff.host[0].origin_ja, "までに解消済み"));
	assert_null(diff.host[1].origin_ja);
	assert_non_null(strstr(diff.host[2].reason, "when last checked: affected"));
}

/* ---- What is worth a letter ---- */

static bool is_due(const char *run, size_t *recounted)
{
	OWN_VALUE(occasion_done) struct occasion occasion = { 0 };
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	struct error e = { 0 };

	must(store_run(store, run, &info, &e), &e);
	must(occasion_of(&occasion, store, &info, MAIL_CHANGES, 7 * DAY, &e), &e);
	*recounted = occasion.recounted;
	return occasion.due;
}

static void what_counts_as_something_else_is_worth_a_letter(void **state)
{
	static const char waive[] =
		"UPDATE host_result SET record = json_set(record, '$.waiver', json_object('id', 'W', "
		"'expires', '2099-01-01')) WHERE run = ";
	static const char isolate[] = "UPDATE run SET meta = json_set(meta, '$.isolate_required', json('true')) "
				      "WHERE seq = ";
	static const char damage[] = "UPDATE host_result SET record = substr(record, 1, 99) WHERE run = ";
	static const struct {
		const char *about, *change;
		int run;
		enum verdict verdict;
		bool due;
		size_t recounted;
	} cases[] = {
		{ "nothing is different", "", 0, VERDICT_AFFECTED, false, 0 },
		{ "a waiver ended", waive, 1, VERDICT_AFFECTED, true, 1 },
		{ "a waiver began", waive, 2, VERDICT_AFFECTED, true, 1 },
		{ "a waiver of what was not checked ended", waive, 1, VERDICT_UNREACHABLE, false, 0 },
		{ "the policy asks for isolation", isolate, 2, VERDICT_SHARED, true, 1 },
		{ "the earlier record is damaged", damage, 1, VERDICT_AFFECTED, true, 0 },
	};

	FOR_EACH(c, cases) {
		char first[27], second[27];
		struct error e = { 0 };
		size_t recounted;
		MAKE_RUN(first, 1, 1, { "a.example", (int)c->verdict, NULL });
		MAKE_RUN(second, 0, 2, { "a.example", (int)c->verdict, NULL });
		must(store_run_mailed(store, first, &e), &e);
		if (*c->change)
			run_sql("%s%d", c->change, c->run);
		if (is_due(second, &recounted) != c->due || recounted != c->recounted)
			fail_msg("%s: %zu recounted, and due is not %d", c->about, recounted, c->due);
		assert_int_equal(tear_down(state), 0);
		assert_int_equal(set_up(state), 0);
	}
}

static void a_letter_about_a_part_of_a_run_is_followed_by_one_about_the_run(void **state)
{
	const struct seen b = { "b.example", VERDICT_HEALTHY, NULL };
	char first[27], part[27], later[27];
	struct error e = { 0 };
	size_t recounted;

	(void)state;
	MAKE_RUN(first, 2, 1, { "a.example", VERDICT_HEALTHY, NULL }, b);
	must(store_run_mailed(store, first, &e), &e);
	MAKE_RUN(part, 1, 2, { "a.example", VERDICT_HEALTHY, NULL }, { "b.example", VERDICTS, NULL });
	must(store_run_mailed(store, part, &e), &e);
	must(store_run_continue(store, part, &e), &e);
	put(part, &b, 2);
	must(store_run_end(store, part, 0, &e), &e);
	assert_true(is_due(part, &recounted));
	MAKE_RUN(later, 0, 3, { "a.example", VERDICT_HEALTHY, NULL }, b);
	assert_true(is_due(later, &recounted)); /* if that letter could not be sent */
	must(store_run_mailed(store, part, &e), &e);
	assert_false(is_due(later, &recounted));
}

static void a_renamed_machine_is_the_same_and_a_clone_is_not(void **state)
{
	OWN_VALUE(diff_done) struct diff diff = { 0 };
	char first[27], second[27];

	(void)state;
	MAKE_RUN(first, 2, 1, { "old.example", VERDICT_HEALTHY, "id-1" }, { "sick.example", VERDICT_HEALTHY, "id-2" },
		{ "model.example", VERDICT_HEALTHY, "id-3" }, { "gone.example", VERDICT_HEALTHY, NULL },
		{ "stays.example", VERDICT_HEALTHY, "id-4" }, { "dark.example", VERDICT_HEALTHY, "id-5" },
		{ "twin-1.example", VERDICT_HEALTHY, "id-6" }, { "twin-2.example", VERDICT_HEALTHY, "id-6" });
	MAKE_RUN(second, 1, 2, { "new.example", VERDICT_HEALTHY, "id-1" }, { "ill.example", VERDICT_AFFECTED, "id-2" },
		{ "clone-1.example", VERDICT_HEALTHY, "id-3" }, { "clone-2.example", VERDICT_HEALTHY, "id-3" },
		{ "other.example", VERDICT_HEALTHY, NULL }, { "stays.example", VERDICT_HEALTHY, "id-4" },
		{ "joins.example", VERDICT_HEALTHY, "id-4" }, { "dark.example", VERDICT_UNREACHABLE, NULL },
		{ "lit.example", VERDICT_HEALTHY, "id-5" }, { "twin.example", VERDICT_HEALTHY, "id-6" });
	compare(&diff, first, second);
	expect_changes(&diff,
		"new ill.example, newly_not_checked dark.example, host_added clone-1.example, host_added "
		"clone-2.example, host_added joins.example, host_added lit.example, host_added other.example, "
		"host_added twin.example, host_removed gone.example, host_removed model.example, "
		"host_removed twin-1.example, host_removed twin-2.example, host_renamed new.example");
	assert_non_null(strstr(diff.host[0].reason, "renamed from sick.example"));
	assert_non_null(strstr(diff.host[12].reason, "renamed from old.example"));
}

static void machines_under_several_names_are_told(void **state)
{
	OWN_VALUE(str_done) struct str told = { 0 };
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	char alone[27], doubled[27];
	struct error e = { 0 };

	(void)state;
	MAKE_RUN(alone, 2, 1, { "a.example", VERDICT_HEALTHY, "id-1" }, { "b.example", VERDICT_HEALTHY, "id-2" },
		{ "c.example", VERDICT_HEALTHY, NULL }, { "d.example", VERDICT_HEALTHY, NULL });
	must(store_run(store, alone, &info, &e), &e);
	must(clone_lines(&told, store, &info, &e), &e);
	assert_string_equal(str_text(&told), "");
	run_info_done(&info);
	MAKE_RUN(doubled, 1, 2, { "e1.example", VERDICT_HEALTHY, "id-5" }, { "e2.example", VERDICT_HEALTHY, "id-5" },
		{ "a1.example", VERDICT_HEALTHY, "id-1" }, { "a2.example", VERDICT_HEALTHY, "id-1" },
		{ "d1.example", VERDICT_HEALTHY, "id-4" }, { "d2.example", VERDICT_HEALTHY, "id-4" },
		{ "b1.example", VERDICT_HEALTHY, "\033-2" }, { "b2.example", VERDICT_AFFECTED, "\033-2" },
		{ "c1.example", VERDICT_HEALTHY, "id-3" }, { "a3.example", VERDICT_HEALTHY, "id-1" },
		{ "c2.example", VERDICT_HEALTHY, "id-3" }, { "dark.example", VERDICTS, NULL });
	must(store_run(store, doubled, &info, &e), &e);
	must(clone_lines(&told, store, &info, &e), &e);
#define TOLD(count, id, names)                                                                                         \
	"NOTE  " count " servers are one machine, or clones (UUID " id "): " names                                     \
	"; keep one name, or give each clone its own UUID\n"
	assert_string_equal(str_text(&told),
		TOLD("2", "\\x1b-2", "b[1-2].example") TOLD("3", "id-1", "a[1-3].example")
			TOLD("2", "id-3", "c[1-2].example") "NOTE  and 2 more machines under several names\n");
}

static void the_run_before_is_complete_and_of_the_same_servers(void **state)
{
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	char first[27], cut[27], other[27], last[27], id[27];
	struct error e = { 0 };

	(void)state;
	MAKE_RUN(first, 4, 1, { "a.example", VERDICT_HEALTHY, NULL });
	MAKE_RUN(cut, 3, 2, { "a.example", VERDICTS, NULL });
	MAKE_RUN(other, 2, 3, { "a.example", VERDICT_HEALTHY, NULL });
	run_sql("UPDATE run SET meta = '{\"profile\":\"osaka\"}' WHERE id = '%s'", other);
	MAKE_RUN(last, 1, 4, { "a.example", VERDICT_HEALTHY, NULL });
	must(store_run(store, last, &info, &e), &e);
	must(lineage_before(store, &info, id, &e), &e);
	assert_string_equal(id, first);
	must(lineage_newest(store, NULL, id, &e), &e);
	assert_string_equal(id, last);
	run_info_done(&info);
	must(store_run(store, first, &info, &e), &e);
	must(lineage_before(store, &info, id, &e), &e);
	assert_string_equal(id, "");
}

/* ---- Pins ---- */

static void a_pin_stands_wherever_a_run_does(void **state)
{
	static const char *const refused[] = { "", "1st", "two words", "a/b", "-x", "01JD8QX",
		"a0123456789012345678901234567890123456789012345678901234567890123" };
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	char first[27], second[27];
	struct error e = { 0 };

	(void)state;
	MAKE_RUN(first, 2, 1, { "a.example", VERDICT_HEALTHY, NULL });
	MAKE_RUN(second, 1, 2, { "a.example", VERDICT_HEALTHY, NULL });
	FOR_EACH(name, refused) {
		assert_int_equal(pin_add(store, first, *name, &e), -1);
		assert_int_equal(e.code, EINVAL);
		error_clear(&e);
	}
	must(pin_add(store, first, "baseline-2026Q4", &e), &e);
	must(pin_add(store, first, "Baseline-2026q4", &e), &e); /* it is that run's already */
	must(pin_add(store, first, "audit", &e), &e);
	assert_int_equal(pin_add(store, second, "audit", &e), -1);
	assert_int_equal(e.code, EINVAL);
	error_clear(&e);
	must(store_run(store, "BASELINE-2026Q4", &info, &e), &e);
	assert_string_equal(info.id, first);
	assert_string_equal(info.pins, "audit, baseline-2026Q4");
	must(pin_remove(store, "AUDIT", &e), &e);
	assert_int_equal(pin_remove(store, "audit", &e), -1);
	assert_int_equal(e.code, ENOENT);
}

static void a_file_of_the_first_version_is_opened_with_all_it_holds(void **state)
{
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	char id[27], backup[128];
	struct stat st;
	struct error e = { 0 };

	(void)state;
	MAKE_RUN(id, 2, 1, { "a.example", VERDICT_HEALTHY, NULL });
	store_close(store);
	run_sql("DROP TABLE pin; DROP INDEX host_result_by_evidence; ALTER TABLE run DROP COLUMN mailed; PRAGMA "
		"user_version = 1");
	store = store_open(path, &e);
	if (!store)
		fail_msg("%s", e.cause);
	snprintf(backup, sizeof(backup), "%s.v1.bak", path);
	assert_int_equal(stat(backup, &st), 0);
	must(pin_add(store, NULL, "old", &e), &e);
	must(store_run(store, "old", &info, &e), &e);
	assert_string_equal(info.id, id);
	assert_int_equal(info.done, 1);
	store_close(store);
	run_sql("PRAGMA user_version = 4");
	store = store_open(path, &e);
	assert_null(store);
	assert_non_null(strstr(e.cause, "format 4"));
}

/* ---- Retention ---- */

static struct retention_gone apply(int keep_hosts, int keep_evidence, bool dry_run)
{
	const struct retention retention = { time(NULL), keep_hosts * DAY, keep_evidence * DAY, dry_run };
	struct retention_gone gone;
	struct error e = { 0 };

	must(retention_apply(store, &retention, &gone, &e), &e);
	return gone;
}

static void what_is_old_goes_and_what_is_pinned_or_newest_stays(void **state)
{
	char older[27], old[27], pinned[27], cut[27], recent[27], newest[27];
	struct error e = { 0 };

	(void)state;
	MAKE_RUN(older, 500, 1, { "a.example", VERDICT_HEALTHY, NULL }, { "b.example", VERDICT_HEALTHY, NULL });
	MAKE_RUN(pinned, 450, 2, { "a.example", VERDICT_HEALTHY, NULL });
	MAKE_RUN(old, 410, 3, { "a.example", VERDICT_HEALTHY, NULL });
	MAKE_RUN(cut, 405, 3, { "a.example", VERDICT_HEALTHY, NULL }, { "b.example", VERDICTS, NULL });
	MAKE_RUN(recent, 120, 3, { "a.example", VERDICT_HEALTHY, NULL });
	MAKE_RUN(newest, 100, 3, { "a.example", VERDICT_HEALTHY, NULL });
	must(pin_add(store, pinned, "baseline", &e), &e);
	assert_int_equal(number("SELECT count(*) FROM evidence"), 3); /* the last four runs share one */

	struct retention_gone dry = apply(400, 90, true);
	assert_int_equal(number("SELECT count(*) FROM run"), 6);
	struct retention_gone gone = apply(400, 90, false);
	assert_memory_equal(&dry, &gone, sizeof(gone));
	assert_int_equal(gone.runs, 3);
	assert_int_equal(gone.hosts, 4);
	assert_int_equal(gone.without, 1);  /* the recent one */
	assert_int_equal(gone.evidence, 1); /* of the oldest; the newest run still has what it shared */
	assert_true(gone.bytes > 0);
	assert_int_equal(number("SELECT count(*) FROM run"), 3);
	assert_int_equal(number("SELECT count(*) FROM run_host"), 3);
	assert_int_equal(number("SELECT count(*) FROM host_result WHERE evidence IS NOT NULL"), 2);
	assert_int_equal(number("SELECT count(*) FROM evidence"), 2);

	gone = apply(1, 1, false); /* the newest complete run and the pinned one stay whole */
	assert_int_equal(gone.runs, 1);
	assert_int_equal(number("SELECT count(*) FROM host_result WHERE evidence IS NOT NULL"), 2);
	must(pin_remove(store, "baseline", &e), &e);
	gone = apply(1, 1, false);
	assert_int_equal(gone.runs, 1);
	assert_int_equal(number("SELECT count(*) FROM run"), 1);
}

static void the_newest_run_of_each_profile_stays(void **state)
{
	char tokyo[27], osaka[27];

	(void)state;
	MAKE_RUN(osaka, 500, 1, { "a.example", VERDICT_HEALTHY, NULL });
	run_sql("UPDATE run SET meta = '{\"profile\":\"osaka\"}'");
	MAKE_RUN(tokyo, 450, 2, { "b.example", VERDICT_HEALTHY, NULL });
	assert_int_equal(apply(400, 90, false).runs, 0);
	assert_int_equal(number("SELECT count(*) FROM run"), 2);
}

static void nothing_goes_while_a_run_is_made(void **state)
{
	const struct retention retention = { time(NULL), DAY, DAY, false };
	struct retention_gone gone;
	struct error e = { 0 };
	char lock[128];

	(void)state;
	snprintf(lock, sizeof(lock), "%s.lock", path);
	int fd = private_lock(lock, &e);
	assert_true(fd >= 0);
	assert_int_equal(retention_apply(store, &retention, &gone, &e), -1);
	assert_int_equal(e.code, EWOULDBLOCK);
	close(fd);
}

/* ---- The check ---- */

static void add_problem(void *context, const char *problem)
{
	str_addf(context, "%s\n", problem);
}

static void a_check_finds_what_was_changed(void **state)
{
	static const struct {
		const char *about, *change, *expect;
	} cases[] = {
		{ "as written", "SELECT 1", NULL },
		{ "evidence changed", "UPDATE evidence SET body = '{}'", "is not as it was written" },
		{ "vssadmin's output changed", "UPDATE evidence SET vssadmin = vssadmin || ' '",
			"is not as it was written" },
		{ "evidence lost", "PRAGMA foreign_keys = OFF; DELETE FROM evidence", "refers to a evidence" },
		{ "a record cut", "UPDATE host_result SET record = substr(record, 1, 100)",
			"the record of a.example is not JSON" },
		{ "a description cut", "UPDATE run SET meta = '{'", "its description is not JSON" },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str problems = { 0 };
		struct store_checked checked;
		struct error e = { 0 };
		char id[27];
		MAKE_RUN(id, 1, 1, { "a.example", VERDICT_HEALTHY, NULL });
		run_sql("%s", c->change);
		must(store_check(store, add_problem, &problems, &checked, &e), &e);
		assert_int_equal(checked.runs, 1);
		assert_int_equal(checked.results, 1);
		if ((c->expect == NULL) != (checked.problems == 0) ||
			(c->expect && !strstr(str_text(&problems), c->expect)))
			fail_msg("%s: %s", c->about, str_text(&problems));
		tear_down(state);
		assert_int_equal(set_up(state), 0);
	}
}

/* ---- The evidence pack ---- */

static void names_of_hosts_stay_inside_the_pack(void **state)
{
	OWN_VALUE(run_info_done) struct run_info info = { 0 };
	const struct report_format *const formats[] = { report_format("csv") };
	struct pack pack = { .store = store, .run = &info, .format = formats, .formats = 1 };
	char id[27], place[128], path_of[256], line[512], long_name[251];
	struct stat st;
	struct error e = { 0 };

	(void)state;
	memset(long_name, 'x', 250);
	long_name[250] = '\0';
	pack.options = (struct report_options){ .lang = "en", .csv_delimiter = ',' };
	MAKE_RUN(id, 1, 1, { "../../up.example", VERDICT_HEALTHY, NULL }, { "two\nlines \\ ", VERDICT_HEALTHY, NULL },
		{ long_name, VERDICT_HEALTHY, NULL }, { "\xe3\x82\xb5.example", VERDICT_HEALTHY, NULL });
	must(store_run(store, id, &info, &e), &e);
	snprintf(place, sizeof(place), "%s/pack", directory);
	must(pack_write(place, &pack, &e), &e);
	static const char *const files[] = { "raw/%2E.%2F..%2Fup.example.txt", "raw/two%0Alines%20%5C%20.txt",
		"raw/%E3%82%B5.example.txt", "hosts.csv", "SHA256SUMS" };
	FOR_EACH(file, files) {
		snprintf(path_of, sizeof(path_of), "%s/%s", place, *file);
		if (stat(path_of, &st) < 0)
			fail_msg("%s is not there", *file);
		assert_int_equal(st.st_mode & 07777, 0600);
	}
	FILE *sums = fopen(path_of, "r");
	size_t lines = 0;
	for (; fgets(line, sizeof(line), sums); lines++)
		assert_true(line[64] == ' ' && line[65] == ' ' && !strstr(line, "../"));
	fclose(sums);
	assert_int_equal(lines, 5 + 4); /* the tables, and an output of each host */
	assert_int_equal(pack_write(place, &pack, &e), -1);
	assert_int_equal(e.code, EEXIST);
}

/* ---- Repairs ---- */

struct repair {
	const char *host, *action, *result;
	int days; /* ago */
};

static void write_journal(const struct repair *results, size_t count)
{
	OWN(journal_close) struct journal *journal = NULL;
	struct error e = { 0 };

	unlink(journal_file);
	if (!(journal = journal_open(journal_file, &e)))
		fail_msg("%s", e.cause);
	for (size_t i = 0; i < count; i++) {
		char change[CHANGE_ID_MAX];
		snprintf(change, sizeof(change), "C-20261101-%02zu", i + 1);
		must(journal_append(journal,
			     json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "type", "change_result", "change", change,
				     "host", results[i].host, "action", results[i].action, "result", results[i].result,
				     "ended", value_time(time(NULL) - results[i].days * DAY)),
			     &e),
			&e);
	}
}

/* "null", or "C-20261101-01 isolate true" with what regressed says. */
static void told(struct str *out, const struct relapse *relapse, const char *host, enum verdict verdict, int event_days)
{
	OWN(sample_free) struct sample *sample = sample_new(host, verdict);
	json_t *record = record_of(sample_run, sample->result);

	if (event_days)
		json_object_set_new(
			json_object_get(record, "events"), "last", value_time(time(NULL) - event_days * DAY));
	assert_int_equal(relapse_tell(relapse, record), 0);
	const json_t *remedied = json_object_get(record, "remedied");
	assert_non_null(remedied);
	if (json_is_object(remedied)) {
		OWN(own_free) char *regressed = json_dumps(json_object_get(remedied, "regressed"), JSON_ENCODE_ANY);
		str_addf(out, "%s %s %s", json_string_value(json_object_get(remedied, "change")),
			json_string_value(json_object_get(remedied, "action")), regressed);
		assert_int_equal(json_is_true(json_object_get(remedied, "regressed")),
			json_is_string(json_object_get(remedied, "back")));
	} else
		str_add(out, "null");
	json_decref(record);
}

static void a_repair_that_did_not_last_is_told(void **state)
{
	static const struct {
		const char *about;
		struct repair results[2];
		enum verdict verdict;
		int event_days; /* ago; 0: as the sample has it */
		const char *expect;
	} cases[] = {
		{ "never repaired", { { "b.example", "isolate", "fixed", 3 } }, VERDICT_AFFECTED, 0, "null" },
		{ "stayed well", { { "a.example", "isolate", "fixed", 3 } }, VERDICT_HEALTHY, 0,
			"C-20261101-01 isolate false" },
		{ "gone again", { { "A.Example", "isolate", "fixed", 3 } }, VERDICT_AFFECTED, 0,
			"C-20261101-01 isolate true" },
		{ "gone for another reason", { { "a.example", "reboot", "fixed_partial", 3 } }, VERDICT_WRITERS_MISSING,
			0, "C-20261101-01 reboot true" },
		{ "in a shared process again", { { "a.example", "isolate", "fixed", 3 } }, VERDICT_SHARED, 0,
			"C-20261101-01 isolate true" },
		{ "shared as a restart leaves it", { { "a.example", "restart-group", "fixed", 3 } }, VERDICT_SHARED, 0,
			"C-20261101-01 restart-group false" },
		{ "at risk by what happened since", { { "a.example", "restart-group", "fixed", 3 } }, VERDICT_AT_RISK,
			1, "C-20261101-01 restart-group true" },
		{ "at risk by what happened before", { { "a.example", "restart-group", "fixed", 3 } }, VERDICT_AT_RISK,
			5, "C-20261101-01 restart-group false" },
		{ "not reached: nobody knows", { { "a.example", "isolate", "fixed", 3 } }, VERDICT_UNREACHABLE, 0,
			"C-20261101-01 isolate null" },
		{ "another fault is no relapse", { { "a.example", "isolate", "fixed", 3 } }, VERDICT_VSS_FAULT, 0,
			"C-20261101-01 isolate false" },
		{ "the repair failed", { { "a.example", "isolate", "fix_failed", 3 } }, VERDICT_AFFECTED, 0, "null" },
		{ "the last one counts",
			{ { "a.example", "restart-group", "fixed", 9 }, { "a.example", "isolate", "fixed", 3 } },
			VERDICT_AFFECTED, 0, "C-20261101-02 isolate true" },
		{ "it was rolled back",
			{ { "a.example", "isolate", "fixed", 3 }, { "a.example", "isolate", "rolled_back", 2 } },
			VERDICT_AFFECTED, 0, "null" },
		{ "it was taken back",
			{ { "a.example", "isolate", "fixed", 3 }, { "a.example", "revert", "fixed", 2 } },
			VERDICT_AFFECTED, 0, "null" },
		{ "a change that passed it by does not end the watch",
			{ { "a.example", "isolate", "fixed", 3 }, { "a.example", "isolate", "deferred", 2 } },
			VERDICT_AFFECTED, 0, "C-20261101-01 isolate true" },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(relapse_done) struct relapse relapse = { 0 };
		OWN_VALUE(str_done) struct str got = { 0 };
		struct error e = { 0 };
		write_journal(c->results, c->results[1].host ? 2 : 1);
		must(relapse_read(&relapse, journal_file, store, &e), &e);
		told(&got, &relapse, "a.example", c->verdict, c->event_days);
		if (strcmp(str_text(&got), c->expect) != 0)
			fail_msg("%s: %s instead of %s", c->about, str_text(&got), c->expect);
	}
}

static void a_watch_ends_after_thirty_scans_that_could_look(void **state)
{
	static const struct repair repaired[] = { { "a.example", "isolate", "fixed", 60 } };
	struct error e = { 0 };
	char id[27];

	(void)state;
	write_journal(repaired, COUNT(repaired));
	MAKE_RUN(id, 61, 0, { "a.example", VERDICT_AFFECTED, NULL }); /* before */
	for (int i = 0; i < RELAPSE_SCANS + 2; i++) {
		OWN_VALUE(relapse_done) struct relapse relapse = { 0 };
		OWN_VALUE(str_done) struct str got = { 0 };
		must(relapse_read(&relapse, journal_file, store, &e), &e);
		told(&got, &relapse, "a.example", VERDICT_HEALTHY, 0);
		assert_string_equal(str_text(&got), "C-20261101-01 isolate false");
		MAKE_RUN(id, 59 - i, 1, { "a.example", i < 2 ? VERDICT_UNREACHABLE : VERDICT_HEALTHY, NULL });
	}
	OWN_VALUE(relapse_done) struct relapse relapse = { 0 };
	OWN_VALUE(str_done) struct str got = { 0 };
	must(relapse_read(&relapse, journal_file, store, &e), &e);
	told(&got, &relapse, "a.example", VERDICT_AFFECTED, 0);
	assert_string_equal(str_text(&got), "null");
}

static void keep_told(const struct relapse *relapse, const char *host, enum verdict verdict, int days)
{
	OWN(sample_free) struct sample *sample = sample_new(host, verdict);
	json_t *meta = json_object();
	struct error e = { 0 };
	char run[27];

	sample->result->checked_at = time(NULL) - days * DAY;
	must(store_run_begin(store, meta, &host, 1, run, &e), &e);
	json_t *record = record_of(run, sample->result);
	assert_int_equal(relapse_tell(relapse, record), 0);
	must(store_put(store, run, record, NULL, &e), &e);
	must(store_run_end(store, run, 0, &e), &e);
	run_sql("UPDATE run SET started = %lld WHERE id = '%s'", (long long)time(NULL) - days * DAY, run);
	json_decref(record);
	json_decref(meta);
}

static void the_summary_says_since_when_and_by_which_remedy(void **state)
{
	static const struct repair repaired[] = { { "a.example", "restart-group", "fixed", 10 } };
	OWN_VALUE(str_done) struct str lines = { 0 };
	char fixed[VALUE_TIME], back[VALUE_TIME], expect[300];
	struct error e = { 0 };

	(void)state;
	write_journal(repaired, COUNT(repaired));
	for (int days = 8; days > 4; days -= 2) { /* back after two days; the second look does not move that */
		OWN_VALUE(relapse_done) struct relapse relapse = { 0 };
		must(relapse_read(&relapse, journal_file, store, &e), &e);
		keep_told(&relapse, "a.example", VERDICT_AFFECTED, days);
	}
	must(relapse_lines(&lines, store, NULL, &e), &e);
	time_utc(fixed, time(NULL) - 10 * DAY);
	time_utc(back, time(NULL) - 8 * DAY);
	snprintf(expect, sizeof(expect), "a.example (fixed %.10s by C-20261101-01; back %.10s)", fixed, back);
	if (!strstr(str_text(&lines), expect) ||
		!strstr(str_text(&lines), "restart-group: 1 of 1 repaired servers that are watched, after 2.0 days"))
		fail_msg("%s", str_text(&lines));
}

static void a_journal_that_is_missing_is_no_error_and_a_broken_one_claims_nothing(void **state)
{
	static const struct repair repaired[] = { { "a.example", "isolate", "fixed", 3 },
		{ "b.example", "isolate", "fixed", 3 } };
	OWN_VALUE(relapse_done) struct relapse relapse = { 0 };
	OWN_VALUE(str_done) struct str got = { 0 };
	struct error e = { 0 };

	(void)state;
	must(relapse_read(&relapse, journal_file, store, &e), &e);
	relapse_done(&relapse);
	write_journal(repaired, COUNT(repaired));
	FILE *f = fopen(journal_file, "r+");
	char line[1024];
	assert_non_null(fgets(line, sizeof(line), f));
	fseek(f, -5, SEEK_END); /* in the last line: the first one is whole */
	fputc('x', f);
	fclose(f);
	assert_int_equal(relapse_read(&relapse, journal_file, store, &e), -1);
	told(&got, &relapse, "a.example", VERDICT_AFFECTED, 0);
	assert_string_equal(str_text(&got), "null");
}

int main(void)
{
#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		IN_STORE(two_runs_are_compared_host_by_host),
		IN_STORE(what_counts_as_something_else_is_worth_a_letter),
		IN_STORE(a_letter_about_a_part_of_a_run_is_followed_by_one_about_the_run),
		IN_STORE(a_renamed_machine_is_the_same_and_a_clone_is_not),
		IN_STORE(machines_under_several_names_are_told),
		IN_STORE(the_run_before_is_complete_and_of_the_same_servers),
		IN_STORE(a_pin_stands_wherever_a_run_does),
		IN_STORE(a_file_of_the_first_version_is_opened_with_all_it_holds),
		IN_STORE(what_is_old_goes_and_what_is_pinned_or_newest_stays),
		IN_STORE(the_newest_run_of_each_profile_stays),
		IN_STORE(nothing_goes_while_a_run_is_made),
		IN_STORE(a_check_finds_what_was_changed),
		IN_STORE(names_of_hosts_stay_inside_the_pack),
		IN_STORE(a_repair_that_did_not_last_is_told),
		IN_STORE(a_watch_ends_after_thirty_scans_that_could_look),
		IN_STORE(the_summary_says_since_when_and_by_which_remedy),
		IN_STORE(a_journal_that_is_missing_is_no_error_and_a_broken_one_claims_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
