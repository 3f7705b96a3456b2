/* consent: see the header. The rules are a list, and the first one that objects decides: first those that make a repair
 * needless, then those that forbid it, the most serious one first. What protects a backup or the truth of what we know
 * cannot be forced. */
#include "consent_rules.h"
#include "message.h"

bool consent_object(struct consent *c, enum repair_result result, const char *reason, const char *format, ...)
{
	OWN_VALUE(sentence_done) struct sentence text = { .tongue = ENGLISH };
	va_list args;

	va_start(args, format);
	str_addv(&text.text, format, args);
	va_end(args);
	c->result = result;
	c->reason = reason;
	message_put(c->message, sizeof(c->message), &text);
	return true;
}
bool is_revert(const struct question *q)
{
	return q->options->action == ACTION_REVERT;
}

bool is_reboot(const struct question *q)
{
	return q->options->action == ACTION_REBOOT;
}

bool stops_services(const struct question *q)
{
	return q->options->action == ACTION_RESTART_GROUP || (!is_reboot(q) && q->options->restart);
}

const char *configured_type(const struct question *q)
{
	return q->eventsystem->service ? q->eventsystem->service->service_type : NULL;
}

typedef bool rule(const struct question *, struct consent *);

/* rules: up to a NULL. */
static struct consent ask(rule *const *rules, const struct survey *look, const struct consent_options *options)
{
	const struct facts *facts = &look->result->facts;
	struct question question = { look, options, facts, &facts->eventsystem, &look->result->judgement };
	struct consent c = { .result = RESULT_NONE };

	while (*rules && !(*rules)(&question, &c))
		rules++;
	return c;
}

struct consent consent_of(const struct survey *look, const struct consent_options *options)
{
	static rule *const rules[] = { has_no_record, cannot_be_asked, is_isolated, is_configured, is_reverted,
		is_backing_up, backs_up_soon, cannot_be_restarted, has_another_cause, has_a_fault, is_unchecked,
		is_not_called_for, may_be_backing_up, has_unknown_stops, stops_what_cannot_come_back, stops_a_role,
		is_in_a_cluster, waits_for_reboot, throws_out_users, NULL };

	return ask(rules, look, options);
}

struct consent consent_to_go_on(const struct survey *look, const struct consent_options *options)
{
	static rule *const rules[] = { cannot_be_asked, is_backing_up, backs_up_soon, cannot_be_restarted,
		may_be_backing_up, has_unknown_stops, stops_what_cannot_come_back, stops_a_role, is_in_a_cluster,
		waits_for_reboot, throws_out_users, is_unchecked, NULL };

	return ask(rules, look, options);
}
