/* prove: did it help, and what is done where it did not. See course.h. */
#include <stdio.h>
#include <string.h>

#include "course.h"

enum { LOOKS = 3 };

/* Looks until it is proved that it helped, three times within the time that writers may take to be back. mends: starts
 * what has stopped. */
static struct verification look_until_proved(struct patient *p, enum action action, const char *wanted_type, bool mends)
{
	struct verification proof = { .verified = VERIFIED_UNKNOWN, .message = "it could not be looked at again" };
	int64_t pause = (int64_t)p->options->verify_s * 1000 / LOOKS;

	for (unsigned turn = 0; turn < LOOKS && proof.verified != VERIFIED_YES; turn++) {
		OWN_VALUE(survey_done) struct survey survey = { 0 };
		if (turn && !deadline_wait(p->deadline, pause))
			break;
		course_look(p, &survey);
		if (p->repair->restarted == UNSEEN && survey.host_time != UNSEEN) /* by an earlier process */
			p->repair->restarted = survey.host_time - survey.result->duration_ms / 1000 - 1;
		proof = verify(&p->repair->before, &survey, action, wanted_type, p->repair->restarted);
		p->backing_up = consent_is_backing_up(&survey);
		course_keep_after(p->repair, &survey);
		if (proof.stopped && mends)
			course_restore(p);
	}
	return proof;
}

static struct verification prove(struct patient *p, enum action action, const char *wanted_type)
{
	return look_until_proved(p, action, wanted_type, true);
}

struct verification course_prove_again(struct patient *p)
{
	return look_until_proved(p, p->options->plan->action, p->planned->wanted_type, false);
}

/* What ran before and what runs now, in the order in which to stop it. */
static const struct names *all_stops(const struct repair *repair)
{
	const struct names *before = &repair->before.stops, *after = &repair->after.stops;

	for (size_t i = 0; i < before->count; i++)
		if (!names_have(after, before->name[i]))
			return before;
	return after;
}

/* Back to the service type that was there before. True if it was sent, and what became of it is in *outcome. */
static bool undo(struct patient *p, const char *type, struct act_outcome *outcome)
{
	struct repair *repair = p->repair;
	struct error e = { 0 };
	bool written = act_configure(p, ACT_UNDO_CONFIGURE, type, outcome, &e) == 0;

	if (written && outcome->done) {
		act_outcome_done(outcome);
		repair->restarted = course_host_now(p);
		written = act_restart(p, ACT_UNDO_RESTART, all_stops(repair), repair->after.pid, outcome, &e) == 0;
	}
	if (!written)
		course_end_without_journal(repair, &e);
	return written;
}

/* first says why. Leaves the result as it is if there is nothing to undo. */
static void roll_back(struct patient *p, const char *first)
{
	OWN_VALUE(act_outcome_done) struct act_outcome outcome = { 0 };
	struct repair *repair = p->repair;
	const char *type = repair->before.service_type;

	if (!type || !p->planned->wanted_type || !strcmp(type, p->planned->wanted_type))
		return;
	if (p->backing_up && !act_was_begun(p, ACT_UNDO_CONFIGURE)) {
		course_end(repair, RESULT_FIX_FAILED, "%s; not rolled back: a backup is running", first);
		return;
	}
	if (!undo(p, type, &outcome))
		return;
	repair->unfinished = !outcome.known;
	if (!outcome.done) {
		course_end(repair, RESULT_FIX_FAILED, "%s; and the rollback failed: %.250s", first, outcome.message);
		return;
	}
	struct verification back = prove(p, ACTION_REVERT, type);
	bool whole = back.verified == VERIFIED_YES || back.verified == VERIFIED_PARTLY;
	course_end(repair, whole ? RESULT_ROLLED_BACK : RESULT_FIX_FAILED, "%s; rolled back%s %.200s", first,
		whole ? ":" : ", but", back.message);
}

void course_conclude(struct patient *p)
{
	static const enum repair_result results[] = {
		[VERIFIED_YES] = RESULT_FIXED,
		[VERIFIED_PARTLY] = RESULT_FIXED_PARTIAL,
		[VERIFIED_NO] = RESULT_FIX_FAILED,
		[VERIFIED_UNKNOWN] = RESULT_FIX_FAILED,
	};
	struct repair *repair = p->repair;
	const struct plan *plan = p->options->plan;
	struct verification proof = prove(p, plan->action, p->planned->wanted_type);
	bool reverted =
		plan->action == ACTION_REVERT && (proof.verified == VERIFIED_YES || proof.verified == VERIFIED_PARTLY);

	repair->unfinished = !repair->has_after; /* the way is lost: `resume` proves it */
	course_end(repair, reverted ? RESULT_ROLLED_BACK : results[proof.verified], "%s", proof.message);
	repair->step = REPAIR_VERIFY;
	if (proof.verified == VERIFIED_NO && plan->rollback && plan->action == ACTION_ISOLATE)
		roll_back(p, proof.message);
}

/* The services alone: how EventSystem stands, and whether something that ran before does not run. */
static bool look_at_services(struct patient *p, bool *stopped)
{
	OWN_VALUE(survey_done) struct survey survey = { 0 };
	struct repair *repair = p->repair;
	struct error e = { 0 };

	if (!patient_session(p, &e))
		return false;
	survey_services(p->session, p->host, &p->options->audit, &survey);
	struct verification proof =
		verify(&repair->before, &survey, p->options->plan->action, p->planned->wanted_type, repair->restarted);
	repair->has_after = survey.result->connected;
	state_done(&repair->after);
	repair->after = survey.state;
	survey.state = (struct state){ 0 };
	*stopped = proof.stopped;
	return repair->has_after;
}

void course_continue_undoing(struct patient *p)
{
	bool stopped;

	course_end(p->repair, RESULT_FIX_FAILED, "the repair did not help");
	p->repair->step = REPAIR_VERIFY;
	if (look_at_services(p, &stopped))
		roll_back(p, "the repair did not help");
	else
		p->repair->unfinished = true;
}

static bool is_pending(const struct state *state)
{
	return state->run_state && strstr(state->run_state, "Pending");
}

void course_recover(struct patient *p)
{
	struct repair *repair = p->repair;
	char first[sizeof(repair->message)];
	bool stopped;

	snprintf(first, sizeof(first), "%s", repair->message);
	if (!look_at_services(p, &stopped)) {
		repair->unfinished = true;
		return;
	}
	bool restored = stopped && !is_pending(&repair->after) && course_restore(p);
	bool renewed = !stopped && repair->after.pid > 0 && repair->after.pid != repair->before.pid;
	if (restored || renewed) {
		repair->has_code = false;
		course_conclude(p);
	} else if (repair->step == REPAIR_START && p->options->plan->rollback)
		roll_back(p, first);
	else if (course_needs_configuring(p))
		course_end(repair, RESULT_FIX_FAILED,
			"%.350s; the service type is %s now: a reboot completes the change", first,
			p->planned->wanted_type);
}
