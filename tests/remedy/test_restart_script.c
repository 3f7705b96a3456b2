/* restart_script: the line holds nothing of the server but plain names, keeps the rules of cmd.exe, and what it wrote
 * is read strictly. */
#include "cases.h"
#include "restart_script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fill(struct names *names, const char *const *name, size_t count)
{
	struct error e = { 0 };

	for (size_t i = 0; i < count; i++)
		assert_int_equal(names_add(names, name[i], &e), 0);
}

static void expect_line(const char *const *name, size_t count, struct restart_order order, const char *expect)
{
	OWN_VALUE(names_done) struct names stops = { 0 };
	OWN_VALUE(str_done) struct str line = { 0 };
	struct error e = { 0 };

	fill(&stops, name, count);
	order.stops = &stops;
	if (restart_script(&line, &order, &e) < 0)
		fail_msg("%s", e.cause);
	assert_string_equal(str_text(&line), expect);
}

#define BEGIN                                                                                                          \
	"cmd.exe /d /e:on /q /v:on /s /c \"md \"%SystemRoot%\\Logs\\vssfleet-1\"&& (echo vssfleet begin& "             \
	"set \"errorlevel=\"& set \"held=\"& set \"same=\"& set \"any=\"& set go=1& "
#define STOPS(names)                                                                                                   \
	"(for %s in (" names ") do if defined go (set t=1& (for /l %i in (1,1,60) do if defined t ("                   \
	"sc.exe stop %s >nul& set r=!errorlevel!& (if not !r!==1061 set \"t=\")& "                                     \
	"if defined t ping.exe -n 2 127.0.0.1 >nul))& "                                                                \
	"(if !r!==0 (set t=1& (for /l %i in (1,1,60) do if defined t (ping.exe -n 2 127.0.0.1 >nul& "                  \
	"sc.exe interrogate %s >nul& set r=!errorlevel!& set \"t=\"& (if !r!==1061 set t=1)& "                         \
	"if !r!==0 if %i lss 10 set t=1))& if !r!==0 set r=1062))& "                                                   \
	"echo vssfleet stop %s !r!& if !r!==1062 (set any=1) else set \"go=\"))& "
#define STARTS(names)                                                                                                  \
	"(for %s in (" names ") do (set t=1& set n=20& (if /i %s==EventSystem set n=300)& "                            \
	"(for /l %i in (1,1,300) do if defined t (sc.exe start %s >nul& set r=!errorlevel!& "                          \
	"sc.exe interrogate %s >nul& set q=!errorlevel!& (for %c in (0 1056) do if !r!==%c set r=!q!)& "               \
	"(if !q!==0 set r=0)& (for %c in (0 1058 1060) do if !r!==%c set \"t=\")& "                                    \
	"(if not !r!==1061 set /a n-=1 >nul)& (if !n!==0 set \"t=\")& "                                                \
	"if defined t ping.exe -n 2 127.0.0.1 >nul))& echo vssfleet start %s !r!))"
#define END "& echo vssfleet end) >\"%SystemRoot%\\Logs\\vssfleet-1\\log\" 2>nul\""

static void the_line_stops_in_order_and_starts_in_the_opposite_one(void **state)
{
	static const char *const stops[] = { "SENS", "COMSysApp", "EventSystem" };

	(void)state;
	expect_line(stops, COUNT(stops), (struct restart_order){ .mark = "vssfleet-1", .pid = 816, .free_vss = true },
		BEGIN
		"((set held=1& (for /f \"tokens=2 delims=:\" %p in ('sc.exe queryex EventSystem') do "
		"for /f \"tokens=1,2\" %q in (\"%p\") do if \"%q\"==\"816\" if \"%r\"==\"\" set same=1)& "
		"(if defined same (" STOPS("SENS COMSysApp EventSystem") STARTS(
			"EventSystem COMSysApp SENS") "& (if defined any (sc.exe stop VSS >nul& sc.exe stop "
						      "swprv >nul))) else echo vssfleet other)) "
						      "2>\"%SystemRoot%\\Logs\\vssfleet.lock\")& (if defined held "
						      "(del \"%SystemRoot%\\Logs\\vssfleet.lock\") else echo vssfleet "
						      "other)" END);
}

