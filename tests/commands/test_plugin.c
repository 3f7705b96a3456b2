/* The monitoring plugin: what it says of a run, and that it is never OK about what nobody checked. */
#include "cases.h"

#include <stdlib.h>
#include <string.h>

#include "plugin.h"

enum { NOW = 1795349141, HOUR = 3600, TOTAL = 1000 };

static struct plugin plugin_with(const char *warning, const char *critical)
{
	static char text[2][200]; /* the ranges point into them */
	struct plugin plugin = { .max_age_s = 26 * HOUR };
	struct error e = { 0 };

	snprintf(text[0], sizeof(text[0]), "%s", warning);
	snprintf(text[1], sizeof(text[1]), "%s", critical);
	assert_int_equal(thresholds_read(&plugin.warning, text[0], &e), 0);
	assert_int_equal(thresholds_read(&plugin.critical, text[1], &e), 0);
	return plugin;
}

static struct run_info run_of(const char *state, int64_t age)
{
	return (struct run_info){
		.state = state, .started = NOW - age - 60, .ended = NOW - age, .total = TOTAL, .done = TOTAL
	};
}

/* All healthy but for the first two numbers. */
static struct figures figures_with(enum verdict verdict, unsigned count, unsigned waived)
{
	struct figures figures = { .total = TOTAL, .seen = TOTAL };

	figures.verdict[VERDICT_HEALTHY] = TOTAL - count;
	figures.verdict[verdict] += count;
	figures.waived[verdict] = waived;
	return figures;
}

static void the_state_follows_from_the_run(void **state)
{
	static const char warnings[] = "vss_fault=0,at_risk=0,not_checked=0,coverage=95:";
	static const char criticals[] = "affected=0,writers_missing=0";
	static const struct {
		const char *about, *warning, *critical, *run;
		enum verdict verdict;
		unsigned count, waived;
		int64_t age;
		enum plugin_state expect;
	} cases[] = {
		{ "all are well", warnings, criticals, "complete", VERDICT_HEALTHY, 0, 0, HOUR, PLUGIN_OK },
		{ "one lost its writers", warnings, criticals, "complete", VERDICT_AFFECTED, 1, 0, HOUR,
			PLUGIN_CRITICAL },
		{ "it is waived", warnings, criticals, "complete", VERDICT_AFFECTED, 1, 1, HOUR, PLUGIN_OK },
		{ "one of two is", warnings, criticals, "complete", VERDICT_AFFECTED, 2, 1, HOUR, PLUGIN_CRITICAL },
		{ "another fault", warnings, criticals, "complete", VERDICT_VSS_FAULT, 1, 0, HOUR, PLUGIN_WARNING },
		{ "backups run", warnings, criticals, "complete", VERDICT_BUSY, TOTAL, 0, HOUR, PLUGIN_OK },
		{ "one was not reached", warnings, criticals, "complete", VERDICT_UNREACHABLE, 1, 0, HOUR,
			PLUGIN_WARNING },
		{ "one is unknown, and nobody asked to hear of it", "not_checked=~:", "", "complete", VERDICT_UNKNOWN,
			1, 0, HOUR, PLUGIN_WARNING },
		{ "a range that would allow it", "not_checked=20", "not_checked=100", "complete", VERDICT_UNREACHABLE,
			20, 0, HOUR, PLUGIN_WARNING },
		{ "too many not checked", "", "not_checked=100", "complete", VERDICT_UNREACHABLE, 101, 0, HOUR,
			PLUGIN_CRITICAL },
		{ "coverage below", "", "coverage=90:", "complete", VERDICT_UNKNOWN, 101, 0, HOUR, PLUGIN_CRITICAL },
		{ "coverage at its limit", "", "coverage=90:", "complete", VERDICT_UNKNOWN, 100, 0, HOUR,
			PLUGIN_WARNING },
		{ "a run of too few servers", "hosts=1001:", "", "complete", VERDICT_HEALTHY, 0, 0, HOUR,
			PLUGIN_WARNING },
		{ "the run was cut", warnings, criticals, "partial", VERDICT_AFFECTED, 1, 0, HOUR, PLUGIN_UNKNOWN },
		{ "the run goes on", warnings, criticals, "running", VERDICT_HEALTHY, 0, 0, HOUR, PLUGIN_UNKNOWN },
		{ "as old as it may be", warnings, criticals, "complete", VERDICT_HEALTHY, 0, 0, 26 * HOUR, PLUGIN_OK },
		{ "too old", warnings, criticals, "complete", VERDICT_HEALTHY, 0, 0, 26 * HOUR + 1, PLUGIN_UNKNOWN },
		{ "of tomorrow", warnings, criticals, "complete", VERDICT_HEALTHY, 0, 0, -1, PLUGIN_UNKNOWN },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str line = { 0 };
		struct plugin plugin = plugin_with(c->warning, c->critical);
		struct run_info run = run_of(c->run, c->age);
		struct figures figures = figures_with(c->verdict, c->count, c->waived);
		enum plugin_state got = plugin_judge(&plugin, &run, &figures, NOW, &line);
		const char *bar = strchr(str_text(&line), '|');
		size_t length = bar ? (size_t)(bar - str_text(&line)) : line.len;
		if (got != c->expect)
			fail_msg("%s: %d instead of %d: %s", c->about, got, c->expect, str_text(&line));
		if (length > PLUGIN_LINE_MAX || strchr(str_text(&line), '\n') || !bar != (got == PLUGIN_UNKNOWN))
			fail_msg("%s: no line of a plugin: %s", c->about, str_text(&line));
	}
}

