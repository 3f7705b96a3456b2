#pragma once
/* ranges: the names that srv[001-120,130].corp.example (ClusterShell) or srv[001:120:2] (Ansible) stands for. */

#include <stddef.h>

#include "error.h"
#include "source.h"

struct name_list {
	char **name;
	size_t count;
};
void name_list_done(struct name_list *names);

/* Appends a copy. -1 with *e set if memory ran out. */
int name_list_add(struct name_list *names, const char *name, size_t len, struct error *e);

/* Appends the names that text stands for, all of them valid (host_name_valid()); itself if it has no brackets. In
 * brackets: a list of numbers, letters and ranges 1-9, 001:300, a:f, with a step 1-50/2, 1:50:2; the zeros of 001 are
 * kept. Several brackets multiply. -1 with *e set (at says where): a malformed range, an invalid name, more than
 * INVENTORY_HOSTS_MAX names. */
int ranges_expand(struct name_list *names, const char *text, struct place at, struct error *e);
