#pragma once
/* planning: makes a plan of the candidates that may be repaired, or holds a plan against them as they are now. */

#include "candidates.h"

/* The options' part of fix->plan: what the look at the candidates has to know. */
int planning_begin(struct fix *fix, struct error *e);
/* The whole plan: places the hosts that may be repaired in rings and batches. Takes their descriptions over. */
int planning_end(struct fix *fix, struct candidates *candidates, struct error *e);

/* What of a plan is to be done. */
struct todo {
	const struct host **host; /* by the index of the plan's host; NULL: dropped, or ended before */
	struct dropped {
		const struct plan_host *planned;
		const char *reason; /* a constant, as in struct repair */
		char message[400];
	} * dropped;
	size_t count, dropped_count;
};
void todo_done(struct todo *todo);

/* All of a plan that was made just now. */
int todo_all(struct todo *todo, const struct fix *fix, struct error *e);
/* Reads --plan into fix->plan: EXIT_OK, or it was said what is wrong: EXIT_USAGE if it cannot be read, EXIT_REFUSED if
 * it is not for this, or not for now. */
int plan_accept(struct fix *fix);
bool plan_is_over(const struct plan *plan); /* it has expired, or is of another clock */
/* Its hosts that are still as it says, by the look at them: candidates of the plan's hosts that the inventory has. */
int todo_of_plan(struct todo *todo, const struct fix *fix, const struct candidates *candidates, struct error *e);
/* So many were dropped because they are not as planned; that a backup is near was no part of the plan. */
size_t todo_drifted(const struct todo *todo);
/* So many that the plan is not the one that was approved: more than a tenth. */
bool todo_is_another_plan(const struct todo *todo, const struct plan *plan);
/* The plan's hosts among fix->hosts, in the plan's order; NULL without memory. */
const struct host **plan_hosts(struct fix *fix, size_t *count, struct error *e);
