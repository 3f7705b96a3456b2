#pragma once
/* change_targets: a change of the journal, and its hosts. */

#include "fix.h"

/* Finds the change that the first argument names: EXIT_OK with *past, or it was said what is wrong. */
int change_recall(struct fix *fix, struct options *o, struct change_past *past);
/* Reads the hosts of the change: as the command line says, else from the sources that it was made with. */
int change_targets(
	struct fix *fix, const struct change_past *past, const char *const *names, size_t count, struct error *e);
