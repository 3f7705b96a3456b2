#pragma once
/* names: a list of service names, or of writers. */

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "own.h"

enum { NAMES_MAX = 256 };

struct names {
	char **name; /* owned */
	size_t count;
};
void names_done(struct names *names);

/* Adds a copy; what is there already (without case) is not added again. -1 with *e set: no memory, or NAMES_MAX. */
int names_add(struct names *names, const char *name, struct error *e);
bool names_have(const struct names *names, const char *name); /* without case */
void names_sort(struct names *names);                         /* without case */

/* May stand in a command line for cmd.exe: 1 to 80 of A-Z a-z 0-9 _ . - */
bool name_is_plain(const char *name);
