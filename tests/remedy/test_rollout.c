/* Tests of rollout: what of a server's end stops the others. */
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "rollout.h"

enum abort { NOBODY_STOPS, SOFTLY, AT_ONCE };

/* How the first of two servers ends, in a ring of its own; the second would be fixed. */
struct row {
	const char *about;
	enum repair_result result;
	const char *reason;
	bool unfinished;
	enum abort stops; /* while it is in hand */
	enum rollout_end end;
	size_t failed, untouched;
};

struct play {
	const struct row *row;
	struct stop stop;
};

static void *repair_of(void *context, const struct host *host, struct deadline deadline)
{
	struct play *play = context;
	const struct row *row = play->row;
	struct repair *repair = calloc(1, sizeof(*repair));
	(void)deadline;

	repair->host = host;
	repair->result = RESULT_FIXED;
	if (strcmp(host->name, "srv1") != 0)
		return repair;
	repair->result = row->result;
	repair->reason = row->reason;
	repair->unfinished = row->unfinished;
	if (row->stops == SOFTLY)
		play->stop.at_ms = clock_ms() + 60000;
	if (row->stops == AT_ONCE)
		play->stop.now = true;
	return repair;
}

static const char *go_on(void *context)
{
	(void)context;
	return NULL;
}

static void on_ring(void *context, unsigned ring, size_t hosts)
{
	(void)context, (void)ring, (void)hosts;
}

static void on_repair(void *context, const struct repair *repair, unsigned ring)
{
	(void)context, (void)repair, (void)ring;
}

static void check(const struct row *row)
{
	const struct host srv1 = { .name = (char *)"srv1" }, srv2 = { .name = (char *)"srv2" };
	const struct host *const hosts[] = { &srv1, &srv2 };
	struct plan_host planned[] = { { .name = srv1.name }, { .name = srv2.name, .at = { .ring = 1, .batch = 1 } } };
	const struct plan plan = { .action = ACTION_ISOLATE, .host = planned, .count = COUNT(planned) };
	struct play play = { .row = row, .stop.wake_fd = -1 };
	const struct rollout rollout = {
		.plan = &plan,
		.host = hosts,
		.job = repair_of,
		.job_context = &play,
		.host_timeout_s = 60,
		.stop = &play.stop,
		.max_fail = { .value = 1 },
		.may_go_on = go_on,
		.why_unproved = "nothing is proved",
		.on_ring = on_ring,
		.on_repair = on_repair,
	};
	OWN_VALUE(rollout_outcome_done) struct rollout_outcome outcome = { 0 };
	struct error e = { 0 };

	assert_return_code(rollout_run(&rollout, &outcome, &e), 0);
	if (outcome.end != row->end || outcome.failed != row->failed || outcome.untouched != row->untouched ||
		outcome.unfinished != row->unfinished)
		fail_msg("%s: %s, %zu failed, %zu untouched, %zu unfinished", row->about, rollout_end_name(outcome.end),
			outcome.failed, outcome.untouched, outcome.unfinished);
}

static void a_failure_stops_it_and_what_we_aborted_ourselves_is_none(void **state)
{
	static const struct row rows[] = {
		{ "fixed", RESULT_FIXED, NULL, false, NOBODY_STOPS, ROLLOUT_COMPLETE, 0, 0 },
		{ "failed", RESULT_FIX_FAILED, NULL, false, NOBODY_STOPS, ROLLOUT_THRESHOLD, 1, 1 },
		{ "rolled back", RESULT_ROLLED_BACK, NULL, false, NOBODY_STOPS, ROLLOUT_THRESHOLD, 1, 1 },
		{ "could not be checked", RESULT_DEFERRED, "unchecked", false, NOBODY_STOPS, ROLLOUT_THRESHOLD, 1, 1 },
		{ "outside of its window", RESULT_DEFERRED, "window", false, NOBODY_STOPS, ROLLOUT_STOPPED, 0, 1 },
		{ "its way was lost", RESULT_FIX_FAILED, NULL, true, NOBODY_STOPS, ROLLOUT_THRESHOLD, 1, 1 },
		{ "aborted", RESULT_FIX_FAILED, "aborted", true, AT_ONCE, ROLLOUT_INTERRUPTED, 0, 1 },
		{ "its time after a stop was over", RESULT_FIX_FAILED, "aborted", true, SOFTLY, ROLLOUT_INTERRUPTED, 0,
			1 },
		{ "failed while it was stopped", RESULT_FIX_FAILED, NULL, false, SOFTLY, ROLLOUT_INTERRUPTED, 1, 1 },
	};
	(void)state;
	FOR_EACH(row, rows)
		check(row);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failure_stops_it_and_what_we_aborted_ourselves_is_none),
	};
	return cmocka_run_group_tests_name("remedy/rollout", tests, NULL, NULL);
}
