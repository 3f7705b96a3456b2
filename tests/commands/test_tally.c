/* The exit code of a run, and the summary's arithmetic. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "tally.h"

enum {
	DEFAULT_FAIL_ON = 1 << VERDICT_AFFECTED | 1 << VERDICT_WRITERS_MISSING | 1 << VERDICT_VSS_FAULT |
			  1 << VERDICT_FIX_PENDING | 1 << VERDICT_AT_RISK
};

static void the_exit_code_follows_findings_and_coverage(void **state)
{
	static const struct {
		const char *about;
		unsigned total, fail_on, min_coverage;
		unsigned count[VERDICTS];
		int expect;
	} cases[] = {
		{ "all healthy", 3, DEFAULT_FAIL_ON, 100, { [VERDICT_HEALTHY] = 3 }, EXIT_OK },
		{ "shared is neutral", 2, DEFAULT_FAIL_ON, 100, { [VERDICT_SHARED] = 2 }, EXIT_OK },
		{ "shared by policy", 2, DEFAULT_FAIL_ON | 1 << VERDICT_SHARED, 100, { [VERDICT_SHARED] = 2 },
			EXIT_FINDINGS },
		{ "busy is neutral", 1, DEFAULT_FAIL_ON, 100, { [VERDICT_BUSY] = 1 }, EXIT_OK },
		{ "one affected", 3, DEFAULT_FAIL_ON, 100, { [VERDICT_AFFECTED] = 1, [VERDICT_HEALTHY] = 2 },
			EXIT_FINDINGS },
		{ "fail on nothing", 1, 0, 100, { [VERDICT_AFFECTED] = 1 }, EXIT_OK },
		{ "one unknown", 3, DEFAULT_FAIL_ON, 100, { [VERDICT_UNKNOWN] = 1, [VERDICT_HEALTHY] = 2 },
			EXIT_INCOMPLETE },
		{ "one unreachable", 3, DEFAULT_FAIL_ON, 100, { [VERDICT_UNREACHABLE] = 1, [VERDICT_HEALTHY] = 2 },
			EXIT_INCOMPLETE },
		{ "one never begun", 3, DEFAULT_FAIL_ON, 100, { [VERDICT_HEALTHY] = 2 }, EXIT_INCOMPLETE },
		{ "both", 3, DEFAULT_FAIL_ON, 100,
			{ [VERDICT_AT_RISK] = 1, [VERDICT_UNKNOWN] = 1, [VERDICT_HEALTHY] = 1 }, EXIT_BOTH },
		{ "coverage exactly met", 20, DEFAULT_FAIL_ON, 95, { [VERDICT_UNKNOWN] = 1, [VERDICT_HEALTHY] = 19 },
			EXIT_OK },
		{ "coverage just missed", 1000, DEFAULT_FAIL_ON, 95,
			{ [VERDICT_UNKNOWN] = 51, [VERDICT_HEALTHY] = 949 }, EXIT_INCOMPLETE },
		{ "nothing checked", 1, DEFAULT_FAIL_ON, 1, { [VERDICT_UNREACHABLE] = 1 }, EXIT_INCOMPLETE },
	};
	(void)state;

	FOR_EACH(c, cases) {
		struct tally tally = { .total = c->total };
		for (int v = 0; v < VERDICTS; v++)
			tally.verdict[v].count = c->count[v];
		int got = tally_exit(&tally, c->fail_on, c->min_coverage);
		if (got != c->expect)
			fail_msg("%s: exit %d instead of %d", c->about, got, c->expect);
	}
}

static void waived_findings_leave_the_exit_code_and_nothing_else(void **state)
{
	static const struct {
		const char *about;
		unsigned affected, waived_affected, shared, waived_shared, unknown;
		int expect;
	} cases[] = {
		{ "all findings waived", 2, 2, 0, 0, 0, EXIT_OK },
		{ "one of two", 2, 1, 0, 0, 0, EXIT_FINDINGS },
		{ "shared by policy", 0, 0, 3, 3, 0, EXIT_OK },
		{ "of another verdict", 1, 0, 3, 3, 0, EXIT_FINDINGS },
		{ "what was not checked stays so", 2, 2, 0, 0, 1, EXIT_INCOMPLETE },
		{ "both", 2, 1, 0, 0, 1, EXIT_BOTH },
	};
	(void)state;

	FOR_EACH(c, cases) {
		struct tally tally = { .total = c->affected + c->shared + c->unknown };
		tally.verdict[VERDICT_AFFECTED].count = c->affected;
		tally.verdict[VERDICT_SHARED].count = c->shared;
		tally.verdict[VERDICT_UNKNOWN].count = c->unknown;
		tally.waived[VERDICT_AFFECTED] = c->waived_affected;
		tally.waived[VERDICT_SHARED] = c->waived_shared;
		int got = tally_exit(&tally, DEFAULT_FAIL_ON | 1 << VERDICT_SHARED, 100);
		if (got != c->expect)
			fail_msg("%s: exit %d instead of %d", c->about, got, c->expect);
	}
}

static void what_comes_next_can_be_pasted(void **state)
{
	struct run_info run = { .id = "01TEST", .state = "complete" };
	struct tally tally = { .total = 1 };
	char *name = "gone.example", *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	(void)state;

	tally.verdict[VERDICT_AFFECTED].count = 1;
	tally.verdict[VERDICT_AFFECTED].name = &name;
	tally_print_next(&tally, &run, "/srv/a b\033[2J.db", out);
	fclose(out);
	assert_non_null(strstr(text, "vssfleet show gone.example --run 01TEST --store '/srv/a b\\x1b[2J.db'\n"));
	assert_non_null(strstr(text, "-l verdict:affected --store '/srv/a b\\x1b[2J.db'   (a dry run"));
	free(text);
}

static void almost_complete_never_reads_as_complete(void **state)
{
	struct tally tally = { .total = 100000 };
	struct run_info run = { .id = "01TEST", .state = "complete" };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	(void)state;

	tally.verdict[VERDICT_HEALTHY].count = 99999;
	tally_print(&tally, &run, out);
	fclose(out);
	assert_non_null(strstr(text, "Coverage 99.9 %"));
	assert_non_null(strstr(text, "NOT CHECKED"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_exit_code_follows_findings_and_coverage),
		cmocka_unit_test(waived_findings_leave_the_exit_code_and_nothing_else),
		cmocka_unit_test(what_comes_next_can_be_pasted),
		cmocka_unit_test(almost_complete_never_reads_as_complete),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
