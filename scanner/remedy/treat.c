/* treat: what is done to a host, as parts of a repair's course. See course.h. */
#include <string.h>

#include "course.h"

bool course_needs_configuring(const struct patient *p)
{
	const char *type = p->planned->wanted_type;
	return type && (!p->repair->before.service_type || strcmp(p->repair->before.service_type, type) != 0);
}

/* The result says how it failed, or that what was done cannot be written down. */
static bool accept(struct patient *p, bool written, const struct act_outcome *outcome, const struct error *e)
{
	if (!written)
		course_end_without_journal(p->repair, e);
	else if (!outcome->done && p->repair->result == RESULT_NONE)
		course_end_failed(p->repair, outcome);
	return p->repair->result == RESULT_NONE;
}

bool course_configure(struct patient *p, enum act act, const char *type)
{
	OWN_VALUE(act_outcome_done) struct act_outcome outcome = { 0 };
	struct error e = { 0 };

	bool written = act_configure(p, act, type, &outcome, &e) == 0;
	return accept(p, written, &outcome, &e);
}

/* Starts what a restart left stopped, once. */
bool course_restore(struct patient *p)
{
	OWN_VALUE(act_outcome_done) struct act_outcome outcome = { 0 };
	struct error e = { 0 };

	if (p->left[ACT_RESTORE] || act_restart(p, ACT_RESTORE, &p->repair->before.stops, 0, &outcome, &e) < 0 ||
		!outcome.done)
		return false;
	p->repair->restarted = course_host_now(p); /* what was logged while it stood still does not count */
	return true;
}

enum { DEPENDENTS_RUNNING = 1051 };

static bool is_late_dependent(const struct act_outcome *outcome)
{
	return !outcome->done && outcome->step == REPAIR_STOP && outcome->has_code &&
	       outcome->code == DEPENDENTS_RUNNING;
}

/* A dependent came up between look and stop: once more, with it (DOMAIN 22, row 87), unless that would do harm. What an
 * earlier process may have sent already is looked for first (act_perform). */
static bool restart_again(struct patient *p, struct act_outcome *outcome, struct error *e)
{
	OWN_VALUE(survey_done) struct survey survey = { 0 };

	if (act_was_begun(p, ACT_RESTART_AGAIN))
		course_look(p, &survey);
	else if (!course_look_again(p, &survey))
		return true;
	if (!survey.result->connected || !survey.state.stops_known)
		return true; /* the first outcome stands */
	/* From here on it is one of those that ran before; and what this look provoked in the log is not new. */
	names_done(&p->repair->before.stops);
	p->repair->before.stops = survey.state.stops;
	survey.state.stops = (struct names){ 0 };
	p->repair->restarted = course_host_now(p);
	act_outcome_done(outcome);
	return act_restart(p, ACT_RESTART_AGAIN, &p->repair->before.stops, survey.state.pid, outcome, e) == 0;
}

bool course_restart(struct patient *p)
{
	OWN_VALUE(act_outcome_done) struct act_outcome outcome = { 0 };
	struct repair *repair = p->repair;
	struct error e = { 0 };

	repair->restarted = course_host_now(p);
	bool written = act_restart(p, ACT_RESTART, &repair->before.stops, repair->before.pid, &outcome, &e) == 0;
	if (written && is_late_dependent(&outcome))
		written = restart_again(p, &outcome, &e);
	return accept(p, written, &outcome, &e);
}

bool course_reboot(struct patient *p)
{
	OWN_VALUE(act_outcome_done) struct act_outcome outcome = { 0 };
	struct error e = { 0 };

	p->repair->restarted = course_host_now(p);
	bool written = act_reboot(p, &outcome, &e) == 0;
	return accept(p, written, &outcome, &e);
}
