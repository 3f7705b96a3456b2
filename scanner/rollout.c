/* rollout: see the header. Every batch is a fleet of its own, so that it has ended before the next one begins. */
#include "rollout.h"

#include <stdlib.h>
#include <string.h>

struct walk {
	const struct rollout *rollout;
	struct rollout_outcome *outcome;
	size_t allowed;  /* so many failures end it */
	size_t from, to; /* the plan's hosts in hand: of a batch, or of a ring while it is looked at again */
	unsigned ring;
	const char *held; /* why a host was not begun */
	bool unproved;    /* the last ring that had hosts to do says nothing about the next */
};

const char *rollout_end_name(enum rollout_end end)
{
	static const char *const names[] = { "complete", "threshold", "stopped", "interrupted" };
	return names[end];
}

void rollout_outcome_done(struct rollout_outcome *outcome)
{
	for (size_t i = 0; outcome->repair && i < outcome->count; i++)
		repair_free(outcome->repair[i]);
	free(outcome->repair);
	*outcome = (struct rollout_outcome){ 0 };
}

bool result_is_success(enum action action, enum repair_result result)
{
	return result == RESULT_FIXED || result == RESULT_FIXED_PARTIAL ||
	       (result == RESULT_ROLLED_BACK && action == ACTION_REVERT);
}

bool result_counts(enum action action, enum repair_result result, const char *reason)
{
	if (reason && (!strcmp(reason, "unreachable") || !strcmp(reason, "unchecked")))
		return true;
	return repair_result_is_failure(result) && !result_is_success(action, result);
}

static bool is_stopped(const struct walk *walk)
{
	const struct stop *stop = walk->rollout->stop;
	return stop && (stop->at_ms || stop->now);
}

static bool is_aborted(const struct walk *walk)
{
	return walk->rollout->stop && walk->rollout->stop->now;
}

/* What an abort of ours left in the middle is no failure of the host. */
static bool repair_counts(const struct walk *walk, const struct repair *repair)
{
	if (repair->unfinished)
		return !is_stopped(walk);
	return result_counts(walk->rollout->plan->action, repair->result, repair->reason);
}

static bool has_failed(const struct walk *walk)
{
	return walk->outcome->failed >= walk->allowed;
}

static bool is_held(struct walk *walk, const struct host *host)
{
	const struct rollout *rollout = walk->rollout;
	const char *why = rollout->held ? rollout->held(rollout->context, host) : NULL;

	if (why)
		walk->held = why;
	return why != NULL;
}

/* The hosts from..to that are to be done now, for the fleet; *count of them. NULL: no memory. */
static const struct host **list_hosts(struct walk *walk, size_t *count)
{
	const struct host **list = calloc(walk->to - walk->from + 1, sizeof(*list));

	*count = 0;
	for (size_t i = walk->from; list && i < walk->to; i++)
		if (walk->rollout->host[i] && !is_held(walk, walk->rollout->host[i]))
			list[(*count)++] = walk->rollout->host[i];
	return list;
}

static bool is_settled(const struct walk *walk, size_t i)
{
	return walk->outcome->repair[i] && !walk->rollout->host[i];
}

static const struct host *host_at(const struct walk *walk, size_t i)
{
	return is_settled(walk, i) ? walk->outcome->repair[i]->host : walk->rollout->host[i];
}

static size_t place_of(const struct walk *walk, const struct host *host)
{
	size_t i = walk->from;
	while (host_at(walk, i) != host)
		i++;
	return i;
}

static int run_fleet(struct walk *walk, const struct host *const *list, size_t count, fleet_job *job, void *job_context,
	fleet_on_result *collect, struct error *e)
{
	const struct rollout *rollout = walk->rollout;
	const struct fleet fleet = {
		.host = list,
		.count = count,
		.job = job,
		.job_context = job_context,
		.forks = count < AT_ONCE_MAX ? (unsigned)count : AT_ONCE_MAX,
		.rate = rollout->rate,
		.host_timeout_s = rollout->host_timeout_s,
		.stop = rollout->stop,
	};
	return fleet_run(&fleet, collect, walk, e);
}

