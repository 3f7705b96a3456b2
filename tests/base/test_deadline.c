/* Tests of deadline: what ends it, without waiting for anything. */
#include "cases.h"
#include "deadline.h"

enum { LONG_MS = 3600000 };

static void the_time_that_is_left_is_the_nearer_of_deadline_and_stop(void **state)
{
	static const struct {
		const char *about;
		int64_t deadline_in, stop_in; /* ms from now; 0 for the stop: none */
		bool now;
		int64_t at_least, at_most;
		bool stopped, aborted;
	} cases[] = {
		{ "an hour, no stop", LONG_MS, 0, false, LONG_MS - 60000, LONG_MS, false, false },
		{ "passed", -1, 0, false, 0, 0, false, false },
		{ "the stop is nearer", LONG_MS, 600000, false, 540000, 600000, false, false },
		{ "the deadline is nearer", 600000, LONG_MS, false, 540000, 600000, false, false },
		{ "the stop has come", LONG_MS, -1, false, 0, 0, true, false },
		{ "the deadline was first", -1000, -1, false, 0, 0, false, false },
		{ "aborted", LONG_MS, 0, true, 0, 0, true, true },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct stop stop = { .at_ms = c->stop_in ? clock_ms() + c->stop_in : 0, .now = c->now, .wake_fd = -1 };
		struct deadline d = deadline_in(c->deadline_in, &stop);
		int64_t left = deadline_left(d);
		if (left < c->at_least || left > c->at_most)
			fail_msg("%s: %lld ms left", c->about, (long long)left);
		if (deadline_stopped(d) != c->stopped || deadline_aborted(d) != c->aborted)
			fail_msg("%s: stopped or aborted is wrong", c->about);
	}
}

static void without_a_stop_only_time_counts(void **state)
{
	struct deadline d = deadline_in(LONG_MS, NULL);
	(void)state;
	assert_true(deadline_left(d) > LONG_MS - 60000);
	assert_false(deadline_stopped(d));
	assert_false(deadline_aborted(d));
}

static void waiting_ends_at_once_when_there_is_nothing_to_wait_for(void **state)
{
	static const struct {
		const char *about;
		int64_t deadline_in, wait_ms;
		bool now, whole;
	} cases[] = {
		{ "nothing", LONG_MS, 0, false, true },
		{ "the deadline has passed", -1, LONG_MS, false, false },
		{ "aborted", LONG_MS, LONG_MS, true, false },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct stop stop = { .now = c->now, .wake_fd = -1 };
		if (deadline_wait(deadline_in(c->deadline_in, &stop), c->wait_ms) != c->whole)
			fail_msg("%s", c->about);
	}
}

static void cleaning_up_has_its_reserve_after_the_deadline_and_the_soft_stop(void **state)
{
	struct stop none = { .wake_fd = -1 }, soft = { .at_ms = clock_ms() - 1, .wake_fd = -1 };
	(void)state;

	assert_true(deadline_left(deadline_reserve(deadline_in(-1000, &none), 10000)) > 5000);
	assert_true(deadline_left(deadline_reserve(deadline_in(LONG_MS, &none), 10000)) > 60000);
	int64_t after_stop = deadline_left(deadline_reserve(deadline_in(LONG_MS, &soft), 10000));
	assert_true(after_stop > 5000 && after_stop <= 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_time_that_is_left_is_the_nearer_of_deadline_and_stop),
		cmocka_unit_test(without_a_stop_only_time_counts),
		cmocka_unit_test(waiting_ends_at_once_when_there_is_nothing_to_wait_for),
		cmocka_unit_test(cleaning_up_has_its_reserve_after_the_deadline_and_the_soft_stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
