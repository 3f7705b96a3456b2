#pragma once
/* candidates: the hosts of a change as they are now, and whether each may be repaired. */

#include "backup_due.h"
#include "fix.h"

struct candidate {
	const struct host *host;
	bool looked;    /* false: the looking was stopped before */
	bool connected; /* an authenticated answer was had */
	struct consent consent;
	enum verdict verdict;
	struct plan_host planned; /* as it goes into a plan, but for its place */
	size_t good_writers;      /* of its last good set; 0: none is remembered */
	struct backup_due backup; /* as of the look */
};

struct candidates {
	struct candidate *candidate;
	size_t count;
};
void candidates_done(struct candidates *candidates);

/* Looks at the hosts, all at once as a scan does. -1 with *e set: ERROR_LOCAL. */
int candidates_look(
	struct candidates *candidates, struct fix *fix, const struct host *const *host, size_t count, struct error *e);
