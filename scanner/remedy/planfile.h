#pragma once
/* planfile: a plan's file: written whole or not at all, only for its owner; read within its limits. Inside of plan. */

#include "plan.h"

int planfile_write(const json_t *json, const char *path, struct error *e);
/* The object, the caller's to json_decref(). NULL with *e set (ERROR_LOCAL): not a regular file, too large, no JSON. */
json_t *planfile_read(const char *path, struct error *e);

int plan_digest(const struct plan *plan, char hex[DIGEST_DIGITS + 1], struct error *e);
unsigned plan_allow_of_name(const char *name); /* a bit; 0: there is none */
