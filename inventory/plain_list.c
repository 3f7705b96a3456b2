/* plain_list: one host a line: its name, perhaps an address and groups; lines of a hosts(5) file are understood. */
#include "formats.h"
#include "language.h"
#include "spelling.h"
#include "text.h"
#include "ranges.h"
#include "variables.h"
#include "words.h"

#include <string.h>

/* What a line says; all borrowed from its words. */
struct entry {
	const char *names;
	char *address;
	char *groups;
};

static int entry_of(struct entry *entry, struct words *w, struct place at, struct error *e)
{
	*entry = (struct entry){ .names = w->word[0] };
	if (w->count > 1 && is_ip_literal(w->word[0]) && !is_ip_literal(w->word[1])) {
		*entry = (struct entry){ .names = w->word[1], .address = w->word[0] }; /* hosts(5); aliases follow */
		return 0;
	}
	if (w->count > 3)
		return error_at(at, e, _("%zu columns; expected: name [address [group,group]]"), w->count);
	if (w->count > 1)
		entry->address = w->word[1];
	if (w->count > 2)
		entry->groups = w->word[2];
	return 0;
}

static int check_address(const char *address, size_t hosts, struct place at, struct error *e)
{
	char why[NAME_WHY];

	if (!host_name_valid(address, why))
		return error_at(at, e, _("address '%.100s' is not a host name or IP address: %s"), address, why);
	if (hosts > 1)
		return error_at(at, e, _("one address for %zu hosts"), hosts);
	return 0;
}

/* Cuts the list up in place. "all" and "ungrouped" hold their hosts anyway. */
static int split_groups(char *list, char **groups, size_t *count, struct place at, struct error *e)
{
	for (char *group; (group = strsep(&list, ","));) {
		if (!group_name_valid(group))
			return error_at(at, e, _("'%.100s' cannot be the name of a group"), group);
		if (strcmp(group, "all") == 0 || strcmp(group, "ungrouped") == 0)
			continue;
		if (*count == HOST_GROUPS_MAX)
			return error_at(at, e, _("more than %d groups"), HOST_GROUPS_MAX);
		groups[(*count)++] = group;
	}
	return 0;
}

static int add_line(struct hosts *hosts, struct source *source, struct words *w, struct error *e)
{
	struct entry entry;
	char *groups[HOST_GROUPS_MAX];
	OWN_VALUE(name_list_done) struct name_list names = { 0 };
	struct host host = { .source = (char *)source->at.source, .line = source->at.line, .groups = groups };

	if (entry_of(&entry, w, source->at, e) < 0 || ranges_expand(&names, entry.names, source->at, e) < 0 ||
		source_count_names(source, names.count, e) < 0)
		return -1;
	if (entry.address && check_address(entry.address, names.count, source->at, e) < 0)
		return -1;
	if (entry.groups && split_groups(entry.groups, groups, &host.group_count, source->at, e) < 0)
		return -1;
	host.address = entry.address;
	for (size_t i = 0; i < names.count; i++) {
		size_t position;
		host.name = names.name[i];
		int known = hosts_add(hosts, &host, &position, source->at, e);
		if (known < 0)
			return -1;
		hosts->merged += (size_t)known;
	}
	return 0;
}

int plain_list_read(struct hosts *hosts, struct source *source, struct error *e)
{
	struct words words;
	const char *line;
	size_t len;
	int more;

	while ((more = source_line(source, &line, &len, e)) > 0) {
		if (words_split(&words, line, len, source->at, e) < 0 ||
			refuse_unevaluated(words.word[0], source->at, e) < 0 || add_line(hosts, source, &words, e) < 0)
			return -1;
	}
	return more;
}
