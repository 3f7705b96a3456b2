/* state: see the header. */
#include "state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "value.h"

enum {
	TEXT_MAX = 256,      /* bytes of a name or a type: what a plan holds can be read back */
	SAME_BOOT_S = 2 * 60 /* Windows derives the time of its boot from a clock that is set meanwhile */
};

void state_done(struct state *state)
{
	free(state->service_type);
	free(state->start_mode);
	free(state->run_state);
	names_done(&state->group);
	names_done(&state->stops);
	names_done(&state->writers);
	*state = (struct state){ .pid = UNSEEN, .last_boot = UNSEEN };
}

static int copy_text(char **to, const char *text, struct error *e)
{
	if (text && !(*to = strdup(text)))
		return error_set(e, ERROR_LOCAL, "out of memory");
	return 0;
}

static int copy_names(struct names *to, const struct names *from, struct error *e)
{
	for (size_t i = 0; i < from->count; i++)
		if (names_add(to, from->name[i], e) < 0)
			return -1;
	return 0;
}

static int copy_service(struct state *state, const struct service *service, struct error *e)
{
	state->pid = service->pid;
	if (copy_text(&state->service_type, service->service_type, e) < 0 ||
		copy_text(&state->start_mode, service->start_mode, e) < 0)
		return -1;
	return copy_text(&state->run_state, service->state, e);
}

/* Only a list that is whole: one with damaged writers may lack some. */
static int copy_writers(struct state *state, const struct vss_facts *vss, struct error *e)
{
	if (vss->outcome != VSS_WRITERS && vss->outcome != VSS_EMPTY)
		return 0;
	for (size_t i = 0; i < vss->count; i++)
		if (vss->writer[i].name && names_add(&state->writers, vss->writer[i].name, e) < 0)
			return -1;
	names_sort(&state->writers);
	state->writers_known = true;
	return 0;
}

/* Hands a whole state on; *made stays fit for state_done(). */
static int give(struct state *to, struct state *made)
{
	*to = *made;
	*made = (struct state){ .pid = UNSEEN, .last_boot = UNSEEN };
	return 0;
}

int state_of(struct state *state, const struct facts *facts, struct error *e)
{
	const struct eventsystem_facts *self = &facts->eventsystem;
	OWN_VALUE(state_done) struct state made = { .pid = UNSEEN, .last_boot = facts->environment.last_boot };

	*state = (struct state){ .pid = UNSEEN, .last_boot = UNSEEN };
	if (self->service && copy_service(&made, self->service, e) < 0)
		return -1;
	for (size_t i = 0; i < self->shared_count; i++)
		if (names_add(&made.group, self->shared_with[i]->name, e) < 0)
			return -1;
	names_sort(&made.group);
	if (copy_writers(&made, &facts->vss, e) < 0)
		return -1;
	return give(state, &made);
}

int state_copy(struct state *to, const struct state *from, struct error *e)
{
	OWN_VALUE(state_done) struct state made = { .pid = from->pid, .last_boot = from->last_boot };

	if (copy_text(&made.service_type, from->service_type, e) < 0 ||
		copy_text(&made.start_mode, from->start_mode, e) < 0 ||
		copy_text(&made.run_state, from->run_state, e) < 0 || copy_names(&made.group, &from->group, e) < 0 ||
		copy_names(&made.stops, &from->stops, e) < 0 || copy_names(&made.writers, &from->writers, e) < 0)
		return -1;
	made.stops_known = from->stops_known;
	made.writers_known = from->writers_known;
	return give(to, &made);
}

static json_t *text_value(const char *text)
{
	return value_text(text, TEXT_MAX - strlen("..."));
}

static json_t *names_value(const struct names *names, bool known)
{
	return known ? value_texts(names->name, names->count, TEXT_MAX - strlen("...")) : json_null();
}

json_t *state_json(const struct state *state)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "service_type", text_value(state->service_type),
		"start_mode", text_value(state->start_mode), "state", text_value(state->run_state), "pid",
		value_number(state->pid), "last_boot", value_time(state->last_boot), "group",
		names_value(&state->group, true), "stops", names_value(&state->stops, state->stops_known), "writers",
		names_value(&state->writers, state->writers_known));
}

