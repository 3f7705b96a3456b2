/* cmd: see cmd.h.
 *
 * Theory of operation. cmd.exe reads a line in two phases: first it replaces %variables% in the whole line, then it
 * takes the line apart at & | ( ) > < outside of quotes, where ^ makes the next character ordinary. That is why
 * "vssadmin & echo %errorlevel%" prints the errorlevel from before the line, and why "call echo %^errorlevel%" works:
 * no variable is called "^errorlevel", the second phase eats the caret, and call does the first phase once more. */

#include "cmd.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "codec.h"
#include "journal.h"
#include "own.h"
#include "program.h"

enum { DEPTH_MAX = 16, OUTPUT_MAX = 16 << 20 };

struct cmd {
	struct host *host;
	unsigned codepage, errorlevel;
	bool delayed; /* !variables! */
	bool exited;
	int depth;
	struct cmd_result *result;
};

/* Where a command's output goes; NULL: nowhere. */
struct sinks {
	struct str *out, *err;
};

static void run_text(struct cmd *c, const char *text, struct sinks sinks);

void cmd_result_done(struct cmd_result *result)
{
	str_done(&result->out);
	str_done(&result->err);
}

__attribute__((format(printf, 3, 0))) static void tell_to(
	struct str *to, unsigned codepage, const char *format, va_list args)
{
	OWN_VALUE(str_done) struct str text = STR(OUTPUT_MAX);

	str_addv(&text, format, args);
	encode_add(to, str_text(&text), codepage);
}

void tell(struct program *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell_to(p->out, p->codepage, format, args);
	va_end(args);
}

void tell_error(struct program *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell_to(p->err, p->codepage, format, args);
	va_end(args);
}

enum language program_language(const struct program *p)
{
	enum language language = p->host->scenario->language;

	if (language == LANGUAGE_JA && p->codepage != CODEPAGE_UTF8 && p->codepage != CODEPAGE_JAPANESE)
		return LANGUAGE_EN;
	return language;
}

const char *argument(const struct program *p, const char *name)
{
	size_t len = strlen(name);

	for (int i = 1; i < p->argc; i++) {
		const char *arg = p->argv[i];
		if ((*arg != '/' && *arg != '-') || strncasecmp(arg + 1, name, len) != 0)
			continue;
		if (arg[1 + len] == ':')
			return arg + 2 + len;
		if (!arg[1 + len] && i + 1 < p->argc)
			return p->argv[i + 1];
	}
	return NULL;
}

bool has_argument(const struct program *p, const char *name)
{
	for (int i = 1; i < p->argc; i++)
		if (strchr("/-", p->argv[i][0]) && strcasecmp(p->argv[i] + 1, name) == 0)
			return true;
	return false;
}

static const struct {
	const char *name;
	program_fn *run;
} programs[] = {
	{ "vssadmin", program_vssadmin },
	{ "wevtutil", program_wevtutil },
	{ "tasklist", program_tasklist },
	{ "schtasks", program_schtasks },
	{ "reg", program_reg },
	{ "sc", program_sc },
	{ "net", program_net },
	{ "shutdown", program_shutdown },
	{ "ver", program_ver },
	{ "hostname", program_hostname },
	{ "ping", program_ping },
	{ "timeout", program_timeout },
};

/* Phase one: %name%. An unknown name stays as it is, as it does on a command line. */
static bool add_variable(const struct cmd *c, const char *name, size_t len, struct str *out)
{
	static const char *const constants[][2] = {
		{ "SystemRoot", "C:\\Windows" },
		{ "windir", "C:\\Windows" },
		{ "ComSpec", "C:\\Windows\\system32\\cmd.exe" },
		{ "TEMP", "C:\\Windows\\TEMP" },
		{ "SystemDrive", "C:" },
	};

	if (len == 10 && strncasecmp(name, "errorlevel", len) == 0)
		str_addf(out, "%u", c->errorlevel);
	else if (len == 12 && strncasecmp(name, "COMPUTERNAME", len) == 0)
		str_add(out, c->host->netbios);
	else {
		FOR_EACH(constant, constants)
			if (strlen((*constant)[0]) == len && strncasecmp((*constant)[0], name, len) == 0) {
				str_add(out, (*constant)[1]);
				return true;
			}
		return false;
	}
	return true;
}

