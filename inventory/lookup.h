#pragma once
/* lookup: finds the position of a name in logarithmic time, whatever names an inventory brings (tsearch(3): a balanced
 * tree; hsearch(3) hashes the first eight characters only, and the names of a fleet begin alike). */

#include <stdbool.h>
#include <stddef.h>

#include "own.h"

struct lookup;

struct lookup *lookup_new(bool ignore_case); /* NULL if memory ran out */
void lookup_free(struct lookup *l);
CLEANUP_OF(struct lookup, lookup_free);

/* The key is borrowed for the life of the lookup and must not be in it yet. -1 if memory ran out. */
int lookup_add(struct lookup *l, const char *key, size_t position);
bool lookup_find(const struct lookup *l, const char *key, size_t *position); /* position may be NULL */
size_t lookup_count(const struct lookup *l);
