/* runs_export: see the header. */
#include "runs_export.h"
#include "command.h"
#include "label.h"
#include "language.h"
#include "lineage.h"
#include "pack.h"
#include "places.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

struct exporting {
	struct store *store;
	struct run_info run, before;
	struct str directory, journal;
};

static void exporting_done(struct exporting *x)
{
	str_done(&x->journal);
	str_done(&x->directory);
	run_info_done(&x->before);
	run_info_done(&x->run);
	store_close(x->store);
}

static int find_runs(struct exporting *x, const char *run, struct error *e)
{
	char before[27];

	if (store_run(x->store, run, &x->run, e) < 0 || lineage_before(x->store, &x->run, before, e) < 0)
		return -1;
	return *before ? store_run(x->store, before, &x->before, e) : 0;
}

static int find_places(struct exporting *x, const struct options *o, struct error *e)
{
	if (o->output)
		str_add(&x->directory, o->output);
	else if (state_directory(&x->directory, e) < 0)
		return -1;
	else
		str_addf(&x->directory, "/evidence/%s", x->run.id);
	if (journal_path(o, &x->journal, e) < 0)
		return -1;
	return str_failed(&x->directory) ? error_set(e, ERROR_LOCAL, _("the name of the directory is too long")) : 0;
}

int runs_export(int argc, char **argv)
{
	struct options o;
	OWN_VALUE(exporting_done) struct exporting x = { 0 };
	struct error e = { 0 };

	options_parse(&o, argc, argv, GROUP_REPORT | GROUP_STORE, "RUN",
		_("Writes a run as evidence into a directory of its own: its reports, what vssadmin printed on each "
		  "server, what changed since the run before, the journal since then, and SHA256SUMS."));
	if (o.argument_count != 1 || output_is_stdout(&o))
		return complain_text(EXIT_USAGE, _("say which run, and a directory: vssfleet runs export RUN -o DIR"));
	if (!(x.store = open_store(&o, &e)))
		return complain(EXIT_INTERNAL, &e);
	if (find_runs(&x, o.argument[0], &e) < 0 || find_places(&x, &o, &e) < 0)
		return complain(exit_of(&e), &e);
	const char *journal = str_text(&x.journal);
	const struct pack pack = {
		.store = x.store,
		.run = &x.run,
		.before = x.before.meta ? &x.before : NULL,
		.journal = *journal && access(journal, F_OK) == 0 ? journal : NULL,
		.format = o.format,
		.formats = o.format_count,
		.options = options_report(&o),
	};
	if (pack_write(str_text(&x.directory), &pack, &e) < 0)
		return complain(e.has_code && e.code == EEXIST ? EXIT_USAGE : EXIT_INTERNAL, &e);
	fprintf(stderr, _("Run %s (%s) written to %s; `cd %s && sha256sum -c SHA256SUMS` verifies it\n"), x.run.id,
		label_of(x.run.state), str_text(&x.directory), str_text(&x.directory));
	return EXIT_OK;
}
