/* restart_script: see the header.
 *
 * The rules of cmd.exe that the line is built on:
 * - /s takes the first and the last quote off what follows /c; all quotes between them are the line's own. /v:on gives
 *   !variables!, read when a command runs; %variables% are read once, before anything runs, and what stands between two
 *   % but is no variable stays as it is: the %s of a "for". /q: nothing is echoed. /d: no AutoRun; but the cmd.exe that
 *   a "for /f" starts for its command has no /d: what an AutoRun prints there is read with the command's lines. /e:on:
 *   if defined, for /f, for /l.
 * - "md x&& (...) >x\log": && binds tighter than &, and the group's file is opened when the group runs: only by the one
 *   that made the directory.
 * - A file that a redirection has open cannot be opened for another one, nor deleted; then the group is left out. It is
 *   closed with the process, whatever ends it: a lock that nothing leaves behind.
 * - What follows "do", or the condition of "if", reaches over every & up to the next unmatched ")": each stands in
 *   parentheses of its own.
 * - "set a=1 & ..." would take the blank into the value: no blank before &.
 * - Variables may come along from the server's environment: each is set before it is asked for, also errorlevel, which
 *   a variable of that name would hide.
 * - "set /a" prints its result where no batch file runs.
 * Nothing reads from stdin: sc.exe asks only where its arguments are wrong, and ping.exe is the pause, for timeout.exe
 * wants a console. */
#include "restart_script.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "vsstext.h"

#define MARK_DIRECTORY "%%SystemRoot%%\\Logs\\%s"
#define LOCK_FILE "%SystemRoot%\\Logs\\vssfleet.lock" /* the same for all who repair this server */
#define PAUSE "ping.exe -n 2 127.0.0.1 >nul"

enum {
	NOT_ACTIVE = 1062, /* ERROR_SERVICE_NOT_ACTIVE: of a stop, it is stopped */
	NAME_ROOM = 81
};

static void add_list(struct str *line, const struct names *names, bool backwards)
{
	for (size_t i = 0; i < names->count; i++)
		str_addf(line, "%s%s", i ? " " : "", names->name[backwards ? names->count - 1 - i : i]);
}

/* A stop is a request. 1061 (cannot take a request now, as while starting) asks for patience, 0 is accepted, all else
 * is final. Accepted once it is never sent again, for whoever started the service meanwhile needs it; an interrogation
 * tells: 1062, it is stopped; 1061, not yet; 0, it runs: after some tries not because it is slow to say that it stops,
 * but because it was started anew, which it could not be without having stopped. go: all have stopped so far; any:
 * something has. */
static void add_stops(struct str *line, const struct names *stops)
{
	str_add(line, "(for %s in (");
	add_list(line, stops, false);
	str_addf(line, ") do if defined go (set t=1& (for /l %%i in (1,1,%d) do if defined t (", RESTART_STOP_TRIES);
	str_add(line,
		"sc.exe stop %s >nul& set r=!errorlevel!& (if not !r!==1061 set \"t=\")& if defined t " PAUSE "))");
	str_addf(line, "& (if !r!==0 (set t=1& (for /l %%i in (1,1,%d) do if defined t (" PAUSE, RESTART_STOP_TRIES);
	str_add(line, "& sc.exe interrogate %s >nul& set r=!errorlevel!& set \"t=\"& (if !r!==1061 set t=1)");
	str_addf(line, "& if !r!==0 if %%i lss %d set t=1))", RESTART_AGAIN_TRIES);
	str_addf(line, "& if !r!==0 set r=%d))", NOT_ACTIVE);
	str_addf(line, "& echo vssfleet stop %%s !r!& if !r!==%d (set any=1) else set \"go=\"))& ", NOT_ACTIVE);
}

/* Whether it runs is what an interrogation says; where that says no although the start was accepted (0) or it was
 * running already (1056: also while it stops), the interrogation's code is the one that explains. 1061, it is on its
 * way up or down, is waited for as long as EventSystem is; n: the tries that are left with any other code. */
