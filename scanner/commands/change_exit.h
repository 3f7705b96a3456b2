#pragma once
/* change_exit: the exit code of a change that was carried out. Pure. */

#include "rollout.h"

/* left: hosts of the plan that were dropped, or that earlier parts of the change did not bring to a good end. */
int change_exit(const struct rollout_outcome *outcome, const struct plan *plan, size_t left, int signal);
/* Of a change that was continued with hosts held back: held says why, code how it went with the others. What failed, or
 * was interrupted, is not hidden by what was held back. */
int change_exit_held(int held, int code);
