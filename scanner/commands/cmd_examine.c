/* examine: judges what was collected by hand where WinRM is not allowed. So far: one saved `vssadmin list writers`. */
#include "command.h"
#include "escape.h"
#include "options.h"
#include "own.h"
#include "vssadmin.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { SAVED_MAX = 4 << 20 }; /* bytes */

static int read_file(const char *path, struct str *bytes)
{
	FILE *in = strcmp(path, "-") != 0 ? fopen(path, "rbe") : stdin;
	char piece[8192];
	size_t n;

	if (!in)
		return complain_text(EXIT_USAGE, "%s: %s", path, strerror(errno));
	while ((n = fread(piece, 1, sizeof(piece), in)) > 0)
		str_addn(bytes, piece, n);
	bool bad = ferror(in);
	if (in != stdin)
		fclose(in);
	if (bad)
		return complain_text(EXIT_INTERNAL, "%s: cannot be read: %s", path, strerror(errno));
	if (str_failed(bytes))
		return complain_text(
			EXIT_USAGE, "%s: larger than %d bytes: not an output of vssadmin", path, SAVED_MAX);
	return EXIT_OK;
}

static void print_writers(const struct vss_facts *vss)
{
	for (size_t i = 0; i < vss->count; i++) {
		const struct writer *w = &vss->writer[i];
		OWN_VALUE(str_done) struct str line = { 0 };
		escape_terminal(&line, w->name ? w->name : "");
		str_addf(&line, "\t{%s}\t[%d] ", w->id, w->state);
		escape_terminal(&line, w->state_text ? w->state_text : "");
		str_add(&line, "\t");
		escape_terminal(&line, w->last_error ? w->last_error : "");
		puts(str_text(&line));
	}
}

static bool all_well(const struct vss_facts *vss)
{
	for (size_t i = 0; i < vss->count; i++)
		if (vss->writer[i].state != 1 || (vss->error_free_known && !vss->writer[i].error_free))
			return false;
	return vss->outcome == VSS_WRITERS;
}

static int print_outcome(const struct vss_facts *vss)
{
	size_t stable = 0;
	for (size_t i = 0; i < vss->count; i++)
		stable += vss->writer[i].state == 1;
	OWN_VALUE(str_done) struct str note = { 0 };
	escape_terminal(&note, vss->note);
	printf("outcome\t%s\nwriters\t%zu\nstable\t%zu\n", vss_outcome_name(vss->outcome), vss->count, stable);
	if (note.len)
		printf("note\t%s\n", str_text(&note));
	print_writers(vss);
	if (fflush(stdout) != 0)
		return EXIT_INTERNAL;
	if (vss->outcome != VSS_WRITERS && vss->outcome != VSS_PARTIAL && vss->outcome != VSS_EMPTY)
		return EXIT_INCOMPLETE; /* it could not be judged: not an all-clear */
	return all_well(vss) ? EXIT_OK : EXIT_FINDINGS;
}

int cmd_examine(int argc, char **argv)
{
	struct options o;
	OWN_VALUE(str_done) struct str bytes = STR(SAVED_MAX);
	OWN_VALUE(vss_facts_done) struct vss_facts vss = { 0 };

	options_parse(&o, argc, argv, GROUP_EXAMINE, NULL,
		"Judges a saved output of `vssadmin list writers`, in any UI language. Exit: 0 all writers listed and "
		"stable, 3 none or "
		"not all, 4 not readable.");
	if (!o.vssadmin)
		return complain_text(EXIT_USAGE, "nothing to examine: give --vssadmin FILE, or - for stdin");
	int code = read_file(o.vssadmin, &bytes);
	if (code != EXIT_OK)
		return code;
	const struct vssadmin_output saved = {
		.bytes = str_text(&bytes), .len = bytes.len, .exit_code = UNSEEN, .done = true
	};
	vssadmin_read(&saved, &vss);
	return print_outcome(&vss);
}