static void expand(const struct cmd *c, const char *text, char mark, struct str *out)
{
	while (*text) {
		const char *end = *text == mark ? strchr(text + 1, mark) : NULL;
		if (end && add_variable(c, text + 1, (size_t)(end - text - 1), out)) {
			text = end + 1;
			continue;
		}
		str_addc(out, *text++);
	}
}

/* Splits at blanks outside of quotes and drops the quotes; works inside text. */
static int split(char *text, char **argv, int room)
{
	int argc = 0;
	char *to;

	while (argc < room) {
		bool quoted = false;
		while (*text == ' ' || *text == '\t' || *text == ',' || *text == ';')
			text++;
		if (!*text)
			break;
		argv[argc++] = to = text;
		for (; *text && (quoted || (*text != ' ' && *text != '\t')); text++) {
			if (*text == '"')
				quoted = !quoted;
			else
				*to++ = *text;
		}
		if (*text)
			text++;
		*to = '\0';
	}
	return argc;
}

/* "C:\Windows\System32\SC.EXE" is "sc". */
static void program_name(const char *word, char *name, size_t room)
{
	const char *slash = strrchr(word, '\\');
	size_t len;

	snprintf(name, room, "%s", slash ? slash + 1 : word);
	len = strlen(name);
	if (len > 4 && strcasecmp(name + len - 4, ".exe") == 0)
		name[len - 4] = '\0';
}

static void unknown_command(struct program *p)
{
	if (program_language(p) == LANGUAGE_JA)
		tell_error(p,
			"'%s' は、内部コマンドまたは外部コマンド、\r\n操作可能なプログラムまたはバッチ "
			"ファイルとして認識されていません。\r\n",
			p->argv[0]);
	else
		tell_error(p,
			"'%s' is not recognized as an internal or external command,\r\noperable program or batch "
			"file.\r\n",
			p->argv[0]);
}

static void echo(struct program *p)
{
	const char *text = p->tail;

	tell(p, "%s\r\n", *text == ' ' || *text == '.' ? text + 1 : text);
}

/* cmd [/v:on] /c "line": quotes around the whole line fall off. */
static void run_nested(struct cmd *c, const char *tail, struct sinks sinks)
{
	const char *line = strcasestr(tail, "/c");
	struct cmd inner = *c;
	OWN(own_free) char *copy = NULL;
	size_t len;

	if (!line)
		return;
	inner.delayed = strcasestr(tail, "/v:on") && strcasestr(tail, "/v:on") < line;
	line += 2 + strspn(line + 2, " ");
	len = strlen(line);
	if (len > 1 && line[0] == '"' && line[len - 1] == '"') {
		line++;
		len -= 2;
	}
	copy = strndup(line, len);
	inner.depth++;
	if (copy)
		run_text(&inner, copy, sinks);
	c->errorlevel = inner.errorlevel;
}

static bool run_builtin(struct cmd *c, struct program *p, const char *name, struct sinks sinks)
{
	if (strncasecmp(name, "echo", 4) == 0 && (!name[4] || name[4] == '.')) {
		echo(p);
	} else if (strcasecmp(name, "rem") == 0) {
		c->errorlevel = 0;
	} else if (strcasecmp(name, "exit") == 0) {
		c->errorlevel = p->argc > 1 ? (unsigned)strtoul(p->argv[p->argc - 1], NULL, 10) : c->errorlevel;
		c->exited = true;
	} else if (strcasecmp(name, "chcp") == 0) {
		if (p->argc > 1)
			c->codepage = p->codepage = (unsigned)strtoul(p->argv[1], NULL, 10);
		tell(p, "Active code page: %u\r\n", c->codepage);
		c->errorlevel = 0;
	} else if (strcasecmp(name, "cmd") == 0) {
		run_nested(c, p->tail, sinks);
	} else {
		return false;
	}
	return true;
}

static program_fn *find_program(const char *name)
{
	FOR_EACH(program, programs)
		if (strcasecmp(program->name, name) == 0)
			return program->run;
	return NULL;
}

