/* remedy: see the header. Theory of operation: the repair of a host is a fixed sequence of looks and acts. Looks are
 * free; each act goes through the journal (act.c), which knows after a crash what was done and what was only intended.
 * That is why a fresh repair and a continued one are the same function: it walks the sequence from the start, and what
 * is done already answers from the journal or from the host. */
#include "remedy.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "acts.h"
#include "value.h"

enum { LOOKS = 3, OUTPUT_MAX = 1 << 20 };

void repair_free(struct repair *repair)
{
	if (!repair)
		return;
	state_done(&repair->before);
	state_done(&repair->after);
	result_free(repair->first);
	result_free(repair->last);
	str_done(&repair->output);
	free(repair);
}

/* --- how it ends --- */

__attribute__((format(printf, 3, 4))) static void end(
	struct repair *repair, enum repair_result result, const char *format, ...)
{
	va_list args;

	repair->result = result;
	va_start(args, format);
	vsnprintf(repair->message, sizeof(repair->message), format, args);
	va_end(args);
}

static void end_failed(struct repair *repair, const struct act_outcome *outcome)
{
	end(repair, RESULT_FIX_FAILED, "%s", outcome->message);
	repair->step = outcome->step;
	repair->has_code = outcome->has_code;
	repair->code = outcome->code;
	repair->unfinished = !outcome->known;
}

/* What cannot be written down must not be done. */
static void end_without_journal(struct repair *repair, const struct error *e)
{
	end(repair, RESULT_FIX_FAILED, "the journal cannot be written: %s", e->cause);
	repair->reason = "journal";
	repair->unfinished = true;
}

/* --- looking --- */

static void look(struct patient *p, struct survey *survey)
{
	const struct remedy_options *o = p->options;
	struct error e = { 0 };

	if (patient_session(p, &e))
		survey_host(p->session, p->host, &o->audit, o->plan->action, survey);
	else
		survey_unreachable(survey, p->host, &e);
	if (!survey->result->connected || survey->extras.kind == ERROR_CONNECT || survey->extras.kind == ERROR_TIMEOUT)
		patient_drop_session(p);
	if (survey->host_time != UNSEEN) {
		p->host_time = survey->host_time;
		p->host_time_ms = survey->taken_ms;
	}
}

static int64_t host_now(const struct patient *p)
{
	return p->host_time == UNSEEN ? UNSEEN : p->host_time + (clock_ms() - p->host_time_ms) / 1000;
}

/* The state after, and the audit for the evidence; the survey gives its audit away. */
static void keep_after(struct repair *repair, struct survey *survey)
{
	state_done(&repair->after);
	repair->after = survey->state;
	survey->state = (struct state){ 0 };
	repair->has_after = survey->result->connected;
	result_free(repair->last);
	repair->last = survey->result;
	survey->result = NULL;
}

static struct consent ask_consent(const struct patient *p, const struct survey *survey)
{
	const struct remedy_options *o = p->options;
	const struct consent_options options = {
		.action = o->plan->action,
		.restart = o->plan->restart,
		.force = o->plan->force,
		.allow = o->plan->allow,
		.isolate_required = o->isolate_required,
		.protect = o->protect,
		.revert_to = o->plan->action == ACTION_REVERT ? p->planned->wanted_type : NULL,
	};
	return consent_of(survey, &options);
}

static bool drifted(const struct patient *p, const struct state *now)
{
	char fingerprint[FINGERPRINT_LEN + 1];

	state_fingerprint(now, fingerprint);
	return strcmp(fingerprint, p->planned->fingerprint) != 0 || !state_same_boot(now, &p->planned->before);
}

