/* check: a plugin for Nagios, Icinga and what understands theirs: the latest run of the store, judged. Nothing is asked
 * of any server, and whatever goes wrong is UNKNOWN. */
#include "command.h"
#include "language.h"
#include "lineage.h"
#include "own.h"
#include "places.h"
#include "plugin.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* A run that goes on says nothing yet: the one before it is looked at until it has ended. One that somebody narrowed,
 * to look at a server again, says nothing of the others. */
struct latest {
	const char *profile; /* NULL: of any */
	bool narrowed;       /* such a run was passed over */
	char id[sizeof(((struct run_info *)NULL)->id)];
};

static int take_ended(void *context, const struct run_info *run)
{
	struct latest *latest = context;

	if (!strcmp(run->state, "running") || (latest->profile && strcmp(run_profile(run), latest->profile)))
		return 0;
	if (lineage_narrowed(run->meta)) {
		latest->narrowed = true;
		return 0;
	}
	memcpy(latest->id, run->id, sizeof(latest->id));
	return 1;
}

static int find_run(struct store *store, const char *profile, struct run_info *run, struct error *e)
{
	struct latest latest = { .profile = profile };

	if (store_runs(store, take_ended, &latest, e) < 0)
		return -1;
	if (*latest.id)
		return store_run(store, latest.id, run, e);
	return error_set(e, ERROR_LOCAL, "the store has no run%s%s that has ended%s", profile ? " of the profile " : "",
		profile ? profile : "",
		latest.narrowed ? ", but for those that the command line narrowed: give what is watched its profile"
				: "");
}

static enum plugin_state judge(const struct options *o, const struct plugin *plugin, struct str *line)
{
	OWN(store_close) struct store *store = NULL;
	OWN_VALUE(run_info_done) struct run_info run = { 0 };
	struct figures figures;
	struct error e = { 0 };
	int64_t now = time(NULL);

	if (!(store = open_store_to_read(o, &e)) || find_run(store, o->profile, &run, &e) < 0 ||
		figures_of(&figures, store, &run, now, &e) < 0)
		return plugin_unknown(line, e.cause);
	return plugin_judge(plugin, &run, &figures, now, line);
}

static int read_thresholds(struct thresholds *thresholds, const char *given, char **owned, struct error *e)
{
	if (!given)
		return 0;
	if (!(*owned = strdup(given)))
		return error_set(e, ERROR_LOCAL, "out of memory");
	return thresholds_read(thresholds, *owned, e);
}

static int tell(const struct str *line, enum plugin_state state)
{
	if (str_failed(line) || puts(str_text(line)) < 0 || fflush(stdout) == EOF)
		return PLUGIN_UNKNOWN;
	return (int)state;
}

static int refuse(const char *why)
{
	OWN_VALUE(str_done) struct str line = { 0 };

	return tell(&line, plugin_unknown(&line, why));
}

/* A monitoring system compares what is said; help is for a person. */
static void choose_language(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "--usage") || !strcmp(argv[i], "-?"))
			return;
	language_choose("en");
}

int cmd_check(int argc, char **argv)
{
	char warnings[] = "vss_fault=0,fix_pending=0,at_risk=0,not_checked=0,coverage=95:";
	char criticals[] = "affected=0,writers_missing=0";
	OWN(own_free) char *warning = NULL, *critical = NULL;
	OWN_VALUE(str_done) struct str line = { 0 };
	struct options o;
	struct plugin plugin = { 0 };
	struct error e = { 0 };
	enum plugin_state state;

	options_refused = refuse;
	choose_language(argc, argv);
	options_parse(&o, argc, argv, GROUP_CHECK | GROUP_STORE, NULL,
		_("Judges the latest stored run for Nagios, Icinga and their kin: 0 OK, 1 WARNING, 2 CRITICAL, 3 "
		  "UNKNOWN."));
	plugin.max_age_s = o.max_age_s;
	if (thresholds_read(&plugin.warning, warnings, &e) < 0 ||
		thresholds_read(&plugin.critical, criticals, &e) < 0 ||
		read_thresholds(&plugin.warning, o.warning, &warning, &e) < 0 ||
		read_thresholds(&plugin.critical, o.critical, &critical, &e) < 0)
		state = plugin_unknown(&line, e.cause);
	else
		state = judge(&o, &plugin, &line);
	return tell(&line, state);
}
