/* verdict: see the header. The order of the rules is that of DOMAIN section 2: the first that fits decides. */
#include "verdict.h"

#include <string.h>
#include <strings.h>

#include "evidence.h"
#include "expected.h"
#include "reason.h"

enum { STABLE = 1, WAITING_FIRST = 2, WAITING_FOR_COMPLETION = 5 }; /* VSS_WRITER_STATE */

static const char *const verdict_names[VERDICTS] = {
	[VERDICT_AFFECTED] = "affected",
	[VERDICT_WRITERS_MISSING] = "writers_missing",
	[VERDICT_VSS_FAULT] = "vss_fault",
	[VERDICT_UNREACHABLE] = "unreachable",
	[VERDICT_UNKNOWN] = "unknown",
	[VERDICT_FIX_PENDING] = "fix_pending",
	[VERDICT_AT_RISK] = "at_risk",
	[VERDICT_BUSY] = "busy",
	[VERDICT_SHARED] = "shared",
	[VERDICT_HEALTHY] = "healthy",
};

const char *verdict_name(enum verdict verdict)
{
	return verdict < VERDICTS ? verdict_names[verdict] : NULL;
}

int verdict_of_name(const char *name)
{
	for (int i = 0; i < VERDICTS; i++)
		if (!strcmp(verdict_names[i], name))
			return i;
	return -1;
}

const char *checkpoint_name(enum checkpoint checkpoint)
{
	return checkpoint == CHECKPOINT_MATCH ? "match" : checkpoint == CHECKPOINT_NO_MATCH ? "no_match" : "unknown";
}

const char *confidence_name(enum confidence confidence)
{
	return confidence == CONFIDENCE_CONFIRMED ? "confirmed" : confidence == CONFIDENCE_PROBABLE ? "probable" : NULL;
}

/* --- the four checkpoints --- */

/* Express writers are registered without COM+: a broken EventSystem may leave exactly these (DOMAIN section 11). */
static bool only_express(const struct vss_facts *vss)
{
	for (size_t i = 0; i < vss->count; i++)
		if (!vss->writer[i].express)
			return false;
	return vss->count;
}

static enum checkpoint check_writers(const struct vss_facts *vss)
{
	if (vss->outcome == VSS_EMPTY)
		return CHECKPOINT_MATCH;
	if (vss->outcome == VSS_WRITERS && vss->count)
		return only_express(vss) ? CHECKPOINT_MATCH : CHECKPOINT_NO_MATCH;
	return vss->outcome == VSS_PARTIAL && vss->count ? CHECKPOINT_NO_MATCH : CHECKPOINT_UNKNOWN;
}

/* 2012 R2 on VMware with a daily backup of Windows Server Backup: wording only, it never decides. */
static enum checkpoint check_environment(const struct facts *facts)
{
	const struct environment_facts *env = &facts->environment;
	const struct backup_facts *backup = &facts->backup;
	bool differs = (env->version && strncmp(env->version, "6.3.", 4) != 0) || env->product_type == 1 ||
		       (env->hypervisor && strcmp(env->hypervisor, "vmware") != 0) ||
		       (backup->product && strcmp(backup->product, "wsb") != 0) ||
		       (backup->schedule && strcmp(backup->schedule, "daily") != 0);
	bool known =
		env->version && env->product_type != UNSEEN && env->hypervisor && backup->product && backup->schedule;

	return differs ? CHECKPOINT_NO_MATCH : known ? CHECKPOINT_MATCH : CHECKPOINT_UNKNOWN;
}

static enum checkpoint check_events(const struct evidence *evidence)
{
	if (evidence_matches(evidence))
		return CHECKPOINT_MATCH;
	return evidence->covered ? CHECKPOINT_NO_MATCH : CHECKPOINT_UNKNOWN;
}

static enum checkpoint check_eventsystem(const struct eventsystem_facts *eventsystem)
{
	switch (eventsystem->sharing) {
	case SHARING_SHARED:
		return CHECKPOINT_MATCH;
	case SHARING_ALONE:
	case SHARING_STOPPED:
		return CHECKPOINT_NO_MATCH;
	default:
		return CHECKPOINT_UNKNOWN;
	}
}

/* --- writers are listed --- */

static bool is_waiting(const struct writer *w)
{
	return w->state >= WAITING_FIRST && w->state <= WAITING_FOR_COMPLETION;
}

/* A backup takes hours, not days. Without the time of the host nothing is called old. */
bool verdict_is_stuck(const struct facts *facts)
{
	enum { LONG_S = 24 * 3600 };
	int64_t now = facts->environment.server_time;

	return facts->last_good && facts->last_good->waiting_since != UNSEEN && now != UNSEEN &&
	       now - facts->last_good->waiting_since > LONG_S;
}

/* Is a backup at work?  Waiting for completion may also be what an aborted backup left behind; the states before it
 * last seconds, and somebody must have asked for them. */