/* wevtutil came with Windows Vista. */
static bool is_missing(const struct scenario *scenario, program_fn *program)
{
	return (program == program_vssadmin && scenario->vssadmin == VSSADMIN_MISSING) ||
	       (program == program_wevtutil && scenario->edition == EDITION_2003);
}

static void run_program(struct cmd *c, const char *text, struct sinks sinks)
{
	OWN(own_free) char *copy = strdup(text);
	OWN_VALUE(str_done) struct str out = STR(OUTPUT_MAX), err = { 0 };
	char *argv[ARGUMENTS_MAX], name[64];
	size_t word = strcspn(text, " \t/");
	struct program p = {
		.host = c->host, .codepage = c->codepage, .argv = argv, .out = &out, .err = &err, .result = c->result
	};

	p.argc = copy ? split(copy, argv, ARGUMENTS_MAX) : 0;
	if (p.argc == 0)
		return;
	program_name(argv[0], name, sizeof(name));
	if (strncasecmp(text, "echo.", 5) == 0)
		word = 4;
	else if (*text == '"')
		word = strcspn(text + 1, "\"") + 2;
	else if (strcspn(name, "/") < strlen(name))
		name[strcspn(name, "/")] = '\0'; /* "cmd/c" */
	p.tail = text + word;
	if (!run_builtin(c, &p, name, sinks)) {
		program_fn *run = find_program(name);
		bool there = run && !is_missing(c->host->scenario, run);
		c->errorlevel = there ? run(&p) : EXIT_UNKNOWN_COMMAND;
		if (!run)
			journal_violation(c->host->name, "cmd.unknown", "%.200s", argv[0]);
		if (!there)
			unknown_command(&p);
	}
	if (sinks.out)
		str_addn(sinks.out, str_text(&out), out.len);
	if (sinks.err)
		str_addn(sinks.err, str_text(&err), err.len);
}

static bool starts_with_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	return strncasecmp(text, word, len) == 0 && (text[len] == ' ' || text[len] == '\t');
}

static void run_simple(struct cmd *c, const char *text, struct sinks sinks)
{
	OWN_VALUE(str_done) struct str expanded = { 0 };

	text += strspn(text, " \t@");
	if (c->delayed) {
		expand(c, text, '!', &expanded);
		text = str_text(&expanded);
	}
	if (starts_with_word(text, "call")) {
		OWN_VALUE(str_done) struct str again = { 0 };
		expand(c, text + 5, '%', &again);
		run_program(c, str_text(&again) + strspn(str_text(&again), " \t"), sinks);
		return;
	}
	run_program(c, text, sinks);
}

/* Phase two: position in a line. */
struct parser {
	struct cmd *c;
	const char *at;
};

static void skip_blanks(struct parser *p)
{
	p->at += strspn(p->at, " \t");
}

/* ">NUL", "2>&1", "1>&2", ">> file": at stands on the sign; stream is the digit before it. */
static void take_redirection(struct parser *p, char stream, struct sinks *sinks)
{
	bool input = *p->at == '<';
	struct str *target = NULL;

	p->at += strspn(p->at, "<>");
	skip_blanks(p);
	if (*p->at == '&') {
		target = p->at[1] == '2' ? sinks->err : sinks->out;
		p->at += 2;
	} else {
		p->at += strcspn(p->at, " \t&|<>)");
	}
	if (input)
		return;
	if (stream == '2')
		sinks->err = target;
	else
		sinks->out = target;
}

/* A digit that stands alone before ">" names the stream, and is not part of the command. */
static char take_stream(struct str *text)
{
	size_t len = text->len;

	if (len && strchr("12", text->data[len - 1]) && (len == 1 || strchr(" \t", text->data[len - 2]))) {
		text->len = len - 1;
		char digit = text->data[len - 1];
		text->data[len - 1] = '\0';
		return digit;
	}
	return '1';
}

