/* batch: runs a batch file on a simulated host, and copies what it left in its folder to a folder of this machine:
 *   batch SCENARIO FILE.cmd FOLDER
 * What the script prints goes to stdout; its exit code is the program's.
 *
 * Of batch files it knows what no command line has: labels, goto and call :label, exit /b, %~1 and %~dp0, doubled
 * percent signs, and that undefined names vanish. A jump is taken when its line has come to its end, which is when
 * cmd.exe takes it too where nothing follows it. */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_state.h"
#include "own.h"

enum { SCRIPT_BYTES_MAX = 256 << 10, LABEL_MAX = 40, CALLS_MAX = 8, STEPS_MAX = 2000 };

#define SCRIPT_FOLDER "C:\\collect\\"

CLEANUP_OF(struct node, node_free);

struct batch {
	struct cmd cmd;
	struct cmd_result result;
	struct str script;
	unsigned steps;
};

static void die(const char *what, const char *which)
{
	fprintf(stderr, "batch: %s: %s\n", what, which);
	exit(125);
}

static void read_script(struct batch *b, const char *path)
{
	FILE *in = fopen(path, "rb");
	char piece[4096];
	size_t n;

	if (!in)
		die("cannot be read", path);
	while ((n = fread(piece, 1, sizeof(piece), in)) > 0)
		str_addn(&b->script, piece, n);
	fclose(in);
}

/* A name between percent signs; undefined it is nothing, other than on a command line. */
static const char *expand_name(const struct batch *b, const char *at, struct str *line)
{
	const char *end = strchr(at, '%');

	if (!end)
		die("a percent sign of no variable", at);
	variable_get(&b->cmd, at, (size_t)(end - at), line);
	return end + 1;
}

static void expand(const struct batch *b, const char *text, size_t len, const char *argument, struct str *line)
{
	OWN_VALUE(str_done) struct str whole = { 0 };

	str_addn(&whole, text, len);
	for (const char *at = str_text(&whole); *at;) {
		if (*at != '%') {
			str_addc(line, *at++);
		} else if (at[1] == '%') {
			str_addc(line, '%');
			at += 2;
		} else if (strncmp(at, "%~1", 3) == 0) {
			str_add(line, argument);
			at += 3;
		} else if (strncmp(at, "%~dp0", 5) == 0) {
			str_add(line, SCRIPT_FOLDER);
			at += 5;
		} else {
			at = expand_name(b, at + 1, line);
		}
	}
}

/* "goto LABEL" and "exit /b CODE" become a note of where to go, which is read when the line is through. */
static void note_jumps(const char *text, struct str *line)
{
	static const struct {
		const char *word, *note;
	} jumps[] = { { "goto ", "set \"JUMP=:" }, { "exit /b ", "set \"JUMP=" } };

	for (const char *at = text; *at; at++)
		FOR_EACH(jump, jumps)
			if ((at == text || at[-1] == ' ') && strncmp(at, jump->word, strlen(jump->word)) == 0) {
				str_addn(line, text, (size_t)(at - text));
				str_addf(line, "%s%s\"", jump->note, at + strlen(jump->word));
				return;
			}
	str_add(line, text);
}

/* The line behind a label. */
static const char *find_label(const struct batch *b, const char *label)
{
	OWN_VALUE(str_done) struct str wanted = { 0 };

	str_addf(&wanted, "\n%s\r\n", label);
	const char *at = strstr(str_text(&b->script), str_text(&wanted));
	if (!at)
		die("no such label", label);
	return at + wanted.len;
}

static void print(struct str *text, FILE *to)
{
	fwrite(str_text(text), 1, text->len, to);
	str_clear(text);
}

static void run_line(struct batch *b, const char *text)
{
	OWN_VALUE(str_done) struct str line = { 0 }, unexpected = { 0 };

	note_jumps(text + (*text == '@'), &line);
	OWN(node_free) struct node *tree = cmd_parse(str_text(&line), &unexpected);
	if (unexpected.len)
		die(str_text(&unexpected), text);
	if (tree)
		cmd_run_node(&b->cmd, tree,
			(struct io){ .out = { .text = &b->result.out }, .err = { .text = &b->result.err } });
	print(&b->result.out, stdout);
	print(&b->result.err, stderr);
}

static int run_from(struct batch *b, const char *at, const char *argument, unsigned calls);

static void call(struct batch *b, const char *text, unsigned calls)
{
	char label[LABEL_MAX] = "", argument[LABEL_MAX] = "";

	if (sscanf(text, "%39s %39s", label, argument) < 1 || calls == CALLS_MAX)
		die("cannot be called", text);
	b->cmd.errorlevel = (unsigned)run_from(b, find_label(b, label), argument, calls + 1);
}

/* Until exit /b, or the end of the file. */
static int run_from(struct batch *b, const char *at, const char *argument, unsigned calls)
{
	while (*at && !b->result.hangs) {
		OWN_VALUE(str_done) struct str line = { 0 }, jump = { 0 };
		size_t len = strcspn(at, "\r\n");
		if (b->steps++ == STEPS_MAX)
			die("never ends", at);
		expand(b, at, len, argument, &line);
		at += len + strspn(at + len, "\r\n");
		if (*str_text(&line) == ':')
			continue;
		if (strncmp(str_text(&line), "call :", 6) == 0)
			call(b, str_text(&line) + 5, calls);
		else
			run_line(b, str_text(&line));
		if (!variable_get(&b->cmd, "JUMP", 4, &jump))
			continue;
		variable_set(&b->cmd, "JUMP", NULL);
		if (isdigit((unsigned char)*jump.data))
			return atoi(jump.data);
		at = find_label(b, jump.data);
	}
	return (int)b->cmd.errorlevel;
}

static void copy_out(const struct host *host, const char *folder)
{
	char inside[PATH_MOST];

	snprintf(inside, sizeof(inside), SCRIPT_FOLDER "%s", host->netbios);
	for (const struct file *file = NULL; (file = files_next(&host->files, inside, "*", file));) {
		OWN_VALUE(str_done) struct str path = { 0 };
		str_addf(&path, "%s/%s", folder, strrchr(file->path, '\\') + 1);
		FILE *out = fopen(str_text(&path), "wb");
		if (!out || fwrite(str_text(&file->bytes), 1, file->bytes.len, out) != file->bytes.len ||
			fclose(out) != 0)
			die("cannot be written", str_text(&path));
	}
}

int main(int argc, char **argv)
{
	static struct options options = { .time_scale = 1 };
	static struct host host;
	static struct batch b = { .cmd = { .host = &host, .directory = "C:\\Users", .result = &b.result } };

	if (argc != 4 || !scenario_find(argv[1]))
		die("usage", "batch SCENARIO FILE.cmd FOLDER");
	host_init(&host, "srv-tyo-0001.sim.example", scenario_find(argv[1]), &options);
	host_wake(&host);
	b.script = STR(SCRIPT_BYTES_MAX);
	b.result = (struct cmd_result){ .out = STR(OUTPUT_MAX), .err = STR(OUTPUT_MAX) };
	read_script(&b, argv[2]);
	files_make_directory(&host.files, "C:\\collect");
	b.cmd.codepage = language_oem_codepage(host.scenario->language);
	variables_fresh(&b.cmd);
	int code = run_from(&b, str_text(&b.script), "", 0);
	copy_out(&host, argv[3]);
	variables_done(&b.cmd);
	cmd_result_done(&b.result);
	str_done(&b.script);
	host_done(&host);
	return b.result.hangs ? 124 : code;
}