/* The last look before anything is changed: as planned, reachable, and nothing stands against it. */
static bool may_begin(struct patient *p)
{
	OWN_VALUE(survey_done) struct survey survey = { 0 };
	struct repair *repair = p->repair;

	look(p, &survey);
	struct consent consent = ask_consent(p, &survey);
	bool reached = survey.result->connected;
	bool changed = drifted(p, &survey.state);
	repair->before = survey.state;
	repair->has_before = reached;
	repair->first = survey.result;
	survey.state = (struct state){ 0 };
	survey.result = NULL;
	if (!reached) {
		end(repair, RESULT_FIX_FAILED, "%s", repair->first->errors[0].error.cause);
		repair->step = REPAIR_LOOK;
		repair->reason = "unreachable";
	} else if (consent.result != RESULT_NONE) {
		end(repair, consent.result, "%s", consent.message);
		repair->reason = consent.reason;
	} else if (changed) {
		end(repair, RESULT_DEFERRED, "the server is not as it was when the plan was made: plan again");
		repair->reason = "drift";
	}
	return repair->result == RESULT_NONE;
}

static bool was_begun(const struct patient *p)
{
	for (int act = 0; act < ACTS; act++)
		if (act_was_begun(p, (enum act)act))
			return true;
	return false;
}

/* What an earlier process had looked at, and the journal had let it begin with. */
static bool continue_from_plan(struct patient *p)
{
	struct error e = { 0 };

	if (state_copy(&p->repair->before, &p->planned->before, &e) < 0) {
		end_without_journal(p->repair, &e);
		return false;
	}
	p->repair->has_before = true;
	return true;
}

/* --- acting --- */

/* The result says how it failed, or that what was done cannot be written down. */
static bool accept(struct patient *p, bool written, const struct act_outcome *outcome, const struct error *e)
{
	if (!written)
		end_without_journal(p->repair, e);
	else if (!outcome->done && p->repair->result == RESULT_NONE)
		end_failed(p->repair, outcome);
	return p->repair->result == RESULT_NONE;
}

static bool configure(struct patient *p, enum act act, const char *type)
{
	OWN_VALUE(act_outcome_done) struct act_outcome outcome = { 0 };
	struct error e = { 0 };

	bool written = act_configure(p, act, type, &outcome, &e) == 0;
	return accept(p, written, &outcome, &e);
}

/* Starts what a restart left stopped, once. */
static bool restore(struct patient *p)
{
	OWN_VALUE(act_outcome_done) struct act_outcome outcome = { 0 };
	struct error e = { 0 };

	if (p->left[ACT_RESTORE] || act_restart(p, ACT_RESTORE, &p->repair->before.stops, 0, &outcome, &e) < 0 ||
		!outcome.done)
		return false;
	p->repair->restarted = host_now(p); /* what was logged while it stood still does not count */
	return true;
}

enum { DEPENDENTS_RUNNING = 1051 };

static bool is_late_dependent(const struct act_outcome *outcome)
{
	return !outcome->done && outcome->step == REPAIR_STOP && outcome->has_code &&
	       outcome->code == DEPENDENTS_RUNNING;
}

/* A dependent came up between look and stop: once more, with it (DOMAIN 22, row 87), unless it is a protected one. */
static bool restart_again(struct patient *p, struct act_outcome *outcome, struct error *e)
{
	OWN_VALUE(survey_done) struct survey survey = { 0 };

	look(p, &survey);
	struct consent consent = ask_consent(p, &survey);
	if (!survey.result->connected || !survey.state.stops_known)
		return true; /* the first outcome stands */
	if (consent.reason && !strcmp(consent.reason, "role")) {
		end(p->repair, RESULT_DEFERRED, "%s", consent.message);
		p->repair->reason = consent.reason;
		return true;
	}
	act_outcome_done(outcome);
	return act_restart(p, ACT_RESTART_AGAIN, &survey.state.stops, survey.state.pid, outcome, e) == 0;
}

