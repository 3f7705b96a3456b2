#pragma once
/* settled: the servers of a change that is continued which were fixed in the last ring that was begun: they are looked
 * at behind its soak, for whoever ended the change before may have ended the soak. */

#include "fix.h"

/* By the index of the plan's host, for struct rollout. NULL with *e set: ERROR_LOCAL. */
struct repair **settled_of(struct fix *fix, const struct change_past *past, struct error *e);
void settled_free(struct repair **settled, size_t count);
