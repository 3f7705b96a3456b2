#pragma once
/* vouched: the hashes of a collected folder: for each file a line with its name in brackets, then what certutil prints
 * of it, as it prints it. A file is what was collected if its SHA-256 stands behind its name. */

#include "error.h"
#include "str.h"

/* 0 if hashes vouches for these bytes of that file, else -1 with *e. file: a constant. */
int vouched(const struct str *hashes, const char *file, const struct str *bytes, struct error *e);
