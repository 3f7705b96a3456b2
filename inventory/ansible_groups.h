#pragma once
/* ansible_groups: the groups of an Ansible inventory, which hosts they hold, and what their variables give to a host:
 * its own line > child group > parent group > all. */

#include "hosts.h"

enum { GROUPS_MAX = 4096 };          /* in one source */
enum { GROUP_ALL, GROUP_UNGROUPED }; /* positions of the two that always exist */

struct groups;

struct groups *groups_new(void); /* NULL if memory ran out */
void groups_free(struct groups *g);
CLEANUP_OF(struct groups, groups_free);

/* Finds or makes the group. A group that is only mentioned (by :vars or :children) must be defined before the end. */
int groups_named(struct groups *g, const char *name, bool defines, size_t *group, struct place at, struct error *e);
struct host *groups_vars(struct groups *g, size_t group); /* its variables, and in line where its address stands */

/* Hosts are given by their position. */
int groups_add_host(struct groups *g, size_t group, size_t host, struct error *e);
int groups_add_child(struct groups *g, size_t parent, size_t child, struct place at, struct error *e);

/* At the end of the source: checks that every group is defined and no group contains itself, then gives the hosts their
 * groups and the variables of those. Counts in hosts->merged who is more than once in the same group. -1 with *e set.
 */
int groups_resolve(struct groups *g, struct hosts *hosts, struct error *e);
