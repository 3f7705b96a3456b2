#pragma once
/* change_exit: the exit code of a change that was carried out. Pure. */

#include "rollout.h"

/* left: hosts of the plan that were dropped, or that earlier parts of the change did not bring to a good end. */
int change_exit(const struct rollout_outcome *outcome, const struct plan *plan, size_t left, int signal);
