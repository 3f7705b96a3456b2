/* act: the journal around everything that changes a server. */
#include <stdio.h>
#include <string.h>

#include "acts.h"
#include "value.h"

enum { KEPT_OUTPUT_MAX = 64 * 1024 };

void act_outcome_done(struct act_outcome *outcome)
{
	str_done(&outcome->output);
	*outcome = (struct act_outcome){ 0 };
}

void act_failed(struct act_outcome *outcome, enum repair_step step, const struct error *e)
{
	outcome->known = true;
	outcome->done = false;
	outcome->step = step;
	outcome->has_code = e->has_code;
	outcome->code = e->code;
	snprintf(outcome->message, sizeof(outcome->message), "%.*s", (int)sizeof(outcome->message) - 1, e->cause);
}

bool act_was_begun(const struct patient *p, enum act act)
{
	return p->past && p->past->intended[act];
}

static int note_intent(const struct patient *p, const struct act_way *way, struct error *e)
{
	return journal_append(p->options->journal,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "type", "change_intent", "change", p->options->change,
			"host", p->host->name, "act", act_name(way->act), "command", way->command, "before",
			state_json(&p->repair->before)),
		e);
}

static int note_outcome(const struct patient *p, enum act act, const struct act_outcome *o, struct error *e)
{
	return journal_append(p->options->journal,
		json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:s?, s:o, s:o, s:o}", "type", "change_outcome", "change",
			p->options->change, "host", p->host->name, "act", act_name(act), "done", o->done, "observed",
			o->observed, "step", o->done ? NULL : repair_step_name(o->step), "code",
			o->has_code ? json_integer(o->code) : json_null(), "message",
			value_text(o->message, sizeof(o->message)), "output",
			value_text(str_text(&o->output), KEPT_OUTPUT_MAX)),
		e);
}

static const char *text_of(const json_t *entry, const char *member)
{
	const char *text = json_string_value(json_object_get(entry, member));
	return text ? text : "";
}

static void read_outcome(const json_t *entry, struct act_outcome *outcome)
{
	const json_t *code = json_object_get(entry, "code");

	*outcome = (struct act_outcome){
		.known = true,
		.done = json_is_true(json_object_get(entry, "done")),
		.observed = json_is_true(json_object_get(entry, "observed")),
		.has_code = json_is_integer(code),
		.code = json_integer_value(code),
	};
	for (int step = 0; step < REPAIR_STEPS; step++)
		if (!strcmp(text_of(entry, "step"), repair_step_name((enum repair_step)step)))
			outcome->step = (enum repair_step)step;
	snprintf(outcome->message, sizeof(outcome->message), "%s", text_of(entry, "message"));
	str_add(&outcome->output, text_of(entry, "output"));
}

static void keep_output(struct patient *p, enum act act, const struct act_outcome *outcome)
{
	if (!outcome->output.len)
		return;
	str_addf(&p->repair->output, "--- %s\n", act_name(act));
	str_add(&p->repair->output, str_text(&outcome->output));
}

/* What stops services waits for a look of this process: a continued repair may have lain for hours. */
static bool may_send(struct patient *p, enum act act)
{
	bool stops = act == ACT_RESTART || act == ACT_RESTART_AGAIN || act == ACT_REBOOT;
	return !stops || p->looked || p->may_go_on(p);
}

int act_perform(struct patient *p, const struct act_way *way, struct act_outcome *outcome, struct error *e)
{
	const json_t *told = p->past ? p->past->outcome[way->act] : NULL;

	if (told) {
		read_outcome(told, outcome);
		keep_output(p, way->act, outcome);
		return 0;
	}
	bool begun = act_was_begun(p, way->act);
	if (begun)
		outcome->observed = way->observe(p, way->order, outcome);
	if (!outcome->observed && !may_send(p, way->act))
		return 0;
	if (!begun && note_intent(p, way, e) < 0)
		return -1;
	p->left[way->act] = true;
	if (!outcome->observed)
		way->execute(p, way->order, outcome);
	outcome->known &= outcome->done || !patient_is_over(p);
	keep_output(p, way->act, outcome);
	return outcome->known ? note_outcome(p, way->act, outcome, e) : 0;
}
