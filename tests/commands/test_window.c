/* The change window: what opens it, and how long to wait for it. */
#include "cases.h"

#include <stdlib.h>
#include <string.h>

#include "windows.h"

enum { HOUR = 3600 };

static time_t at(int hour, int minute, int second)
{
	struct tm tm = {
		.tm_year = 126, .tm_mon = 10, .tm_mday = 23, .tm_hour = hour, .tm_min = minute, .tm_sec = second
	};
	return timegm(&tm);
}

static void it_is_open_from_its_first_minute_to_before_its_last(void **state)
{
	static const struct {
		const char *about, *window;
		int hour, minute, second;
		unsigned opens_in;
	} cases[] = {
		{ "in the day", "08:00-17:30", 12, 0, 0, 0 },
		{ "its first second", "08:00-17:30", 8, 0, 0, 0 },
		{ "a second before", "08:00-17:30", 7, 59, 59, 1 },
		{ "its last second", "08:00-17:30", 17, 29, 59, 0 },
		{ "its end", "08:00-17:30", 17, 30, 0, 14 * HOUR + HOUR / 2 },
		{ "through midnight, before it", "22:00-04:00", 23, 59, 59, 0 },
		{ "through midnight, after it", "22:00-04:00", 0, 0, 0, 0 },
		{ "through midnight, its end", "22:00-04:00", 4, 0, 0, 18 * HOUR },
		{ "through midnight, eight minutes before", "22:00-04:00", 21, 52, 0, 8 * 60 },
	};
	(void)state;

	FOR_EACH(c, cases) {
		struct window window = { 0 };
		struct error e = { 0 };
		time_t now = at(c->hour, c->minute, c->second);
		assert_int_equal(window_parse(c->window, &window, &e), 0);
		if (window_opens_in(&window, now) != c->opens_in || window_is_open(&window, now) != !c->opens_in)
			fail_msg("%s: opens in %u s instead of %u", c->about, window_opens_in(&window, now),
				c->opens_in);
	}
}

static void without_one_it_is_always_open(void **state)
{
	const struct window none = { 0 };
	(void)state;

	assert_true(window_is_open(&none, at(12, 0, 0)));
	assert_int_equal(window_opens_in(&none, at(0, 0, 0)), 0);
}

static void anything_else_is_no_window(void **state)
{
	static const char *const texts[] = { "", "22:00", "22:00-", "22:00-24:00", "22:60-23:00", "2:00-04:00",
		"22:00-04:00 ", " 22:00-04:00", "22:00-22:00", "-1:00-04:00", "22:00/04:00", "22:00-04:000" };
	(void)state;

	FOR_EACH(text, texts) {
		struct window window = { 0 };
		struct error e = { 0 };
		if (window_parse(*text, &window, &e) == 0 || e.kind != ERROR_LOCAL || window.given)
			fail_msg("\"%s\" was taken", *text);
	}
}

static void of_a_host_counts_the_first_window_that_is_for_it(void **state)
{
	static const struct {
		const char *about, *windows, *groups[3];
		unsigned opens_in; /* at noon */
	} cases[] = {
		{ "one for all", "08:00-17:30", { "tokyo" }, 0 },
		{ "of its group", "tokyo=13:00-14:00", { "tokyo" }, HOUR },
		{ "of another group", "tokyo=11:00-14:00", { "osaka" }, WINDOW_NEVER_S },
		{ "of another group, and one for all", "tokyo=11:00-14:00,14:00-15:00", { "osaka" }, 2 * HOUR },
		{ "the first of two", "sql=13:00-14:00,tokyo=11:00-14:00", { "sql", "tokyo" }, HOUR },
		{ "one for all comes first", "13:00-14:00,tokyo=11:00-14:00", { "tokyo" }, HOUR },
		{ "in no group", "tokyo=11:00-14:00,11:00-12:30", { NULL }, 0 },
	};
	(void)state;

	FOR_EACH(c, cases) {
		OWN_VALUE(windows_done) struct windows windows = { 0 };
		struct host host = { .groups = (char **)c->groups };
		struct error e = { 0 };
		for (; c->groups[host.group_count]; host.group_count++)
			;
		if (windows_parse(&windows, c->windows, &e) < 0)
			fail_msg("%s: %s", c->about, e.cause);
		unsigned seconds = windows_open_in(&windows, &host, at(12, 0, 0));
		if (seconds != c->opens_in)
			fail_msg("%s: opens in %u s instead of %u", c->about, seconds, c->opens_in);
	}
}

static void without_windows_any_host_may_be_changed(void **state)
{
	const struct windows none = { 0 };
	const struct host host = { .name = "srv" };
	(void)state;

	assert_int_equal(windows_open_in(&none, &host, at(12, 0, 0)), 0);
}

static void anything_else_is_no_list_of_windows(void **state)
{
	static const char *const texts[] = { "", ",", "22:00-04:00,", "=22:00-04:00", "tokyo=", "tokyo",
		"tokyo=22:00-04:00;osaka=22:00-04:00", "tokyo=22:00-04:00, 01:00-02:00" };
	(void)state;

	FOR_EACH(text, texts) {
		OWN_VALUE(windows_done) struct windows windows = { 0 };
		struct error e = { 0 };
		if (windows_parse(&windows, *text, &e) == 0 || e.kind != ERROR_LOCAL)
			fail_msg("\"%s\" was taken", *text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_open_from_its_first_minute_to_before_its_last),
		cmocka_unit_test(without_one_it_is_always_open),
		cmocka_unit_test(anything_else_is_no_window),
		cmocka_unit_test(of_a_host_counts_the_first_window_that_is_for_it),
		cmocka_unit_test(without_windows_any_host_may_be_changed),
		cmocka_unit_test(anything_else_is_no_list_of_windows),
	};
	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
