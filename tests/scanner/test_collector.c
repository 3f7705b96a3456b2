/* collector: the script for cmd.exe holds to the rules that it stands on, and writes all that is read. */
#include "cases.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "collector.h"
#include "digest.h"

enum { LINE_MAX_CMD = 8191 }; /* of cmd.exe */

static const char *script(void)
{
	static struct str text;
	if (!text.len)
		collector_write(&text, 168);
	assert_false(str_failed(&text));
	return str_text(&text);
}

/* Calls check with each line, without its CR LF. */
static void each_line(void (*check)(const char *line))
{
	for (const char *at = script(), *end; *at; at = end + 2) {
		char line[LINE_MAX_CMD + 1];
		end = strstr(at, "\r\n");
		assert_non_null(end);
		assert_true((size_t)(end - at) < sizeof(line));
		memcpy(line, at, (size_t)(end - at));
		line[end - at] = '\0';
		check(line);
	}
}

static void is_plain(const char *line)
{
	for (const char *c = line; *c; c++)
		if ((unsigned char)*c < 0x20 || (unsigned char)*c > 0x7e)
			fail_msg("not printable ASCII: %s", line);
	if (strpbrk(line, "!^"))
		fail_msg("has a meaning for delayed expansion or as an escape: %s", line);
}

static void lines_are_ascii_and_end_in_cr_lf(void **state)
{
	(void)state;
	each_line(is_plain);
	for (const char *lf = strchr(script(), '\n'); lf; lf = strchr(lf + 1, '\n'))
		assert_int_equal(lf[-1], '\r');
}

/* Outside of quotes < > | & are operators: > only before a quoted path or nul, | only doubled before goto. */
static void is_quoted(const char *line)
{
	bool inside = false;

	for (const char *c = line; *c; c++) {
		inside ^= *c == '"';
		if (inside || !strchr("<>|&", *c))
			continue;
		bool redirection = *c == '>' && (c[1] == '>' || c[1] == '"' || !strncmp(c, ">nul", 4));
		bool otherwise = !strncmp(c, "|| goto ", 8) || (c > line && !strncmp(c - 1, "|| goto ", 8));
		if (!redirection && !otherwise)
			fail_msg("an operator outside of quotes: %s", line);
		if (redirection && c > line && isdigit((unsigned char)c[-1]) && strncmp(c - 2, " 2>nul", 6) != 0)
			fail_msg("a digit that would be a handle: %s", line);
	}
	if (inside)
		fail_msg("quotes do not match: %s", line);
}

static void operators_stand_only_where_they_are_meant(void **state)
{
	(void)state;
	each_line(is_quoted);
}

static void names_are_known(const char *line)
{
	static const char *const names[] = { "%SystemRoot%", "%SYS%", "%TEMP%", "%RANDOM%", "%CLOCK%", "%OUT%",
		"%COMPUTERNAME%", "%ERRORLEVEL%", "%CODE%", "%BYTES%", "%HASHED%", "%FAILED%", "%VSSADMIN%", "%~dp0",
		"%~1", "%%~zF", "%%F" };

	for (const char *c = strchr(line, '%'); c; c = strchr(c, '%')) {
		size_t len = 0;
		FOR_EACH(name, names)
			if (!strncmp(c, *name, strlen(*name)))
				len = strlen(*name);
		if (!len)
			fail_msg("a percent sign of no variable: %s", line);
		c += len;
	}
}

/* A path that may hold blanks stands in quotes or, for set, between "NAME= and ". */
static void variables_of_paths_are_quoted(const char *line)
{
	bool inside = false;

	for (const char *c = line; *c; c++) {
		inside ^= *c == '"';
		bool path = !strncmp(c, "%SYS%", 5) || !strncmp(c, "%OUT%", 5) || !strncmp(c, "%CLOCK%", 7) ||
			    !strncmp(c, "%TEMP%", 6) || !strncmp(c, "%SystemRoot%", 12) || !strncmp(c, "%~dp0", 5);
		if (path && !inside)
			fail_msg("a path outside of quotes: %s", line);
	}
}

static void variables_are_known_and_paths_quoted(void **state)
{
	(void)state;
	each_line(names_are_known);
	each_line(variables_of_paths_are_quoted);
}

static void runs_only_what_reads(const char *line)
{
	static const char *const commands[] = { "reg.exe\" query ", "wevtutil.exe\" qe ",
		"wevtutil.exe\" gli \"%CLOCK%\" ", "wevtutil.exe\" epl Application \"%CLOCK%\" ",
		"tasklist.exe\" /svc ", "schtasks.exe\" /query ", "vssadmin.exe\" list writers ",
		"certutil.exe\" -hashfile " };
	static const char program[] = "\"%SYS%\\";
	bool known = false;

	if (strncmp(line, program, strlen(program)) != 0) {
		assert_true(!strstr(line, ".exe") || !strncmp(line, "if exist ", 9));
		return;
	}
	FOR_EACH(command, commands)
		known |= !strncmp(line + strlen(program), *command, strlen(*command));
	if (!known)
		fail_msg("not known to read only: %s", line);
}

static void servers_are_only_read(void **state)
{
	(void)state;
	each_line(runs_only_what_reads);
}

