/* cmd: see cmd.h.
 *
 * Theory of operation. cmd.exe reads a line in phases: it replaces %variables% in the whole line, takes the line apart
 * (cmd_parse.c), and for each command that it comes to replaces %x of "for" and !variables!, then runs it. That is why
 * "vssadmin & echo %errorlevel%" prints the errorlevel from before the line, and why "call echo %^errorlevel%" works:
 * no variable is called "^errorlevel", the parser eats the caret, and call does the first phase once more. */

#include "cmd.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmd_state.h"
#include "codec.h"
#include "journal.h"
#include "own.h"
#include "process.h"

enum { PROGRAM_MS = 15 /* simulated: to start a program, where time passes */, COMMANDS_A_BREATH = 64 };

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

static uint64_t clock_of(const struct cmd *c)
{
	return clock_ms() + options_real_ms(c->host->options, c->result->delay_ms);
}

static bool pass_time(struct cmd *c, unsigned simulated_ms)
{
	if (c->process)
		return process_wait(c->process, simulated_ms);
	c->result->delay_ms += simulated_ms;
	host_settle(c->host, clock_of(c));
	return true;
}

bool program_wait(struct program *p, unsigned simulated_ms)
{
	return pass_time(p->cmd, simulated_ms);
}

uint64_t program_clock(const struct program *p)
{
	return clock_of(p->cmd);
}

bool program_is_detached(const struct program *p, uint32_t *pid)
{
	*pid = p->cmd->process ? p->cmd->process->pid : 0;
	return p->cmd->process != NULL;
}

bool cmd_goes_on(const struct cmd *c)
{
	return !c->exited && !c->result->hangs && !(c->process && c->process->killed);
}

void sink_add(struct sink sink, const void *bytes, size_t len)
{
	if (sink.text)
		str_addn(sink.text, bytes, len);
	else if (sink.file)
		str_addn(&sink.file->bytes, bytes, len);
}

static unsigned program_chcp(struct program *p)
{
	if (p->argc > 1)
		p->cmd->codepage = p->codepage = (unsigned)strtoul(p->argv[1], NULL, 10);
	tell(p, "Active code page: %u\r\n", p->codepage);
	return 0;
}

static const struct {
	const char *name;
	program_fn *run; /* NULL: cmd itself */
} programs[] = {
	{ "chcp", program_chcp },
	{ "chcp.com", program_chcp },
	{ "cmd", NULL },
	{ "certutil", program_certutil },
	{ "vssadmin", program_vssadmin },
	{ "wevtutil", program_wevtutil },
	{ "tasklist", program_tasklist },
	{ "schtasks", program_schtasks },
	{ "reg", program_reg },
	{ "sc", program_sc },
	{ "net", program_net },
	{ "shutdown", program_shutdown },
	{ "hostname", program_hostname },
	{ "ping", program_ping },
	{ "timeout", program_timeout },
};

/* "C:\Windows\System32\SC.EXE" is "sc"; other directories have no programs. */
static bool program_name(const char *word, char *name, size_t room)
{
	static const char *const directories[] = { "C:\\Windows\\System32\\", "C:\\Windows\\" };
	const char *slash = strrchr(word, '\\');
	size_t len = slash ? (size_t)(slash + 1 - word) : 0;
	bool known = !slash;

	FOR_EACH(directory, directories)
		known = known || (strlen(*directory) == len && strncasecmp(*directory, word, len) == 0);
	snprintf(name, room, "%s", word + len);
	len = strlen(name);
	if (len > 4 && strcasecmp(name + len - 4, ".exe") == 0)
		name[len - 4] = '\0';
	return known;
}

/* wevtutil came with Windows Vista. */
static bool is_missing(const struct scenario *scenario, program_fn *program)
{
	return (program == program_vssadmin && scenario->vssadmin == VSSADMIN_MISSING) ||
	       (program == program_wevtutil && scenario->edition == EDITION_2003);
}

/* Index in programs[], or -1. *known: it exists on other hosts. */
static int find_program(const struct host *host, const char *word, bool *known)
{
	char name[64];

	*known = program_name(word, name, sizeof(name));
	for (size_t i = 0; *known && i < COUNT(programs); i++)
		if (strcasecmp(programs[i].name, name) == 0)
			return programs[i].run && is_missing(host->scenario, programs[i].run) ? -1 : (int)i;
	*known = false;
	return -1;
}

