#pragma once
/* wsman: what must happen once before the first session. */

#include "error.h"

/* libcurl's and libxml2's global state. Call once, before the first thread. -1 with *e set: ERROR_LOCAL. */
int wsman_global_init(struct error *e);
