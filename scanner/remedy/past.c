/* past: what the journal knows of one change, host by host. */
#include "journal.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

void change_past_done(struct change_past *past)
{
	for (size_t i = 0; i < past->count; i++) {
		for (int act = 0; act < ACTS; act++) {
			json_decref(past->host[i].intended[act]);
			json_decref(past->host[i].outcome[act]);
		}
		json_decref(past->host[i].result);
		free(past->host[i].host);
	}
	free(past->host);
	json_decref(past->start);
	json_decref(past->resume);
	json_decref(past->end);
	json_decref(past->places);
	*past = (struct change_past){ 0 };
}

static const char *text_of(const json_t *entry, const char *key)
{
	const char *text = json_string_value(json_object_get(entry, key));

	return text ? text : "";
}

static char *lower(const char *name)
{
	char *copy = strdup(name);

	for (char *c = copy; c && *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

/* ---- Which change? ---- */
struct wanted {
	const char *id; /* NULL: the newest */
	char found[CHANGE_ID_MAX], other[CHANGE_ID_MAX];
	bool exact;
};

static void copy_id(char to[CHANGE_ID_MAX], const char *id)
{
	snprintf(to, CHANGE_ID_MAX, "%s", id);
}

static int consider(void *context, const json_t *entry)
{
	struct wanted *wanted = context;
	const char *id = text_of(entry, "change");

	if (strcmp(text_of(entry, "type"), "change_start") != 0)
		return 0;
	if (!wanted->id)
		copy_id(wanted->found, id);
	else if (!strcasecmp(id, wanted->id)) {
		copy_id(wanted->found, id);
		wanted->exact = true;
	} else if (!strncasecmp(id, wanted->id, strlen(wanted->id)) && !wanted->exact) {
		copy_id(wanted->other, wanted->found);
		copy_id(wanted->found, id);
	}
	return wanted->exact;
}

static int choose(const char *path, struct wanted *wanted, struct error *e)
{
	if (journal_each(path, consider, wanted, e) < 0)
		return -1;
	if (!*wanted->found && wanted->id)
		return error_code(e, ERROR_LOCAL, ENOENT, "the journal %s knows no change %s", path, wanted->id);
	if (!*wanted->found)
		return error_code(e, ERROR_LOCAL, ENOENT, "the journal %s knows no change yet", path);
	if (*wanted->other && !wanted->exact)
		return error_code(e, ERROR_LOCAL, EINVAL, "%s may be %s or %s: write more of it", wanted->id,
			wanted->other, wanted->found);
	return 0;
}

/* ---- Its hosts ---- */
/* Without memory it takes longer: "nothing is known" would let a worker do again what was done. */
static const struct past *look_through(const struct change_past *past, const char *host)
{
	for (size_t i = 0; i < past->count; i++)
		if (!strcasecmp(past->host[i].host, host))
			return &past->host[i];
	return NULL;
}

const struct past *change_past_of(const struct change_past *past, const char *host)
{
	OWN(own_free) char *key = lower(host);

	if (!key)
		return look_through(past, host);
	const json_t *place = json_object_get(past->places, key);
	return place ? &past->host[json_integer_value(place)] : NULL;
}

static struct past *add_host(struct change_past *past, const char *host)
{
	OWN(own_free) char *key = lower(host), *name = strdup(host);

	if (past->count == past->room) {
		size_t room = past->room ? 2 * past->room : 16;
		struct past *more = realloc(past->host, room * sizeof(*more));
		if (!more)
			return NULL;
		past->host = more;
		past->room = room;
	}
	if (!key || !name || json_object_set_new(past->places, key, json_integer((json_int_t)past->count)) < 0)
		return NULL;
	past->host[past->count] = (struct past){ .host = TAKE(name) };
	return &past->host[past->count++];
}

static void keep(json_t **slot, const json_t *entry)
{
	json_decref(*slot);
	*slot = json_incref((json_t *)entry);
}

static void forget(json_t **slot)
{
	json_decref(*slot);
	*slot = NULL;
}

struct collecting {
	struct change_past *past;
	struct error *e;
};

static int add_to_host(struct collecting *c, const char *type, const json_t *entry)
{
	const char *host = text_of(entry, "host");
	struct past *past = (struct past *)change_past_of(c->past, host);
	int act = act_of_name(text_of(entry, "act"));
	bool result = !strcmp(type, "change_result");

	if (!*host || (!result && act < 0))
		return error_set(c->e, ERROR_LOCAL,
			"line %lld of the journal is of another version of this program: it says nothing that this one "
			"can continue",
			(long long)json_integer_value(json_object_get(entry, "seq")));
	if (!past && !(past = add_host(c->past, host)))
		return error_set(c->e, ERROR_LOCAL, "out of memory for a change of %zu hosts", c->past->count);
	if (result)
		keep(&past->result, entry);
	else if (!strcmp(type, "change_outcome"))
		keep(&past->outcome[act], entry);
	else {
		keep(&past->intended[act], entry);
		forget(&past->outcome[act]);
		forget(&past->result);
	}
	return 0;
}

static int collect(void *context, const json_t *entry)
{
	struct collecting *c = context;
	const char *type = text_of(entry, "type");

	if (strcmp(text_of(entry, "change"), c->past->id) != 0)
		return 0;
	if (!strcmp(type, "change_start"))
		keep(&c->past->start, entry);
	else if (!strcmp(type, "change_end"))
		keep(&c->past->end, entry);
	else if (!strcmp(type, "change_resume")) {
		keep(&c->past->resume, entry);
		forget(&c->past->end);
	} else if (!strcmp(type, "change_intent") || !strcmp(type, "change_outcome") || !strcmp(type, "change_result"))
		return add_to_host(c, type, entry);
	return 0;
}

int journal_change(const char *path, const char *id, struct change_past *past, struct error *e)
{
	struct wanted wanted = { .id = id };
	struct collecting collecting = { past, e };

	if (choose(path, &wanted, e) < 0)
		return -1;
	copy_id(past->id, wanted.found);
	if (!(past->places = json_object()))
		return error_set(e, ERROR_LOCAL, "out of memory");
	if (journal_each(path, collect, &collecting, e) < 0)
		return -1;
	return e->kind == ERROR_NONE ? 0 : -1;
}
