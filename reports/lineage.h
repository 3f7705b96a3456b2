#pragma once
/* lineage: which runs look at the same servers, and so may be compared: those of one profile, or without a profile,
 * or where the command line narrowed them, those whose sources, targets and --limit are the same words. */

#include <jansson.h>
#include <stdbool.h>

#include "store.h"

/* By the metadata of two runs. */
bool lineage_same(const json_t *a, const json_t *b);
const char *lineage_profile(const json_t *meta); /* NULL: it was made without one */

/* The command line took but a part of what is watched: it says nothing of the rest. */
bool lineage_narrowed(const json_t *meta);

/* The newest complete run of the same lineage that began before the run. "" if there is none. -1 with *e set. */
int lineage_before(struct store *store, const struct run_info *run, char id[27], struct error *e);
/* The newest complete run of the same lineage; of any one if run is NULL. "" if there is none. */
int lineage_newest(struct store *store, const struct run_info *run, char id[27], struct error *e);
