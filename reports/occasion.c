/* occasion: see the header. */
#include "occasion.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "facts.h"
#include "figures.h"
#include "lineage.h"

enum { HEARTBEAT_SLACK_S = 3600 }; /* a timer is not always on the minute, and must not come a day late each week */

void occasion_done(struct occasion *occasion)
{
	run_info_done(&occasion->before);
	diff_done(&occasion->diff);
	*occasion = (struct occasion){ 0 };
}

/* What happened to these servers since: nothing if id is "". */
static int compare(
	struct occasion *occasion, struct store *store, const struct run_info *run, const char *id, struct error *e)
{
	if (!*id)
		return 0;
	if (store_run(store, id, &occasion->before, e) < 0)
		return -1;
	return diff_of(&occasion->diff, store, &occasion->before, run, e);
}

int occasion_asked(struct occasion *occasion, struct store *store, const struct run_info *run, struct error *e)
{
	char id[27];

	*occasion = (struct occasion){ .due = true };
	return lineage_before(store, run, id, e) < 0 ? -1 : compare(occasion, store, run, id, e);
}

/* ---- The last letter ---- */

struct search {
	const struct run_info *run;
	char id[27];
};

/* Runs come newest first. */
static int look(void *context, const struct run_info *info)
{
	struct search *search = context;

	if (info->mailed == UNSEEN || !strcmp(info->id, search->run->id) ||
		!lineage_same(search->run->meta, info->meta))
		return 0;
	snprintf(search->id, sizeof(search->id), "%s", info->id);
	return 1;
}

/* A waived finding is nobody's problem, a server that was not checked is. */
static int has_problem(struct store *store, const struct run_info *run, bool *problem, struct error *e)
{
	struct figures figures;

	if (figures_of(&figures, store, run, run->started, e) < 0)
		return -1;
	*problem = figures_findings(&figures) || figures_not_checked(&figures) || strcmp(run->state, "complete") != 0;
	return 0;
}

int occasion_of(struct occasion *occasion, struct store *store, const struct run_info *run, enum mail_policy policy,
	unsigned heartbeat_s, struct error *e)
{
	struct search search = { .run = run };

	*occasion = (struct occasion){ 0 };
	if (store_runs(store, look, &search, e) < 0 || compare(occasion, store, run, search.id, e) < 0)
		return -1;
	int64_t silence = *search.id ? time(NULL) - occasion->before.mailed : heartbeat_s;
	occasion->due = policy == MAIL_ALWAYS || silence + HEARTBEAT_SLACK_S >= heartbeat_s || silence < 0 ||
			(policy == MAIL_CHANGES && occasion->diff.count);
	return occasion->due || policy != MAIL_PROBLEMS ? 0 : has_problem(store, run, &occasion->due, e);
}
