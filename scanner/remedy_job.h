#pragma once
/* remedy_job: the fleet's jobs of a change: looking at a host to plan it, repairing it, and looking at it again. */

#include "reach.h"
#include "remedy.h"

struct remedy_job {
	struct fleet_access access;
	struct remedy_options options; /* open and open_context are set for each host */
};

struct looked { /* a host that was looked at for a plan */
	const struct host *host;
	struct survey look;
};
void looked_free(struct looked *looked);
CLEANUP_OF(struct looked, looked_free);

/* Fleet jobs; context: struct remedy_job. Of a plan that is still to be made only the action is needed. */
void *plan_job(void *context, const struct host *host, struct deadline deadline);   /* struct looked */
void *remedy_job(void *context, const struct host *host, struct deadline deadline); /* struct repair */
/* Behind the soak: see remedy_soak(). */
void remedy_job_again(void *context, struct repair *repair, struct deadline deadline);
