/* host: one server and lists of them, without duplicates. */
#include "host.h"
#include "grow.h"
#include "hosts.h"
#include "inventory.h"
#include "language.h"

#include <stdlib.h>
#include <string.h>

static const size_t variables[] = {
	offsetof(struct host, address),
	offsetof(struct host, scheme),
	offsetof(struct host, auth),
	offsetof(struct host, user),
	offsetof(struct host, ca_file),
	offsetof(struct host, kerberos_host),
	offsetof(struct host, kerberos_service),
	offsetof(struct host, credential),
	offsetof(struct host, pinned_key),
	offsetof(struct host, peer),
	offsetof(struct host, cert_validation),
};

static char **variable_of(const struct host *host, size_t offset)
{
	return (char **)((char *)host + offset);
}

void host_done(struct host *host)
{
	FOR_EACH(offset, variables)
		free(*variable_of(host, *offset));
	for (size_t i = 0; i < host->group_count; i++)
		free(host->groups[i]);
	free(host->groups);
	free(host->name);
	free(host->source);
	*host = (struct host){ 0 };
}

void hosts_done(struct hosts *hosts)
{
	for (size_t i = 0; i < hosts->count; i++)
		host_done(&hosts->host[i]);
	for (size_t i = 0; i < hosts->ignored_count; i++)
		free(hosts->ignored[i]);
	free(hosts->host);
	free(hosts->ignored);
	lookup_free(hosts->by_name);
	*hosts = (struct hosts){ 0 };
}

int host_fill(struct host *into, const struct host *from)
{
	if (!into->port)
		into->port = from->port;
	FOR_EACH(offset, variables) {
		char **to = variable_of(into, *offset), *value = *variable_of(from, *offset);
		if (value && !*to && !(*to = strdup(value)))
			return -1;
	}
	return 0;
}

/* The first place in a sorted array whose text is not less than the given one. */
static size_t sorted_place(char *const *array, size_t count, const char *text)
{
	size_t low = 0;

	while (low < count) {
		size_t middle = low + (count - low) / 2;
		if (strcmp(array[middle], text) < 0)
			low = middle + 1;
		else
			count = middle;
	}
	return low;
}

/* Inserts a copy into a sorted array unless it is there. -1 if memory ran out. */
static int sorted_insert(char ***array, size_t *count, const char *text)
{
	size_t place = sorted_place(*array, *count, text);

	if (place < *count && strcmp((*array)[place], text) == 0)
		return 0;
	char **grown = array_grow(*array, *count, sizeof(*grown));
	if (!grown)
		return -1;
	*array = grown;
	char *copy = strdup(text);
	if (!copy)
		return -1;
	memmove(grown + place + 1, grown + place, (*count - place) * sizeof(*grown));
	grown[place] = copy;
	++*count;
	return 0;
}

int host_join(struct host *host, const char *group, struct place at, struct error *e)
{
	if (sorted_insert(&host->groups, &host->group_count, group) < 0)
		return error_memory(e);
	if (host->group_count > HOST_GROUPS_MAX)
		return error_at(at, e, _("%.100s is in more than %d groups"), host->name, HOST_GROUPS_MAX);
	return 0;
}

int hosts_ignore(struct hosts *hosts, const char *variable, struct error *e)
{
	if (hosts->ignored_count == HOSTS_IGNORED_MAX)
		return 0;
	return sorted_insert(&hosts->ignored, &hosts->ignored_count, variable) < 0 ? error_memory(e) : 0;
}

static int index_names(struct hosts *hosts, struct error *e)
{
	OWN(lookup_free) struct lookup *by_name = lookup_new(true);

	if (!by_name)
		return error_memory(e);
	for (size_t i = 0; i < hosts->count; i++)
		if (lookup_add(by_name, hosts->host[i].name, i) < 0)
			return error_memory(e);
	hosts->by_name = TAKE(by_name);
	return 0;
}

int hosts_find(struct hosts *hosts, const char *name, size_t *position, struct error *e)
{
	if (!hosts->by_name && index_names(hosts, e) < 0)
		return -1;
	return lookup_find(hosts->by_name, name, position);
}

static int append(struct hosts *hosts, const struct host *host, struct place at, struct error *e)
{
	if (hosts->count == INVENTORY_HOSTS_MAX)
		return error_at(at, e, _("more than %d hosts"), INVENTORY_HOSTS_MAX);
	struct host *grown = array_grow(hosts->host, hosts->count, sizeof(*grown));
	if (!grown)
		return error_memory(e);
	hosts->host = grown;

	struct host *added = &grown[hosts->count];
	*added = (struct host){ .name = strdup(host->name), .source = strdup(host->source), .line = host->line };
	hosts->count++;
	if (!added->name || !added->source || lookup_add(hosts->by_name, added->name, hosts->count - 1) < 0)
		return error_memory(e);
	return 0;
}

int hosts_add(struct hosts *hosts, const struct host *host, size_t *position, struct place at, struct error *e)
{
	int found = hosts_find(hosts, host->name, position, e);

	if (found < 0)
		return -1;
	if (!found) {
		if (append(hosts, host, at, e) < 0)
			return -1;
		*position = hosts->count - 1;
	}
	struct host *known = &hosts->host[*position];
	if (host_fill(known, host) < 0)
		return error_memory(e);
	for (size_t i = 0; i < host->group_count; i++)
		if (host_join(known, host->groups[i], at, e) < 0)
			return -1;
	return found;
}
