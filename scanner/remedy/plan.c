/* plan: see the header. The hash is that of the plan as compact JSON with sorted keys, without its own member. */
#include "plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "consent.h"
#include "planfile.h"
#include "value.h"

void plan_done(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		struct plan_host *host = &plan->host[i];
		free(host->name);
		state_done(&host->before);
		free(host->verdict);
		free(host->wanted_type);
		for (size_t k = 0; k < PEERS_MAX; k++)
			free(host->peer[k]);
	}
	free(plan->host);
	free(plan->run);
	free(plan->undoes);
	*plan = (struct plan){ 0 };
}

const struct plan_host *plan_find(const struct plan *plan, const char *host)
{
	for (size_t i = 0; i < plan->count; i++)
		if (!strcasecmp(plan->host[i].name, host))
			return &plan->host[i];
	return NULL;
}

/* --- as JSON --- */

static const struct {
	unsigned bit;
	const char *name;
} permissions[] = { { ALLOW_ROLE, "role" }, { ALLOW_CLUSTER, "cluster" }, { ALLOW_PENDING_REBOOT, "pending_reboot" },
	{ ALLOW_USERS, "users" } };

static json_t *whole_text(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *allow_json(unsigned allow)
{
	json_t *list = json_array();

	FOR_EACH(p, permissions)
		if (allow & p->bit)
			value_add(&list, json_string(p->name));
	return list;
}

unsigned plan_allow_of_name(const char *name)
{
	FOR_EACH(p, permissions)
		if (!strcmp(p->name, name))
			return p->bit;
	return 0;
}

static json_t *amount_json(struct amount amount)
{
	char text[16];

	snprintf(text, sizeof(text), "%u%s", amount.value, amount.percent ? "%" : "");
	return json_string(text);
}

static json_t *peers_json(const struct plan_host *host)
{
	json_t *list = json_array();

	for (size_t i = 0; i < PEERS_MAX; i++)
		if (host->peer[i])
			value_add(&list, json_string(host->peer[i]));
	return list;
}

static json_t *host_json(const struct plan_host *host)
{
	return json_pack("{s:s, s:i, s:i, s:s, s:o, s:s, s:o, s:o}", "name", host->name, "ring", (int)host->at.ring,
		"batch", (int)host->at.batch, "verdict", host->verdict, "wanted_type", whole_text(host->wanted_type),
		"fingerprint", host->fingerprint, "before", state_json(&host->before), "peers", peers_json(host));
}

static json_t *hosts_json(const struct plan *plan)
{
	json_t *list = json_array();

	for (size_t i = 0; i < plan->count; i++)
		value_add(&list, host_json(&plan->host[i]));
	return list;
}

static json_t *plan_without_hash(const struct plan *plan)
{
	return json_pack("{s:s, s:s, s:s, s:b, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:I, s:o}", "type", "plan",
		"schema", "vssfleet-plan/1", "action", action_name(plan->action), "restart", plan->restart, "rollback",
		plan->rollback, "force", plan->force, "allow", allow_json(plan->allow), "made", value_time(plan->made),
		"expires", value_time(plan->expires), "run", whole_text(plan->run), "undoes", whole_text(plan->undoes),
		"token", plan->token, "max_fail", amount_json(plan->max_fail), "soak_s", (json_int_t)plan->soak_s,
		"hosts", hosts_json(plan));
}

json_t *plan_json(const struct plan *plan)
{
	json_t *json = plan_without_hash(plan);

	if (json && json_object_set_new(json, "sha256", json_string(plan->sha256)) < 0) {
		json_decref(json);
		return NULL;
	}
	return json;
}

/* --- the seal --- */

int plan_digest(const struct plan *plan, char hex[DIGEST_DIGITS + 1], struct error *e)
{
	json_t *json = plan_without_hash(plan);
	OWN(own_free) char *text = json ? json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT) : NULL;

	json_decref(json);
	if (!text || !digest_of(hex, text, strlen(text)))
		return error_set(e, ERROR_LOCAL, "out of memory, or a name in the plan is not UTF-8");
	return 0;
}

struct turn { /* where a host comes */
	unsigned batch;
	size_t planned;
};

static int by_turn(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	if (x->batch != y->batch)
		return x->batch < y->batch ? -1 : 1;
	return x->planned < y->planned ? -1 : x->planned > y->planned;
}

static int sort_by_batch(struct plan *plan, struct error *e)
{
	OWN(own_free) struct turn *turn = calloc(plan->count + 1, sizeof(*turn));
	struct plan_host *sorted = calloc(plan->count + 1, sizeof(*sorted));

	if (!turn || !sorted) {
		free(sorted);
		return error_set(e, ERROR_LOCAL, "out of memory");
	}
	for (size_t i = 0; i < plan->count; i++)
		turn[i] = (struct turn){ plan->host[i].at.batch, i };
	qsort(turn, plan->count, sizeof(*turn), by_turn);
	for (size_t i = 0; i < plan->count; i++)
		sorted[i] = plan->host[turn[i].planned];
	free(plan->host);
	plan->host = sorted;
	return 0;
}

int plan_seal(struct plan *plan, struct error *e)
{
	unsigned char random[(sizeof(plan->token) - 1) / 2];

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return error_code(e, ERROR_LOCAL, errno, "no random numbers: %s", strerror(errno));
	digest_hex(plan->token, random, sizeof(random));
	for (size_t i = 0; i < plan->count; i++)
		if (state_fingerprint(&plan->host[i].before, plan->host[i].fingerprint) < 0)
			return error_set(e, ERROR_LOCAL, "out of memory");
	return sort_by_batch(plan, e) < 0 ? -1 : plan_digest(plan, plan->sha256, e);
}

int plan_write(const struct plan *plan, const char *path, struct error *e)
{
	json_t *json = plan_json(plan);

	if (!json)
		return error_set(e, ERROR_LOCAL, "out of memory, or a name in the plan is not UTF-8");
	int rc = planfile_write(json, path, e);
	json_decref(json);
	return rc;
}
