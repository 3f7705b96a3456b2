/* expected: see the header. */
#include "expected.h"

#include <string.h>
#include <strings.h>

#include "writers.h"

static bool is_listed(const struct vss_facts *vss, const char *id)
{
	for (size_t i = 0; i < vss->count; i++)
		if (!strcmp(vss->writer[i].id, id))
			return true;
	return false;
}

static bool is_named(const struct judgement *j, const char *name)
{
	for (size_t i = 0; i < j->missing_count; i++)
		if (!strcasecmp(j->missing[i], name))
			return true;
	return false;
}

static void add(struct judgement *j, const char *name)
{
	if (j->missing_count < COUNT(j->missing) && !is_named(j, name))
		j->missing[j->missing_count++] = name;
}

static void of_minimum(const struct vss_facts *vss, struct judgement *j)
{
	size_t count;
	const struct known_writer *table = writers_table(&count);

	for (size_t i = 0; i < count; i++)
		if (table[i].minimum && !is_listed(vss, table[i].id))
			add(j, table[i].name);
	j->missing_minimum = j->missing_count;
}

/* --- the roles of the policy --- */

static bool service_fits(const char *pattern, const char *name)
{
	size_t len = strlen(pattern);

	if (len && pattern[len - 1] == '*')
		return !strncasecmp(pattern, name, len - 1);
	return !strcasecmp(pattern, name);
}

/* Which services there are must be known; a role without services holds everywhere. */
static bool role_holds(const struct policy_role *role, const struct service_facts *services)
{
	for (size_t i = 0; i < role->service_count; i++)
		for (size_t k = 0; services->seen && k < services->count; k++)
			if (service_fits(role->service[i], services->service[k].name))
				return true;
	return !role->service_count;
}

static bool writer_fits(const struct vss_facts *vss, const char *wanted)
{
	for (size_t i = 0; i < vss->count; i++)
		if (!strcmp(vss->writer[i].id, wanted) || !strcasecmp(vss->writer[i].name, wanted))
			return true;
	return false;
}

static void of_policy(const struct facts *facts, const struct policy *policy, struct judgement *j)
{
	for (size_t i = 0; i < policy->role_count; i++) {
		const struct policy_role *role = &policy->role[i];
		for (size_t k = 0; role_holds(role, &facts->services) && k < role->writer_count; k++) {
			const struct known_writer *known = writer_known(role->writer[k], NULL);
			if (!writer_fits(&facts->vss, role->writer[k]))
				add(j, known ? known->name : role->writer[k]);
		}
	}
	j->missing_policy = j->missing_count - j->missing_minimum;
}

/* --- the last good set --- */

/* Writers come and go with their services: BITS stops when it has nothing to do, a role is removed. One is missed only
 * if its service runs, or if nobody knows which service that would be. */
static bool is_missed(const struct facts *facts, const struct good_writer *writer)
{
	const struct known_writer *known = writer_known(writer->id, writer->name);
	const char *name = known ? known->service : NULL;
	const struct service *service = name ? service_find(&facts->services, name) : NULL;

	if (known && known->express)
		return false;
	if (!name || strchr(name, '*') || !facts->services.seen)
		return true;
	return service && service->pid;
}

static void of_last_good(const struct facts *facts, struct judgement *j)
{
	const struct last_good *good = facts->last_good;

	for (size_t i = 0; i < good->count; i++)
		if (!is_listed(&facts->vss, good->writer[i].id) && is_missed(facts, &good->writer[i]))
			add(j, good->writer[i].name);
}

void expected_missing(const struct facts *facts, const struct policy *policy, struct judgement *j)
{
	j->missing_known = facts->vss.outcome == VSS_EMPTY || facts->vss.outcome == VSS_WRITERS;
	if (!j->missing_known)
		return;
	of_minimum(&facts->vss, j);
	if (policy)
		of_policy(facts, policy, j);
	if (facts->last_good)
		of_last_good(facts, j);
}

bool expected_hosted_by_vss_missing(const struct vss_facts *vss)
{
	size_t count;
	const struct known_writer *table = writers_table(&count);

	for (size_t i = 0; i < count; i++)
		if (table[i].minimum && is_listed(vss, table[i].id) == !strcmp(table[i].service, "VSS"))
			return false;
	return true;
}
