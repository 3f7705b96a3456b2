#pragma once
/* pins: names for runs that are to stay, whatever their age: baselines. A name stands wherever a run is asked for. */

#include "store.h"

enum { PIN_NAME_MAX = 64 }; /* bytes */

/* run: as in store_run(). A name begins with a letter, so that it is never taken for the beginning of an id, and goes
 * on with letters, digits, "-", "_" and "."; case does not matter. ERROR_LOCAL with code EINVAL: the name is none, or
 * another run has it, or the run is not over. */
int pin_add(struct store *store, const char *run, const char *name, struct error *e);
/* ERROR_LOCAL with code ENOENT if no run has the name. */
int pin_remove(struct store *store, const char *name, struct error *e);
