/* planning: see the header. */
#include "planning.h"
#include "command.h"
#include "hosts.h"
#include "language.h"
#include "recorded.h"
#include "rollout.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { DROPPED_MAX_PERCENT = 10, SOAK_S = 120 };

static int no_memory(struct error *e)
{
	return error_set(e, ERROR_LOCAL, _("out of memory"));
}

/* ---- a new plan ---- */

static int copy(char **to, const char *text, struct error *e)
{
	return text && !(*to = strdup(text)) ? no_memory(e) : 0;
}

int planning_begin(struct fix *fix, struct error *e)
{
	const struct options *o = fix->options;
	struct plan *plan = &fix->plan;

	*plan = (struct plan){
		.action = fix->action,
		.restart = !o->no_restart,
		.rollback = !o->no_rollback,
		.force = o->force,
		.allow = (o->allow_role ? ALLOW_ROLE : 0u) | (o->allow_cluster ? ALLOW_CLUSTER : 0u) |
			 (o->allow_pending_reboot ? ALLOW_PENDING_REBOOT : 0u) | (o->allow_users ? ALLOW_USERS : 0u),
		.max_fail = fix->max_fail,
		.soak_s = o->soak_s == OPTION_NOT_GIVEN ? SOAK_S : o->soak_s,
	};
	return copy(&plan->run, fix->run, e) < 0 ? -1 : copy(&plan->undoes, fix->undoes, e);
}

static bool is_planned(const struct candidate *candidate)
{
	return candidate->looked && candidate->consent.result == RESULT_NONE;
}

static int place_hosts(struct fix *fix, struct error *e)
{
	struct plan *plan = &fix->plan;
	OWN(own_free) struct peers *peers = calloc(plan->count + 1, sizeof(*peers));
	OWN(own_free) struct placement *at = calloc(plan->count + 1, sizeof(*at));
	unsigned at_once = fix->options->at_once == OPTION_NOT_GIVEN ? AT_ONCE_MAX : fix->options->at_once;

	if (!peers || !at)
		return no_memory(e);
	for (size_t i = 0; i < plan->count; i++)
		for (size_t k = 0; k < PEERS_MAX; k++)
			peers[i].key[k] = plan->host[i].peer[k];
	if (rings_place(&fix->rings, peers, plan->count, at_once, at) < 0)
		return no_memory(e);
	for (size_t i = 0; i < plan->count; i++)
		plan->host[i].at = at[i];
	return 0;
}

int planning_end(struct fix *fix, struct candidates *candidates, struct error *e)
{
	struct plan *plan = &fix->plan;

	if (!(plan->host = calloc(candidates->count + 1, sizeof(*plan->host))))
		return no_memory(e);
	for (size_t i = 0; i < candidates->count; i++)
		if (is_planned(&candidates->candidate[i])) {
			plan->host[plan->count++] = candidates->candidate[i].planned;
			candidates->candidate[i].planned = (struct plan_host){ 0 };
		}
	plan->made = time(NULL);
	plan->expires = plan->made + PLAN_VALID_S;
	return place_hosts(fix, e) < 0 ? -1 : plan_seal(plan, e);
}

/* ---- what is to be done of it ---- */

void todo_done(struct todo *todo)
{
	free(todo->host);
	free(todo->dropped);
	*todo = (struct todo){ 0 };
}

static int todo_begin(struct todo *todo, const struct plan *plan, struct error *e)
{
	todo->host = calloc(plan->count + 1, sizeof(*todo->host));
	todo->dropped = calloc(plan->count + 1, sizeof(*todo->dropped));
	return todo->host && todo->dropped ? 0 : no_memory(e);
}

int todo_all(struct todo *todo, const struct fix *fix, struct error *e)
{
	if (todo_begin(todo, &fix->plan, e) < 0)
		return -1;
	for (size_t i = 0, place; i < fix->plan.count; i++) {
		if (hosts_find((struct hosts *)&fix->hosts, fix->plan.host[i].name, &place, e) <= 0)
			return error_set(e, ERROR_LOCAL, _("%s is not in the inventory"), fix->plan.host[i].name);
		todo->host[i] = &fix->hosts.host[place];
		todo->count++;
	}
	return 0;
}

/* ---- a plan that was read ---- */

