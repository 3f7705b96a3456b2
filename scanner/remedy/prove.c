/* prove: did it help, and what is done where it did not. See course.h. */
#include <stdio.h>
#include <string.h>

#include "course.h"

enum { LOOKS = 3 };

/* Looks until it is proved that it helped, three times within the time that writers may take to be back. */
static struct verification prove(struct patient *p, enum action action, const char *wanted_type)
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
		course_keep_after(p->repair, &survey);
		if (proof.stopped)
			course_restore(p);
	}
	return proof;
}

/* Back to the service type that was there before; first says why. Leaves the result as it is if there is nothing to
 * undo. */
static void roll_back(struct patient *p, const char *first)
{
	OWN_VALUE(act_outcome_done) struct act_outcome outcome = { 0 };
	struct repair *repair = p->repair;
	const char *type = repair->before.service_type;
	struct error e = { 0 };

	if (!type || !p->planned->wanted_type || !strcmp(type, p->planned->wanted_type))
		return;
	if (act_configure(p, ACT_UNDO_CONFIGURE, type, &outcome, &e) < 0) {
		course_end_without_journal(repair, &e);
		return;
	}
	if (outcome.done) {
		act_outcome_done(&outcome);
		if (act_restart(p, ACT_UNDO_RESTART, &repair->before.stops, repair->after.pid, &outcome, &e) < 0) {
			course_end_without_journal(repair, &e);
			return;
		}
	}
	repair->unfinished = !outcome.known;
	if (!outcome.done) {
		course_end(repair, RESULT_FIX_FAILED, "%s; and the rollback failed: %.250s", first, outcome.message);
		return;
	}
	struct verification back = prove(p, ACTION_REVERT, type);
	bool whole = back.verified == VERIFIED_YES;
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
	bool reverted = proof.verified == VERIFIED_YES && plan->action == ACTION_REVERT;

	course_end(repair, reverted ? RESULT_ROLLED_BACK : results[proof.verified], "%s", proof.message);
	repair->step = REPAIR_VERIFY;
	if (proof.verified == VERIFIED_NO && plan->rollback && plan->action == ACTION_ISOLATE)
		roll_back(p, proof.message);
}

static bool is_pending(const struct state *state)
{
	return state->run_state && strstr(state->run_state, "Pending");
}

void course_recover(struct patient *p)
{
	OWN_VALUE(survey_done) struct survey survey = { 0 };
	struct repair *repair = p->repair;
	char first[sizeof(repair->message)];
	struct error e = { 0 };

	snprintf(first, sizeof(first), "%s", repair->message);
	if (!patient_session(p, &e))
		return;
	survey_services(p->session, p->host, &p->options->audit, &survey);
	struct verification proof =
		verify(&repair->before, &survey, p->options->plan->action, p->planned->wanted_type, repair->restarted);
	repair->has_after = survey.result->connected;
	state_done(&repair->after);
	repair->after = survey.state;
	survey.state = (struct state){ 0 };
	bool restored = proof.stopped && !is_pending(&repair->after) && course_restore(p);
	bool renewed = !proof.stopped && repair->after.pid > 0 && repair->after.pid != repair->before.pid;
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
