/* plan_read: a plan from its file. What is read must be, member for member, what would be written again: so nothing
 * that is unknown, missing or out of range gets by. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "planfile.h"
#include "value.h"
#include "verdict.h"

/* A text of an object, bounded, without NUL. */
static const char *text_of(const json_t *object, const char *member)
{
	enum { TEXT_MAX = 16 << 10 };
	const json_t *value = json_object_get(object, member);
	const char *text = json_string_value(value);

	return text && *text && json_string_length(value) <= TEXT_MAX && strlen(text) == json_string_length(value)
		       ? text
		       : NULL;
}

/* -1: it is neither null nor a text. */
static int take_text(const json_t *object, const char *member, bool may_be_null, char **to)
{
	const char *text = text_of(object, member);

	if (may_be_null && json_is_null(json_object_get(object, member)))
		return 0;
	return text && (*to = strdup(text)) ? 0 : -1;
}

static int take_hex(const json_t *object, const char *member, char *to, size_t digits)
{
	const char *text = text_of(object, member);

	if (!text || strlen(text) != digits || strspn(text, "0123456789abcdef") != digits)
		return -1;
	memcpy(to, text, digits + 1);
	return 0;
}

static int take_number(const json_t *object, const char *member, json_int_t max, unsigned *to)
{
	const json_t *value = json_object_get(object, member);
	json_int_t number = json_integer_value(value);

	if (!json_is_integer(value) || number < 0 || number > max)
		return -1;
	*to = (unsigned)number;
	return 0;
}

static int take_flag(const json_t *object, const char *member, bool *to)
{
	const json_t *value = json_object_get(object, member);

	*to = json_is_true(value);
	return json_is_boolean(value) ? 0 : -1;
}

static int take_time(const json_t *object, const char *member, int64_t *to)
{
	const char *text = text_of(object, member);
	time_t at;

	if (!text || !time_read(text, &at))
		return -1;
	*to = at;
	return 0;
}

static int take_allow(const json_t *object, unsigned *allow)
{
	const json_t *list = json_object_get(object, "allow");

	*allow = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *name = json_string_value(json_array_get(list, i));
		*allow |= name ? plan_allow_of_name(name)
			       : 0; /* one that is unknown is missed when it is written again */
	}
	return json_is_array(list) ? 0 : -1;
}

static int take_peers(const json_t *object, char *peer[PEERS_MAX])
{
	const json_t *list = json_object_get(object, "peers");
	size_t count = json_array_size(list);

	if (!json_is_array(list) || count > PEERS_MAX)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const char *text = json_string_value(json_array_get(list, i));
		if (!text || !(peer[i] = strdup(text)))
			return -1;
	}
	return 0;
}

/* The service type is what is configured on a server: one of two, and that of the action. */
static bool type_fits(enum action action, const char *type)
{
	bool own = type && !strcmp(type, "Own Process"), share = type && !strcmp(type, "Share Process");

	switch (action) {
	case ACTION_ISOLATE:
		return own;
	case ACTION_REVERT:
		return own || share;
	default:
		return !type;
	}
}

static int take_host(const json_t *from, enum action action, size_t count, struct plan_host *host)
{
	char fingerprint[DIGEST_DIGITS + 1];
	struct error ignored = { 0 };

	if (take_text(from, "name", false, &host->name) < 0 ||
		take_number(from, "ring", RINGS_MAX - 1, &host->at.ring) < 0 ||
		take_number(from, "batch", (json_int_t)count - 1, &host->at.batch) < 0 ||
		take_text(from, "verdict", false, &host->verdict) < 0 || verdict_of_name(host->verdict) < 0 ||
		take_text(from, "wanted_type", true, &host->wanted_type) < 0 || !type_fits(action, host->wanted_type) ||
		take_hex(from, "fingerprint", host->fingerprint, DIGEST_DIGITS) < 0 ||
		take_peers(from, host->peer) < 0 ||
		state_read(&host->before, json_object_get(from, "before"), &ignored) < 0)
		return -1;
	return state_fingerprint(&host->before, fingerprint) < 0 ? -1 : strcmp(fingerprint, host->fingerprint) ? -1 : 0;
}