/* ---- a batch ---- */

static int collect_repair(void *context, void *result, const struct fleet_state *state)
{
	struct walk *walk = context;
	const struct rollout *rollout = walk->rollout;
	struct repair *repair = result;

	if (!repair) {
		if (rollout->on_state)
			rollout->on_state(rollout->context, state);
		return 0;
	}
	walk->outcome->repair[place_of(walk, repair->host)] = repair;
	walk->outcome->failed += repair_counts(walk, repair);
	rollout->on_repair(rollout->context, repair, walk->ring);
	return has_failed(walk) ? -1 : 0;
}

static int run_batch(struct walk *walk, struct error *e)
{
	size_t count;
	OWN(own_free) const struct host **list = list_hosts(walk, &count);

	if (!list)
		return error_set(e, ERROR_LOCAL, "out of memory");
	if (!count)
		return 0;
	return run_fleet(walk, list, count, walk->rollout->job, walk->rollout->job_context, collect_repair, e);
}

/* ---- the soak ---- */

static void *look_again(void *context, const struct host *host, struct deadline deadline)
{
	const struct walk *walk = context;
	struct repair *repair = walk->outcome->repair[place_of(walk, host)];

	walk->rollout->again(walk->rollout->job_context, repair, deadline);
	return repair;
}

static int collect_again(void *context, void *result, const struct fleet_state *state)
{
	struct walk *walk = context;
	const struct repair *repair = result;
	(void)state;

	if (!repair || !repair_counts(walk, repair))
		return 0;
	walk->outcome->failed++;
	walk->rollout->on_relapse(walk->rollout->context, repair, walk->ring);
	return 0;
}

static bool is_well(const struct walk *walk, const struct repair *repair)
{
	return !repair->unfinished && result_is_success(walk->rollout->plan->action, repair->result);
}

/* Waits behind the ring from..to and looks at its hosts once more. */
static int soak(struct walk *walk, struct error *e)
{
	const struct rollout *rollout = walk->rollout;
	size_t count = 0;
	OWN(own_free) const struct host **list = calloc(walk->to - walk->from + 1, sizeof(*list));

	if (!list)
		return error_set(e, ERROR_LOCAL, "out of memory");
	for (size_t i = walk->from; i < walk->to; i++) {
		const struct repair *repair = walk->outcome->repair[i];
		if (repair && is_well(walk, repair))
			list[count++] = host_at(walk, i);
	}
	if (!count || !rollout->plan->soak_s || has_failed(walk) || is_stopped(walk) ||
		!rollout->soak(rollout->context, walk->ring, rollout->plan->soak_s))
		return 0;
	return run_fleet(walk, list, count, look_again, walk, collect_again, e);
}

/* ---- the whole ---- */

static bool may_begin(struct walk *walk)
{
	const struct rollout *rollout = walk->rollout;
	struct rollout_outcome *outcome = walk->outcome;

	if (is_stopped(walk))
		outcome->end = ROLLOUT_INTERRUPTED;
	else if (has_failed(walk))
		outcome->end = ROLLOUT_THRESHOLD;
	else if ((outcome->why = rollout->may_go_on(rollout->context)))
		outcome->end = ROLLOUT_STOPPED;
	else if (walk->unproved && (outcome->why = rollout->why_unproved))
		outcome->end = ROLLOUT_STOPPED;
	return outcome->end == ROLLOUT_COMPLETE;
}

/* Where the hosts that share a batch, or a ring, with the one at from end. */
static size_t end_of_batch(const struct plan *plan, size_t from)
{
	size_t to = from;
	while (to < plan->count && plan->host[to].at.batch == plan->host[from].at.batch &&
		plan->host[to].at.ring == plan->host[from].at.ring)
		to++;
	return to;
}

static size_t end_of_ring(const struct plan *plan, size_t from)
{
	size_t to = from;
	while (to < plan->count && plan->host[to].at.ring == plan->host[from].at.ring)
		to++;
	return to;
}

static size_t count_hosts(const struct walk *walk, size_t from, size_t to)
{
	size_t count = 0;
	for (size_t i = from; i < to; i++)
		count += walk->rollout->host[i] != NULL;
	return count;
}

