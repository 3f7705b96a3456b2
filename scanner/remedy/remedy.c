/* remedy: see the header. Theory of operation: the repair of a host is a fixed sequence of looks and acts. Looks are
 * free; each act goes through the journal (act.c), which knows after a crash what was done and what was only intended.
 * That is why a fresh repair and a continued one are the same function: it walks the sequence from the start, and what
 * is done already answers from the journal or from the host. */
#include "remedy.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "course.h"
#include "value.h"

enum { OUTPUT_MAX = 1 << 20 }; /* bytes of what scripts printed */

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

static bool drifted(const struct patient *p, const struct state *now)
{
	char fingerprint[DIGEST_DIGITS + 1];

	state_fingerprint(now, fingerprint);
	return strcmp(fingerprint, p->planned->fingerprint) != 0 || !state_same_boot(now, &p->planned->before);
}

/* The last look before anything is changed: as planned, reachable, and nothing stands against it. */
static bool may_begin(struct patient *p)
{
	OWN_VALUE(survey_done) struct survey survey = { 0 };
	struct repair *repair = p->repair;
	const char *wait = course_held(p);

	if (wait) {
		course_end(repair, RESULT_DEFERRED, "%s: plan again for when it is open", wait);
		repair->reason = "window";
		return false;
	}
	course_look(p, &survey);
	p->looked = true;
	struct consent consent = course_consent(p, &survey);
	bool reached = survey.result->connected;
	bool changed = drifted(p, &survey.state);
	repair->before = survey.state;
	repair->has_before = reached;
	repair->first = survey.result;
	survey.state = (struct state){ 0 };
	survey.result = NULL;
	if (!reached) {
		course_end(repair, RESULT_FIX_FAILED, "%s", repair->first->errors[0].error.cause);
		repair->step = REPAIR_LOOK;
		repair->reason = "unreachable";
	} else if (consent.result != RESULT_NONE) {
		course_end(repair, consent.result, "%s", consent.message);
		repair->reason = consent.reason;
	} else if (changed) {
		course_end(repair, RESULT_DEFERRED, "the server is not as it was when the plan was made: plan again");
		repair->reason = "drift";
	}
	return repair->result == RESULT_NONE;
}

/* A repair that an earlier process began, and that has stopped nothing yet. What the change has done itself is no
 * reason; a process that somebody else has renewed is the script's own condition. */
static bool may_go_on(struct patient *p)
{
	OWN_VALUE(survey_done) struct survey survey = { 0 };
	struct repair *repair = p->repair;
	bool may = course_look_again(p, &survey);

	if (!survey.result)
		return false;
	p->looked = true;
	if (may && !survey.result->connected) {
		course_end(repair, RESULT_FIX_FAILED, "%s", survey.result->errors[0].error.cause);
		repair->step = REPAIR_LOOK;
		repair->reason = "unreachable";
		repair->unfinished = true;
	}
	repair->first = survey.result;
	survey.result = NULL;
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
		course_end_without_journal(p->repair, &e);
		return false;
	}
	p->repair->has_before = true;
	return true;
}

static void walk(struct patient *p)
{
	const struct plan *plan = p->options->plan;

	if (!(was_begun(p) ? continue_from_plan(p) : may_begin(p)))
		return;
	if (act_was_begun(p, ACT_UNDO_CONFIGURE)) {
		course_continue_undoing(p);
		return;
	}
	if (plan->action == ACTION_REBOOT) {
		if (course_reboot(p))
			course_conclude(p);
		return;
	}
	if (course_needs_configuring(p) && !course_configure(p, ACT_CONFIGURE, p->planned->wanted_type))
		return;
	if (!plan->restart)
		course_end(p->repair, RESULT_FIX_PENDING,
			"the service type is %s; it takes effect when EventSystem starts next",
			p->planned->wanted_type);
	else if (course_restart(p))
		course_conclude(p);
	else if (!p->repair->unfinished && p->repair->result == RESULT_FIX_FAILED)
		course_recover(p);
}

static void write_down(struct patient *p)
{
	struct repair *repair = p->repair;
	struct error e = { 0 };

	if (repair->result == RESULT_FIX_FAILED && patient_is_over(p)) { /* it says more about us than about the host */
		repair->unfinished = true;
		repair->reason = "aborted";
	}
	repair->ended = time(NULL);
	repair->duration_ms += (unsigned)(clock_ms() - p->begun_ms);
	if (repair->unfinished)
		return;
	acts_clean(p);
	if (journal_append(p->options->journal, repair_record(repair, p->options), &e) < 0)
		course_end_without_journal(repair, &e);
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
		.may_go_on = may_go_on,
	};

	if (!repair)
		return NULL;
	repair->host = host;
	repair->restarted = UNSEEN;
	repair->output = STR(OUTPUT_MAX);
	walk(&p);
	write_down(&p);
	patient_drop_session(&p);
	return TAKE(repair);
}

void remedy_soak(const struct remedy_options *options, struct repair *repair, struct deadline deadline)
{
	struct patient p = {
		.options = options,
		.host = repair->host,
		.planned = plan_find(options->plan, repair->host->name),
		.repair = repair,
		.deadline = deadline,
		.begun_ms = clock_ms(),
		.host_time = UNSEEN,
	};
	struct verification proof = course_prove_again(&p);

	if (proof.verified != VERIFIED_YES && !patient_is_over(&p) &&
		!(proof.verified == VERIFIED_PARTLY && repair->result == RESULT_FIXED_PARTIAL)) {
		course_end(repair, RESULT_FIX_FAILED, "after the soak: %s", proof.message);
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
