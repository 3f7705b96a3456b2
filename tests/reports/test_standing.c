/* standing: since when a server has its verdict, told from day to day as scans do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "record.h"
#include "sample.h"
#include "sql.h"
#include "standing.h"
#include "store_file.h"

#define HOST "a.example"

static void must(int rc, const struct error *e)
{
	if (rc < 0)
		fail_msg("%s", e->cause);
}

static enum verdict verdict_of_letter(char letter)
{
	static const struct {
		char letter;
		enum verdict verdict;
	} letters[] = { { 'a', VERDICT_AFFECTED }, { 'h', VERDICT_HEALTHY }, { 'u', VERDICT_UNREACHABLE },
		{ 'k', VERDICT_UNKNOWN }, { 'b', VERDICT_BUSY } };

	FOR_EACH(l, letters)
		if (l->letter == letter)
			return l->verdict;
	fail_msg("%c is no verdict", letter);
	return VERDICT_UNKNOWN;
}

/* The day that the record of this day says; checked_at of day N is 2026-11-0N. */
static int put_day(struct store *store, const char *run, int day, char letter)
{
	OWN(sample_free) struct sample *sample = sample_new(HOST, verdict_of_letter(letter));
	OWN_VALUE(standing_done) struct standing standing = { 0 };
	json_t *record = record_of(run, sample->result);
	struct error e = { 0 };
	int since = 0;

	json_object_set_new(record, "checked_at", json_sprintf("2026-11-%02dT12:00:00Z", day));
	must(standing_read(&standing, store, run, &e), &e);
	must(standing_tell(&standing, record, &e), &e);
	must(store_put(store, run, record, NULL, &e), &e);
	if (json_is_string(json_object_get(record, "since")))
		sscanf(json_string_value(json_object_get(record, "since")), "2026-11-%dT12:00:00Z", &since);
	json_decref(record);
	return since;
}

/* A letter a day; '-': the host was not asked, 'X': asked by a profile of somebody else, and healthy there. */
static int last_since(struct store *store, const char *days)
{
	int since = 0;

	for (int day = 1; days[day - 1]; day++) {
		char letter = days[day - 1], run[27];
		const char *host = letter == '-' ? "b.example" : HOST;
		json_t *meta = json_pack("{s:s}", "profile", letter == 'X' ? "osaka" : "tokyo");
		struct error e = { 0 };
		must(store_run_begin(store, meta, &host, 1, run, &e), &e);
		json_decref(meta);
		if (letter != '-')
			since = put_day(store, run, day, letter == 'X' ? 'h' : letter);
		must(store_run_end(store, run, 0, &e), &e);
	}
	return since;
}

static void it_is_the_first_day_of_an_unbroken_row(void **state)
{
	static const struct {
		const char *about, *days;
		int expect;
	} cases[] = {
		{ "the first audit ever", "a", 1 },
		{ "always so", "aaa", 1 },
		{ "changed yesterday", "haa", 2 },
		{ "changed and back", "aha", 3 },
		{ "not checked between", "haua", 2 },
		{ "not checked for long", "hukukh", 1 },
		{ "a backup ran between", "haba", 2 },
		{ "not asked between", "ha-a", 2 },
		{ "another profile's server of that name", "haXa", 2 },
		{ "not checked since", "hau", 3 },
		{ "not checked, now for another reason", "huk", 2 },
		{ "a backup runs", "hab", 3 },
		{ "a backup still runs", "habb", 3 },
		{ "well behind a backup that was seen first", "bh", 2 },
	};

	(void)state;
	FOR_EACH(c, cases) {
		struct error e = { 0 };
		OWN(store_close) struct store *store = store_open(":memory:", &e);
		int since = last_since(store, c->days);
		if (since != c->expect)
			fail_msg("%s (%s): since day %d instead of %d", c->about, c->days, since, c->expect);
	}
}

static void it_outlives_the_runs_that_saw_it(void **state)
{
	struct error e = { 0 };
	OWN(store_close) struct store *store = store_open(":memory:", &e);
	const char *host = HOST;
	char run[27];
	json_t *meta = json_pack("{s:s}", "profile", "tokyo");

	(void)state;
	assert_int_equal(last_since(store, "haaa"), 2);
	must(sql_exec(store->db, "DELETE FROM run WHERE seq < (SELECT max(seq) FROM run)", &e), &e);
	must(store_run_begin(store, meta, &host, 1, run, &e), &e);
	json_decref(meta);
	assert_int_equal(put_day(store, run, 9, 'a'), 2);
}

static void a_damaged_record_is_passed_by_and_claims_nothing(void **state)
{
	static const struct {
		const char *about, *days;
		int damaged, expect; /* 0: unknown */
	} cases[] = {
		{ "an older one tells", "haaa", 4, 2 },
		{ "it was the first of the row", "ha", 2, 0 },
		{ "it was of another verdict", "ah", 2, 3 },
	};

	(void)state;
	FOR_EACH(c, cases) {
		struct error e = { 0 };
		OWN(store_close) struct store *store = store_open(":memory:", &e);
		OWN(own_free) char *damage = NULL;
		const char *host = HOST;
		char run[27];
		last_since(store, c->days);
		assert_true(asprintf(&damage, "UPDATE host_result SET record = '{' WHERE run = %d", c->damaged) > 0);
		must(sql_exec(store->db, damage, &e), &e);
		json_t *meta = json_pack("{s:s}", "profile", "tokyo");
		must(store_run_begin(store, meta, &host, 1, run, &e), &e);
		json_decref(meta);
		int since = put_day(store, run, 3 + (c->damaged == 4) * 2, 'a');
		if (since != c->expect)
			fail_msg("%s: since day %d instead of %d", c->about, since, c->expect);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_the_first_day_of_an_unbroken_row),
		cmocka_unit_test(it_outlives_the_runs_that_saw_it),
		cmocka_unit_test(a_damaged_record_is_passed_by_and_claims_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
