/* figures: see the header. */
#include "figures.h"

#include <string.h>

#include "language.h"
#include "own.h"

const char *const figures_kinds[] = { "dns", "connect", "tls", "auth", "denied", "timeout", "fault", "quota", "parse",
	"protocol", "aborted", "vssadmin", "other", NULL }; /* of html_causes */

struct counting {
	struct figures *figures;
	const struct run_info *run;
	int64_t at;
	json_t *waivers; /* ids that were counted */
	struct error *e;
};

/* One waiver may be of many hosts. */
static int count_waiver(struct counting *c, const json_t *waiver)
{
	const char *id = json_string_value(json_object_get(waiver, "id"));

	if (json_object_get(c->waivers, id ? id : ""))
		return 0;
	c->figures->waivers[waiver_status(waiver, c->at)]++;
	if (json_object_set_new(c->waivers, id ? id : "", json_true()) < 0)
		return error_set(c->e, ERROR_LOCAL, _("out of memory"));
	return 0;
}

/* Those that the run went by and no record has: what has expired is in none. */
static void count_other_waivers(struct counting *c)
{
	const json_t *all = json_object_get(c->run->meta, "waivers"), *waiver;
	size_t i;

	json_array_foreach(all, i, waiver)
	{
		const char *id = json_string_value(json_object_get(waiver, "id"));
		bool expired = waiver_status(waiver, c->at) == WAIVER_EXPIRED;
		if (!json_object_get(c->waivers, id ? id : ""))
			c->figures->waivers[expired ? WAIVER_EXPIRED : WAIVER_UNUSED]++;
	}
}

static void count_kind(struct figures *figures, const char *kind)
{
	size_t k = 0;

	while (figures_kinds[k + 1] && strcmp(figures_kinds[k], kind)) /* the last is "other" */
		k++;
	figures->kind[k]++;
}

static int count(void *context, json_t *record, json_t *evidence)
{
	struct counting *c = context;
	struct figures *figures = c->figures;
	struct counted counted;

	(void)evidence;
	if (!counted_of(&counted, record, c->run, c->at))
		return error_set(c->e, ERROR_LOCAL, _("run %s: a record cannot be read"), c->run->id);
	figures->seen++;
	figures->verdict[counted.verdict]++;
	figures->waived[counted.verdict] += counted.class == COUNTED_WAIVED;
	figures->finding[counted.verdict] += counted.class == COUNTED_FINDING;
	if (counted.kind)
		count_kind(figures, counted.kind);
	return counted.waiver ? count_waiver(c, counted.waiver) : 0;
}

int figures_of(struct figures *figures, struct store *store, const struct run_info *run, int64_t at, struct error *e)
{
	struct counting c = { figures, run, at, json_object(), e };

	*figures = (struct figures){ .total = run->total };
	if (!c.waivers)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	int rc = report_each(store, run, STORE_AS_FINISHED, 0, count, &c, e);
	count_other_waivers(&c);
	json_decref(c.waivers);
	return rc < 0 || e->kind != ERROR_NONE ? -1 : 0;
}

unsigned figures_checked(const struct figures *figures)
{
	return figures->seen - figures->verdict[VERDICT_UNKNOWN] - figures->verdict[VERDICT_UNREACHABLE];
}

unsigned figures_not_checked(const struct figures *figures)
{
	return figures->total - figures_checked(figures);
}

unsigned figures_waived(const struct figures *figures)
{
	unsigned waived = 0;

	FOR_EACH(of, figures->waived)
		waived += *of;
	return waived;
}

unsigned figures_permille(const struct figures *figures)
{
	return figures->total ? (unsigned)((uint64_t)figures_checked(figures) * 1000 / figures->total) : 0;
}

unsigned figures_findings(const struct figures *figures)
{
	unsigned findings = 0;

	FOR_EACH(of, figures->finding)
		findings += *of;
	return findings;
}

void figures_say(struct str *out, const struct figures *figures)
{
	for (int v = 0; v < VERDICTS; v++)
		if (figures->finding[v] + figures->waived[v])
			str_addf(out, "%u %s, ", figures->verdict[v], verdict_name((enum verdict)v));
	if (figures_waived(figures))
		str_addf(out, "%u waived, ", figures_waived(figures));
	str_addf(out, "%u not checked of %u", figures_not_checked(figures), figures->total);
}

struct success {
	const struct run_info *before; /* or this one itself */
	int64_t ended;
};

static int look(void *context, const struct run_info *run)
{
	struct success *success = context;
	const struct run_info *before = success->before;
	bool fits = strcmp(run->id, before->id) <= 0 && !strcmp(run->state, "complete") &&
		    !strcmp(run_profile(run), run_profile(before));

	if (fits)
		success->ended = run->ended;
	return fits;
}

int figures_last_success(struct store *store, const struct run_info *run, int64_t *ended, struct error *e)
{
	struct success success = { run, UNSEEN };

	if (store_runs(store, look, &success, e) < 0)
		return -1;
	*ended = success.ended;
	return 0;
}
