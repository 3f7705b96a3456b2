#pragma once
/* recorded: the service type that servers had before a change, by the journal: what a revert restores. */

#include <jansson.h>

#include "error.h"

/* {"name in lower case": "Share Process"} of the hosts that a change left changed; of each the newest. change: only
 * what that one did; NULL: the newest that altered the type. NULL with *e set: ERROR_LOCAL. */
json_t *recorded_types(const char *journal, const char *change, struct error *e);
int recorded_add(json_t *types, const char *host, const char *type); /* -1: no memory */
const char *recorded_type(const json_t *types, const char *host);    /* NULL: none is recorded */