static bool is_busy(const struct facts *facts)
{
	const char *product = facts->backup.product;
	bool third_party = product && strcmp(product, "wsb") != 0 && strcmp(product, "none") != 0;
	bool waiting = false, freezing = false;

	for (size_t i = 0; i < facts->vss.count; i++) {
		waiting |= is_waiting(&facts->vss.writer[i]);
		freezing |= is_waiting(&facts->vss.writer[i]) && facts->vss.writer[i].state < WAITING_FOR_COMPLETION;
	}
	if (facts->backup.running == BACKUP_RUNNING_YES)
		return waiting;
	return !verdict_is_stuck(facts) && facts->backup.running == BACKUP_RUNNING_NO &&
	       (freezing || (waiting && third_party));
}

static bool any_writer(const struct vss_facts *vss, bool (*is)(const struct vss_facts *, const struct writer *))
{
	for (size_t i = 0; i < vss->count; i++)
		if (is(vss, &vss->writer[i]))
			return true;
	return false;
}

static bool failed(const struct vss_facts *vss, const struct writer *w)
{
	(void)vss;
	return w->state != UNSEEN && w->state != STABLE && !is_waiting(w);
}

static bool waits(const struct vss_facts *vss, const struct writer *w)
{
	(void)vss;
	return is_waiting(w);
}

static bool has_error(const struct vss_facts *vss, const struct writer *w)
{
	return vss->error_free_known && w->state == STABLE && w->last_error && !w->error_free;
}

/* What is wrong although writers are listed, or NULL. */
static const char *fault_of(const struct facts *facts, const struct evidence *evidence, const struct judgement *j)
{
	const struct vss_facts *vss = &facts->vss;

	if (any_writer(vss, failed))
		return "writer_failed";
	if (any_writer(vss, waits) && facts->backup.running == BACKUP_RUNNING_NO)
		return "writer_stuck";
	if (j->missing_minimum)
		return expected_hosted_by_vss_missing(vss) ? "vss_hosted_missing" : "writer_missing";
	if (j->missing_count)
		return j->missing_policy ? "policy_writer_missing" : "last_good_writer_missing";
	if (any_writer(vss, has_error))
		return "last_error";
	if (vss->duplicate_instance)
		return "duplicate_instance";
	if (evidence->provider_fault)
		return "provider";
	return facts->eventsystem.sharing == SHARING_STOPPED ? "eventsystem_stopped" : NULL;
}

/* Its last error is missing, or not the text of "no error". */
static bool not_free_of_error(const struct vss_facts *vss, const struct writer *w)
{
	(void)vss;
	return w->state == STABLE && !w->error_free;
}

/* Every fact that a good verdict stands on must be there: the whole list, the meaning of the last errors, the state of
 * backups where writers wait, the process and its configured type, and the events. */
static bool is_proved(const struct facts *facts)
{
	const struct eventsystem_facts *es = &facts->eventsystem;

	return facts->vss.outcome == VSS_WRITERS && facts->vss.error_free_known &&
	       !any_writer(&facts->vss, not_free_of_error) && !any_writer(&facts->vss, waits) &&
	       (es->sharing == SHARING_ALONE ||
		       (es->sharing == SHARING_SHARED && es->service && es->service->service_type)) &&
	       facts->events.seen;
}

static enum verdict with_writers(const struct facts *facts, const struct evidence *evidence, struct judgement *j)
{
	const struct eventsystem_facts *es = &facts->eventsystem;

	if (is_busy(facts))
		return VERDICT_BUSY;
	j->cause = fault_of(facts, evidence, j);
	if (j->cause)
		return VERDICT_VSS_FAULT;
	if (!is_proved(facts))
		return VERDICT_UNKNOWN;
	if (es->sharing == SHARING_ALONE)
		return VERDICT_HEALTHY;
	if (es->own_type)
		return VERDICT_FIX_PENDING;
	return evidence_matches(evidence) ? VERDICT_AT_RISK : VERDICT_SHARED;
}

/* --- no writer is listed --- */

static enum verdict without_writers(const struct facts *facts, const struct evidence *evidence, struct judgement *j)
{
	if (facts->eventsystem.own_type && j->eventsystem == CHECKPOINT_MATCH)
		return VERDICT_FIX_PENDING;
	j->cause = evidence->cause;
	if (j->cause || j->eventsystem == CHECKPOINT_NO_MATCH)
		return VERDICT_WRITERS_MISSING;
	if (j->eventsystem == CHECKPOINT_UNKNOWN)
		return VERDICT_UNKNOWN;
	j->confidence =
		evidence->since_boot && facts->vss.outcome == VSS_EMPTY ? CONFIDENCE_CONFIRMED : CONFIDENCE_PROBABLE;
	return VERDICT_AFFECTED;
}

struct judgement verdict_of(const struct facts *facts, const struct policy *policy)
{
	struct judgement j = { 0 };
	struct evidence evidence;

	evidence_weigh(facts, policy ? policy->window_h : 0, &evidence);
	j.writers = check_writers(&facts->vss);
	j.environment = check_environment(facts);
	j.events = check_events(&evidence);
	j.eventsystem = check_eventsystem(&facts->eventsystem);
	expected_missing(facts, policy, &j);
	j.verdict = j.writers == CHECKPOINT_MATCH      ? without_writers(facts, &evidence, &j)
		    : j.writers == CHECKPOINT_NO_MATCH ? with_writers(facts, &evidence, &j)
						       : VERDICT_UNKNOWN;
	reason_give(facts, &evidence, &j);
	return j;
}