/* One command up to the next operator, with its redirections taken out. */
static void parse_simple(struct parser *p, struct str *text, struct sinks *sinks)
{
	bool quoted = false;

	while (*p->at && (quoted || !strchr("&|", *p->at))) {
		if (*p->at == '"')
			quoted = !quoted;
		if (!quoted && *p->at == '^' && p->at[1]) {
			str_addc(text, p->at[1]);
			p->at += 2;
		} else if (!quoted && (*p->at == '>' || *p->at == '<')) {
			take_redirection(p, take_stream(text), sinks);
		} else {
			str_addc(text, *p->at++);
		}
	}
}

/* The text between the parenthesis at p->at and its partner. */
static void parse_group(struct parser *p, struct str *inner)
{
	int depth = 0;
	bool quoted = false;

	for (; *p->at; p->at++) {
		if (*p->at == '"')
			quoted = !quoted;
		if (!quoted && *p->at == '^' && p->at[1])
			str_addc(inner, *p->at++);
		else if (!quoted && *p->at == '(' && depth++ == 0)
			continue;
		else if (!quoted && *p->at == ')' && --depth == 0)
			break;
		str_addc(inner, *p->at);
	}
	if (*p->at)
		p->at++;
}

static void parse_sequence(struct parser *p, struct sinks sinks, bool run);

static bool stopped(const struct cmd *c)
{
	return c->exited || c->result->hangs;
}

static void run_unit(struct parser *p, struct sinks sinks, bool run)
{
	OWN_VALUE(str_done) struct str text = { 0 };
	bool group;

	skip_blanks(p);
	group = *p->at == '(';
	if (group) {
		parse_group(p, &text);
		skip_blanks(p);
		OWN_VALUE(str_done) struct str rest = { 0 };
		parse_simple(p, &rest, &sinks);
	} else {
		parse_simple(p, &text, &sinks);
	}
	if (!run || stopped(p->c))
		return;
	if (!group) {
		run_simple(p->c, str_text(&text), sinks);
	} else if (p->c->depth < DEPTH_MAX) {
		struct parser inner = { .c = p->c, .at = str_text(&text) };
		p->c->depth++;
		parse_sequence(&inner, sinks, true);
		p->c->depth--;
	}
}

static bool take_operator(struct parser *p, const char *operator)
{
	skip_blanks(p);
	if (strncmp(p->at, operator, strlen(operator)) != 0)
		return false;
	p->at += strlen(operator);
	return true;
}

static void run_pipe(struct parser *p, struct sinks sinks, bool run)
{
	run_unit(p, sinks, run);
	skip_blanks(p);
	while (p->at[0] == '|' && p->at[1] != '|') {
		p->at++;
		journal_violation(p->c->host->name, "cmd.pipe", "pipes are beyond this cmd.exe");
		run_unit(p, sinks, false);
	}
}

static void run_and(struct parser *p, struct sinks sinks, bool run)
{
	run_pipe(p, sinks, run);
	while (take_operator(p, "&&")) {
		run = run && p->c->errorlevel == 0;
		run_pipe(p, sinks, run);
	}
}

static void run_or(struct parser *p, struct sinks sinks, bool run)
{
	run_and(p, sinks, run);
	while (take_operator(p, "||"))
		run_and(p, sinks, run && p->c->errorlevel != 0);
}

static void parse_sequence(struct parser *p, struct sinks sinks, bool run)
{
	do
		run_or(p, sinks, run);
	while (take_operator(p, "&"));
}

static void run_text(struct cmd *c, const char *text, struct sinks sinks)
{
	OWN_VALUE(str_done) struct str expanded = { 0 };
	struct parser parser = { .c = c };

	if (c->depth > DEPTH_MAX)
		return;
	expand(c, text, '%', &expanded);
	parser.at = str_text(&expanded);
	parse_sequence(&parser, sinks, true);
}

void cmd_run(struct host *host, unsigned codepage, const char *line, struct cmd_result *result)
{
	struct cmd c = { .host = host, .codepage = codepage, .result = result };

	*result = (struct cmd_result){ .out = STR(OUTPUT_MAX), .err = STR(OUTPUT_MAX) };
	run_text(&c, line, (struct sinks){ .out = &result->out, .err = &result->err });
	result->exit_code = c.errorlevel;
}
