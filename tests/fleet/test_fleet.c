/* The pool: every host is delivered once, stops are obeyed, nothing is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "fleet.h"

enum { HOSTS = 600 };

struct greeted { /* what the job makes of a host */
	const struct host *host;
};

struct seen {
	const struct host *first;
	unsigned times[HOSTS];
	size_t count, give_up_after, stop_after;
	struct stop *stop;
};

static void *greet_host(void *context, const struct host *host, struct deadline deadline)
{
	const struct stop *stop = context;
	struct greeted *greeted = malloc(sizeof(*greeted));

	assert_non_null(greeted);
	assert_ptr_equal(deadline.stop, stop);
	greeted->host = host;
	return greeted;
}

static int note(void *context, void *result, const struct fleet_state *state)
{
	struct seen *seen = context;
	OWN(own_free) struct greeted *owned = result;

	if (!owned) {
		assert_true(state->begun >= state->done);
		return 0;
	}
	seen->times[owned->host - seen->first]++;
	seen->count++;
	if (seen->stop_after && seen->count == seen->stop_after)
		seen->stop->at_ms = clock_ms() + 1;
	return seen->give_up_after && seen->count >= seen->give_up_after ? -1 : 0;
}

static void run(unsigned forks, size_t give_up_after, size_t stop_after, struct seen *seen)
{
	static char name[] = "srv.corp.example";
	OWN(own_free) struct host *hosts = calloc(HOSTS, sizeof(*hosts));
	OWN(own_free) const struct host **list = calloc(HOSTS, sizeof(*list));
	struct stop stop = { .wake_fd = -1 };
	struct error e = { 0 };

	for (size_t i = 0; i < HOSTS; i++) {
		hosts[i] = (struct host){ .name = name };
		list[i] = &hosts[i];
	}
	*seen = (struct seen){
		.first = hosts, .give_up_after = give_up_after, .stop_after = stop_after, .stop = &stop
	};
	const struct fleet fleet = { .host = list,
		.count = HOSTS,
		.job = greet_host,
		.job_context = &stop,
		.forks = forks,
		.host_timeout_s = 60,
		.stop = &stop };
	assert_int_equal(fleet_run(&fleet, note, seen, &e), 0);
	FOR_EACH(times, seen->times)
		assert_true(*times <= 1);
}

static void every_host_is_delivered_once(void **state)
{
	static const unsigned forks[] = { 1, 2, 37, HOSTS + 1 };
	struct seen seen;
	(void)state;

	FOR_EACH(f, forks) {
		run(*f, 0, 0, &seen);
		assert_int_equal(seen.count, HOSTS);
	}
}

static void a_collector_that_gives_up_gets_only_what_was_in_hand(void **state)
{
	struct seen seen;
	(void)state;

	run(8, 100, 0, &seen);
	assert_true(seen.count >= 100 && seen.count <= 100 + 2 * 8);
}

static void a_stop_begins_no_new_hosts(void **state)
{
	struct seen seen;
	(void)state;

	run(8, 0, 50, &seen);
	assert_true(seen.count >= 50 && seen.count <= 50 + 2 * 8);
}

static void no_hosts_are_done_at_once(void **state)
{
	struct seen seen = { 0 };
	struct error e = { 0 };
	const struct fleet fleet = { .job = greet_host, .forks = 4 };
	(void)state;

	assert_int_equal(fleet_run(&fleet, note, &seen, &e), 0);
	assert_int_equal(seen.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_host_is_delivered_once),
		cmocka_unit_test(a_collector_that_gives_up_gets_only_what_was_in_hand),
		cmocka_unit_test(a_stop_begins_no_new_hosts),
		cmocka_unit_test(no_hosts_are_done_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
