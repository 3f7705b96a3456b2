#pragma once
/* change_entry: what the journal keeps of a whole change: who began it, continued it, and how it ended. */

#include "fix.h"
#include "rollout.h"

/* NULL: no memory, which journal_append() tells. */
json_t *change_entry_start(const struct fix *fix, const char *change, size_t hosts);
json_t *change_entry_resume(const struct fix *fix, const char *change, size_t hosts, struct amount max_fail);
json_t *change_entry_end(const char *change, const struct rollout_outcome *outcome);
