#pragma once
/* rollout: takes a plan through its rings: batch after batch, with a soak behind each ring, until it is through, too
 * much has failed, or somebody says stop. One thread calls it, and all callbacks are in that thread. */

#include "fleet.h"
#include "plan.h"
#include "remedy.h"

enum rollout_end {
	ROLLOUT_COMPLETE,
	ROLLOUT_THRESHOLD,   /* --max-fail */
	ROLLOUT_STOPPED,     /* may_go_on() said no: a STOP file, the end of the window; or nothing was proved */
	ROLLOUT_INTERRUPTED, /* the stop of the fleet */
};
const char *rollout_end_name(enum rollout_end end); /* "complete", "threshold", "stopped", "interrupted" */

struct rollout {
	const struct plan *plan;
	const struct host *const *host; /* of the plan's hosts, in its order; NULL: not to be done (ended before) */
	/* Of an earlier part of the change: fixed, in the ring that it ended in, and perhaps never looked at behind the
	 * soak. By the index of the plan's host, NULL: none; its host is NULL above. Taken over. NULL: no earlier part.
	 */
	struct repair **settled;
	fleet_job *job; /* gives a struct repair: remedy_job() */
	/* Behind the soak, for each host of the ring that was fixed, in a worker: remedy_job_again(). */
	void (*again)(void *context, struct repair *repair, struct deadline deadline);
	void *job_context;
	unsigned rate, host_timeout_s;
	struct stop *stop;
	struct amount max_fail; /* the plan's, or what a continued change was given */
	size_t failed;          /* of earlier parts of the same change; counts on */
	/* Asked before each batch; NULL: yes, else why not (a constant, shown and kept in the journal). */
	const char *(*may_go_on)(void *context);
	/* Asked before a batch for each host of it: why it must wait for another part of the change (a constant, as
	 * above); else NULL. May be NULL. */
	const char *(*held)(void *context, const struct host *host);
	/* Why no further ring is begun behind one of whose hosts none was repaired, or needed no repair, and not all
	 * have failed: a constant, as above. NULL: it goes on in any case. */
	const char *why_unproved;
	/* Waits so long behind a ring that fixed something; false: somebody stopped it meanwhile. */
	bool (*soak)(void *context, unsigned ring, unsigned seconds);
	/* Told what happens. repair is borrowed until rollout_run() returns. */
	void (*on_ring)(void *context, unsigned ring, size_t hosts); /* that are to be done in it */
	void (*on_repair)(void *context, const struct repair *repair, unsigned ring);
	void (*on_relapse)(void *context, const struct repair *repair, unsigned ring);
	void (*on_state)(void *context, const struct fleet_state *state); /* of the batch in hand; may be NULL */
	void *context;
};

struct rollout_outcome {
	enum rollout_end end;
	const char *why;        /* of ROLLOUT_STOPPED */
	struct repair **repair; /* by the index of the plan's host; NULL: not touched. Owned */
	size_t count;
	size_t by_result[REPAIR_RESULTS], untouched, unfinished;
	size_t failed; /* with those of earlier parts */
};
void rollout_outcome_done(struct rollout_outcome *outcome);

/* Counts towards --max-fail: failed, rolled back (unless that is what was asked for), and those that could not be
 * reached or judged. Of a repair also what was left in the middle. */
bool result_counts(enum action action, enum repair_result result, const char *reason);
/* What was asked for was done: fixed, if only partly; or reverted. */
bool result_is_success(enum action action, enum repair_result result);

/* -1 with *e set if no worker could be started; then outcome holds what was done before. After a failure that reaches
 * the threshold no further host is begun; those in hand end. A threshold that is reached when no host is left to begin
 * stops nothing: ROLLOUT_COMPLETE. */
int rollout_run(const struct rollout *rollout, struct rollout_outcome *outcome, struct error *e);