/* The types that it restores: what the journal said when it was made. */
static int take_types(struct fix *fix, struct error *e)
{
	json_decref(fix->types);
	if (!(fix->types = json_object()))
		return no_memory(e);
	for (size_t i = 0; i < fix->plan.count; i++) {
		const struct plan_host *planned = &fix->plan.host[i];
		if (planned->wanted_type && recorded_add(fix->types, planned->name, planned->wanted_type) < 0)
			return no_memory(e);
	}
	return 0;
}

bool plan_is_over(const struct plan *plan)
{
	time_t now = time(NULL);

	return now >= plan->expires || now + PLAN_VALID_S < plan->made;
}

int plan_accept(struct fix *fix)
{
	const char *file = fix->options->plan;
	struct plan *plan = &fix->plan;
	struct error e = { 0 };

	if (plan_read(plan, file, &e) < 0)
		return complain(EXIT_USAGE, &e);
	if (plan->action != fix->action)
		return complain_text(EXIT_REFUSED, _("%s is a plan to %s, not to %s"), file, action_name(plan->action),
			action_name(fix->action));
	if ((fix->undoes || plan->undoes) && (!fix->undoes || !plan->undoes || strcmp(fix->undoes, plan->undoes) != 0))
		return complain_text(EXIT_REFUSED,
			plan->undoes ? _("%s is a plan to undo %s")
				     : _("%s is a plan to undo no change of the journal"),
			file, plan->undoes);
	if (plan_is_over(plan))
		return complain_text(EXIT_REFUSED, _("%s has expired, or is of another clock: plan again"), file);
	return take_types(fix, &e) < 0 ? complain(EXIT_INTERNAL, &e) : EXIT_OK;
}

const struct host **plan_hosts(struct fix *fix, size_t *count, struct error *e)
{
	const struct host **list = calloc(fix->plan.count + 1, sizeof(*list));

	*count = 0;
	for (size_t i = 0, place; list && i < fix->plan.count; i++)
		if (hosts_find(&fix->hosts, fix->plan.host[i].name, &place, e) > 0)
			list[(*count)++] = &fix->hosts.host[place];
	if (!list)
		no_memory(e);
	return list;
}

static void drop(struct todo *todo, const struct plan_host *planned, const char *reason, const char *message)
{
	struct dropped *dropped = &todo->dropped[todo->dropped_count++];

	dropped->planned = planned;
	dropped->reason = reason;
	snprintf(dropped->message, sizeof(dropped->message), "%s", message);
}

/* A dropped host was not begun: it counts neither as failed nor as unreachable. */
static void consider(struct todo *todo, const struct plan *plan, size_t i, const struct candidate *candidate)
{
	const struct plan_host *planned = &plan->host[i];

	if (!candidate || !candidate->looked)
		drop(todo, planned, "drift", N_("it is not among the targets any more"));
	else if (candidate->consent.result != RESULT_NONE)
		drop(todo, planned,
			result_counts(plan->action, candidate->consent.result, candidate->consent.reason)
				? "drift"
				: candidate->consent.reason,
			candidate->consent.message);
	else if (strcmp(candidate->planned.fingerprint, planned->fingerprint) != 0 ||
		 !state_same_boot(&candidate->planned.before, &planned->before))
		drop(todo, planned, "drift", N_("the server is not as it was when the plan was made"));
	else {
		todo->host[i] = candidate->host;
		todo->count++;
	}
}

int todo_of_plan(struct todo *todo, const struct fix *fix, const struct candidates *candidates, struct error *e)
{
	const struct plan *plan = &fix->plan;

	if (todo_begin(todo, plan, e) < 0)
		return -1;
	for (size_t i = 0, k = 0; i < plan->count; i++) { /* both are in the plan's order */
		bool found =
			k < candidates->count && !strcasecmp(candidates->candidate[k].host->name, plan->host[i].name);
		consider(todo, plan, i, found ? &candidates->candidate[k] : NULL);
		k += found;
	}
	return 0;
}

size_t todo_drifted(const struct todo *todo)
{
	size_t count = 0;

	for (size_t i = 0; i < todo->dropped_count; i++)
		count += strcmp(todo->dropped[i].reason, "backup") != 0;
	return count;
}

bool todo_is_another_plan(const struct todo *todo, const struct plan *plan)
{
	return todo_drifted(todo) * 100 > plan->count * DROPPED_MAX_PERCENT;
}
