/* recorded: see the header. */
#include "recorded.h"
#include "journal.h"
#include "language.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct search {
	json_t *types;
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

/* Reverts are what was asked for afterwards, not what there was before. */
static bool leaves_changed(const json_t *entry)
{
	int result = repair_result_of_name(text(entry, "result"));

	return !strcmp(text(entry, "type"), "change_result") && !strcmp(text(entry, "action"), "isolate") &&
	       (result == RESULT_FIXED || result == RESULT_FIXED_PARTIAL || result == RESULT_FIX_PENDING ||
		       result == RESULT_FIX_FAILED);
}

/* A repair that found the type changed already (by one that was to restart later) does not know what it was before. */
static int note(void *context, const json_t *entry)
{
	struct search *search = context;
	const json_t *type = json_object_get(json_object_get(entry, "before"), "service_type");

	if (!leaves_changed(entry) || !json_is_string(type) ||
		(!search->change && !strcasecmp(json_string_value(type), own)) ||
		(search->change && strcmp(text(entry, "change"), search->change) != 0))
		return 0;
	search->failed = recorded_add(search->types, text(entry, "host"), json_string_value(type)) < 0;
	return search->failed;
}

json_t *recorded_types(const char *journal, const char *change, struct error *e)
{
	struct search search = { .types = json_object(), .change = change };

	if (!search.types)
		error_set(e, ERROR_LOCAL, _("out of memory"));
	else if (journal_each(journal, note, &search, e) == 0 && !search.failed)
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