static void a_run_without_servers_is_unknown(void **state)
{
	OWN_VALUE(str_done) struct str line = { 0 };
	struct plugin plugin = plugin_with("", "");
	struct run_info run = run_of("complete", HOUR);
	struct figures figures = { 0 };

	(void)state;
	assert_int_equal(plugin_judge(&plugin, &run, &figures, NOW, &line), PLUGIN_UNKNOWN);
}

static void the_line_is_the_contracts(void **state)
{
	OWN_VALUE(str_done) struct str line = { 0 };
	struct plugin plugin = plugin_with("not_checked=20,coverage=95:", "affected=0,not_checked=100,coverage=90:");
	struct run_info run = run_of("complete", 2 * HOUR);
	struct figures figures = figures_with(VERDICT_AFFECTED, 18, 2);

	(void)state;
	figures.verdict[VERDICT_UNREACHABLE] = 48;
	figures.verdict[VERDICT_HEALTHY] -= 48;
	assert_int_equal(plugin_judge(&plugin, &run, &figures, NOW, &line), PLUGIN_CRITICAL);
	assert_string_equal(str_text(&line),
		"VSSFLEET CRITICAL: 18 affected, 2 waived, 48 not checked of 1000 (2 h old)|"
		"affected=18;;0;0;1000 writers_missing=0;;;0;1000 vss_fault=0;;;0;1000 unreachable=48;;;0;1000 "
		"unknown=0;;;0;1000 fix_pending=0;;;0;1000 at_risk=0;;;0;1000 busy=0;;;0;1000 shared=0;;;0;1000 "
		"healthy=934;;;0;1000 hosts=1000;;;0; not_checked=48;20;100;0;1000 coverage=95.2%;95:;90:;0;100 "
		"age=7200s;93600");
}

static void what_is_unknown_is_said_safely_and_short(void **state)
{
	OWN_VALUE(str_done) struct str line = { 0 };
	char why[700] = "a|b\n\x1b[31m";

	(void)state;
	for (size_t i = strlen(why); i + 3 < sizeof(why); i += 3)
		memcpy(why + i, "ラ", 4);
	assert_int_equal(plugin_unknown(&line, why), PLUGIN_UNKNOWN);
	assert_memory_equal(str_text(&line), "VSSFLEET UNKNOWN: a/b\\x0a\\x1b[31m", 33);
	assert_in_range(line.len, PLUGIN_LINE_MAX - 3, PLUGIN_LINE_MAX);
	assert_string_equal(str_text(&line) + line.len - 6, "ラ...");
}

static void ranges_are_those_of_all_plugins(void **state)
{
	static const struct {
		const char *range;
		double value;
		int alarms; /* -1: no range */
	} cases[] = {
		{ "10", 10, 0 },
		{ "10", 10.5, 1 },
		{ "0", 1, 1 },
		{ "0", 0, 0 },
		{ "10:", 9, 1 },
		{ "10:", 10, 0 },
		{ "~:10", 10, 0 },
		{ "~:10", 11, 1 },
		{ "10:20", 20, 0 },
		{ "10:20", 21, 1 },
		{ "@10:20", 10, 1 },
		{ "@10:20", 9, 0 },
		{ "@0", 0, 1 },
		{ "~:", 1e9, 0 },
		{ ":5", 6, 1 },
		{ "99.5:", 99.4, 1 },
		{ "", 0, -1 },
		{ "x", 0, -1 },
		{ "10x", 0, -1 },
		{ "20:10", 0, -1 },
		{ "1e3", 0, -1 },
		{ "nan", 0, -1 },
		{ "~", 0, -1 },
		{ "1.2.3", 0, -1 },
		{ "-1", 0, -1 },
		{ "10 ", 0, -1 },
		{ "1:2:3", 0, -1 },
		{ "@", 0, -1 },
	};

	(void)state;
	FOR_EACH(c, cases) {
		struct thresholds thresholds = { 0 };
		struct error e = { 0 };
		char list[40];
		snprintf(list, sizeof(list), "affected=%s", c->range);
		int rc = thresholds_read(&thresholds, list, &e);
		if ((rc < 0) != (c->alarms < 0))
			fail_msg("%s: %s", c->range, rc < 0 ? e.cause : "is taken for a range");
		if (rc == 0 && range_alarms(&thresholds.of[VERDICT_AFFECTED], c->value) != c->alarms)
			fail_msg("%s: %g", c->range, c->value);
	}
}

static void a_list_that_nobody_can_mean_is_refused(void **state)
{
	static const char *const lists[] = { "gone=0", "affected", "affected=0,=1", "AFFECTED=0" };

	(void)state;
	FOR_EACH(given, lists) {
		struct thresholds thresholds = { 0 };
		struct error e = { 0 };
		char list[40];
		snprintf(list, sizeof(list), "%s", *given);
		if (thresholds_read(&thresholds, list, &e) == 0)
			fail_msg("%s is accepted", *given);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_state_follows_from_the_run),
		cmocka_unit_test(a_run_without_servers_is_unknown),
		cmocka_unit_test(the_line_is_the_contracts),
		cmocka_unit_test(what_is_unknown_is_said_safely_and_short),
		cmocka_unit_test(ranges_are_those_of_all_plugins),
		cmocka_unit_test(a_list_that_nobody_can_mean_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
