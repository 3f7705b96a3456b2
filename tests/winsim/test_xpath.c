/* The XPath of event queries. */

#include "cases.h"

#include "xpath.h"

static void queries_select_events(void **state)
{
	static const struct event_kind kind = { "Application", "VSS", 8193, 2, { "CoCreateInstance" } };
	static const struct event event = { .kind = &kind, .when = 1000000, .record = 37001 };
	static const struct {
		const char *about, *query;
		enum xpath_result expect;
	} cases[] = {
		{ "all", "*", XPATH_YES },
		{ "the provider", "*[System[Provider[@Name='VSS']]]", XPATH_YES },
		{ "another provider", "*[System[Provider[@Name='ESENT']]]", XPATH_NO },
		{ "one of two providers", "*[System[Provider[@Name='ESENT' or @Name='VSS']]]", XPATH_YES },
		{ "one of the ids", "*[System[(EventID=13 or EventID=8193)]]", XPATH_YES },
		{ "and binds before or", "*[System[EventID=13 and Level=2 or EventID=8193]]", XPATH_YES },
		{ "young enough", "*[System[TimeCreated[timediff(@SystemTime) <= 60000]]]", XPATH_YES },
		{ "too old", "*[System[TimeCreated[timediff(@SystemTime) <= 59000]]]", XPATH_NO },
		{ "since a time", "*[System[TimeCreated[@SystemTime>='1970-01-12T13:46:40.000Z']]]", XPATH_YES },
		{ "behind a record", "*[System[EventRecordID > 37001]]", XPATH_NO },
		{ "by its data", "*[EventData[Data='CoCreateInstance']]", XPATH_YES },
		{ "all together",
			"*[System[Provider[@Name='VSS'] and (EventID=13 or EventID=8193) and "
			"TimeCreated[timediff(@SystemTime) <= 604800000]]]",
			XPATH_YES },
		{ "an open bracket", "*[System[EventID=13]", XPATH_MALFORMED },
		{ "an unknown element", "*[System[Nothing=1]]", XPATH_MALFORMED },
		{ "an attribute elsewhere", "*[System[@Name='VSS']]", XPATH_MALFORMED },
		{ "nothing", "", XPATH_MALFORMED },
	};

	(void)state;
	FOR_EACH(c, cases)
		if (xpath_selects(c->query, &event, 1000060) != c->expect)
			fail_msg("%s: %d", c->about, xpath_selects(c->query, &event, 1000060));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(queries_select_events) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