/* The first output of a file is not appended, and its exit code and hash are noted right behind the last. */
static void every_file_that_is_read_is_written_and_noted(void **state)
{
	(void)state;
	for (size_t i = 0; i < collected_file_count; i++) {
		const char *file = collected_files[i].file;
		char first[80], more[80], done[80];
		if (!file || (i && collected_files[i - 1].file && !strcmp(collected_files[i - 1].file, file)))
			continue;
		snprintf(first, sizeof(first), " >\"%%OUT%%\\%s\" 2>nul\r\n", file);
		snprintf(more, sizeof(more), " >>\"%%OUT%%\\%s\" 2>nul\r\n", file);
		snprintf(done, sizeof(done), " 2>nul\r\ncall :done %s\r\n", file);
		const char *begin = strstr(script(), first), *note = strstr(script(), done);
		if (!begin || !note || strstr(begin + 1, first) || strstr(note + 1, done))
			fail_msg("%s is not written and noted once", file);
		const char *appended = strstr(script(), more);
		if (appended && (appended < begin || appended > note))
			fail_msg("%s is appended to before its beginning or behind its end", file);
	}
}

static void jumps_have_a_target(const char *line)
{
	static const char *const jumps[] = { "goto ", "call :" };

	FOR_EACH(jump, jumps) {
		const char *at = strstr(line, *jump);
		char label[40];
		if (!at)
			continue;
		at += strlen(*jump);
		snprintf(label, sizeof(label), "\r\n:%.*s\r\n", (int)strcspn(at, " "), at);
		if (!strstr(script(), label))
			fail_msg("no such label: %s", line);
	}
}

static void labels_are_there_and_nobody_falls_into_them(void **state)
{
	(void)state;
	each_line(jumps_have_a_target);
	for (const char *label = strstr(script(), "\r\n:"); label; label = strstr(label + 1, "\r\n:")) {
		static const char ended[] = "\r\nexit /b 0\r\n";
		assert_true(label - script() > (long)strlen(ended));
		if (strncmp(label - strlen(ended), ended, strlen("\r\nexit /b ")) != 0)
			fail_msg("what stands before it runs into %.20s", label);
	}
}

static const char *line_of(const char *line)
{
	OWN_VALUE(str_done) struct str whole = { 0 };

	str_addf(&whole, "\r\n%s\r\n", line);
	const char *at = strstr(script(), whole.data);
	if (!at)
		fail_msg("no line: %s", line);
	return at;
}

/* Then nothing is written into the facts any more, and who finds their hash knows that the script came to its end. */
static void the_facts_are_hashed_last(void **state)
{
	const char *last = line_of("call :hash " COLLECTED_FACTS), *main_end = line_of(":done");

	(void)state;
	assert_true(last < main_end);
	for (const char *call = strstr(script(), "call :done "); call; call = strstr(call + 1, "call :done "))
		assert_true(call < last);
	const char *facts = strstr(last + 2, COLLECTED_FACTS "\" echo ");
	assert_true(!strncmp(facts, COLLECTED_FACTS "\" echo %~1=", strlen(COLLECTED_FACTS "\" echo %~1=")) &&
		    !strstr(facts + 1, COLLECTED_FACTS "\" echo "));
}

/* Its name, then what certutil prints; of an empty one, at which certutil fails, what it is known to be. */
static void each_file_is_hashed_behind_its_name(void **state)
{
	char nothing[DIGEST_DIGITS + 1], echo[160];

	(void)state;
	assert_true(digest_of(nothing, "", 0));
	snprintf(echo, sizeof(echo), ">>\"%%OUT%%\\" COLLECTED_HASHES "\" echo %s", nothing);
	const char *noted = line_of("call :hash %~1"), *label = line_of(":hash"),
		   *name = line_of(">>\"%OUT%\\" COLLECTED_HASHES "\" echo [%~1]"),
		   *hash = line_of(
			   "\"%SYS%\\certutil.exe\" -hashfile \"%OUT%\\%~1\" SHA256 >>\"%OUT%\\" COLLECTED_HASHES
			   "\" 2>nul"),
		   *empty = line_of(":empty"), *known = line_of(echo);
	assert_true(noted < label && label < name && name < hash && hash < empty && empty < known);
	const char *jump = line_of("if \"%BYTES%\"==\"0\" goto empty");
	assert_true(hash < jump && jump < empty);
}

static void the_window_is_the_one_asked_for(void **state)
{
	OWN_VALUE(str_done) struct str two_days = { 0 };

	(void)state;
	collector_write(&two_days, 48);
	assert_non_null(strstr(two_days.data, "echo window_hours=48\r\n"));
	assert_non_null(strstr(two_days.data, "<= 172800000]"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_ascii_and_end_in_cr_lf),
		cmocka_unit_test(operators_stand_only_where_they_are_meant),
		cmocka_unit_test(variables_are_known_and_paths_quoted),
		cmocka_unit_test(servers_are_only_read),
		cmocka_unit_test(every_file_that_is_read_is_written_and_noted),
		cmocka_unit_test(labels_are_there_and_nobody_falls_into_them),
		cmocka_unit_test(the_facts_are_hashed_last),
		cmocka_unit_test(each_file_is_hashed_behind_its_name),
		cmocka_unit_test(the_window_is_the_one_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