static void add_starts(struct str *line, const struct names *stops)
{
	str_add(line, "(for %s in (");
	add_list(line, stops, true);
	str_addf(line, ") do (set t=1& set n=%d& (if /i %%s==EventSystem set n=%d)", RESTART_START_TRIES,
		RESTART_SYSTEM_TRIES);
	str_addf(line, "& (for /l %%i in (1,1,%d) do if defined t (sc.exe start %%s >nul& set r=!errorlevel!",
		RESTART_SYSTEM_TRIES);
	str_add(line, "& sc.exe interrogate %s >nul& set q=!errorlevel!");
	str_add(line, "& (for %c in (0 1056) do if !r!==%c set r=!q!)& (if !q!==0 set r=0)");
	str_add(line, "& (for %c in (0 1058 1060) do if !r!==%c set \"t=\")");
	str_add(line, "& (if not !r!==1061 set /a n-=1 >nul)& (if !n!==0 set \"t=\")");
	str_add(line, "& if defined t " PAUSE "))& echo vssfleet start %s !r!))");
}

static void add_vss(struct str *line, bool if_any)
{
	str_addf(line, "& (%s(sc.exe stop VSS >nul& sc.exe stop swprv >nul))", if_any ? "if defined any " : "");
}

/* In every language a line of sc.exe is a label, a colon, and values; the process is the only line with nothing but a
 * number of that size: behind those of TYPE, STATE and the exit codes stands what they mean. */
static void add_condition(struct str *line, int64_t pid)
{
	str_add(line, "(for /f \"tokens=2 delims=:\" %p in ('sc.exe queryex EventSystem') do ");
	str_addf(line, "for /f \"tokens=1,2\" %%q in (\"%%p\") do if \"%%q\"==\"%" PRId64 "\" if \"%%r\"==\"\" ", pid);
	str_add(line, "set same=1)& ");
}

/* Compares and stops while nobody else may: of two who planned with the same process, the second finds another one. */
static void add_exchange(struct str *line, const struct restart_order *order)
{
	str_add(line, "((set held=1& ");
	add_condition(line, order->pid);
	str_add(line, "(if defined same (");
	add_stops(line, order->stops);
	add_starts(line, order->stops);
	if (order->free_vss)
		add_vss(line, true);
	str_add(line, ") else echo vssfleet other)) 2>\"" LOCK_FILE "\")");
	str_add(line, "& (if defined held (del \"" LOCK_FILE "\") else echo vssfleet other)");
}

static void add_all(struct str *line, const struct restart_order *order)
{
	str_addf(line, "cmd.exe /d /e:on /q /v:on /s /c \"md \"" MARK_DIRECTORY "\"&& (", order->mark);
	str_add(line,
		"echo vssfleet begin& set \"errorlevel=\"& set \"held=\"& set \"same=\"& set \"any=\"& set go=1& ");
	if (order->pid) {
		add_exchange(line, order);
	} else {
		add_starts(line, order->stops);
		if (order->free_vss)
			add_vss(line, false);
	}
	str_addf(line, "& echo vssfleet end) >\"" MARK_DIRECTORY "\\log\" 2>nul\"", order->mark);
}

static int check(const struct restart_order *order, struct error *e)
{
	if (!name_is_plain(order->mark))
		return error_set(e, ERROR_LOCAL, "a mark that cannot stand in a command line");
	if (!order->stops->count)
		return error_set(e, ERROR_LOCAL, "there is no service to restart");
	if (order->pid < 0 || order->pid > UINT32_MAX)
		return error_set(e, ERROR_LOCAL, "the process of EventSystem is not known");
	for (size_t i = 0; i < order->stops->count; i++)
		if (!name_is_plain(order->stops->name[i]))
			return error_set(e, ERROR_PARSE,
				"the name of the service \"%.200s\" cannot stand in a command line",
				order->stops->name[i]);
	return 0;
}

