#pragma once
/* since: how a run differs from the ones before, for its summary. */

#include "diff.h"
#include "str.h"

/* "Since 2026-11-21 21:05: +3 gone, -1 gone, +6 not checked", and repaired servers that are back (relapse.h). A line
 * each; none without an earlier complete run of the same servers, none of the first kind for a run that is partial. */
int since_lines(struct str *out, struct store *store, const struct run_info *run, struct error *e);

/* The movements of the first line, "+3 gone, -1 gone": a host that is not checked now, or no longer asked for, has not
 * left what it was. */
void since_counts(struct str *out, const struct diff *diff, bool isolate_required);