static void without_a_process_it_only_starts(void **state)
{
	static const char *const stops[] = { "SENS", "EventSystem" };

	(void)state;
	expect_line(stops, COUNT(stops), (struct restart_order){ .mark = "vssfleet-1" },
		BEGIN STARTS("EventSystem SENS") END);
}

/* What a reader of the rules can check: quotes and parentheses are even, and nothing leads out of the group. */
static void expect_rules(const char *line)
{
	const char *command = strstr(line, " /c \"");
	size_t len = strlen(line);
	bool quoted = false;
	int depth = 0;

	assert_non_null(command);
	assert_true(len <= RESTART_SCRIPT_MAX && line[len - 1] == '"');
	for (const char *p = command + strlen(" /c \""); p < line + len - 1; p++) {
		assert_true(*p >= ' ' && *p <= '~' && !strchr("^|<`~@", *p));
		assert_true(*p != ':' || !strncmp(p - strlen("delims="), "delims=:\"", strlen("delims=:\"")));
		quoted ^= *p == '"';
		if (quoted)
			continue;
		depth += (*p == '(') - (*p == ')');
		assert_true(depth >= 0);
		if (*p == '&' && p[-1] == ' ')
			fail_msg("a blank before &: %.40s", p - 20);
		if (*p == '>' && strncmp(p, ">nul", 4) != 0 && strncmp(p - 3, ") 2>\"%SystemRoot%\\Logs\\", 22) != 0)
			assert_true(depth == 0 && !strncmp(p, ">\"%SystemRoot%\\Logs\\", 20));
	}
	assert_true(!quoted && depth == 0);
}

static void random_name(char name[100], unsigned *seed)
{
	static const char likely[] = "ABCabc019_.-";
	static const char hostile[] = " &|<>()^%!\"'`~@=,;:*?/\\$#+[]{}\n\r\t\x7f\x80\xc3\xa9\xff";
	size_t len = (size_t)(rand_r(seed) % 90);
	bool tame = rand_r(seed) % 4;

	for (size_t i = 0; i < len; i++)
		name[i] = tame || rand_r(seed) % 8 ? likely[(size_t)rand_r(seed) % (sizeof(likely) - 1)]
						   : hostile[(size_t)rand_r(seed) % (sizeof(hostile) - 1)];
	name[len] = '\0';
}

/* The line but for the names is the same whatever they are: those of another order put in their place give its line. */
static void expect_names_only(const char *line, const struct names *stops)
{
	OWN_VALUE(str_done) struct str stop = STR(1 << 17), start = STR(1 << 17), expect = STR(1 << 18);
	const char *first = strstr(line, "(for %s in ("), *second = first ? strstr(first + 1, "(for %s in (") : NULL;

	assert_non_null(second);
	for (size_t i = 0; i < stops->count; i++) {
		str_addf(&stop, "%s%s", i ? " " : "", stops->name[i]);
		str_addf(&start, "%s%s", i ? " " : "", stops->name[stops->count - 1 - i]);
	}
	str_addf(&expect, "(for %%s in (%s) do if defined go", str_text(&stop));
	assert_int_equal(strncmp(first, str_text(&expect), expect.len), 0);
	str_clear(&expect);
	str_addf(&expect, "(for %%s in (%s) do (set t=1", str_text(&start));
	assert_int_equal(strncmp(second, str_text(&expect), expect.len), 0);
}

