/* returned: see the header. */
#include "returned.h"

#include <string.h>
#include <strings.h>

#include "writers.h"

static const struct known_writer *known_by_name(const char *name)
{
	size_t count;
	const struct known_writer *table = writers_table(&count);

	for (size_t i = 0; i < count; i++)
		if (!strcasecmp(table[i].name, name))
			return &table[i];
	return writer_known(NULL, name);
}

const char *returned_service(const char *writer)
{
	const struct known_writer *known = known_by_name(writer);
	return known ? known->service : NULL;
}

static bool is_listed(const struct vss_facts *vss, const char *name)
{
	for (size_t i = 0; i < vss->count; i++)
		if (vss->writer[i].name && !strcasecmp(vss->writer[i].name, name))
			return true;
	return false;
}

/* A writer goes with its service, which may have ended by itself (BITS). Express writers do without COM+. */
static bool may_be_gone(const struct facts *facts, const char *name)
{
	const struct known_writer *known = known_by_name(name);

	if (!known || known->express)
		return known;
	if (!known->service || strchr(known->service, '*') || !strcasecmp(known->service, "VSS"))
		return false;
	const struct service *service = service_find(&facts->services, known->service);
	return !service || !service->pid;
}

int returned_missing(const struct state *before, const struct result *after, struct names *missing, struct error *e)
{
	const struct judgement *j = &after->judgement;

	for (size_t i = 0; i < j->missing_count; i++)
		if (names_add(missing, j->missing[i], e) < 0)
			return -1;
	for (size_t i = 0; before->writers_known && i < before->writers.count; i++) {
		const char *name = before->writers.name[i];
		if (!is_listed(&after->facts.vss, name) && !may_be_gone(&after->facts, name) &&
			names_add(missing, name, e) < 0)
			return -1;
	}
	return 0;
}
