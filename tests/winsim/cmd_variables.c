/* cmd_variables: the environment of a cmd.exe, and the three ways in which names in a line become values: %name% when
 * the line is read, %x of "for" when a command is about to run, !name! right after that. */

#include "cmd_state.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "own.h"

enum { VALUE_MOST = 32767 };

static struct variable **find(struct cmd *c, const char *name, size_t len)
{
	struct variable **at = &c->variables;

	while (*at && (strlen((*at)->name) != len || strncasecmp((*at)->name, name, len) != 0))
		at = &(*at)->next;
	return at;
}

void variable_set(struct cmd *c, const char *name, const char *value)
{
	struct variable **at = find(c, name, strlen(name)), *variable = *at;

	if (!value || !*value) {
		if (!variable)
			return;
		*at = variable->next;
		free(variable->name);
		free(variable->value);
		free(variable);
		return;
	}
	if (!variable) {
		variable = *at = calloc(1, sizeof(*variable));
		if (!variable || !(variable->name = strdup(name)))
			abort();
	}
	value = strdup(value);
	free(variable->value);
	variable->value = (char *)value;
}

void variables_fresh(struct cmd *c)
{
	static const char *const constants[][2] = {
		{ "ALLUSERSPROFILE", "C:\\ProgramData" },
		{ "ComSpec", "C:\\Windows\\system32\\cmd.exe" },
		{ "NUMBER_OF_PROCESSORS", "4" },
		{ "OS", "Windows_NT" },
		{ "Path", "C:\\Windows\\system32;C:\\Windows;C:\\Windows\\System32\\Wbem" },
		{ "PATHEXT", ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC" },
		{ "PROCESSOR_ARCHITECTURE", "AMD64" },
		{ "ProgramData", "C:\\ProgramData" },
		{ "ProgramFiles", "C:\\Program Files" },
		{ "PROMPT", "$P$G" },
		{ "SystemDrive", "C:" },
		{ "SystemRoot", "C:\\Windows" },
		{ "TEMP", "C:\\Windows\\TEMP" },
		{ "TMP", "C:\\Windows\\TEMP" },
		{ "windir", "C:\\Windows" },
	};

	FOR_EACH(constant, constants)
		variable_set(c, (*constant)[0], (*constant)[1]);
	variable_set(c, "COMPUTERNAME", c->host->netbios);
}

void variables_inherit(struct cmd *c, const struct cmd *from)
{
	c->variables = NULL;
	for (const struct variable *v = from->variables; v; v = v->next)
		variable_set(c, v->name, v->value);
}

void variables_done(struct cmd *c)
{
	while (c->variables)
		variable_set(c, c->variables->name, NULL);
}

/* Those that nobody has set. */
static bool dynamic(const struct cmd *c, const char *name, size_t len, struct str *value)
{
	time_t now = time(NULL);
	char text[32];
	struct tm tm;

	if (len == 10 && strncasecmp(name, "errorlevel", len) == 0) {
		str_addf(value, "%d", (int)c->errorlevel);
	} else if (len == 2 && strncasecmp(name, "cd", len) == 0) {
		str_addf(value, "%s%s", c->directory, c->directory[2] ? "" : "\\");
	} else if (len == 6 && strncasecmp(name, "random", len) == 0) {
		str_addf(value, "%ld", random() & 0x7fff);
	} else if (len == 4 && (strncasecmp(name, "time", len) == 0 || strncasecmp(name, "date", len) == 0)) {
		gmtime_r(&now, &tm);
		strftime(text, sizeof(text), tolower((unsigned char)*name) == 't' ? "%H:%M:%S.00" : "%Y/%m/%d", &tm);
		str_add(value, text);
	} else {
		return false;
	}
	return true;
}

bool variable_get(const struct cmd *c, const char *name, size_t len, struct str *value)
{
	const struct variable *variable = *find((struct cmd *)c, name, len);

	if (!variable)
		return dynamic(c, name, len, value);
	str_add(value, variable->value);
	return true;
}

/* ":~start,length": negative ones count from the end. */
static void add_piece(const char *value, const char *from, struct str *out)
{
	long len = (long)strlen(value), start, count = len;
	char *end;

	start = strtol(from, &end, 10);
	if (*end == ',')
		count = strtol(end + 1, &end, 10);
	start = start < 0 ? start + len : start;
	start = start < 0 ? 0 : start > len ? len : start;
	count = count < 0 ? len - start + count : count;
	count = count < 0 ? 0 : count > len - start ? len - start : count;
	str_addn(out, value + start, (size_t)count);
}

/* ":old=new", everywhere and without case; ":*old=new" all up to it. */
static void add_replaced(const char *value, const char *old, size_t old_len, const char *new, struct str *out)
{
	bool all_before = *old == '*' && old_len > 1;

	old += all_before;
	old_len -= all_before;
	for (const char *at = value; *at; at++) {
		if (strncasecmp(at, old, old_len) != 0) {
			if (!all_before)
				str_addc(out, *at);
			continue;
		}
		str_add(out, new);
		at += old_len - 1;
		if (all_before) {
			str_add(out, at + 1);
			return;
		}
	}
	if (all_before)
		str_add(out, value); /* not there */
}

/* The name between two marks, text behind the first: how much of it was read, the second mark included; 0: undefined or
 * no second mark, and on a command line such text stays. */
static size_t add_value(const struct cmd *c, const char *text, char mark, struct str *out)
{
	const char *end = strchr(text, mark), *colon = memchr(text, ':', end ? (size_t)(end - text) : 0), *equals;
	OWN_VALUE(str_done) struct str value = STR(VALUE_MOST), rest = STR(VALUE_MOST);

	if (!end || end == text || !variable_get(c, text, (size_t)((colon ? colon : end) - text), &value))
		return 0;
	if (colon)
		str_addn(&rest, colon + 1, (size_t)(end - colon - 1));
	equals = strchr(str_text(&rest), '=');
	if (!colon)
		str_add(out, str_text(&value));
	else if (colon[1] == '~')
		add_piece(str_text(&value), rest.data + 1, out);
	else if (equals && equals > rest.data)
		add_replaced(str_text(&value), rest.data, (size_t)(equals - rest.data), equals + 1, out);
	else
		return 0;
	return (size_t)(end - text) + 1;
}

void expand_percents(const struct cmd *c, const char *text, struct str *out)
{
	while (*text) {
		size_t taken = *text == '%' ? add_value(c, text + 1, '%', out) : 0;
		if (!taken)
			str_addc(out, *text);
		text += 1 + taken;
	}
}

static const char *loop_value(const struct cmd *c, char name)
{
	for (const struct loop *loop = c->loops; loop; loop = loop->outer)
		if (loop->name == name)
			return loop->value;
	return NULL;
}

/* "%~zx": the size of the file that %x names; nothing if there is none. */
static bool add_size(const struct cmd *c, const char *text, struct str *out)
{
	char path[PATH_MOST];
	const char *value = strncmp(text, "%~z", 3) == 0 && text[3] ? loop_value(c, text[3]) : NULL;

	if (!value)
		return false;
	const struct file *file =
		files_absolute(c->directory, value, path) ? files_find(&c->host->files, path) : NULL;
	if (file)
		str_addf(out, "%zu", file->bytes.len);
	return true;
}

void expand_loops(const struct cmd *c, const char *text, struct str *out)
{
	while (*text) {
		bool bare = text[0] == '%' && text[1] == '~';
		const char *value = *text == '%' && text[1] ? loop_value(c, text[1 + bare]) : NULL;
		if (!value && add_size(c, text, out)) {
			text += 4;
			continue;
		}
		if (!value) {
			str_addc(out, *text++);
			continue;
		}
		size_t len = strlen(value);
		if (bare && len && *value == '"') {
			value++;
			len -= 1 + (len > 1 && value[len - 2] == '"');
		}
		str_addn(out, value, len);
		text += 2 + bare;
	}
}

/* A text without a mark is left alone; in others carets escape once more. */
void expand_delayed(const struct cmd *c, const char *text, struct str *out)
{
	if (!strchr(text, '!')) {
		str_add(out, text);
		return;
	}
	while (*text) {
		size_t taken = *text == '!' ? add_value(c, text + 1, '!', out) : 0;
		if (taken) {
			text += 1 + taken;
		} else if (*text == '^' && text[1]) {
			str_addc(out, text[1]);
			text += 2;
		} else {
			if (*text != '!' || strchr(text + 1, '!'))
				str_addc(out, *text);
			text++;
		}
	}
}

void expand_late(const struct cmd *c, const char *text, struct str *out)
{
	OWN_VALUE(str_done) struct str looped = STR(VALUE_MOST);

	expand_loops(c, text, &looped);
	if (c->delayed)
		expand_delayed(c, str_text(&looped), out);
	else
		str_addn(out, str_text(&looped), looped.len);
}