static void no_name_brings_a_byte_that_is_not_plain(void **state)
{
	unsigned seed = 20261123, made = 0, refused = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		OWN_VALUE(names_done) struct names stops = { 0 };
		OWN_VALUE(str_done) struct str line = { 0 };
		struct error e = { 0 };
		struct restart_order order = { "vssfleet-0123456789abcdef-7-restart", &stops, 1 + rand_r(&seed), true };
		bool plain = true;
		for (int i = rand_r(&seed) % 4; i >= 0; i--) {
			char name[100];
			random_name(name, &seed);
			assert_int_equal(names_add(&stops, name, &e), 0);
			plain &= name_is_plain(name);
		}
		int rc = restart_script(&line, &order, &e);
		if ((rc == 0) != plain || (rc < 0 && (line.len || e.kind != ERROR_PARSE)))
			fail_msg("round %d: %d: %s", round, rc, e.cause);
		made += !rc;
		refused += rc < 0;
		if (rc == 0) {
			expect_rules(str_text(&line));
			expect_names_only(str_text(&line), &stops);
		}
	}
	assert_true(made > 1000 && refused > 1000);
}

static void what_cannot_be_ordered_is_an_error(void **state)
{
	static const struct {
		const char *about, *mark, *name;
		int64_t pid;
	} cases[] = {
		{ "no mark", "", "EventSystem", 816 },
		{ "a mark that leads elsewhere", "..\\..\\x", "EventSystem", 816 },
		{ "a mark that ends the command", "x\"& calc &\"", "EventSystem", 816 },
		{ "no services", "vssfleet-1", NULL, 816 },
		{ "no services to start", "vssfleet-1", NULL, 0 },
		{ "an unknown process", "vssfleet-1", "EventSystem", -1 },
		{ "a process beyond all", "vssfleet-1", "EventSystem", (int64_t)1 << 32 },
		{ "a service with a blank", "vssfleet-1", "Event System", 816 },
		{ "a service to start with a blank", "vssfleet-1", "Event System", 0 },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(names_done) struct names stops = { 0 };
		OWN_VALUE(str_done) struct str line = { 0 };
		struct error e = { 0 };
		fill(&stops, &c->name, c->name != NULL);
		struct restart_order order = { c->mark, &stops, c->pid, false };
		if (restart_script(&line, &order, &e) == 0 || e.kind == ERROR_NONE || line.len)
			fail_msg("%s", c->about);
	}
}

/* 0, or -1 with no line at all. */
static int order_of(size_t count, int width, int64_t pid)
{
	OWN_VALUE(names_done) struct names stops = { 0 };
	OWN_VALUE(str_done) struct str line = { 0 };
	struct error e = { 0 };
	struct restart_order order = { "vssfleet-1", &stops, pid, true };

	for (size_t i = 0; i < count; i++) {
		char name[81];
		snprintf(name, sizeof(name), "%0*zu", width, i);
		fill(&stops, (const char *const[]){ name }, 1);
	}
	int rc = restart_script(&line, &order, &e);
	if (rc == 0)
		expect_rules(str_text(&line));
	else
		assert_true(!line.len && e.kind == ERROR_LOCAL);
	return rc;
}

static void a_line_is_never_longer_than_cmd_takes(void **state)
{
	(void)state;
	assert_int_equal(order_of(60, 80, 816), -1);
	assert_int_equal(order_of(60, 80, 0), 0);
	assert_int_equal(order_of(30, 80, 816), 0);
	assert_int_equal(order_of(NAMES_MAX, 8, 816), 0);
	for (size_t count = 1; count <= 90; count++)
		order_of(count, 80, 816);
}

static void the_log_is_printed_and_removed_by_its_mark(void **state)
{
	OWN_VALUE(str_done) struct str print = { 0 }, clean = { 0 };

	(void)state;
	restart_log_command(&print, "vssfleet-1");
	restart_clean_command(&clean, "vssfleet-1");
	assert_string_equal(str_text(&print), "type \"%SystemRoot%\\Logs\\vssfleet-1\\log\"");
	assert_string_equal(str_text(&clean),
		"rd /s /q \"%SystemRoot%\\Logs\\vssfleet-1\"& del \"%SystemRoot%\\Logs\\vssfleet.lock\"");
}

/* ---- what it wrote ---- */

#define OK                                                                                                             \
	"vssfleet begin\r\nvssfleet stop SENS 1062\r\nvssfleet stop EventSystem 1062\r\n"                              \
	"vssfleet start EventSystem 0\r\nvssfleet start SENS 0\r\nvssfleet end\r\n"

