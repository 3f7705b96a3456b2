/* fix: repairs servers: a plan of it, and with --apply the repair. */
#include "command.h"
#include "fix_run.h"
#include "from_run.h"
#include "language.h"
#include "planning.h"
#include "preflight.h"
#include "recorded.h"
#include "targets.h"

#include <stdlib.h>
#include <string.h>

/* The first argument; the others are targets. */
static int take_action(struct options *o)
{
	int action = o->argument_count ? action_of_name(o->argument[0]) : -1;

	if (!o->argument_count)
		return complain_text(-1, _("what is to be done? isolate, restart-group, reboot or revert"));
	if (action < 0)
		return complain_text(
			-1, _("there is no repair \"%s\": isolate, restart-group, reboot or revert"), o->argument[0]);
	memmove(o->argument, o->argument + 1, --o->argument_count * sizeof(*o->argument));
	return action;
}

static int targets_of_run(struct fix *fix, struct error *e)
{
	OWN_VALUE(from_run_done) struct from_run from = { 0 };

	if (from_run_read(&fix->hosts, fix->options, fix->store, &from, e) < 0)
		return -1;
	if (from.gone)
		complain_text(0, _("%zu hosts of run %s are not in the inventory any more and are left out"), from.gone,
			from.run);
	fix->sources = TAKE(from.sources);
	return (fix->run = strdup(from.run)) ? 0 : error_set(e, ERROR_LOCAL, _("out of memory"));
}

/* Where the hosts of a plan are to be found when nobody says it: as its run did, else by their names alone. */
static json_t *sources_of_plan(const struct fix *fix, struct error *e)
{
	OWN_VALUE(run_info_done) struct run_info info = { 0 };

	if (!fix->plan.run || targets_named(fix->options))
		return json_pack("[{s:s}]", "source", "command line");
	if (store_run(fix->store, fix->plan.run, &info, e) < 0)
		return NULL;
	return json_incref(json_object_get(info.meta, "sources"));
}

static int targets_of_plan(struct fix *fix, struct error *e)
{
	OWN(own_free) const char **names = calloc(fix->plan.count + 1, sizeof(*names));

	if (!names || !(fix->sources = sources_of_plan(fix, e)))
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	for (size_t i = 0; i < fix->plan.count; i++)
		names[i] = fix->plan.host[i].name;
	if (targets_again(&fix->hosts, fix->options, fix->sources, names, fix->plan.count, e) < 0)
		return -1;
	if (!targets_named(fix->options))
		return 0;
	json_decref(fix->sources);
	fix->sources = targets_sources(fix->options, &fix->hosts);
	return fix->sources ? 0 : error_set(e, ERROR_LOCAL, _("out of memory"));
}

static int read_targets(struct fix *fix, struct error *e)
{
	const struct options *o = fix->options;

	if (o->plan)
		return targets_of_plan(fix, e);
	if (o->from_run)
		return targets_of_run(fix, e);
	if (targets_read(&fix->hosts, o, e) < 0)
		return -1;
	return (fix->sources = targets_sources(o, &fix->hosts)) ? 0 : error_set(e, ERROR_LOCAL, _("out of memory"));
}

static int recall_types(struct fix *fix)
{
	struct error e = { 0 };

	if (fix->action != ACTION_REVERT || fix->options->plan)
		return EXIT_OK;
	if (!fix->journal_path.len)
		return complain_text(EXIT_USAGE, _("--store none: there is no journal that says what to revert to"));
	fix->types = recorded_types(str_text(&fix->journal_path), NULL, &e);
	return fix->types ? EXIT_OK : complain(EXIT_INTERNAL, &e);
}

int cmd_fix(int argc, char **argv)
{
	struct options o;
	OWN_VALUE(fix_done) struct fix fix = { .options = &o, .word = program_words + 1, .words = argc };
	struct error e = { 0 };
	int code;

	options_parse(&o, argc, argv, GROUPS_OF_FIX, "ACTION [TARGET...]",
		_("Repairs servers. ACTION: isolate (EventSystem gets a process of its own), restart-group (all "
		  "services "
		  "of "
		  "its process), reboot, revert (the service type that the journal recorded). Without --apply nothing "
		  "is "
		  "changed: each server is asked again, and the plan is shown."));
	int action = take_action(&o);
	if (action < 0)
		return EXIT_USAGE;
	fix.action = (enum action)action;
	start_frugally(o.forks);
	if ((code = fix_check(&o, o.argument_count)) != EXIT_OK || (code = fix_begin(&fix)) != EXIT_OK)
		return code;
	if (o.no_restart && fix.action != ACTION_ISOLATE && fix.action != ACTION_REVERT)
		return complain_text(EXIT_USAGE, _("%s without a restart would do nothing"), action_name(fix.action));
	if ((o.plan && (code = plan_accept(&fix)) != EXIT_OK) || (code = recall_types(&fix)) != EXIT_OK)
		return code;
	if (read_targets(&fix, &e) < 0)
		return complain(EXIT_USAGE, &e);
	return fix_run(&fix);
}
