/* occasion: see the header. */
#include "occasion.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "facts.h"
#include "figures.h"
#include "language.h"
#include "lineage.h"

enum { HEARTBEAT_SLACK_S = 3600 }; /* a timer is not always on the minute, and must not come a day late each week */

void occasion_done(struct occasion *occasion)
{
	run_info_done(&occasion->before);
	diff_done(&occasion->diff);
	*occasion = (struct occasion){ 0 };
}

/* ---- What counts as something else ---- */

struct recount {
	const struct run_info *run;
	json_t *seen; /* by name: the verdict and its class in one number */
	size_t changed;
	struct error *e;
};
enum { CLASSES = COUNTED_UNCHECKED + 1 };

static bool read_class(struct recount *r, struct counted *counted, json_t *record)
{
	if (!counted_of(counted, record, r->run, r->run->started))
		error_set(r->e, ERROR_LOCAL, _("run %s: a record cannot be read"), r->run->id);
	return r->e->kind == ERROR_NONE;
}

static int note_class(void *context, json_t *record, json_t *evidence)
{
	struct recount *r = context;
	struct counted c;

	(void)evidence;
	if (!read_class(r, &c, record))
		return 1;
	if (json_object_set_new(r->seen, c.name, json_integer((json_int_t)c.verdict * CLASSES + c.class)) < 0)
		error_set(r->e, ERROR_LOCAL, _("out of memory"));
	return r->e->kind != ERROR_NONE;
}

static int match_class(void *context, json_t *record, json_t *evidence)
{
	struct recount *r = context;
	struct counted c;

	(void)evidence;
	if (!read_class(r, &c, record))
		return 1;
	const json_t *seen = json_object_get(r->seen, c.name);
	json_int_t before = json_integer_value(seen);
	r->changed += seen && before / CLASSES == (json_int_t)c.verdict && before % CLASSES != (json_int_t)c.class;
	return 0;
}

/* Each run as it judged itself: by its own day and its own policy. */
static int recount(struct occasion *occasion, struct store *store, const struct run_info *run, struct error *e)
{
	struct recount r = { &occasion->before, json_object(), 0, &occasion->unread };

	if (!r.seen)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	/* An earlier record that is damaged must not silence what this run found. */
	int rc = report_each(store, r.run, STORE_AS_FINISHED, 0, note_class, &r, r.e);
	if (rc == 0 && r.e->kind == ERROR_NONE) {
		r.run = run;
		r.e = e;
		rc = report_each(store, run, STORE_AS_FINISHED, 0, match_class, &r, e);
	}
	json_decref(r.seen);
	occasion->recounted = r.changed;
	return e->kind == ERROR_NONE ? 0 : -1;
}

/* What happened to these servers since: nothing if id is "". */
static int compare(
	struct occasion *occasion, struct store *store, const struct run_info *run, const char *id, struct error *e)
{
	if (!*id)
		return 0;
	if (store_run(store, id, &occasion->before, e) < 0)
		return -1;
	if (diff_of(&occasion->diff, store, &occasion->before, run, e) < 0)
		return -1;
	return recount(occasion, store, run, e);
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
	bool out_of_date; /* the last letter */
};

/* Runs come newest first. */
static int look(void *context, const struct run_info *info)
{
	struct search *search = context;

	if (info->mailed == UNSEEN || !lineage_same(search->run->meta, info->meta))
		return 0;
	search->out_of_date = search->out_of_date || info->mailed == MAILED_IN_PART;
	if (info->mailed == MAILED_IN_PART || !strcmp(info->id, search->run->id))
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
	struct search search = { .run = run, .out_of_date = run->mailed == MAILED_IN_PART };

	*occasion = (struct occasion){ 0 };
	if (store_runs(store, look, &search, e) < 0 || compare(occasion, store, run, search.id, e) < 0)
		return -1;
	int64_t silence = *search.id ? time(NULL) - occasion->before.mailed : heartbeat_s;
	bool changed = occasion->diff.count || occasion->recounted || occasion->unread.kind != ERROR_NONE;
	occasion->due = policy == MAIL_ALWAYS || search.out_of_date || silence + HEARTBEAT_SLACK_S >= heartbeat_s ||
			silence < 0 || (policy == MAIL_CHANGES && changed);
	return occasion->due || policy != MAIL_PROBLEMS ? 0 : has_problem(store, run, &occasion->due, e);
}
