/* candidates: see the header. Of each look only what a plan says is kept: thousands of whole ones would fill the
 * memory. */
#include "candidates.h"
#include "fleet.h"
#include "interrupt.h"
#include "language.h"
#include "lookup.h"
#include "preflight.h"
#include "progress.h"
#include "recorded.h"
#include "waived.h"

#include <stdlib.h>
#include <string.h>

enum { LOOK_TIMEOUT_S = 300 }; /* as long as a scan's, however long a repair may take */

struct looking {
	struct fix *fix;
	struct candidates *candidates;
	struct progress progress;
	struct waivers waivers;
	struct lookup *places; /* of the hosts, by name */
	struct error error;
};

static void planned_done(struct plan_host *planned)
{
	free(planned->name);
	free(planned->verdict);
	free(planned->wanted_type);
	for (size_t i = 0; i < PEERS_MAX; i++)
		free(planned->peer[i]);
	state_done(&planned->before);
	*planned = (struct plan_host){ 0 };
}

void candidates_done(struct candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++)
		planned_done(&candidates->candidate[i].planned);
	free(candidates->candidate);
	*candidates = (struct candidates){ 0 };
}

static struct consent ask_consent(const struct fix *fix, const struct looked *looked)
{
	const struct consent_options options = {
		.action = fix->action,
		.restart = fix->plan.restart,
		.force = fix->plan.force,
		.allow = fix->plan.allow,
		.isolate_required = fix->policy.isolate_required,
		.protect = &fix->protect,
		.revert_to = recorded_type(fix->types, looked->host->name),
	};
	return consent_of(&looked->look, &options);
}

static int copy(char **to, const char *text, struct error *e)
{
	return text && !(*to = strdup(text)) ? error_set(e, ERROR_LOCAL, _("out of memory")) : 0;
}

static int describe(const struct fix *fix, const struct looked *looked, struct plan_host *planned, struct error *e)
{
	const char *wanted = fix->action == ACTION_ISOLATE  ? "Own Process"
			     : fix->action == ACTION_REVERT ? recorded_type(fix->types, looked->host->name)
							    : NULL;

	state_fingerprint(&looked->look.state, planned->fingerprint);
	if (copy(&planned->name, looked->host->name, e) < 0 || copy(&planned->wanted_type, wanted, e) < 0 ||
		copy(&planned->verdict, verdict_name(looked->look.result->judgement.verdict), e) < 0)
		return -1;
	return state_copy(&planned->before, &looked->look.state, e) < 0
		       ? -1
		       : consent_peers(&looked->look, looked->host->peer, planned->peer, e);
}

/* What is accepted until a date is left alone until then, but a change may always be undone. */
static void heed_waiver(struct looking *looking, struct candidate *candidate)
{
	const struct fix *fix = looking->fix;
	struct consent *consent = &candidate->consent;

	if (fix->options->include_waived || fix->action == ACTION_REVERT || consent->result != RESULT_NONE)
		return;
	const struct waiver *waiver = waivers_for(&looking->waivers, candidate->host->name, candidate->verdict);
	if (!waiver)
		return;
	consent->result = RESULT_SKIPPED;
	consent->reason = "waived";
	snprintf(consent->message, sizeof(consent->message),
		"waiver \"%s\" of %.80s accepts it until %s; --include-waived repairs it all the same", waiver->id,
		waiver->owner, waiver->expires);
}

static int keep(struct looking *looking, const struct looked *looked)
{
	const struct facts *facts = &looked->look.result->facts;
	size_t place;

	if (!lookup_find(looking->places, looked->host->name, &place))
		abort(); /* it is one of those that were given to the fleet */
	struct candidate *candidate = &looking->candidates->candidate[place];
	candidate->looked = true;
	candidate->connected = looked->look.result->connected;
	candidate->verdict = looked->look.result->judgement.verdict;
	candidate->consent = ask_consent(looking->fix, looked);
	heed_waiver(looking, candidate);
	candidate->backup = backup_due_of(facts, looked->look.host_time);
	candidate->good_writers = facts->last_good ? facts->last_good->count : 0;
	return describe(looking->fix, looked, &candidate->planned, &looking->error);
}

static int collect(void *context, void *result, const struct fleet_state *state)
{
	struct looking *looking = context;
	OWN(looked_free) struct looked *looked = result;

	if (!looked) {
		progress_tick(&looking->progress, state);
		return 0;
	}
	if (looked->look.result->aborted)
		return 0;
	progress_result(&looking->progress, looked->look.result);
	return keep(looking, looked);
}

static int run_fleet(struct looking *looking, const struct host *const *host, size_t count, struct error *e)
{
	struct fix *fix = looking->fix;
	const struct options *o = fix->options;
	const struct fleet fleet = {
		.host = host,
		.count = count,
		.job = plan_job,
		.job_context = &fix->job,
		.forks = clip_forks(o->forks),
		.rate = o->rate,
		.host_timeout_s = o->host_timeout_s < LOOK_TIMEOUT_S ? o->host_timeout_s : LOOK_TIMEOUT_S,
		.deadline_s = o->deadline_s,
		.stop = &fix->stop,
	};

	interrupt_begin(&fix->stop);
	progress_begin(&looking->progress, N_("look"), fleet.forks, o, count, 0);
	int rc = fleet_run(&fleet, collect, looking, e);
	progress_end(&looking->progress);
	interrupt_end();
	if (rc == 0 && looking->error.kind != ERROR_NONE) {
		*e = looking->error;
		rc = -1;
	}
	return rc;
}

int candidates_look(
	struct candidates *candidates, struct fix *fix, const struct host *const *host, size_t count, struct error *e)
{
	OWN(lookup_free) struct lookup *places = lookup_new(true);
	struct looking looking = { .fix = fix, .candidates = candidates, .places = places };

	candidates->candidate = calloc(count + 1, sizeof(*candidates->candidate));
	if (!candidates->candidate || !places)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	candidates->count = count;
	for (size_t i = 0; i < count; i++) {
		candidates->candidate[i].host = host[i];
		if (lookup_add(places, host[i]->name, i) < 0)
			return error_set(e, ERROR_LOCAL, _("out of memory"));
	}
	int rc = waived_read(&looking.waivers, fix->options, &fix->hosts, e);
	if (rc == 0)
		rc = run_fleet(&looking, host, count, e);
	waivers_done(&looking.waivers);
	return rc;
}
