/* limit: tells, or keeps, the hosts that a pattern selects.
 * Theory of operation: as in Ansible, the terms of the pattern without an operator are united first, wherever they
 * stand; then each &term is intersected with that, and then all !terms are taken away. */
#include "hosts.h"
#include "inventory.h"
#include "language.h"
#include "ranges.h"
#include "terms.h"

#include <fnmatch.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

static const struct place limit_place = { "limit", 0 };

struct selection {
	struct hosts *hosts;
	bool *kept;
	bool *hit;             /* marked by the terms in hand */
	struct lookup *groups; /* the names of all groups */
};

static bool in_group(const struct host *host, const char *group)
{
	for (size_t i = 0; i < host->group_count; i++)
		if (strcmp(host->groups[i], group) == 0)
			return true;
	return false;
}

static int hit_names(struct selection *s, const char *const *name, size_t count, struct error *e)
{
	for (size_t i = 0, position; i < count; i++) {
		int found = hosts_find(s->hosts, name[i], &position, e);
		if (found < 0)
			return -1;
		if (found)
			s->hit[position] = true;
	}
	return 0;
}

static void hit_glob(struct selection *s, const char *glob)
{
	for (size_t i = 0; i < s->hosts->count; i++) {
		const struct host *host = &s->hosts->host[i];
		s->hit[i] |= fnmatch(glob, host->name, FNM_CASEFOLD) == 0;
		for (size_t g = 0; g < host->group_count && !s->hit[i]; g++)
			s->hit[i] = fnmatch(glob, host->groups[g], 0) == 0;
	}
}

/* Ansible's expressions match from the beginning of the name. The leftmost match tells. */
static bool regex_matches(const regex_t *regex, const char *text)
{
	regmatch_t match;

	return regexec(regex, text, 1, &match, 0) == 0 && match.rm_so == 0;
}

static int hit_regex(struct selection *s, const char *expression, struct error *e)
{
	regex_t of_hosts, of_groups;

	for (const char *c = expression; (c = strchr(c, '\\')) && c[1]; c += 2)
		if (strchr("dDpPAZz", c[1]))
			return error_at(limit_place, e,
				_("pattern '~%.100s': POSIX regular expressions have no \\%c; write [0-9] and the "
				  "like"),
				expression, c[1]);
	int fault = regcomp(&of_hosts, expression, REG_EXTENDED | REG_ICASE);
	if (fault) {
		char why[100];
		regerror(fault, &of_hosts, why, sizeof(why));
		return error_at(limit_place, e, _("pattern '~%.100s': %s"), expression, why);
	}
	if (regcomp(&of_groups, expression, REG_EXTENDED) != 0) {
		regfree(&of_hosts);
		return error_memory(e);
	}
	for (size_t i = 0; i < s->hosts->count; i++) {
		const struct host *host = &s->hosts->host[i];
		s->hit[i] |= regex_matches(&of_hosts, host->name);
		for (size_t g = 0; g < host->group_count && !s->hit[i]; g++)
			s->hit[i] = regex_matches(&of_groups, host->groups[g]);
	}
	regfree(&of_hosts);
	regfree(&of_groups);
	return 0;
}

/* srv[001-120] and srv[7,12] are ranges of names, as fold_hosts() writes them; srv[!0]* and srv[12] are globs. */
static int hit_brackets(struct selection *s, const char *term, struct error *e)
{
	OWN_VALUE(name_list_done) struct name_list names = { 0 };
	struct error not_a_range = { 0 };

	if (!strpbrk(term, "*?") && strpbrk(strchr(term, '['), "-,:") &&
		ranges_expand(&names, term, limit_place, &not_a_range) == 0)
		return hit_names(s, (const char *const *)names.name, names.count, e);
	hit_glob(s, term);
	return 0;
}