static bool restart(struct patient *p)
{
	OWN_VALUE(act_outcome_done) struct act_outcome outcome = { 0 };
	struct repair *repair = p->repair;
	struct error e = { 0 };

	repair->restarted = host_now(p);
	bool written = act_restart(p, ACT_RESTART, &repair->before.stops, repair->before.pid, &outcome, &e) == 0;
	if (written && is_late_dependent(&outcome))
		written = restart_again(p, &outcome, &e);
	return accept(p, written, &outcome, &e);
}

static bool reboot(struct patient *p)
{
	OWN_VALUE(act_outcome_done) struct act_outcome outcome = { 0 };
	struct error e = { 0 };

	p->repair->restarted = host_now(p);
	bool written = act_reboot(p, &outcome, &e) == 0;
	return accept(p, written, &outcome, &e);
}

/* --- proving --- */

/* Looks until it is proved that it helped, three times within the time that writers may take to be back. */
static struct verification prove(struct patient *p, enum action action, const char *wanted_type)
{
	struct verification proof = { .verified = VERIFIED_UNKNOWN, .message = "it could not be looked at again" };
	int64_t pause = (int64_t)p->options->verify_s * 1000 / LOOKS;

	for (unsigned turn = 0; turn < LOOKS && proof.verified != VERIFIED_YES; turn++) {
		OWN_VALUE(survey_done) struct survey survey = { 0 };
		if (turn && !deadline_wait(p->deadline, pause))
			break;
		look(p, &survey);
		if (p->repair->restarted == UNSEEN && survey.host_time != UNSEEN) /* by an earlier process */
			p->repair->restarted = survey.host_time - survey.result->duration_ms / 1000 - 1;
		proof = verify(&p->repair->before, &survey, action, wanted_type, p->repair->restarted);
		keep_after(p->repair, &survey);
		if (proof.stopped)
			restore(p);
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
		end_without_journal(repair, &e);
		return;
	}
	if (outcome.done) {
		act_outcome_done(&outcome);
		if (act_restart(p, ACT_UNDO_RESTART, &repair->before.stops, repair->after.pid, &outcome, &e) < 0) {
			end_without_journal(repair, &e);
			return;
		}
	}
	repair->unfinished = !outcome.known;
	if (!outcome.done) {
		end(repair, RESULT_FIX_FAILED, "%s; and the rollback failed: %.250s", first, outcome.message);
		return;
	}
	struct verification back = prove(p, ACTION_REVERT, type);
	bool whole = back.verified == VERIFIED_YES;
	end(repair, whole ? RESULT_ROLLED_BACK : RESULT_FIX_FAILED, "%s; rolled back%s %.200s", first,
		whole ? ":" : ", but", back.message);
}

static void conclude(struct patient *p)
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

	end(repair, reverted ? RESULT_ROLLED_BACK : results[proof.verified], "%s", proof.message);
	repair->step = REPAIR_VERIFY;
	if (proof.verified == VERIFIED_NO && plan->rollback && plan->action == ACTION_ISOLATE)
		roll_back(p, proof.message);
}

static bool is_pending(const struct state *state)
{
	return state->run_state && strstr(state->run_state, "Pending");
}

static bool needs_configuring(const struct patient *p)
{
	const char *type = p->planned->wanted_type;
	return type && (!p->repair->before.service_type || strcmp(p->repair->before.service_type, type) != 0);
}

/* A restart that did not go through: whatever it left stopped is started, unless a script of the server still waits for
 * a service to stop. A new process is as good as if all had gone well, if it can be proved; else the failure stands. */
static void recover(struct patient *p)
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
	bool restored = proof.stopped && !is_pending(&repair->after) && restore(p);
	bool renewed = !proof.stopped && repair->after.pid > 0 && repair->after.pid != repair->before.pid;
	if (restored || renewed) {
		repair->has_code = false;
		conclude(p);
	} else if (repair->step == REPAIR_START && p->options->plan->rollback)
		roll_back(p, first);
	else if (needs_configuring(p))
		end(repair, RESULT_FIX_FAILED, "%.350s; the service type is %s now: a reboot completes the change",
			first, p->planned->wanted_type);
}

