/* examine: judges what was collected by hand where WinRM is not allowed: folders that the script of collector.h filled,
 * kept as a run like a scan, or one saved `vssadmin list writers`. */
#include "collected.h"
#include "collector.h"
#include "command.h"
#include "errno_text.h"
#include "escape.h"
#include "folders.h"
#include "language.h"
#include "places.h"
#include "post.h"
#include "preflight.h"
#include "record.h"
#include "run_end.h"
#include "run_meta.h"
#include "standing.h"
#include "vssadmin.h"
#include "waived.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { SAVED_MAX = 4 << 20 /* bytes */, HOUR = 3600 };

/* --- one saved output --- */

static int read_file(const char *path, struct str *bytes)
{
	FILE *in = strcmp(path, "-") != 0 ? fopen(path, "rbe") : stdin;
	char piece[8192];
	size_t n;

	if (!in)
		return complain_text(EXIT_USAGE, "%s: %s", path, errno_text(errno));
	while ((n = fread(piece, 1, sizeof(piece), in)) > 0)
		str_addn(bytes, piece, n);
	bool bad = ferror(in);
	if (in != stdin)
		fclose(in);
	if (bad)
		return complain_text(EXIT_INTERNAL, _("%s: cannot be read: %s"), path, errno_text(errno));
	if (str_failed(bytes))
		return complain_text(
			EXIT_USAGE, _("%s: larger than %d bytes: not an output of vssadmin"), path, SAVED_MAX);
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

static bool shows_a_fault(const struct vss_facts *vss)
{
	for (size_t i = 0; i < vss->count; i++) {
		const struct writer *w = &vss->writer[i];
		if ((w->state != UNSEEN && w->state != 1) || (vss->error_free_known && w->last_error && !w->error_free))
			return true;
	}
	return false;
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
	if (shows_a_fault(vss))
		return EXIT_FINDINGS;
	if (vss->outcome != VSS_PARTIAL && vss->outcome != VSS_EMPTY_UNVERIFIED)
		return EXIT_INCOMPLETE; /* the note says why */
	return complain_text(EXIT_INCOMPLETE,
		_("nothing is wrong in what the file shows, but it proves neither that the list is whole nor that it "
		  "is empty: collect with the script of --script, which notes how vssadmin ended"));
}

static int examine_output(const char *path)
{
	OWN_VALUE(str_done) struct str bytes = STR(SAVED_MAX);
	OWN_VALUE(vss_facts_done) struct vss_facts vss = { 0 };

	int code = read_file(path, &bytes);
	if (code != EXIT_OK)
		return code;
	vssadmin_read_unproved(str_text(&bytes), bytes.len, 0, &vss);
	return print_outcome(&vss);
}

/* --- the script --- */

static int print_script(const struct options *o)
{
	OWN_VALUE(str_done) struct str script = { 0 };

	collector_write(&script, (o->since_s + HOUR - 1) / HOUR);
	if (str_failed(&script))
		return complain_text(EXIT_INTERNAL, _("out of memory"));
	fwrite(str_text(&script), 1, script.len, stdout);
	if (fflush(stdout) != 0)
		return complain_text(EXIT_INTERNAL, _("the script cannot be written: %s"), errno_text(errno));
	return EXIT_OK;
}

/* --- folders --- */

struct examination {
	const struct options *options;
	const struct policy *policy;
	struct folders folders;
	struct waivers waivers;
	struct standing standing;
	struct store *store;
	char run[27];
};

static void examination_done(struct examination *x)
{
	standing_done(&x->standing);
	waivers_done(&x->waivers);
	folders_done(&x->folders);
	store_close(x->store);
}

/* As a scan describes itself, without what only a network has. */
static json_t *describe_run(const struct examination *x, int argc, char **argv)
{
	const struct options *o = x->options;
	json_t *words = json_array();

	for (int i = 0; i < argc; i++)
		json_array_append_new(words, json_string(argv[i]));
	return json_pack("{s:s, s:o, s:[{s:s, s:I}], s:b, s:i, s:i, s:b}", "version", VSSFLEET_VERSION, "argv", words,
		"sources", "source", o->argument[0], "hosts", (json_int_t)x->folders.hosts.count, "offline", 1,
		"window_hours", (int)((o->since_s + HOUR - 1) / HOUR), "min_coverage", (int)o->min_coverage,
		"isolate_required", o->isolate_required);
}

static int begin(struct examination *x, int argc, char **argv, struct error *e)
{
	const struct hosts *hosts = &x->folders.hosts;
	OWN(own_free) const char **names = calloc(hosts->count, sizeof(*names));
	json_t *meta = describe_run(x, argc, argv);
	int rc = -1;

	for (size_t i = 0; names && i < hosts->count; i++)
		names[i] = hosts->host[i].name;
	if (!names || !meta || run_meta_settings(meta, x->options, &x->waivers) < 0)
		error_set(e, ERROR_LOCAL, _("out of memory"));
	else if ((x->store = open_store(x->options, e)))
		rc = store_run_begin(x->store, meta, names, hosts->count, x->run, e);
	json_decref(meta);
	return rc == 0 ? standing_read(&x->standing, x->store, x->run, e) : -1;
}

static int keep(struct examination *x, const struct result *result, struct error *e)
{
	json_t *record = record_of(x->run, result), *evidence = evidence_of(result);
	int rc = record && evidence && waivers_mark(&x->waivers, record) == 0
			 ? standing_tell(&x->standing, record, e)
			 : error_set(e, ERROR_LOCAL, _("out of memory for a record"));
	if (rc == 0)
		rc = store_put(x->store, x->run, record, evidence, e);
	json_decref(record);
	json_decref(evidence);
	return rc;
}

static int examine_host(struct examination *x, const struct host *host, struct error *e)
{
	OWN(result_free) struct result *result = calloc(1, sizeof(*result));

	if (!result)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	result->host = host;
	collected_judge(x->folders.fd, folder_of(&x->folders, host), x->policy, result);
	return keep(x, result, e);
}

static int examine_folders(const struct options *o, const struct policy *policy, int argc, char **argv)
{
	OWN_VALUE(examination_done) struct examination x = { .options = o, .policy = policy, .folders = { .fd = -1 } };
	struct error e = { 0 };

	if (output_is_stdout(o) && o->format_count != 1)
		return complain_text(
			EXIT_USAGE, _("-o -: stdout takes one format: add -F csv, -F html, -F ndjson or -F json"));
	if (folders_open(&x.folders, o->argument[0], &e) < 0)
		return complain_text(EXIT_USAGE, "%s: %s", o->argument[0], e.cause);
	if (waived_read(&x.waivers, o, &x.folders.hosts, &e) < 0)
		return complain(EXIT_USAGE, &e);
	if (begin(&x, argc, argv, &e) < 0)
		return complain(exit_of(&e), &e);
	const struct run_end end = { o, x.store, x.run, &x.waivers, false };
	for (size_t i = 0; i < x.folders.hosts.count; i++)
		if (examine_host(&x, &x.folders.hosts.host[i], &e) < 0) {
			complain(EXIT_INTERNAL, &e);
			run_cut(&end);
			return EXIT_INTERNAL;
		}
	return run_end(&end);
}

int cmd_examine(int argc, char **argv)
{
	struct options o;
	OWN_VALUE(policy_done) struct policy policy = { 0 };
	struct error e = { 0 };

	options_parse(&o, argc, argv, GROUP_EXAMINE | GROUP_OUTCOME | GROUP_REPORT | GROUP_MAIL | GROUP_STORE, "[DIR]",
		_("Judges what was collected by hand on servers that WinRM does not reach: a folder per server in DIR, "
		  "or "
		  "DIR itself, as the script printed by --script fills it; keeps the run and writes the report like a "
		  "scan. "
		  "With --vssadmin one saved output: exit 3 a writer is not stable or has an error, else 4, for one "
		  "file "
		  "cannot prove that its list is whole."));
	if ((o.argument_count == 1) + (o.vssadmin != NULL) + o.script != 1)
		return complain_text(EXIT_USAGE, _("give one of: DIR, --script (prints what collects it on a server), "
						   "--vssadmin FILE (- for stdin)"));
	if (post_check(&o, &e) < 0 || prepare_policy(&policy, &o, &e) < 0)
		return complain(EXIT_USAGE, &e);
	return o.script     ? print_script(&o)
	       : o.vssadmin ? examine_output(o.vssadmin)
			    : examine_folders(&o, &policy, argc, argv);
}