#define FAILED                                                                                                         \
	"vssfleet begin\r\nvssfleet stop SENS 1062\r\nvssfleet stop EventSystem 1061\r\n"                              \
	"vssfleet start EventSystem 1061\r\nvssfleet start SENS 1068\r\nvssfleet end\r\n"
#define OTHER "vssfleet begin\r\nvssfleet other\r\nvssfleet end\r\n"

/* Services as "stop NAME CODE,". */
static void show(struct str *to, const struct restart_log *log)
{
	str_addf(to, "%s%s%s", log->begun ? "begun," : "", log->other ? "other," : "", log->ended ? "ended," : "");
	for (size_t i = 0; i < log->count; i++)
		str_addf(to, "%s %.*s %u,", log->line[i].start ? "start" : "stop", (int)log->line[i].name_len,
			log->line[i].name, log->line[i].code);
}

static void a_log_is_read_strictly(void **state)
{
	static const struct {
		const char *about, *text, *expect;
	} cases[] = {
		{ "all went well", OK,
			"begun,ended,stop SENS 1062,stop EventSystem 1062,start EventSystem 0,start SENS 0," },
		{ "nothing", "", "" },
		{ "begun only", "vssfleet begin\r\n", "begun," },
		{ "begun, cut in its line end", "vssfleet begin\r", "" },
		{ "another process", OTHER, "begun,other,ended," },
		{ "blanks at the ends of lines", "vssfleet begin \r\nvssfleet stop A 5 \r\nvssfleet end \r\n",
			"begun,ended,stop A 5," },
		{ "bare line feeds", "vssfleet begin\nvssfleet end\n", "begun,ended," },
		{ "lines of others", "The system cannot find it.\r\nvssfleet begin\r\n\r\nvssfleet\r\nvssfleet end\r\n",
			"begun,ended," },
		{ "an end without a beginning", "vssfleet stop A 5\r\nvssfleet other\r\nvssfleet end\r\n", "" },
		{ "lines behind the end", "vssfleet begin\r\nvssfleet end\r\nvssfleet stop A 5\r\n", "begun,ended," },
		{ "a line cut in its code", "vssfleet begin\r\nvssfleet stop A 106", "begun," },
		{ "a program that crashed", "vssfleet begin\r\nvssfleet stop A -1073741502\r\n",
			"begun,stop A 3221225794," },
		{ "the greatest code", "vssfleet begin\r\nvssfleet start A 4294967295\r\n",
			"begun,start A 4294967295," },
		{ "codes that are none",
			"vssfleet begin\r\nvssfleet stop A 4294967296\r\nvssfleet stop A -2147483649\r\n"
			"vssfleet stop A -\r\nvssfleet stop A 5x\r\nvssfleet stop A 0x5\r\nvssfleet stop A +5\r\n"
			"vssfleet stop A !r!\r\nvssfleet stop A\r\nvssfleet stop A 5 5\r\nvssfleet stop A "
			"99999999999999\r\n",
			"begun," },
		{ "names that are none", "vssfleet begin\r\nvssfleet stop %s 5\r\nvssfleet stop a\"b 5\r\n", "begun," },
		{ "verbs that are none", "vssfleet begin\r\nvssfleet pause A 5\r\nvssfleet ended\r\nVssfleet end\r\n",
			"begun," },
		{ "something before ours", "vssfleet begin\r\nx vssfleet end\r\n", "begun," },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str shown = { 0 };
		struct restart_log log;
		restart_log_read(c->text, strlen(c->text), &log);
		show(&shown, &log);
		if (strcmp(str_text(&shown), c->expect) != 0)
			fail_msg("%s: %s", c->about, str_text(&shown));
	}
}