/* --- the sequence --- */

static void walk(struct patient *p)
{
	const struct plan *plan = p->options->plan;

	if (!(was_begun(p) ? continue_from_plan(p) : may_begin(p)))
		return;
	if (plan->action == ACTION_REBOOT) {
		if (reboot(p))
			conclude(p);
		return;
	}
	if (needs_configuring(p) && !configure(p, ACT_CONFIGURE, p->planned->wanted_type))
		return;
	if (!plan->restart)
		end(p->repair, RESULT_FIX_PENDING,
			"the service type is %s; it takes effect when EventSystem starts next",
			p->planned->wanted_type);
	else if (restart(p))
		conclude(p);
	else if (!p->repair->unfinished && p->repair->result == RESULT_FIX_FAILED)
		recover(p);
}

static void write_down(struct patient *p)
{
	struct repair *repair = p->repair;
	struct error e = { 0 };

	repair->ended = time(NULL);
	repair->duration_ms += (unsigned)(clock_ms() - p->begun_ms);
	if (repair->unfinished)
		return;
	if (journal_append(p->options->journal, repair_record(repair, p->options), &e) < 0)
		end_without_journal(repair, &e);
}

struct repair *remedy_host(const struct remedy_options *options, const struct host *host, struct deadline deadline)
{
	OWN(repair_free) struct repair *repair = calloc(1, sizeof(*repair));
	struct patient p = {
		.options = options,
		.host = host,
		.planned = plan_find(options->plan, host->name),
		.past = options->past ? change_past_of(options->past, host->name) : NULL,
		.repair = repair,
		.deadline = deadline,
		.begun_ms = clock_ms(),
		.host_time = UNSEEN,
	};

	if (!repair)
		return NULL;
	repair->host = host;
	repair->restarted = UNSEEN;
	repair->output = STR(OUTPUT_MAX);
	walk(&p);
	if (!repair->unfinished)
		acts_clean(&p);
	write_down(&p);
	patient_drop_session(&p);
	return TAKE(repair);
}

void remedy_soak(const struct remedy_options *options, struct repair *repair, struct deadline deadline)
{
	OWN_VALUE(survey_done) struct survey survey = { 0 };
	struct patient p = {
		.options = options,
		.host = repair->host,
		.planned = plan_find(options->plan, repair->host->name),
		.repair = repair,
		.deadline = deadline,
		.begun_ms = clock_ms(),
	};

	look(&p, &survey);
	struct verification proof =
		verify(&repair->before, &survey, options->plan->action, p.planned->wanted_type, repair->restarted);
	bool relapsed =
		!survey.result->connected || proof.verified == VERIFIED_NO || proof.verified == VERIFIED_UNKNOWN;
	if (relapsed) {
		keep_after(repair, &survey);
		end(repair, RESULT_FIX_FAILED, "after the soak: %s", proof.message);
		repair->step = REPAIR_SOAK;
		write_down(&p);
	}
	patient_drop_session(&p);
}

json_t *repair_record(const struct repair *repair, const struct remedy_options *options)
{
	bool failed = repair_result_is_failure(repair->result);

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?, s:s?, s:o, s:s?, s:o, s:o, s:o, s:I, s:o}", "type",
		"change_result", "schema", "vssfleet/1", "change", options->change, "host", repair->host->name,
		"action", action_name(options->plan->action), "result", repair_result_name(repair->result), "step",
		failed ? repair_step_name(repair->step) : NULL, "code",
		repair->has_code ? json_integer(repair->code) : json_null(), "reason", repair->reason, "before",
		repair->has_before ? state_json(&repair->before) : json_null(), "after",
		repair->has_after ? state_json(&repair->after) : json_null(), "message",
		value_text(repair->message, sizeof(repair->message)), "duration_ms", (json_int_t)repair->duration_ms,
		"ended", value_time(repair->ended));
}
