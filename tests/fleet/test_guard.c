/* A credential proves itself on one host, and three rejections suspend it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <pthread.h>
#include <string.h>

#include "guard.h"

enum { SOON_MS = 30000, WORKERS = 24, TURNS = 40 };

static int enter(struct guard *g, unsigned *turn, struct error *e)
{
	error_clear(e);
	return guard_enter(g, deadline_in(SOON_MS, NULL), turn, e);
}

static void the_first_is_alone_until_it_is_accepted(void **state)
{
	OWN(guard_free) struct guard *g = guard_new("svc");
	struct error e = { 0 };
	unsigned first, second, third;
	(void)state;

	assert_int_equal(enter(g, &first, &e), 0);
	assert_int_not_equal(first, 0);
	assert_int_equal(guard_enter(g, deadline_in(0, NULL), &second, &e), -1); /* its turn does not come in no time */
	assert_int_equal(e.kind, ERROR_TIMEOUT);
	guard_leave(g, first, GUARD_ACCEPTED);
	assert_int_equal(enter(g, &second, &e), 0);
	assert_int_equal(enter(g, &third, &e), 0);
	assert_int_equal(second + third, 0);
}

static void three_rejections_suspend_it(void **state)
{
	OWN(guard_free) struct guard *g = guard_new("CORP\\svc");
	struct error e = { 0 };
	unsigned turn;
	(void)state;

	for (int i = 0; i < GUARD_REJECTIONS; i++) {
		assert_int_equal(enter(g, &turn, &e), 0);
		guard_leave(g, turn, GUARD_REJECTED);
	}
	assert_int_equal(enter(g, &turn, &e), -1);
	assert_int_equal(e.kind, ERROR_AUTH);
	assert_non_null(strstr(e.cause, "CORP\\svc"));
}

static void a_success_forgets_rejections_and_a_dead_host_is_no_opinion(void **state)
{
	OWN(guard_free) struct guard *g = guard_new("svc");
	static const enum guard_outcome outcomes[] = { GUARD_REJECTED, GUARD_UNTRIED, GUARD_REJECTED, GUARD_ACCEPTED,
		GUARD_REJECTED, GUARD_REJECTED, GUARD_UNTRIED };
	struct error e = { 0 };
	unsigned turn;
	(void)state;

	FOR_EACH(outcome, outcomes) {
		assert_int_equal(enter(g, &turn, &e), 0);
		guard_leave(g, turn, *outcome);
	}
	assert_int_equal(enter(g, &turn, &e), 0);
	assert_int_not_equal(turn, 0); /* two rejections since the success: one at a time again */
}

static void a_rejection_closes_it_for_those_who_come_later(void **state)
{
	OWN(guard_free) struct guard *g = guard_new("svc");
	struct error e = { 0 };
	unsigned a, b, c, d;
	(void)state;

	assert_int_equal(enter(g, &a, &e), 0);
	guard_leave(g, a, GUARD_ACCEPTED);
	assert_int_equal(enter(g, &a, &e), 0);
	assert_int_equal(enter(g, &b, &e), 0);
	guard_leave(g, a, GUARD_REJECTED);
	assert_int_equal(enter(g, &c, &e), 0);
	assert_int_not_equal(c, 0);
	guard_leave(g, b, GUARD_REJECTED); /* in hand since before: it does not give c's turn away */
	assert_int_equal(guard_enter(g, deadline_in(0, NULL), &d, &e), -1);
}

static void silent_hosts_may_still_say_no(void **state)
{
	OWN(guard_free) struct guard *g = guard_new("svc");
	struct error e = { 0 };
	unsigned turns[GUARD_REJECTIONS], next;
	(void)state;

	/* Each had its turn, and another after it: as if it had been silent for GUARD_PATIENCE_MS. */
	for (int i = 0; i < GUARD_REJECTIONS; i++) {
		assert_int_equal(guard_enter(g, deadline_in(2 * GUARD_PATIENCE_MS, NULL), &turns[i], &e), 0);
		assert_int_not_equal(turns[i], 0);
	}
	assert_int_equal(guard_enter(g, deadline_in(0, NULL), &next, &e), -1);
	assert_int_equal(e.kind, ERROR_TIMEOUT);
	error_clear(&e);
	guard_leave(g, turns[0], GUARD_ACCEPTED);
	assert_int_equal(enter(g, &next, &e), 0);
	assert_int_equal(next, 0);
}

static void what_is_known_to_be_wrong_goes_nowhere(void **state)
{
	OWN(guard_free) struct guard *g = guard_new("svc");
	struct error e = { 0 };
	unsigned turn;
	(void)state;

	assert_int_equal(enter(g, &turn, &e), 0);
	guard_leave(g, turn, GUARD_ACCEPTED);
	guard_suspend(g);
	assert_int_equal(enter(g, &turn, &e), -1);
	assert_int_equal(e.kind, ERROR_AUTH);
}

static void a_stop_ends_the_wait(void **state)
{
	OWN(guard_free) struct guard *g = guard_new("svc");
	struct stop stop = { .now = true, .wake_fd = -1 };
	struct error e = { 0 };
	unsigned turn;
	(void)state;

	assert_int_equal(guard_enter(g, deadline_in(SOON_MS, &stop), &turn, &e), -1);
	assert_int_equal(e.kind, ERROR_ABORTED);
}

struct crowd {
	struct guard *guard;
	_Atomic int alone_now, alone_most, sent;
};

static void *reject_all(void *context)
{
	struct crowd *crowd = context;
	for (int i = 0; i < TURNS; i++) {
		struct error e = { 0 };
		unsigned turn;
		if (guard_enter(crowd->guard, deadline_in(SOON_MS, NULL), &turn, &e) < 0)
			break;
		int now = ++crowd->alone_now;
		if (now > crowd->alone_most)
			crowd->alone_most = now;
		crowd->sent++;
		crowd->alone_now--;
		guard_leave(crowd->guard, turn, GUARD_REJECTED);
	}
	return NULL;
}

static void a_wrong_password_is_sent_three_times_by_any_number_of_workers_never_two_at_once(void **state)
{
	OWN(guard_free) struct guard *g = guard_new("svc");
	struct crowd crowd = { .guard = g };
	pthread_t worker[WORKERS];
	(void)state;

	FOR_EACH(w, worker)
		assert_int_equal(pthread_create(w, NULL, reject_all, &crowd), 0);
	FOR_EACH(w, worker)
		pthread_join(*w, NULL);
	assert_int_equal(crowd.sent, GUARD_REJECTIONS);
	assert_int_equal(crowd.alone_most, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_is_alone_until_it_is_accepted),
		cmocka_unit_test(three_rejections_suspend_it),
		cmocka_unit_test(a_success_forgets_rejections_and_a_dead_host_is_no_opinion),
		cmocka_unit_test(a_rejection_closes_it_for_those_who_come_later),
		cmocka_unit_test(silent_hosts_may_still_say_no),
		cmocka_unit_test(what_is_known_to_be_wrong_goes_nowhere),
		cmocka_unit_test(a_stop_ends_the_wait),
		cmocka_unit_test(a_wrong_password_is_sent_three_times_by_any_number_of_workers_never_two_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
