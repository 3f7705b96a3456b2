#pragma once
/* fold: many host names as one short text: ap-ngy-[0224,0340],dc-osa-0839,vss-tyo-[001-012,100].corp.example. */

#include <stddef.h>

#include "str.h"

/* Appends at most `most` folded groups (0: all), then " (N more)" with the number of hosts left out. The names are
 * sorted naturally; groups are per prefix, suffix and padding width; a DNS suffix that all share is written once each
 * group. The result expands back through inventory_add_target(). */
void fold_hosts(struct str *out, const char *const *names, size_t count, size_t most);
/* Without that text: returns how many are left out. */
size_t fold_first(struct str *out, const char *const *names, size_t count, size_t most);
