#pragma once
/* clones: which servers of a run say that they are the same machine (SMBIOS UUID): one that is listed under two names,
 * a copy that kept the identity of its model, the node and the name of a cluster (UX section 5). */

#include "store.h"
#include "str.h"

enum { CLONES_SHOWN = 3 }; /* lines */

/* Lines for the summary of a run, safe for a terminal; nothing if all are machines of their own. */
int clone_lines(struct str *out, struct store *store, const struct run_info *run, struct error *e);
