#pragma once
/* returned: which writers have not come back after a repair, and what to restart for each. */

#include "result.h"
#include "state.h"

/* Adds the names of writers that are expected and not listed: those of the judgement, and those that were listed before
 * unless their service has stopped since. The writers must be known. -1: no memory. */
int returned_missing(const struct state *before, const struct result *after, struct names *missing, struct error *e);
/* The service to restart for a writer, by its name; NULL: not known. Constant. */
const char *returned_service(const char *writer);
