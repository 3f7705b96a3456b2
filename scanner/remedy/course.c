/* course: looks at the host, and how a repair ends. See course.h. */
#include "course.h"

#include <stdarg.h>
#include <stdio.h>

void course_end(struct repair *repair, enum repair_result result, const char *format, ...)
{
	va_list args;

	repair->result = result;
	va_start(args, format);
	vsnprintf(repair->message, sizeof(repair->message), format, args);
	va_end(args);
}

void course_end_failed(struct repair *repair, const struct act_outcome *outcome)
{
	course_end(repair, RESULT_FIX_FAILED, "%s", outcome->message);
	repair->step = outcome->step;
	repair->has_code = outcome->has_code;
	repair->code = outcome->code;
	repair->unfinished = !outcome->known;
}

void course_end_without_journal(struct repair *repair, const struct error *e)
{
	course_end(repair, RESULT_FIX_FAILED, "the journal cannot be written: %s", e->cause);
	repair->reason = "journal";
	repair->unfinished = true;
}

void course_look(struct patient *p, struct survey *survey)
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

int64_t course_host_now(const struct patient *p)
{
	return p->host_time == UNSEEN ? UNSEEN : p->host_time + (clock_ms() - p->host_time_ms) / 1000;
}

void course_keep_after(struct repair *repair, struct survey *survey)
{
	state_done(&repair->after);
	repair->after = survey->state;
	survey->state = (struct state){ 0 };
	repair->has_after = survey->result->connected;
	result_free(repair->last);
	repair->last = survey->result;
	survey->result = NULL;
}

static struct consent_options what_is_asked(const struct patient *p)
{
	const struct remedy_options *o = p->options;

	return (struct consent_options){
		.action = o->plan->action,
		.restart = o->plan->restart,
		.force = o->plan->force,
		.allow = o->plan->allow,
		.isolate_required = o->isolate_required,
		.protect = o->protect,
		.revert_to = o->plan->action == ACTION_REVERT ? p->planned->wanted_type : NULL,
	};
}

struct consent course_consent(const struct patient *p, const struct survey *survey)
{
	const struct consent_options options = what_is_asked(p);
	return consent_of(survey, &options);
}

const char *course_held(const struct patient *p)
{
	return p->options->held ? p->options->held(p->options->held_context, p->host) : NULL;
}

static bool defer_begun(struct patient *p, const char *reason, const char *message)
{
	const char *type = p->planned->wanted_type;

	if (type)
		course_end(p->repair, RESULT_DEFERRED, "%.400s; the service type may be %s already: `scan` tells",
			message, type);
	else
		course_end(p->repair, RESULT_DEFERRED, "%s", message);
	p->repair->reason = reason;
	return false;
}

bool course_look_again(struct patient *p, struct survey *survey)
{
	const struct consent_options options = what_is_asked(p);
	const char *wait = course_held(p);

	if (wait)
		return defer_begun(p, "window", wait);
	course_look(p, survey);
	if (!survey->result->connected)
		return true;
	struct consent consent = consent_to_go_on(survey, &options);
	return consent.result == RESULT_NONE || defer_begun(p, consent.reason, consent.message);
}