int restart_script(struct str *line, const struct restart_order *order, struct error *e)
{
	OWN_VALUE(str_done) struct str made = STR(RESTART_SCRIPT_MAX);

	if (check(order, e) < 0)
		return -1;
	add_all(&made, order);
	if (str_failed(&made))
		return error_set(e, ERROR_LOCAL,
			"%zu services are too many for one command line of %d characters; repair with reboot",
			order->stops->count, RESTART_SCRIPT_MAX);
	str_addn(line, made.data, made.len);
	return str_failed(line) ? error_set(e, ERROR_LOCAL, "out of memory") : 0;
}

void restart_log_command(struct str *command, const char *mark)
{
	assert(name_is_plain(mark));
	str_addf(command, "type \"" MARK_DIRECTORY "\\log\"", mark);
}

void restart_clean_command(struct str *command, const char *mark)
{
	assert(name_is_plain(mark));
	str_addf(command, "rd /s /q \"" MARK_DIRECTORY "\"& ", mark);
	str_add(command, "del \"" LOCK_FILE "\"");
}

/* ---- what it wrote ---- */

enum { WORDS_MAX = 4 };

static bool is(struct span word, const char *text)
{
	return word.len == strlen(text) && !memcmp(word.at, text, word.len);
}

/* Words between blanks; more than there is room for: none. */
static size_t split(struct span rest, struct span word[WORDS_MAX])
{
	size_t count = 0;

	for (rest = span_trim(rest); rest.len; rest = span_trim(rest)) {
		const char *blank = memchr(rest.at, ' ', rest.len);
		size_t len = blank ? (size_t)(blank - rest.at) : rest.len;
		if (count == WORDS_MAX)
			return 0;
		word[count++] = (struct span){ rest.at, len };
		rest = (struct span){ rest.at + len, rest.len - len };
	}
	return count;
}

static bool is_name(struct span word)
{
	char name[NAME_ROOM];

	if (word.len >= sizeof(name) || memchr(word.at, '\0', word.len))
		return false;
	memcpy(name, word.at, word.len);
	name[word.len] = '\0';
	return name_is_plain(name);
}

/* A program that crashed leaves an NTSTATUS, which cmd.exe shows as a negative number. */
static bool read_code(struct span word, uint32_t *code)
{
	char digits[12];
	char *end;

	if (!word.len || word.len >= sizeof(digits) || !memchr("-0123456789", word.at[0], 11))
		return false;
	memcpy(digits, word.at, word.len);
	digits[word.len] = '\0';
	long long number = strtoll(digits, &end, 10);
	if (end != digits + word.len || number < INT32_MIN || number > UINT32_MAX)
		return false;
	*code = (uint32_t)number;
	return true;
}

/* False: there is no room for it. */
static bool take_line(struct restart_log *log, struct span text)
{
	struct span word[WORDS_MAX] = { 0 };
	size_t count = split(text, word);

	if (count < 2 || !is(word[0], "vssfleet"))
		return true;
	if (count == 2) {
		log->begun |= is(word[1], "begin");
		log->ended |= log->begun && is(word[1], "end");
		log->other |= log->begun && is(word[1], "other");
		return true;
	}
	struct restart_line line = { .name = word[2].at, .name_len = word[2].len, .start = is(word[1], "start") };
	if (!log->begun || count != WORDS_MAX || !(line.start || is(word[1], "stop")) || !is_name(word[2]) ||
		!read_code(word[3], &line.code))
		return true;
	if (log->count == RESTART_LINES_MAX)
		return false;
	log->line[log->count++] = line;
	return true;
}

void restart_log_read(const char *text, size_t len, struct restart_log *log)
{
	const char *end = text + len, *feed;

	*log = (struct restart_log){ 0 };
	for (const char *at = text; !log->ended && at < end && (feed = memchr(at, '\n', (size_t)(end - at)));
		at = feed + 1)
		if (!take_line(log, (struct span){ at, (size_t)(feed - at) }))
			return;
}

const struct restart_line *restart_log_unstopped(const struct restart_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		if (!log->line[i].start && log->line[i].code != NOT_ACTIVE)
			return &log->line[i];
	return NULL;
}

const struct restart_line *restart_log_unstarted(const struct restart_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		if (log->line[i].start && log->line[i].code)
			return &log->line[i];
	return NULL;
}
