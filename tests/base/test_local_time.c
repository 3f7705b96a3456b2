/* Tests of local_time: times that are some, and numbers that are none. */
#include "cases.h"
#include "local_time.h"

#include <stdlib.h>
#include <time.h>

static void a_time_is_told_and_a_number_is_not(void **state)
{
	static const struct {
		int64_t at;
		const char *expect;
	} cases[] = {
		{ 0, "1970-01-01 00:00" },
		{ 1790000000, "2026-09-21 14:13" },
		{ (int64_t)1 << 62, "–" },
		{ INT64_MIN, "–" },
	};
	char text[32];
	(void)state;

	setenv("TZ", "UTC", 1);
	tzset();
	FOR_EACH(c, cases)
		assert_string_equal(local_time(text, sizeof(text), c->at, "%Y-%m-%d %H:%M"), c->expect);
	assert_string_equal(local_time(text, 8, 0, "%Y-%m-%d"), "–");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_time_is_told_and_a_number_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