static int take_head(const json_t *from, struct plan *plan)
{
	const char *action = text_of(from, "action"), *max_fail = text_of(from, "max_fail");
	struct error ignored = { 0 };
	int number = action ? action_of_name(action) : -1;

	if (number < 0 || !max_fail || amount_parse(max_fail, &plan->max_fail, &ignored) < 0)
		return -1;
	plan->action = (enum action)number;
	return take_flag(from, "restart", &plan->restart) < 0 || take_flag(from, "rollback", &plan->rollback) < 0 ||
			       take_flag(from, "force", &plan->force) < 0 || take_allow(from, &plan->allow) < 0 ||
			       take_time(from, "made", &plan->made) < 0 ||
			       take_time(from, "expires", &plan->expires) < 0 ||
			       take_text(from, "run", true, &plan->run) < 0 ||
			       take_text(from, "undoes", true, &plan->undoes) < 0 ||
			       take_hex(from, "token", plan->token, sizeof(plan->token) - 1) < 0 ||
			       take_number(from, "soak_s", PLAN_VALID_S, &plan->soak_s) < 0 ||
			       take_hex(from, "sha256", plan->sha256, DIGEST_DIGITS) < 0
		       ? -1
		       : 0;
}

static int take_hosts(const json_t *list, struct plan *plan, struct error *e)
{
	size_t count = json_array_size(list);

	if (!json_is_array(list) || !(plan->host = calloc(count + 1, sizeof(*plan->host))))
		return -1;
	for (size_t i = 0; i < count; i++) {
		plan->count++;
		plan->host[i].before = (struct state){ .pid = UNSEEN, .last_boot = UNSEEN };
		if (take_host(json_array_get(list, i), plan->action, count, &plan->host[i]) < 0)
			return error_set(e, ERROR_LOCAL, "host %zu lacks a member, or one is not valid", i + 1);
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcasecmp(*(char *const *)a, *(char *const *)b);
}

/* The same host twice would be repaired twice at the same time. */
static int check_names(const struct plan *plan, struct error *e)
{
	OWN(own_free) const char **name = calloc(plan->count + 1, sizeof(*name));

	if (!name)
		return error_set(e, ERROR_LOCAL, "out of memory");
	for (size_t i = 0; i < plan->count; i++)
		name[i] = plan->host[i].name;
	qsort(name, plan->count, sizeof(*name), by_name);
	for (size_t i = 1; i < plan->count; i++)
		if (!strcasecmp(name[i - 1], name[i]))
			return error_set(e, ERROR_LOCAL, "%s is in it twice", name[i]);
	return 0;
}

static bool share_a_key(const struct plan_host *a, const struct plan_host *b)
{
	for (size_t i = 0; i < PEERS_MAX; i++)
		for (size_t k = 0; k < PEERS_MAX; k++)
			if (a->peer[i] && b->peer[k] && !strcasecmp(a->peer[i], b->peer[k]))
				return true;
	return false;
}

/* Rings and batches in their order and without gaps, a batch in one ring, not too large, without peers. */
static int check_order(const struct plan *plan, struct error *e)
{
	size_t first = 0; /* of the batch */

	for (size_t i = 0; i < plan->count; i++) {
		static const struct placement start = { 0 };
		const struct placement *at = &plan->host[i].at, *last = i ? &plan->host[i - 1].at : &start;
		bool next = i && at->batch == last->batch + 1;
		first = next ? i : first;
		bool fits = (next || at->batch == last->batch) && at->ring >= last->ring &&
			    at->ring <= last->ring + (next ? 1 : 0) && i - first < AT_ONCE_MAX;
		for (size_t k = first; k < i && fits; k++)
			fits = !share_a_key(&plan->host[k], &plan->host[i]);
		if (!fits)
			return error_set(e, ERROR_LOCAL, "%s is out of order", plan->host[i].name);
	}
	return 0;
}

static int check_hash(const struct plan *plan, const json_t *from, struct error *e)
{
	char hash[DIGEST_DIGITS + 1];
	json_t *again = plan_json(plan);
	bool same = again && json_equal(again, from);

	json_decref(again);
	if (!same)
		return error_set(e, ERROR_LOCAL, "it has members that no plan has, or one is not valid");
	if (plan_digest(plan, hash, e) < 0)
		return -1;
	return strcmp(hash, plan->sha256) ? error_set(e, ERROR_LOCAL, "it has been changed: its hash does not fit") : 0;
}

static int take_plan(const json_t *from, struct plan *plan, struct error *e)
{
	if (take_head(from, plan) < 0 || take_hosts(json_object_get(from, "hosts"), plan, e) < 0)
		return error_set(e, ERROR_LOCAL, "it lacks a member, or one is not valid");
	if (check_hash(plan, from, e) < 0 || check_names(plan, e) < 0)
		return -1;
	return check_order(plan, e);
}

int plan_read(struct plan *plan, const char *path, struct error *e)
{
	json_t *from = planfile_read(path, e);
	struct error why = { 0 };

	if (!from)
		return -1;
	int rc = take_plan(from, plan, &why);
	json_decref(from);
	if (rc < 0)
		return error_set(e, ERROR_LOCAL, "%s is not a plan to carry out: %.250s: make it anew with --plan-out",
			path, why.cause);
	return 0;
}