static bool is_proof(const struct walk *walk, const struct repair *repair)
{
	return is_well(walk, repair) || repair->result == RESULT_SKIPPED ||
	       (repair->result == RESULT_FIX_PENDING && !walk->rollout->plan->restart);
}

/* Of the ring from..to, after its soak: a canary that was deferred has shown nothing. How many may fail is for
 * --max-fail to say: where all have failed, and that was allowed, it goes on. */
static bool has_proved_nothing(const struct walk *walk)
{
	bool deferred = false;

	for (size_t i = walk->from; i < walk->to; i++) {
		const struct repair *repair = walk->outcome->repair[i];
		if (repair && is_proof(walk, repair))
			return false;
		deferred |= repair ? !repair_counts(walk, repair) : walk->rollout->host[i] != NULL;
	}
	return deferred;
}

/* 1: the ring is through, 0: something ended the rollout in it, -1 with *e set. */
static int run_ring(struct walk *walk, size_t first, size_t last, struct error *e)
{
	const struct rollout *rollout = walk->rollout;
	size_t hosts = count_hosts(walk, first, last);
	bool told = false;

	for (walk->from = first; walk->from < last; walk->from = walk->to) {
		walk->to = end_of_batch(rollout->plan, walk->from);
		if (!count_hosts(walk, walk->from, walk->to))
			continue;
		if (!may_begin(walk))
			return 0;
		if (!told)
			rollout->on_ring(rollout->context, walk->ring, hosts);
		told = true;
		if (run_batch(walk, e) < 0)
			return -1;
	}
	walk->from = first;
	walk->to = last;
	if (soak(walk, e) < 0)
		return -1;
	if (told)
		walk->unproved = has_proved_nothing(walk);
	return 1;
}

static void count_results(struct walk *walk)
{
	struct rollout_outcome *outcome = walk->outcome;

	for (size_t i = 0; i < outcome->count; i++) {
		const struct repair *repair = outcome->repair[i];
		if (!repair)
			outcome->untouched += walk->rollout->host[i] != NULL;
		else if (is_settled(walk, i) && is_well(walk, repair))
			continue; /* its part of the change has counted it */
		else if (repair->unfinished)
			outcome->unfinished++;
		else
			outcome->by_result[repair->result]++;
	}
	if (outcome->end == ROLLOUT_COMPLETE && is_aborted(walk))
		outcome->end = ROLLOUT_INTERRUPTED; /* even if nothing is left: the soak was cut short */
	else if (outcome->end == ROLLOUT_COMPLETE && (outcome->untouched || outcome->unfinished)) {
		if (is_stopped(walk)) /* during the last batch */
			outcome->end = ROLLOUT_INTERRUPTED;
		else if (outcome->untouched && has_failed(walk))
			outcome->end = ROLLOUT_THRESHOLD;
		else if (outcome->untouched && (outcome->why = walk->held))
			outcome->end = ROLLOUT_STOPPED;
	}
}

static void take_settled(struct walk *walk)
{
	struct repair **settled = walk->rollout->settled;

	for (size_t i = 0; settled && i < walk->outcome->count; i++)
		walk->outcome->repair[i] = TAKE(settled[i]);
}

int rollout_run(const struct rollout *rollout, struct rollout_outcome *outcome, struct error *e)
{
	const struct plan *plan = rollout->plan;
	struct walk walk = {
		.rollout = rollout, .outcome = outcome, .allowed = failures_allowed(rollout->max_fail, plan->count)
	};
	int rc = 1;

	*outcome = (struct rollout_outcome){ .count = plan->count, .failed = rollout->failed };
	if (!(outcome->repair = calloc(plan->count + 1, sizeof(struct repair *))))
		return error_set(e, ERROR_LOCAL, "out of memory");
	take_settled(&walk);
	for (size_t first = 0, last; first < plan->count && rc > 0; first = last) {
		last = end_of_ring(plan, first);
		walk.ring = plan->host[first].at.ring;
		rc = run_ring(&walk, first, last, e);
	}
	count_results(&walk);
	return rc < 0 ? -1 : 0;
}
