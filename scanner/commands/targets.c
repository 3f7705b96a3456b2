/* targets: see the header. */
#include "targets.h"
#include "hosts.h"
#include "inventory.h"
#include "language.h"

#include <errno.h>
#include <string.h>

static const char command_line[] = "command line"; /* as inventory_add_target() names it */

/* Names on the command line come before an inventory of the configuration. */
static size_t sources_of(const struct options *o)
{
	return o->sources_configured && o->argument_count ? 0 : o->source_count;
}

bool targets_named(const struct options *o)
{
	return (o->source_count && !o->sources_configured) || o->argument_count;
}

static int read_given(struct hosts *hosts, const struct options *o, struct error *e)
{
	for (size_t i = 0; i < sources_of(o); i++)
		if (inventory_read(hosts, o->source[i], e) < 0)
			return -1;
	for (size_t i = 0; i < o->argument_count; i++)
		if (inventory_add_target(hosts, o->argument[i], e) < 0)
			return -1;
	return 0;
}

int targets_read(struct hosts *hosts, const struct options *o, struct error *e)
{
	if (!o->source_count && !o->argument_count)
		return error_set(e, ERROR_LOCAL, _("no targets: give an inventory by -i, or host names"));
	if (read_given(hosts, o, e) < 0)
		return -1;
	size_t before = hosts->count;
	if (o->limit && inventory_limit(hosts, o->limit, e) < 0)
		return -1;
	if (!hosts->count)
		return o->limit && before
			       ? error_set(e, ERROR_LOCAL, _("--limit %s: selects none of %zu hosts"), o->limit, before)
			       : error_set(e, ERROR_LOCAL, _("the inventory holds no hosts"));
	return 0;
}

static int read_recorded(struct hosts *hosts, const json_t *sources, bool *by_name, struct error *e)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(sources, i, entry)
	{
		const char *source = json_string_value(json_object_get(entry, "source"));
		if (!source)
			continue;
		if (!strcmp(source, command_line))
			*by_name = true;
		else if (!strcmp(source, "-"))
			return error_code(
				e, ERROR_LOCAL, EINVAL, _("its hosts came from stdin: give them again by -i SOURCE"));
		else if (inventory_read(hosts, source, e) < 0)
			return -1;
	}
	return 0;
}

int targets_again(struct hosts *hosts, const struct options *o, const json_t *sources, const char *const *names,
	size_t count, struct error *e)
{
	bool by_name = false;

	if (targets_named(o))
		return read_given(hosts, o, e);
	if (read_recorded(hosts, sources, &by_name, e) < 0)
		return -1;
	for (size_t i = 0, position; i < count && by_name; i++) {
		int found = hosts_find(hosts, names[i], &position, e);
		if (found < 0 || (!found && inventory_add_target(hosts, names[i], e) < 0))
			return -1;
	}
	return 0;
}

json_t *targets_sources(const struct options *o, const struct hosts *hosts)
{
	json_t *list = json_array();

	for (size_t i = 0; i <= sources_of(o); i++) {
		const char *source = i < sources_of(o) ? o->source[i] : command_line;
		size_t count = 0;
		for (size_t k = 0; k < hosts->count; k++)
			count += hosts->host[k].source && !strcmp(hosts->host[k].source, source);
		if (i < sources_of(o) || count)
			json_array_append_new(
				list, json_pack("{s:s, s:I}", "source", source, "hosts", (json_int_t)count));
	}
	return list;
}