static void a_cut_log_never_says_more_than_the_whole(void **state)
{
	static const char *const texts[] = { OK, FAILED, OTHER };

	(void)state;
	FOR_EACH(text, texts) {
		struct restart_log whole, part;
		restart_log_read(*text, strlen(*text), &whole);
		for (size_t len = 0; len < strlen(*text); len++) {
			OWN(own_free) char *copy = malloc(len ? len : 1);
			memcpy(copy, *text, len);
			restart_log_read(copy, len, &part);
			assert_true(part.begun <= whole.begun && part.other <= whole.other && !part.ended);
			assert_true(part.count <= whole.count);
			for (size_t i = 0; i < part.count; i++) {
				const struct restart_line *a = &part.line[i], *b = &whole.line[i];
				assert_int_equal(a->name_len, b->name_len);
				assert_memory_equal(a->name, b->name, a->name_len);
				assert_true(a->code == b->code && a->start == b->start);
			}
		}
	}
}

static void a_log_with_too_many_lines_never_ends(void **state)
{
	OWN_VALUE(str_done) struct str text = { 0 };
	struct restart_log log;

	(void)state;
	str_add(&text, "vssfleet begin\r\n");
	for (int i = 0; i < RESTART_LINES_MAX; i++)
		str_addf(&text, "vssfleet start A%d 0\r\n", i);
	size_t full = text.len;
	str_add(&text, "vssfleet start B 5\r\nvssfleet end\r\n");
	restart_log_read(text.data, text.len, &log);
	assert_true(log.begun && !log.ended && log.count == RESTART_LINES_MAX);
	text.len = full;
	str_add(&text, "vssfleet end\r\n");
	restart_log_read(text.data, text.len, &log);
	assert_true(log.ended);
}

static void any_bytes_are_read(void **state)
{
	static const char bytes[] = "vssfleet begin stop start other end 1062 -0\r\n\n\0\xff%!";
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct restart_log log;
		OWN(own_free) char *text = malloc(200);
		size_t len = (size_t)rand_r(&seed) % 200, at = 0;
		static const char begin[] = "vssfleet begin\nvssfleet stop ";
		if (rand_r(&seed) % 2 && len > sizeof(begin)) {
			memcpy(text, begin, sizeof(begin) - 1);
			at = sizeof(begin) - 1;
		}
		for (; at < len; at++)
			text[at] = bytes[(size_t)rand_r(&seed) % (sizeof(bytes) - 1)];
		restart_log_read(text, len, &log);
		for (size_t i = 0; i < log.count; i++)
			assert_true(log.line[i].name >= text && log.line[i].name + log.line[i].name_len <= text + len);
	}
}

static void the_first_that_failed_is_told(void **state)
{
	static const char bad[] = "vssfleet begin\r\nvssfleet stop SENS 1062\r\nvssfleet stop COMSysApp 1051\r\n"
				  "vssfleet start EventSystem 0\r\nvssfleet start COMSysApp 1058\r\n"
				  "vssfleet start SENS 1062\r\nvssfleet end\r\n";
	struct restart_log log;

	(void)state;
	restart_log_read(bad, strlen(bad), &log);
	const struct restart_line *stop = restart_log_unstopped(&log), *start = restart_log_unstarted(&log);
	assert_non_null(stop);
	assert_non_null(start);
	assert_memory_equal(stop->name, "COMSysApp", stop->name_len);
	assert_int_equal(stop->code, 1051);
	assert_memory_equal(start->name, "COMSysApp", start->name_len);
	assert_int_equal(start->code, 1058);
	restart_log_read(OK, strlen(OK), &log);
	assert_null(restart_log_unstopped(&log));
	assert_null(restart_log_unstarted(&log));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_line_stops_in_order_and_starts_in_the_opposite_one),
		cmocka_unit_test(without_a_process_it_only_starts),
		cmocka_unit_test(no_name_brings_a_byte_that_is_not_plain),
		cmocka_unit_test(what_cannot_be_ordered_is_an_error),
		cmocka_unit_test(a_line_is_never_longer_than_cmd_takes),
		cmocka_unit_test(the_log_is_printed_and_removed_by_its_mark),
		cmocka_unit_test(a_log_is_read_strictly),
		cmocka_unit_test(a_cut_log_never_says_more_than_the_whole),
		cmocka_unit_test(a_log_with_too_many_lines_never_ends),
		cmocka_unit_test(any_bytes_are_read),
		cmocka_unit_test(the_first_that_failed_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
