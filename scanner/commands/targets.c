/* targets: see the header. */
#include "targets.h"
#include "inventory.h"

int targets_read(struct hosts *hosts, const struct options *o, struct error *e)
{
	if (!o->source_count && !o->argument_count)
		return error_set(e, ERROR_LOCAL, "no targets: give an inventory by -i, or host names");
	for (size_t i = 0; i < o->source_count; i++)
		if (inventory_read(hosts, o->source[i], e) < 0)
			return -1;
	for (size_t i = 0; i < o->argument_count; i++)
		if (inventory_add_target(hosts, o->argument[i], e) < 0)
			return -1;
	size_t before = hosts->count;
	if (o->limit && inventory_limit(hosts, o->limit, e) < 0)
		return -1;
	if (!hosts->count)
		return o->limit && before
			       ? error_set(e, ERROR_LOCAL, "--limit %s: selects none of %zu hosts", o->limit, before)
			       : error_set(e, ERROR_LOCAL, "the inventory holds no hosts");
	return 0;
}