/* Marks the hosts that a term names, besides those that are marked. */
static int hit_term(struct selection *s, const char *term, struct error *e)
{
	bool all = strcmp(term, "all") == 0 || strcmp(term, "*") == 0, alone = strcmp(term, "ungrouped") == 0;
	bool group = lookup_find(s->groups, term, NULL);

	if (*term == '~')
		return hit_regex(s, term + 1, e);
	if (all || alone || group) {
		for (size_t i = 0; i < s->hosts->count; i++) {
			const struct host *host = &s->hosts->host[i];
			s->hit[i] |= all || (alone && host->group_count == 0) || (group && in_group(host, term));
		}
		return 0;
	}
	if (strchr(term, '['))
		return hit_brackets(s, term, e);
	if (strpbrk(term, "*?")) {
		hit_glob(s, term);
		return 0;
	}
	return hit_names(s, &term, 1, e);
}

static void clear_hits(struct selection *s)
{
	memset(s->hit, 0, s->hosts->count * sizeof(*s->hit));
}

/* Marks what the terms without an operator, or all that have '!', name together. */
static int hit_all_with(struct selection *s, const struct name_list *terms, char its, struct error *e)
{
	clear_hits(s);
	for (size_t t = 0; t < terms->count; t++)
		if (term_operator(terms->name[t]) == its && hit_term(s, terms->name[t] + (its != '\0'), e) < 0)
			return -1;
	return 0;
}

static int intersect(struct selection *s, const struct name_list *terms, struct error *e)
{
	for (size_t t = 0; t < terms->count; t++) {
		if (term_operator(terms->name[t]) != '&')
			continue;
		clear_hits(s);
		if (hit_term(s, terms->name[t] + 1, e) < 0)
			return -1;
		for (size_t i = 0; i < s->hosts->count; i++)
			s->kept[i] &= s->hit[i];
	}
	return 0;
}

static int apply(struct selection *s, const struct terms *terms, struct error *e)
{
	if (hit_all_with(s, &terms->list, '\0', e) < 0)
		return -1;
	for (size_t i = 0; i < s->hosts->count; i++)
		s->kept[i] = s->hit[i] || !terms->positive;
	if (intersect(s, &terms->list, e) < 0 || hit_all_with(s, &terms->list, '!', e) < 0)
		return -1;
	for (size_t i = 0; i < s->hosts->count; i++)
		s->kept[i] &= !s->hit[i];
	return 0;
}

static int collect_groups(struct selection *s, struct error *e)
{
	if (!(s->groups = lookup_new(false)))
		return error_memory(e);
	for (size_t i = 0; i < s->hosts->count; i++) {
		const struct host *host = &s->hosts->host[i];
		for (size_t g = 0; g < host->group_count; g++)
			if (!lookup_find(s->groups, host->groups[g], NULL) &&
				lookup_add(s->groups, host->groups[g], 0) < 0)
				return error_memory(e);
	}
	return 0;
}

static void keep(struct hosts *hosts, const bool *kept)
{
	size_t left = 0;

	for (size_t i = 0; i < hosts->count; i++)
		if (kept[i])
			hosts->host[left++] = hosts->host[i];
		else
			host_done(&hosts->host[i]);
	hosts->count = left;
	lookup_free(TAKE(hosts->by_name)); /* positions have changed */
}

static int select_hosts(struct selection *s, const struct terms *terms, struct error *e)
{
	if (!s->hit)
		return error_memory(e);
	return collect_groups(s, e) < 0 ? -1 : apply(s, terms, e);
}

int inventory_select(struct hosts *hosts, const char *pattern, bool *kept, struct error *e)
{
	struct terms terms = { 0 };
	int failed = terms_parse(&terms, pattern, limit_place, e);

	if (!failed) {
		struct selection s = { .hosts = hosts, .kept = kept, .hit = calloc(hosts->count + 1, sizeof(bool)) };
		failed = select_hosts(&s, &terms, e);
		lookup_free(s.groups);
		free(s.hit);
	}
	terms_done(&terms);
	return failed;
}

int inventory_limit(struct hosts *hosts, const char *pattern, struct error *e)
{
	OWN(own_free) bool *kept = calloc(hosts->count + 1, sizeof(*kept));

	if (!kept)
		return error_memory(e);
	if (inventory_select(hosts, pattern, kept, e) < 0)
		return -1;
	keep(hosts, kept);
	return 0;
}
