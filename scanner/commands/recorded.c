/* recorded: see the header. */
#include "recorded.h"
#include "journal.h"
#include "language.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct search {
	json_t *types;
	json_t *by;         /* the change that altered the type, by host */
	json_t *intended;   /* the type before an intent, by change and host */
	const char *change; /* NULL: any */
	bool failed;
};

static const char *text(const json_t *entry, const char *key)
{
	const char *value = json_string_value(json_object_get(entry, key));
	return value ? value : "";
}

static char *lower(const char *name)
{
	char *copy = strdup(name);

	for (char *c = copy; c && *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

int recorded_add(json_t *types, const char *host, const char *type)
{
	OWN(own_free) char *name = lower(host);
	return name ? json_object_set_new(types, name, json_string(type)) : -1;
}

static const char own[] = "Own Process";

/* A change that found the type own already (by one that was to restart later) does not know what it was before; and
 * what a revert finds is what it undoes. */
static int note_intent(struct search *search, const json_t *entry, const char *key)
{
	json_t *before = json_object_get(json_object_get(entry, "before"), "service_type");

	if (!json_is_string(before) || !strcasecmp(json_string_value(before), own))
		return 0;
	return json_object_set(search->intended, key, before);
}

/* However the repair ended: one that had to wait may have altered the type. */
static int note_configured(struct search *search, const json_t *entry, const char *key, const char *name)
{
	json_t *before = json_object_get(search->intended, key);

	if (!before)
		return 0;
	return json_object_set(search->types, name, before) < 0 ||
	       json_object_set(search->by, name, json_object_get(entry, "change")) < 0;
}

static void note_undone(struct search *search, const json_t *entry, const char *name)
{
	if (!json_equal(json_object_get(search->by, name), json_object_get(entry, "change")))
		return;
	json_object_del(search->types, name);
	json_object_del(search->by, name);
}

static char *key_of(const char *change, const char *name)
{
	char *key = NULL;
	return name && asprintf(&key, "%s %s", change, name) >= 0 ? key : NULL;
}

static int note(void *context, const json_t *entry)
{
	const char *type = text(entry, "type"), *change = text(entry, "change");
	struct search *search = context;
	int act = act_of_name(text(entry, "act"));
	bool done = !strcmp(type, "change_outcome") && json_is_true(json_object_get(entry, "done"));

	if ((act != ACT_CONFIGURE && act != ACT_UNDO_CONFIGURE) ||
		(search->change && strcmp(change, search->change) != 0))
		return 0;
	OWN(own_free) char *name = lower(text(entry, "host"));
	OWN(own_free) char *key = key_of(change, name);
	if (!key)
		search->failed = true;
	else if (act == ACT_CONFIGURE && !strcmp(type, "change_intent"))
		search->failed = note_intent(search, entry, key) < 0;
	else if (act == ACT_CONFIGURE && done)
		search->failed = note_configured(search, entry, key, name) != 0;
	else if (done)
		note_undone(search, entry, name);
	return search->failed;
}

json_t *recorded_types(const char *journal, const char *change, struct error *e)
{
	struct search search = {
		.types = json_object(), .by = json_object(), .intended = json_object(), .change = change
	};
	bool whole = search.types && search.by && search.intended && journal_each(journal, note, &search, e) == 0 &&
		     !search.failed;

	json_decref(search.by);
	json_decref(search.intended);
	if (whole)
		return search.types;
	json_decref(search.types);
	error_set(e, ERROR_LOCAL, _("out of memory"));
	return NULL;
}

const char *recorded_type(const json_t *types, const char *host)
{
	OWN(own_free) char *name = lower(host);
	return name ? json_string_value(json_object_get(types, name)) : NULL;
}