/* The word that a command begins with, without quotes; returns its length as written. A slash begins an argument. */
static size_t first_word(const char *text, struct str *word)
{
	bool quoted = false;
	size_t len = 0;

	for (; text[len] && (quoted || !strchr(" \t,;=/", text[len])); len++) {
		quoted ^= text[len] == '"';
		if (text[len] != '"')
			str_addc(word, text[len]);
	}
	return len;
}

bool cmd_finds_program(const struct host *host, const char *command_line)
{
	OWN_VALUE(str_done) struct str word = { 0 };
	bool known;

	first_word(command_line + strspn(command_line, " \t"), &word);
	return find_program(host, str_text(&word), &known) >= 0;
}

/* Splits at blanks outside of quotes, as the runtime library of C does; works inside text. */
static int split(char *text, char **argv, int room)
{
	int argc = 0;
	char *to;

	while (argc < room) {
		bool quoted = false;
		text += strspn(text, " \t");
		if (!*text)
			break;
		argv[argc++] = to = text;
		for (; *text && (quoted || (*text != ' ' && *text != '\t')); text++) {
			if (text[0] == '\\' && text[1] == '"')
				*to++ = *++text;
			else if (*text == '"')
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

static void unknown_command(struct program *p, const char *name)
{
	if (program_language(p) == LANGUAGE_JA)
		tell_error(p,
			"'%s' は、内部コマンドまたは外部コマンド、\r\n操作可能なプログラムまたはバッチ "
			"ファイルとして認識されていません。\r\n",
			name);
	else
		tell_error(p,
			"'%s' is not recognized as an internal or external command,\r\noperable program or batch "
			"file.\r\n",
			name);
}

/* A program that is not cmd.exe: its exit code. */
static unsigned start_program(struct cmd *c, struct program *p, const char *text, size_t name_len, program_fn *run)
{
	OWN_VALUE(str_done) struct str copy = STR(1 << 17);
	char *argv[ARGUMENTS_MAX];

	str_addn(&copy, text, name_len);
	str_addc(&copy, ' ');
	str_add(&copy, text + name_len);
	p->argv = argv;
	p->argc = split(copy.data, argv, ARGUMENTS_MAX);
	p->tail = text + name_len;
	host_settle(c->host, clock_of(c));
	return run(p);
}

static unsigned run_program(struct cmd *c, struct program *p, const char *text, struct io io)
{
	OWN_VALUE(str_done) struct str word = { 0 };
	size_t len = first_word(text, &word);
	bool known;
	int i = find_program(c->host, str_text(&word), &known);
	unsigned code;

	if (c->process && !process_wait(c->process, PROGRAM_MS))
		return 1;
	if (i < 0) {
		if (!known)
			journal_violation(c->host->name, "cmd.unknown", "%.200s", str_text(&word));
		unknown_command(p, str_text(&word));
		return c->errorlevel = EXIT_UNKNOWN_COMMAND;
	}
	code = programs[i].run ? start_program(c, p, text, len, programs[i].run) : cmd_run_nested(c, text + len, io);
	return c->errorlevel = code;
}

/* A shell that never comes to an end is one that hangs; a process goes on, but lets others in between. */
static bool take_breath(struct cmd *c)
{
	c->commands++;
	if (c->process)
		return c->commands % COMMANDS_A_BREATH || process_wait(c->process, 1);
	c->result->hangs = c->commands > COMMANDS_MOST;
	return !c->result->hangs;
}

unsigned cmd_run_text(struct cmd *c, const char *text, struct io io)
{
	OWN_VALUE(str_done) struct str out = STR(OUTPUT_MAX), err = { 0 };
	struct program p = { .host = c->host,
		.codepage = c->codepage,
		.out = &out,
		.err = &err,
		.has_console = c->process && !io.in,
		.result = c->result,
		.cmd = c };
	builtin_fn *builtin;
	size_t len;
	unsigned code;

	if (!*text || !take_breath(c))
		return 0;
	builtin = cmd_builtin(text, &len);
	p.tail = builtin ? text + len : NULL;
	code = builtin ? builtin(c, &p, &io) : run_program(c, &p, text, io);
	sink_add(io.out, str_text(&out), out.len);
	sink_add(io.err, str_text(&err), err.len);
	return code;
}

/* Switches up to /c or /k: what is behind it; NULL: neither. */
static const char *read_switches(struct cmd *c, const char *tail, bool *strips)
{
	while (*(tail += strspn(tail, " \t,;="))) {
		if (*tail++ != '/')
			return NULL;
		switch (tolower((unsigned char)*tail)) {
		case 'c':
		case 'r':
			return tail + 1 + strspn(tail + 1, " \t");
		case 'k':
			return NULL;
		case 's':
			*strips = true;
			break;
		case 'v':
			c->delayed = strncasecmp(tail, "v:off", 5) != 0;
			break;
		}
		tail += strcspn(tail, " \t/");
	}
	return NULL;
}

/* Whether quotes stay: exactly two, nothing special, a blank between them, and the name of a program. */
static bool keeps_quotes(const struct cmd *c, const char *line)
{
	OWN_VALUE(str_done) struct str word = { 0 };
	const char *end = strchr(line + 1, '"');
	bool known;

	if (!end || strchr(end + 1, '"') || strpbrk(line, "&<>()@^|"))
		return false;
	str_addn(&word, line + 1, (size_t)(end - line - 1));
	return strpbrk(str_text(&word), " \t") && find_program(c->host, str_text(&word), &known) >= 0;
}

/* The quote at the beginning and the last one fall off; what is behind the last one stays. */
static void strip_quotes(const struct cmd *c, const char *line, bool strips, struct str *bare)
{
	const char *last = strrchr(line, '"');

	if (*line != '"' || (!strips && keeps_quotes(c, line))) {
		str_add(bare, line);
		return;
	}
	if (last == line) {
		str_add(bare, line + 1);
		return;
	}
	str_addn(bare, line + 1, (size_t)(last - line - 1));
	str_add(bare, last + 1);
}

/* An interactive cmd.exe waits for what nobody types; from NUL it reads its end. */
static unsigned wait_for_ever(struct cmd *c, const struct io *io)
{
	if (io->in)
		return 0;
	if (!c->process)
		c->result->hangs = true;
	while (c->process && process_wait(c->process, 1000))
		;
	return 1;
}

unsigned cmd_run_nested(struct cmd *outer, const char *tail, struct io io)
{
	static const char too_long[] = "The command line is too long.\r\n";
	OWN_VALUE(str_done) struct str line = STR(1 << 17);
	struct cmd c = *outer;
	bool strips = false;
	const char *command;

	if (strlen(tail) > LINE_MOST || outer->nested >= NESTED_MOST) {
		sink_add(io.err, too_long, sizeof(too_long) - 1);
		return 1;
	}
	c.delayed = c.exited = false;
	c.errorlevel = 0;
	c.loops = NULL;
	c.nested++;
	command = read_switches(&c, tail, &strips);
	if (!command)
		return wait_for_ever(outer, &io);
	strip_quotes(&c, command, strips, &line);
	variables_inherit(&c, outer);
	cmd_run_line(&c, str_text(&line), io);
	variables_done(&c);
	outer->commands = c.commands;
	outer->codepage = c.codepage; /* of the console that they share */
	return c.errorlevel;
}

void cmd_run(struct host *host, unsigned codepage, const char *line, struct cmd_result *result)
{
	struct cmd c = { .host = host, .codepage = codepage, .result = result, .directory = "C:\\Users" };

	*result = (struct cmd_result){ .out = STR(OUTPUT_MAX), .err = STR(OUTPUT_MAX) };
	variables_fresh(&c);
	cmd_run_line(&c, line, (struct io){ .out = { .text = &result->out }, .err = { .text = &result->err } });
	variables_done(&c);
	result->exit_code = c.errorlevel;
}

void cmd_run_process(struct process *process)
{
	struct cmd_result result = { 0 };
	struct cmd c = { .host = process->host,
		.process = process,
		.codepage = language_oem_codepage(process->host->scenario->language),
		.result = &result };
	OWN_VALUE(str_done) struct str out = STR(OUTPUT_MAX), err = { 0 };
	struct program p = { .host = c.host,
		.codepage = c.codepage,
		.out = &out,
		.err = &err,
		.has_console = true,
		.result = &result,
		.cmd = &c };

	snprintf(c.directory, sizeof(c.directory), "%s", process->directory);
	variables_fresh(&c);
	run_program(&c, &p, process->command_line + strspn(process->command_line, " \t"), (struct io){ 0 });
	while (result.hangs && process_wait(process, 1000))
		;
	variables_done(&c);
}
