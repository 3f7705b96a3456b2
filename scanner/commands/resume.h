#pragma once
/* resume: continues a run that was interrupted: of its hosts those that have no result yet are asked, as the inventory
 * given now says how they are reached. */

#include "host.h"
#include "options.h"
#include "store.h"

struct resumed {
	char *run;                   /* gets the run's id */
	const struct host **pending; /* room for all hosts; gets those to ask */
	size_t *pending_count, *total;
};

/* -1 with *e set (ERROR_LOCAL): no such run, not partial, begun under stricter rules, or unfinished hosts that the
 * inventory no longer has. */
int resume_run(struct store *store, const struct options *o, const struct hosts *hosts, const struct resumed *resumed,
	struct error *e);
