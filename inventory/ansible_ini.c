/* ansible_ini: host lists as Ansible writes them: sections of hosts, [group:children] and [group:vars], hosts with
 * ranges and key=value variables. Hosts are gathered in a list of their own, so that variables of groups reach only the
 * hosts of this source, and then joined with those of earlier sources. */
#include "ansible_groups.h"
#include "formats.h"
#include "language.h"
#include "spelling.h"
#include "text.h"
#include "ranges.h"
#include "variables.h"
#include "words.h"

#include <string.h>

struct ini {
	struct source *source;
	struct hosts hosts;
	struct groups *groups;
	size_t group; /* of the section */
	enum { SECTION_HOSTS, SECTION_CHILDREN, SECTION_VARS } section;
};

static size_t skip_blanks(const char *text, size_t i, size_t len)
{
	while (i < len && (text[i] == ' ' || text[i] == '\t'))
		i++;
	return i;
}

/* Length of "[...]" if that is all of the line but a comment, else 0. */
static size_t header_length(const char *line, size_t len)
{
	const char *close = len && line[0] == '[' ? memchr(line, ']', len) : NULL;

	if (!close)
		return 0;
	size_t header = (size_t)(close + 1 - line), rest = skip_blanks(line, header, len);
	return rest == len || line[rest] == '#' ? header : 0;
}

bool ansible_ini_line(const char *line, size_t len)
{
	const char *comment = memchr(line, '#', len);
	size_t end = comment ? (size_t)(comment - line) : len, word = 0;

	if (header_length(line, len))
		return true;
	while (word < end && line[word] != ' ' && line[word] != '\t')
		word++;
	return memchr(line + word, '=', end - word) != NULL;
}

static int begin_section(struct ini *ini, const char *line, size_t header, struct error *e)
{
	static const struct {
		const char *name;
		int section;
	} kinds[] = { { "hosts", SECTION_HOSTS }, { "children", SECTION_CHILDREN }, { "vars", SECTION_VARS } };
	char name[INVENTORY_LINE_MAX + 1], *kind;
	struct place at = ini->source->at;

	memcpy(name, line + 1, header - 2);
	name[header - 2] = '\0';
	ini->section = SECTION_HOSTS;
	if ((kind = strchr(name, ':'))) {
		size_t i = 0;
		*kind++ = '\0';
		while (i < COUNT(kinds) && strcmp(kinds[i].name, kind) != 0)
			i++;
		if (i == COUNT(kinds))
			return error_at(at, e,
				_("section [%.60s:%.60s]; expected [group], [group:children] or [group:vars]"), name,
				kind);
		ini->section = kinds[i].section;
	}
	return groups_named(ini->groups, name, ini->section != SECTION_VARS, &ini->group, at, e);
}

/* Takes the port off "name:5986" and "[2001:db8::1]:5986", in place. A colon inside a range is not a port's. */
static int split_port(char **name, uint16_t *port, struct place at, struct error *e)
{
	char *colon = NULL, *text = *name;
	unsigned depth = 0;

	for (char *c = text; *c; c++) {
		depth += *c == '[';
		depth -= *c == ']' && depth;
		if (*c == ':' && depth == 0) {
			if (colon)
				return 0; /* an IPv6 address */
			colon = c;
		}
	}
	if (!colon)
		return 0;
	if (!port_parse(colon + 1, port))
		return error_at(at, e, _("port %.80s is not 1-65535"), colon + 1);
	*colon = '\0';
	if (*text == '[' && colon[-1] == ']' && strchr(text, ':')) {
		colon[-1] = '\0';
		if (is_ip_literal(text + 1))
			*name = text + 1;
		else
			colon[-1] = ']';
	}
	return 0;
}

static int set_variables(struct ini *ini, struct host *host, const struct words *w, struct error *e)
{
	for (size_t i = 1; i < w->count; i++) {
		char *value = strchr(w->word[i], '=');
		if (!value)
			return error_at(ini->source->at, e, _("'%.80s' where name=value is expected"), w->word[i]);
		*value++ = '\0';
		word_unquote(value);
		if (variable_set(host, &ini->hosts, w->word[i], value, ini->source->at, e) < 0)
			return -1;
	}
	return 0;
}

