/* runs: the stored runs: listed, named, checked, thinned out. */
#include "command.h"
#include "column.h"
#include "escape.h"
#include "label.h"
#include "language.h"
#include "local_time.h"
#include "own.h"
#include "pins.h"
#include "places.h"
#include "retention.h"
#include "runs_export.h"
#include "store_check.h"
#include "suggest.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { STATE_WIDTH = 8, DAY = 86400, KEEP_HOSTS_S = 400 * DAY, KEEP_EVIDENCE_S = 90 * DAY };

static int print_run(void *context, const struct run_info *info)
{
	char started[32];
	(void)context;

	local_time(started, sizeof(started), info->started, "%Y-%m-%d %H:%M:%S %z");
	const char *state = label_of(info->state);
	printf("%-26s  %s  %s%*s  ", info->id, started, state, column_pad(state, STATE_WIDTH), "");
	printf(_("%u of %u hosts"), info->done, info->total);
	if (info->pins)
		printf(_("  pinned as %s"), info->pins);
	putchar('\n');
	return 0;
}

static int list(int argc, char **argv)
{
	struct options o;
	OWN(store_close) struct store *store = NULL;
	struct error e = { 0 };

	options_parse(&o, argc, argv, GROUP_STORE, "",
		_("Lists the stored runs, newest first. Or, as the next word: pin RUN --as NAME, unpin NAME, gc, "
		  "verify, export RUN; `vssfleet runs gc --help` explains one of them."));
	if (o.argument_count)
		return complain_text(EXIT_USAGE,
			_("`vssfleet runs %s` is not known here: pin, unpin, gc, verify and export stand right behind "
			  "`runs`"),
			o.argument[0]);
	if (!(store = open_store(&o, &e)) || store_runs(store, print_run, NULL, &e) < 0)
		return complain(EXIT_INTERNAL, &e);
	return EXIT_OK;
}

static int pin(int argc, char **argv)
{
	struct options o;
	OWN(store_close) struct store *store = NULL;
	struct error e = { 0 };

	options_parse(&o, argc, argv, GROUP_STORE | GROUP_PIN, "RUN",
		_("Gives a run a name that stands wherever a run is asked for. A pinned run stays whole, whatever its "
		  "age."));
	if (o.argument_count != 1 || !o.as)
		return complain_text(EXIT_USAGE, _("say which run, and its name: vssfleet runs pin RUN --as NAME"));
	if (!(store = open_store(&o, &e)))
		return complain(EXIT_INTERNAL, &e);
	return pin_add(store, o.argument[0], o.as, &e) < 0 ? complain(exit_of(&e), &e) : EXIT_OK;
}

static int unpin(int argc, char **argv)
{
	struct options o;
	OWN(store_close) struct store *store = NULL;
	struct error e = { 0 };

	options_parse(
		&o, argc, argv, GROUP_STORE, "NAME", _("Takes a name from its run. The run stays until it is old."));
	if (o.argument_count != 1)
		return complain_text(EXIT_USAGE, _("say which name: vssfleet runs unpin NAME"));
	if (!(store = open_store(&o, &e)))
		return complain(EXIT_INTERNAL, &e);
	return pin_remove(store, o.argument[0], &e) < 0 ? complain(exit_of(&e), &e) : EXIT_OK;
}

static void print_gone(const struct retention *r, const struct retention_gone *gone)
{
	printf(_("runs older than %lld days: %lld, with %lld results\n"), (long long)(r->keep_hosts / DAY),
		(long long)gone->runs, (long long)gone->hosts);
	printf(_("other results with evidence older than %lld days: %lld\n"), (long long)(r->keep_evidence / DAY),
		(long long)gone->without);
	printf(_("evidence that nothing refers to any longer: %lld pieces, %.1f MB\n"), (long long)gone->evidence,
		(double)gone->bytes / 1e6);
	puts(r->dry_run ? _("all this would go; nothing was changed")
			: _("all this is gone; the store uses its room again"));
}

static int collect_garbage(int argc, char **argv)
{
	struct options o;
	OWN(store_close) struct store *store = NULL;
	struct retention_gone gone;
	struct error e = { 0 };

	options_parse(&o, argc, argv, GROUP_STORE | GROUP_GC, NULL,
		_("Removes old runs from the store, and from younger ones what they were judged by. The newest "
		  "complete run of each profile and pinned runs stay; the journal and the folders of changes are not "
		  "touched."));
	const struct retention retention = {
		.now = time(NULL),
		.keep_hosts = o.keep_hosts_s ? o.keep_hosts_s : KEEP_HOSTS_S,
		.keep_evidence = o.keep_evidence_s ? o.keep_evidence_s : KEEP_EVIDENCE_S,
		.dry_run = o.dry_run,
	};
	if (!(store = open_store(&o, &e)))
		return complain(EXIT_INTERNAL, &e);
	if (retention_apply(store, &retention, &gone, &e) < 0)
		return complain(exit_of(&e), &e);
	print_gone(&retention, &gone);
	return EXIT_OK;
}

static void print_problem(void *context, const char *problem)
{
	OWN_VALUE(str_done) struct str safe = { 0 };
	(void)context;

	escape_terminal(&safe, problem);
	puts(str_text(&safe));
}

static int verify(int argc, char **argv)
{
	struct options o;
	OWN(store_close) struct store *store = NULL;
	struct store_checked checked;
	struct error e = { 0 };

	options_parse(&o, argc, argv, GROUP_STORE, NULL,
		_("Reads the whole store: its pages, what refers to what, each record, each piece of evidence by its "
		  "hash. `vssfleet journal verify` does the same for the journal."));
	if (!(store = open_store(&o, &e)) || store_check(store, print_problem, NULL, &checked, &e) < 0)
		return complain(EXIT_INTERNAL, &e);
	printf(_("%lld runs, %lld results, %lld pieces of evidence: "), (long long)checked.runs,
		(long long)checked.results, (long long)checked.evidence);
	if (checked.problems)
		printf(_("%lld problems\n"), (long long)checked.problems);
	else
		puts(_("the store is as it was written"));
	return checked.problems ? EXIT_INTERNAL : EXIT_OK;
}

static const struct word {
	const char *name, *program;
	int (*run)(int argc, char **argv);
} words[] = {
	{ "pin", "vssfleet runs pin", pin },
	{ "unpin", "vssfleet runs unpin", unpin },
	{ "gc", "vssfleet runs gc", collect_garbage },
	{ "verify", "vssfleet runs verify", verify },
	{ "export", "vssfleet runs export", runs_export },
};

static int unknown(const char *word)
{
	const char *names[COUNT(words)];

	for (size_t i = 0; i < COUNT(words); i++)
		names[i] = words[i].name;
	const char *near = suggest(word, names, COUNT(words));
	return near ? complain_text(EXIT_USAGE,
			      _("there is no `vssfleet runs %s`; did you mean %s?; `vssfleet runs --help` says what "
				"there is"),
			      word, near)
		    : complain_text(EXIT_USAGE,
			      _("there is no `vssfleet runs %s`; `vssfleet runs --help` says what there is"), word);
}

static int run_word(int argc, char **argv)
{
	if (argc < 2 || argv[1][0] == '-')
		return list(argc, argv);
	FOR_EACH(word, words)
		if (!strcmp(argv[1], word->name)) {
			argv[1] = (char *)word->program;
			return word->run(argc - 1, argv + 1);
		}
	return unknown(argv[1]);
}

int cmd_runs(int argc, char **argv)
{
	int code = run_word(argc, argv);

	return fflush(stdout) == 0 ? code : complain_text(EXIT_INTERNAL, _("the runs cannot be shown"));
}
