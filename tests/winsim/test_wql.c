/* WQL as the simulated WMI reads it. */

#include "cases.h"

#include <string.h>
#include <strings.h>

#include "wql.h"

/* One row: a stopped service. */
static const char *row_value(void *context, const char *column)
{
	static const char *const row[][2] = { { "Name", "EventSystem" }, { "ProcessId", "816" }, { "State", "Running" },
		{ "TimeGenerated", "20261122120541.000000+000" } };

	(void)context;
	FOR_EACH(value, row)
		if (strcasecmp((*value)[0], column) == 0)
			return (*value)[1];
	return NULL;
}

static void conditions_select_rows(void **state)
{
	static const struct {
		const char *about, *wql;
		int expect; /* -1: refused; 0, 1: does the row match */
	} cases[] = {
		{ "no condition", "SELECT Name FROM Win32_Service", 1 },
		{ "words in any case", "select * from Win32_Service where name = 'eventsystem'", 1 },
		{ "another name", "SELECT Name FROM Win32_Service WHERE Name='nsi'", 0 },
		{ "numbers compare as numbers", "SELECT Name FROM Win32_Service WHERE ProcessId > 99", 1 },
		{ "and binds before or", "SELECT Name FROM S WHERE Name='x' AND State='y' OR ProcessId=816", 1 },
		{ "parentheses bind first", "SELECT Name FROM S WHERE Name='x' AND (State='y' OR ProcessId=816)", 0 },
		{ "not", "SELECT Name FROM S WHERE NOT Name='nsi'", 1 },
		{ "unequal", "SELECT Name FROM S WHERE Name <> 'EventSystem'", 0 },
		{ "LIKE", "SELECT Name FROM S WHERE Name LIKE 'Event%'", 1 },
		{ "a null is equal to nothing", "SELECT Name FROM S WHERE InstallDate = ''", 0 },
		{ "IS NULL", "SELECT Name FROM S WHERE InstallDate IS NULL", 1 },
		{ "later than", "SELECT Name FROM S WHERE TimeGenerated >= '20181001000000.000000+000'", 1 },
		{ "earlier than", "SELECT Name FROM S WHERE TimeGenerated < '20181001000000.000000+000'", 0 },
		{ "no class", "SELECT Name FROM", -1 },
		{ "no columns", "SELECT FROM Win32_Service", -1 },
		{ "an open quote", "SELECT Name FROM S WHERE Name='x", -1 },
		{ "an open parenthesis", "SELECT Name FROM S WHERE (Name='x'", -1 },
		{ "something behind the end", "SELECT Name FROM S WHERE Name='x' ORDER BY Name", -1 },
	};
	struct wql query;

	(void)state;
	FOR_EACH(c, cases) {
		int got = wql_parse(&query, c->wql) < 0 ? -1 : wql_matches(&query, row_value, NULL);
		if (got != c->expect)
			fail_msg("%s: %d", c->about, got);
	}
}

static void associators_name_the_service(void **state)
{
	struct wql query;

	(void)state;
	assert_int_equal(0, wql_parse(&query, "ASSOCIATORS OF {Win32_Service.Name='EventSystem'} WHERE "
					      "AssocClass=Win32_DependentService Role=Antecedent"));
	assert_string_equal("EventSystem", query.associators_of);
	assert_true(query.role_antecedent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions_select_rows),
		cmocka_unit_test(associators_name_the_service),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
