/* settled: see the header. */
#include "settled.h"
#include "hosts.h"
#include "language.h"
#include "rollout.h"

#include <stdlib.h>

void settled_free(struct repair **settled, size_t count)
{
	for (size_t i = 0; settled && i < count; i++)
		repair_free(settled[i]);
	free(settled);
}

/* The first host of the last ring that has a host in the journal: the plan's hosts are in the order of their rings. */
static size_t first_of_last_ring(const struct plan *plan, const struct change_past *past)
{
	size_t first = plan->count;

	for (size_t i = 0; i < plan->count; i++)
		if (change_past_of(past, plan->host[i].name) &&
			(first == plan->count || plan->host[i].at.ring != plan->host[first].at.ring))
			first = i;
	return first;
}

static bool is_well(const struct plan *plan, const struct past *past)
{
	const char *name = past ? json_string_value(json_object_get(past->result, "result")) : NULL;

	return name && result_is_success(plan->action, (enum repair_result)repair_result_of_name(name));
}

/* As far as a look behind the soak has to know it. */
static struct repair *recall(
	const struct plan_host *planned, const struct host *host, const struct past *past, struct error *e)
{
	OWN(repair_free) struct repair *repair = calloc(1, sizeof(*repair));
	const char *result = json_string_value(json_object_get(past->result, "result"));

	if (!repair) {
		error_set(e, ERROR_LOCAL, _("out of memory"));
		return NULL;
	}
	repair->host = host;
	repair->result = (enum repair_result)repair_result_of_name(result);
	repair->restarted = UNSEEN; /* by the host's clock, which nobody wrote down */
	if (state_copy(&repair->before, &planned->before, e) < 0)
		return NULL;
	repair->has_before = true;
	return TAKE(repair);
}

static int add(struct fix *fix, struct repair **settled, size_t i, const struct past *past, struct error *e)
{
	const struct plan_host *planned = &fix->plan.host[i];
	size_t place;
	int found = hosts_find(&fix->hosts, planned->name, &place, e);

	if (found < 0)
		return -1;
	if (!found)
		return error_set(e, ERROR_LOCAL,
			_("%s, which is to be looked at behind the soak, is not in the inventory given now"),
			planned->name);
	return (settled[i] = recall(planned, &fix->hosts.host[place], past, e)) ? 0 : -1;
}

struct repair **settled_of(struct fix *fix, const struct change_past *past, struct error *e)
{
	const struct plan *plan = &fix->plan;
	struct repair **settled = calloc(plan->count + 1, sizeof(struct repair *));

	if (!settled)
		error_set(e, ERROR_LOCAL, _("out of memory"));
	for (size_t i = first_of_last_ring(plan, past), first = i; settled && plan->soak_s && i < plan->count; i++) {
		const struct past *host = change_past_of(past, plan->host[i].name);
		if (plan->host[i].at.ring != plan->host[first].at.ring)
			break;
		if (is_well(plan, host) && add(fix, settled, i, host, e) < 0) {
			settled_free(settled, plan->count);
			return NULL;
		}
	}
	return settled;
}