/* ---- what a plan or a journal says ---- */

static const char *text_in(const json_t *value)
{
	const char *text = json_string_value(value);
	size_t len = json_string_length(value);

	return text && len && len <= TEXT_MAX && strlen(text) == len ? text : NULL;
}

static int read_text(const json_t *value, char **to, struct error *e)
{
	if (json_is_null(value))
		return 0;
	const char *text = text_in(value);
	return text ? copy_text(to, text, e) : -1;
}

static int read_pid(const json_t *value, int64_t *pid)
{
	if (json_is_null(value))
		return 0;
	*pid = json_integer_value(value);
	return json_is_integer(value) && *pid >= 0 && *pid <= UINT32_MAX ? 0 : -1;
}

static int read_time(const json_t *value, int64_t *seconds)
{
	char again[VALUE_TIME];
	time_t at;

	if (json_is_null(value))
		return 0;
	const char *text = text_in(value);
	if (!text || !time_read(text, &at) || !time_utc(again, at) || strcmp(text, again) != 0)
		return -1;
	*seconds = at;
	return 0;
}

/* known: null stands for a list that is not known; NULL: it must be one. */
static int read_names(
	const json_t *value, bool (*valid)(const char *name), struct names *names, bool *known, struct error *e)
{
	size_t i;
	json_t *item;

	if (known && json_is_null(value))
		return 0;
	if (!json_is_array(value))
		return -1;
	json_array_foreach(value, i, item)
	{
		const char *name = text_in(item);
		if (!name || (valid && !valid(name)) || names_add(names, name, e) < 0)
			return -1;
	}
	if (known)
		*known = true;
	return 0;
}

int state_read(struct state *state, const json_t *from, struct error *e)
{
	OWN_VALUE(state_done) struct state made = { .pid = UNSEEN, .last_boot = UNSEEN };

	*state = (struct state){ .pid = UNSEEN, .last_boot = UNSEEN };
	if (read_text(json_object_get(from, "service_type"), &made.service_type, e) < 0 ||
		read_text(json_object_get(from, "start_mode"), &made.start_mode, e) < 0 ||
		read_text(json_object_get(from, "state"), &made.run_state, e) < 0 ||
		read_pid(json_object_get(from, "pid"), &made.pid) < 0 ||
		read_time(json_object_get(from, "last_boot"), &made.last_boot) < 0 ||
		read_names(json_object_get(from, "group"), NULL, &made.group, NULL, e) < 0 ||
		read_names(json_object_get(from, "stops"), name_is_plain, &made.stops, &made.stops_known, e) < 0 ||
		read_names(json_object_get(from, "writers"), NULL, &made.writers, &made.writers_known, e) < 0)
		return error_set(e, ERROR_PARSE, "the state of EventSystem lacks a member, or one is not valid");
	names_sort(&made.group);
	names_sort(&made.writers);
	return give(state, &made);
}

/* ---- the same, or not? ---- */

/* As JSON, where no text runs into the next and what is not known differs from what is empty. */
static json_t *what_counts(const struct state *state)
{
	static const char *const members[] = { "service_type", "start_mode", "pid", "group", "stops" };
	json_t *all = state_json(state), *some = json_object();

	FOR_EACH(member, members)
		if (json_object_set(some, *member, json_object_get(all, *member)) < 0) {
			json_decref(some);
			some = NULL;
		}
	json_decref(all);
	return some;
}

int state_fingerprint(const struct state *state, char fingerprint[DIGEST_DIGITS + 1])
{
	json_t *counting = what_counts(state);
	OWN(own_free) char *text = counting ? json_dumps(counting, JSON_SORT_KEYS | JSON_COMPACT) : NULL;

	json_decref(counting);
	fingerprint[0] = '\0';
	return text && digest_of(fingerprint, text, strlen(text)) ? 0 : -1;
}

bool state_same_boot(const struct state *a, const struct state *b)
{
	if (a->last_boot == UNSEEN || b->last_boot == UNSEEN)
		return false;
	return llabs(a->last_boot - b->last_boot) <= SAME_BOOT_S;
}
