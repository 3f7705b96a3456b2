/* cmd_builtins: what cmd.exe does itself, files aside. "echo", "set" and "rem" leave errorlevel alone. */

#include "cmd_state.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "edition.h"
#include "own.h"

static unsigned builtin_echo(struct cmd *c, struct program *p, const struct io *io)
{
	const char *text = p->tail;
	size_t blanks = strspn(text, " \t");

	(void)c, (void)io;
	if (!text[blanks] && *text != '.')
		tell(p, "ECHO is on.\r\n");
	else if (strcasecmp(text + blanks, "on") != 0 && strcasecmp(text + blanks, "off") != 0)
		tell(p, "%s\r\n", *text ? text + 1 : text);
	return 0;
}

static unsigned builtin_nothing(struct cmd *c, struct program *p, const struct io *io)
{
	(void)c, (void)p, (void)io;
	return 0;
}

static unsigned builtin_exit(struct cmd *c, struct program *p, const struct io *io)
{
	const char *at = p->tail + strspn(p->tail, " \t");

	(void)io;
	if (strncasecmp(at, "/b", 2) == 0)
		at += 2;
	at += strspn(at, " \t");
	if (*at)
		c->errorlevel = (unsigned)strtol(at, NULL, 10);
	c->exited = true;
	return c->errorlevel;
}

static unsigned builtin_ver(struct cmd *c, struct program *p, const struct io *io)
{
	(void)c, (void)io;
	tell(p, "\r\nMicrosoft Windows [Version %s]\r\n", edition_of(p->host->scenario)->version);
	return 0;
}

/* Those that begin so; 1 if there are none. */
static unsigned show_variables(struct cmd *c, struct program *p, const char *prefix)
{
	size_t len = strlen(prefix);
	bool found = false;

	while (len && prefix[len - 1] == ' ')
		len--;
	for (const struct variable *v = c->variables; v; v = v->next)
		if (strncasecmp(v->name, prefix, len) == 0) {
			tell(p, "%s=%s\r\n", v->name, v->value);
			found = true;
		}
	if (found)
		return 0;
	tell_error(p, "Environment variable %s not defined\r\n", prefix);
	return c->errorlevel = 1;
}

static unsigned set_number(struct cmd *c, struct program *p, const char *expression)
{
	long value;
	unsigned wrong = arithmetic(c, expression, &value);

	if (wrong) {
		tell_error(p, "Missing operator.\r\n");
		return c->errorlevel = wrong;
	}
	tell(p, "%ld", value);
	return 0;
}

/* "set /p NAME=PROMPT": the first line of what was redirected into it. */
static unsigned ask(struct cmd *c, struct program *p, const char *text, const struct str *in)
{
	OWN_VALUE(str_done) struct str name = { 0 }, line = { 0 };
	const char *equals = strchr(text, '=');

	if (!equals || equals == text) {
		tell_error(p, "The syntax of the command is incorrect.\r\n");
		return c->errorlevel = 1;
	}
	str_addn(&name, text, (size_t)(equals - text));
	tell(p, "%s", equals + 1);
	str_addn(&line, in ? str_text(in) : "", in ? strcspn(str_text(in), "\r\n") : 0);
	if (!line.len)
		return c->errorlevel = 1;
	variable_set(c, str_text(&name), str_text(&line));
	return 0;
}

/* "set "NAME=VALUE"" ends at the last quote; without quotes all belongs to the value, blanks at its end too. */
static unsigned builtin_set(struct cmd *c, struct program *p, const struct io *io)
{
	const char *text = p->tail + strspn(p->tail, " \t"), *end, *equals;
	OWN_VALUE(str_done) struct str name = { 0 };
	OWN_VALUE(str_done) struct str rest = STR(1 << 16);
	bool number = strncasecmp(text, "/a", 2) == 0, question = strncasecmp(text, "/p", 2) == 0;

	if (number || question)
		text += 2 + strspn(text + 2, " \t");
	end = *text == '"' ? strrchr(text + 1, '"') : NULL;
	if (*text == '"')
		text++;
	str_addn(&rest, text, end ? (size_t)(end - text) : strlen(text));
	if (number)
		return set_number(c, p, str_text(&rest));
	if (question)
		return ask(c, p, str_text(&rest), io->in);
	equals = strchr(str_text(&rest), '=');
	if (!equals)
		return show_variables(c, p, str_text(&rest));
	if (equals == str_text(&rest)) {
		tell_error(p, "The syntax of the command is incorrect.\r\n");
		return c->errorlevel = 1;
	}
	str_addn(&name, str_text(&rest), (size_t)(equals - str_text(&rest)));
	variable_set(c, str_text(&name), equals + 1);
	return 0;
}

static const struct {
	const char *name;
	builtin_fn *run;
} builtins[] = {
	{ "cd", builtin_cd },
	{ "chdir", builtin_cd },
	{ "cls", builtin_nothing },
	{ "color", builtin_nothing },
	{ "copy", builtin_copy },
	{ "del", builtin_del },
	{ "dir", builtin_dir },
	{ "echo", builtin_echo },
	{ "endlocal", builtin_nothing }, /* in batch files only */
	{ "erase", builtin_del },
	{ "exit", builtin_exit },
	{ "md", builtin_md },
	{ "mkdir", builtin_md },
	{ "move", builtin_move },
	{ "prompt", builtin_nothing },
	{ "rd", builtin_rd },
	{ "rem", builtin_nothing },
	{ "ren", builtin_ren },
	{ "rename", builtin_ren },
	{ "rmdir", builtin_rd },
	{ "set", builtin_set },
	{ "setlocal", builtin_nothing },
	{ "title", builtin_nothing },
	{ "type", builtin_type },
	{ "ver", builtin_ver },
};

builtin_fn *cmd_builtin(const char *text, size_t *name_len)
{
	size_t len = 0;

	while (isalpha((unsigned char)text[len]))
		len++;
	if (text[len] && !strchr(" \t,;=/.:([+\\\"", text[len]))
		return NULL;
	FOR_EACH(builtin, builtins)
		if (strlen(builtin->name) == len && strncasecmp(builtin->name, text, len) == 0) {
			*name_len = len;
			return builtin->run;
		}
	return NULL;
}
