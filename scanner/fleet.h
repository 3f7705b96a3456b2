#pragma once
/* fleet: does one job for many hosts at once: a pool of worker threads, one blocking host each (DESIGN section 2).
 * Theory of operation: workers take hosts by an atomic index and hand results to one bounded queue; the caller's thread
 * is the collector and the only one that touches store, progress and terminal. Shared besides: the stop, the guard of
 * each credential, the pace of new connections. */

#include <stddef.h>

#include "deadline.h"
#include "error.h"
#include "host.h"

/* Does what is to be done for one host, in a worker's thread: what context points to is shared with all others. Never
 * fails: what went wrong is in the result, which is never NULL. */
typedef void *fleet_job(void *context, const struct host *host, struct deadline deadline);

struct fleet {
	const struct host *const *host;
	size_t count;
	fleet_job *job;
	void *job_context;
	unsigned forks;          /* workers */
	unsigned rate;           /* new connections a second, 0: as fast as it goes */
	unsigned host_timeout_s; /* the deadline of one host */
	unsigned deadline_s;     /* of the whole run, 0: none */
	struct stop *stop;
};

struct fleet_state { /* a snapshot for the progress line */
	size_t begun, done;
	const struct host *slowest; /* of those in flight; NULL if there are none */
	unsigned slowest_s;
};

/* Called in the caller's thread: with each result (the callee owns it; state is NULL), and about four times a second
 * with a state and no result. -1 ends the run early (the store failed): no new hosts, those in flight are finished and
 * still delivered. */
typedef int fleet_on_result(void *context, void *result, const struct fleet_state *state);

/* 0 when every host has been delivered or a stop ended the run early; hosts never begun are not delivered.
 * -1 with *e set if no worker could be started. */
int fleet_run(const struct fleet *fleet, fleet_on_result *on_result, void *context, struct error *e);