/* variables are copied to each name. */
static int add_hosts(struct ini *ini, const struct name_list *names, const struct host *variables, struct error *e)
{
	struct source *source = ini->source;

	if (source_count_names(source, names->count, e) < 0)
		return -1;
	if (variables->address && names->count > 1)
		return error_at(source->at, e, _("one ansible_host for %zu hosts"), names->count);
	for (size_t i = 0, position; i < names->count; i++) {
		struct host host = *variables;
		host.name = names->name[i];
		host.source = (char *)source->at.source;
		host.line = source->at.line;
		if (hosts_add(&ini->hosts, &host, &position, source->at, e) < 0 ||
			groups_add_host(ini->groups, ini->group, position, e) < 0)
			return -1;
	}
	return 0;
}

static int host_line(struct ini *ini, const char *line, size_t len, struct error *e)
{
	struct words words;
	OWN_VALUE(host_done) struct host variables = { 0 };
	OWN_VALUE(name_list_done) struct name_list names = { 0 };
	struct place at = ini->source->at;

	if (words_split_quoted(&words, line, len, at, e) < 0)
		return -1;
	char *name = words.word[0];
	if (refuse_unevaluated(name, at, e) < 0)
		return -1;
	if (memchr(line, '\\', strcspn(line, " \t\n")))
		return error_at(at, e, _("'\\' in the name of a host"));
	if (split_port(&name, &variables.port, at, e) < 0 || ranges_expand(&names, name, at, e) < 0 ||
		set_variables(ini, &variables, &words, e) < 0)
		return -1;
	return add_hosts(ini, &names, &variables, e);
}

static int child_line(struct ini *ini, const char *line, size_t len, struct error *e)
{
	struct words words;
	size_t child;
	struct place at = ini->source->at;

	if (words_split(&words, line, len, at, e) < 0)
		return -1;
	if (words.count != 1)
		return error_at(at, e, _("'%.80s' where only the name of a group is expected"), words.word[1]);
	if (groups_named(ini->groups, words.word[0], false, &child, at, e) < 0)
		return -1;
	return groups_add_child(ini->groups, ini->group, child, at, e);
}

static int variable_line(struct ini *ini, const char *line, size_t len, struct error *e)
{
	char name[INVENTORY_LINE_MAX + 1], *value;
	struct place at = ini->source->at;
	struct host *vars = groups_vars(ini->groups, ini->group);

	memcpy(name, line, len);
	name[len] = '\0';
	if (!(value = strchr(name, '=')))
		return refuse_unevaluated(name, at, e) < 0
			       ? -1
			       : error_at(at, e, _("'%.80s' where name=value is expected"), name);
	*value++ = '\0';
	name[strcspn(name, " \t")] = '\0';
	value += strspn(value, " \t");
	word_unquote(value);
	if (strcmp(name, "ansible_host") == 0)
		vars->line = at.line;
	return variable_set(vars, &ini->hosts, name, value, at, e);
}

static int ini_line(struct ini *ini, const char *line, size_t len, struct error *e)
{
	size_t header = header_length(line, len);

	if (header)
		return begin_section(ini, line, header, e);
	if (ini->section == SECTION_CHILDREN)
		return child_line(ini, line, len, e);
	if (ini->section == SECTION_VARS)
		return variable_line(ini, line, len, e);
	return host_line(ini, line, len, e);
}

/* Joins the hosts of this source with those of earlier ones, which come first. */
static int join(struct hosts *into, struct hosts *from, struct error *e)
{
	into->merged += from->merged;
	for (size_t i = 0; i < from->ignored_count; i++)
		if (hosts_ignore(into, from->ignored[i], e) < 0)
			return -1;
	if (!into->host && !into->by_name) { /* this is the first: nothing to compare with */
		into->count = from->count;
		into->host = TAKE(from->host);
		from->count = 0;
		return 0;
	}
	for (const struct host *host = from->host; host < from->host + from->count; host++) {
		size_t position;
		int known = hosts_add(into, host, &position, (struct place){ host->source, host->line }, e);
		if (known < 0)
			return -1;
		into->merged += (size_t)known;
	}
	return 0;
}

static int read_lines(struct ini *ini, struct error *e)
{
	const char *line;
	size_t len;
	int more;

	while ((more = source_line(ini->source, &line, &len, e)) > 0)
		if (ini_line(ini, line, len, e) < 0)
			return -1;
	return more < 0 ? -1 : groups_resolve(ini->groups, &ini->hosts, e);
}

int ansible_ini_read(struct hosts *hosts, struct source *source, struct error *e)
{
	OWN(groups_free) struct groups *groups = groups_new();
	struct ini ini = { .source = source, .groups = groups, .group = GROUP_UNGROUPED };

	if (!groups)
		return error_memory(e);
	int failed = read_lines(&ini, e) < 0 || join(hosts, &ini.hosts, e) < 0;
	hosts_done(&ini.hosts);
	return failed ? -1 : 0;
}
