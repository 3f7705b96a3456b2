/* ansible_groups: see the header.
 * Theory of operation: a group's depth is its longest way up to "all". A host takes the variables of its groups and of
 * all groups above them, deepest first, and of equally deep ones the last by name first: Ansible merges them in the
 * opposite order, later over earlier. What the host has already stays. */
#include "ansible_groups.h"
#include "grow.h"
#include "language.h"
#include "spelling.h"

#include <stdlib.h>
#include <string.h>

struct parent {
	size_t group;
	struct place at; /* the line that says so */
};

struct group {
	char *name;
	struct host vars; /* line: where its address stands */
	struct place at;  /* where it was named first */
	bool defined;
	struct parent *parents;
	size_t parent_count;
	unsigned depth;
	enum { DEPTH_UNKNOWN, DEPTH_IN_WORK, DEPTH_KNOWN } state;
	size_t seen_by;        /* position + 1 of the host that was given this group last */
	const char *addressed; /* the host that took the group's address */
};

struct member {
	uint32_t host, group; /* positions */
};

struct groups {
	struct group *group;
	size_t count;
	struct lookup *by_name;
	struct member *members;
	size_t member_count;
};

struct groups *groups_new(void)
{
	OWN(groups_free) struct groups *g = calloc(1, sizeof(*g));
	struct place nowhere = { "", 0 };
	struct error e = { 0 };
	size_t position;

	if (!g || !(g->by_name = lookup_new(false)) || groups_named(g, "all", true, &position, nowhere, &e) < 0 ||
		groups_named(g, "ungrouped", true, &position, nowhere, &e) < 0)
		return NULL;
	return TAKE(g);
}

void groups_free(struct groups *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < g->count; i++) {
		free(g->group[i].name);
		free(g->group[i].parents);
		host_done(&g->group[i].vars);
	}
	lookup_free(g->by_name);
	free(g->group);
	free(g->members);
	free(g);
}

int groups_named(struct groups *g, const char *name, bool defines, size_t *group, struct place at, struct error *e)
{
	if (lookup_find(g->by_name, name, group)) {
		g->group[*group].defined |= defines;
		return 0;
	}
	if (!group_name_valid(name))
		return error_at(at, e, _("'%.100s' cannot be the name of a group"), name);
	if (g->count == GROUPS_MAX)
		return error_at(at, e, _("more than %d groups"), GROUPS_MAX);
	struct group *grown = array_grow(g->group, g->count, sizeof(*grown));
	if (!grown)
		return error_memory(e);
	g->group = grown;
	grown[g->count] = (struct group){ .name = strdup(name), .at = at, .defined = defines };
	if (!grown[g->count].name || lookup_add(g->by_name, grown[g->count].name, g->count) < 0) {
		free(grown[g->count].name);
		return error_memory(e);
	}
	*group = g->count++;
	return 0;
}

struct host *groups_vars(struct groups *g, size_t group)
{
	return &g->group[group].vars;
}

int groups_add_host(struct groups *g, size_t group, size_t host, struct error *e)
{
	struct member *grown = array_grow(g->members, g->member_count, sizeof(*grown));

	if (!grown)
		return error_memory(e);
	g->members = grown;
	grown[g->member_count++] = (struct member){ (uint32_t)host, (uint32_t)group };
	return 0;
}

int groups_add_child(struct groups *g, size_t parent, size_t child, struct place at, struct error *e)
{
	if (child == GROUP_ALL || parent == GROUP_UNGROUPED || (child == GROUP_UNGROUPED && parent != GROUP_ALL))
		return error_at(
			at, e, _("group %s cannot be in group %s"), g->group[child].name, g->group[parent].name);
	if (parent == GROUP_ALL)
		return 0; /* it is anyway */
	struct group *c = &g->group[child];
	for (size_t i = 0; i < c->parent_count; i++)
		if (c->parents[i].group == parent)
			return 0;
	struct parent *grown = array_grow(c->parents, c->parent_count, sizeof(*grown));
	if (!grown)
		return error_memory(e);
	c->parents = grown;
	grown[c->parent_count++] = (struct parent){ parent, at };
	return 0;
}

