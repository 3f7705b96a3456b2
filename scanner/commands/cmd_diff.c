/* diff: what changed between two stored runs. */
#include "command.h"
#include "diff.h"
#include "diff_print.h"
#include "language.h"
#include "lineage.h"
#include "places.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct compared {
	struct run_info from, to;
};

static void compared_done(struct compared *c)
{
	run_info_done(&c->from);
	run_info_done(&c->to);
}

struct ids {
	char (*id)[27];
	size_t count;
	bool no_memory;
};

static void ids_done(struct ids *ids)
{
	free(ids->id);
}

static int add_complete(void *context, const struct run_info *info)
{
	struct ids *ids = context;

	if (strcmp(info->state, "complete") != 0)
		return 0;
	char(*more)[27] = realloc(ids->id, (ids->count + 1) * sizeof(*more));
	if (!more)
		return ids->no_memory = true;
	ids->id = more;
	memcpy(ids->id[ids->count++], info->id, sizeof(info->id));
	return 0;
}

static bool is_wanted(const struct run_info *run, const char *profile)
{
	const char *its = lineage_profile(run->meta);

	return !profile || (its && !strcmp(its, profile));
}

/* The newest complete run that has one before it: the very newest may be of a single server, asked for in between. */
static int choose_newest(struct compared *c, struct store *store, const char *profile, struct error *e)
{
	OWN_VALUE(ids_done) struct ids ids = { 0 };
	char before[27];

	if (store_runs(store, add_complete, &ids, e) < 0)
		return -1;
	if (ids.no_memory)
		return error_set(e, ERROR_LOCAL, _("out of memory for %zu runs"), ids.count);
	for (size_t i = 0; i < ids.count; i++) {
		run_info_done(&c->to);
		if (store_run(store, ids.id[i], &c->to, e) < 0 || lineage_before(store, &c->to, before, e) < 0)
			return -1;
		if (*before && is_wanted(&c->to, profile))
			return store_run(store, before, &c->from, e);
	}
	return error_code(e, ERROR_LOCAL, EINVAL,
		_("no two complete runs are of the same profile, or of the same sources and targets: name two of "
		  "`vssfleet runs`"));
}

static int choose_after(struct compared *c, struct store *store, const char *run, struct error *e)
{
	char newest[27];

	if (store_run(store, run, &c->from, e) < 0 || lineage_newest(store, &c->from, newest, e) < 0)
		return -1;
	if (!*newest || !strcmp(newest, c->from.id))
		return error_code(e, ERROR_LOCAL, EINVAL,
			_("no newer complete run is of the same profile, or of the same sources and targets, as %s: "
			  "name "
			  "the other one too"),
			c->from.id);
	return store_run(store, newest, &c->to, e);
}

static int choose(struct compared *c, struct store *store, const struct options *o, struct error *e)
{
	if (!o->argument_count)
		return choose_newest(c, store, o->profile, e);
	if (o->argument_count == 1)
		return choose_after(c, store, o->argument[0], e);
	return store_run(store, o->argument[0], &c->from, e) < 0 ? -1 : store_run(store, o->argument[1], &c->to, e);
}

static int show(const struct options *o, const struct diff *diff, const struct compared *c, struct error *e)
{
	struct report_options options = options_report(o);

	if (options.csv_encoding == CSV_AUTO)
		options.csv_encoding = CSV_UTF8;
	if (o->diff_format)
		return diff_csv(stdout, diff, &c->from, &c->to, &options, e);
	diff_print(stdout, diff, &c->from, &c->to);
	return 0;
}

int cmd_diff(int argc, char **argv)
{
	struct options o;
	OWN(store_close) struct store *store = NULL;
	OWN_VALUE(compared_done) struct compared compared = { 0 };
	OWN_VALUE(diff_done) struct diff diff = { 0 };
	struct error e = { 0 };

	options_parse(&o, argc, argv, GROUP_STORE | GROUP_DIFF, "[RUN [RUN]]",
		_("Shows what changed between two stored runs: the two newest complete ones of the same servers, RUN "
		  "and "
		  "the newest, or the two that are named, by id, beginning of an id, or pin."));
	if (o.argument_count > 2)
		return complain_text(EXIT_USAGE, _("two runs at most"));
	if (!(store = open_store(&o, &e)))
		return complain(EXIT_INTERNAL, &e);
	if (choose(&compared, store, &o, &e) < 0 || diff_of(&diff, store, &compared.from, &compared.to, &e) < 0)
		return complain(exit_of(&e), &e);
	if (show(&o, &diff, &compared, &e) < 0)
		return complain(EXIT_INTERNAL, &e);
	if (fflush(stdout) != 0)
		return complain_text(EXIT_INTERNAL, _("the differences cannot be written"));
	return o.exit_code && diff.count ? 1 : EXIT_OK;
}
