/* inventory: reads a source or a target into the list of hosts, and tells what kind of list a source is. */
#include "inventory.h"
#include "formats.h"
#include "hosts.h"
#include "ranges.h"
#include "variables.h"

#include <string.h>

/* 1 if a line shows that it is Ansible's, 0 if not, -1 with *e set. */
static int is_ansible_ini(struct source *s, struct error *e)
{
	const char *line;
	size_t len;
	int more;

	while ((more = source_line(s, &line, &len, e)) > 0)
		if (ansible_ini_line(line, len))
			return 1;
	return more;
}

int inventory_read(struct hosts *hosts, const char *source, struct error *e)
{
	OWN_VALUE(source_done) struct source s;

	if (source_open(&s, source, e) < 0)
		return -1;
	int ansible = is_ansible_ini(&s, e);
	if (ansible < 0)
		return -1;
	source_rewind(&s);
	return ansible ? ansible_ini_read(hosts, &s, e) : plain_list_read(hosts, &s, e);
}

int inventory_add_target(struct hosts *hosts, const char *target, struct error *e)
{
	OWN_VALUE(name_list_done) struct name_list names = { 0 };
	const struct place at = { "command line", 0 };

	if (ranges_expand(&names, target, at, e) < 0)
		return -1;
	for (size_t i = 0, position; i < names.count; i++) {
		struct host host = { .name = names.name[i], .source = (char *)at.source };
		int known = hosts_add(hosts, &host, &position, at, e);
		if (known < 0)
			return -1;
		hosts->merged += (size_t)known;
	}
	return 0;
}