/* Recursion is bounded by GROUPS_MAX. */
static int find_depth(struct groups *g, struct group *group, struct error *e)
{
	if (group->state == DEPTH_KNOWN)
		return 0;
	group->state = DEPTH_IN_WORK;
	group->depth = 1;
	for (size_t i = 0; i < group->parent_count; i++) {
		struct group *parent = &g->group[group->parents[i].group];
		if (parent->state == DEPTH_IN_WORK)
			return error_at(group->parents[i].at, e, _("group %s contains itself, through %s"),
				parent->name, group->name);
		if (find_depth(g, parent, e) < 0)
			return -1;
		if (group->depth <= parent->depth)
			group->depth = parent->depth + 1;
	}
	group->state = DEPTH_KNOWN;
	return 0;
}

static int check(struct groups *g, struct error *e)
{
	for (struct group *group = g->group; group < g->group + g->count; group++) {
		if (!group->defined)
			return error_at(group->at, e, _("group %s is not defined; expected a section [%s]"),
				group->name, group->name);
		if (find_depth(g, group, e) < 0)
			return -1;
	}
	g->group[GROUP_ALL].depth = 0;
	return 0;
}

static int by_host_and_group(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->host != y->host)
		return x->host < y->host ? -1 : 1;
	return (x->group > y->group) - (x->group < y->group);
}

static int by_precedence(const void *a, const void *b)
{
	const struct group *const *x = a, *const *y = b;

	if ((*x)->depth != (*y)->depth)
		return (*x)->depth > (*y)->depth ? -1 : 1;
	return -strcmp((*x)->name, (*y)->name);
}

/* Puts the groups of one host and all above them into chain, which has room for every group. */
static size_t find_chain(struct groups *g, const struct member *member, size_t count, struct group **chain)
{
	size_t seen_by = (size_t)member->host + 1, length = 0;

	for (size_t i = 0; i < count; i++) {
		struct group *group = &g->group[member[i].group];
		if (group->seen_by != seen_by && member[i].group != GROUP_ALL && member[i].group != GROUP_UNGROUPED)
			chain[length++] = group;
		group->seen_by = seen_by;
	}
	for (size_t i = 0; i < length; i++)
		for (size_t p = 0; p < chain[i]->parent_count; p++) {
			struct group *parent = &g->group[chain[i]->parents[p].group];
			if (parent->seen_by != seen_by)
				chain[length++] = parent;
			parent->seen_by = seen_by;
		}
	qsort(chain, length, sizeof(struct group *), by_precedence);
	return length;
}

/* An address that a group gives to several hosts would have one server answer for all of them. */
static int give_vars(struct group *group, struct host *host, struct error *e)
{
	if (group->vars.address && !host->address) {
		if (group->addressed)
			return error_at((struct place){ group->at.source, group->vars.line }, e,
				_("ansible_host of group %s is one address for several hosts: %.60s, %.60s"),
				group->name, group->addressed, host->name);
		group->addressed = host->name;
	}
	return host_fill(host, &group->vars) < 0 ? error_memory(e) : 0;
}

static int resolve_host(struct groups *g, struct host *host, struct group **chain, size_t length, struct error *e)
{
	struct place at = { host->source, host->line };

	for (size_t i = 0; i < length; i++)
		if (host_join(host, chain[i]->name, at, e) < 0 || give_vars(chain[i], host, e) < 0)
			return -1;
	if (length == 0 && give_vars(&g->group[GROUP_UNGROUPED], host, e) < 0)
		return -1;
	return give_vars(&g->group[GROUP_ALL], host, e);
}

int groups_resolve(struct groups *g, struct hosts *hosts, struct error *e)
{
	if (check(g, e) < 0)
		return -1;
	OWN(own_free) struct group **chain = calloc(g->count, sizeof(struct group *));
	if (!chain)
		return error_memory(e);
	if (g->member_count)
		qsort(g->members, g->member_count, sizeof(*g->members), by_host_and_group);
	for (size_t i = 0, count; i < g->member_count; i += count) {
		const struct member *member = &g->members[i];
		for (count = 1; i + count < g->member_count && member[count].host == member->host; count++)
			hosts->merged += member[count].group == member[count - 1].group;
		size_t length = find_chain(g, member, count, chain);
		if (resolve_host(g, &hosts->host[member->host], chain, length, e) < 0)
			return -1;
	}
	return 0;
}
