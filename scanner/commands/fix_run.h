#pragma once
/* fix_run: the way of a repair from its targets to the end: look, plan, show; with --apply confirm and carry out. */

#include "fix.h"

/* With fix->hosts and fix->sources, and fix->plan if --plan was accepted. The exit code. */
int fix_run(struct fix *fix);

/* Which groups of options a command that plans a repair takes. */
enum {
	GROUPS_OF_FIX = GROUP_TARGETS | GROUP_ACCESS | GROUP_PACE | GROUP_POLICY | GROUP_STREAM | GROUP_STORE |
			GROUP_TALK | GROUP_REPAIR | GROUP_CHANGE
};
/* Options that contradict each other, or --apply by somebody who may not: EXIT_USAGE or EXIT_REFUSED after it was
 * said. targets: so many are named. */
int fix_check(const struct options *o, size_t targets);
