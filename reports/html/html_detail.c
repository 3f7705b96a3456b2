/* html_detail: see the header. Lists of objects become lists of arrays, and what is unknown is left out: a page holds
 * many of them. */
#include "html_detail.h"

#include <stdint.h>
#include <string.h>

#include "own.h"

enum {
	RAW_MAX = 24 << 10,   /* bytes of one host's vssadmin output */
	EVENTS_MAX = 24,      /* of one host; the rest is in events.csv */
	EVENT_TEXT_MAX = 300, /* bytes */
};

json_t *html_bounded(const char *text, size_t max)
{
	size_t len = text ? strnlen(text, max + 1) : 0;

	if (!text)
		return json_null();
	if (len <= max)
		return json_stringn(text, len);
	for (len = max; len && ((unsigned char)text[len] & 0xc0) == 0x80;)
		len--;
	return json_sprintf("%.*s\xe2\x80\xa6", (int)len, text);
}

/* Unknown is null in a record; here it is left out, in place. */
static void drop_nulls(json_t *object)
{
	const char *key;
	json_t *value;
	void *next;

	json_object_foreach_safe(
		object, next, key, value) if (json_is_null(value) || (json_is_array(value) && !json_array_size(value)))
		json_object_del(object, key);
	else if (json_is_object(value))
	{
		drop_nulls(value);
		if (!json_object_size(value))
			json_object_del(object, key);
	}
}

/* The values of keys in a list of objects, as a list of arrays. */
static json_t *columns_of(json_t *list, const char *const *keys, size_t most)
{
	json_t *rows = json_array(), *object;
	size_t i;

	json_array_foreach(list, i, object)
	{
		json_t *row = json_array();
		if (i == most) {
			json_decref(row);
			break;
		}
		for (const char *const *key = keys; *key; key++) {
			json_t *value = json_object_get(object, *key);
			json_array_append_new(row, value ? json_incref(value) : json_null());
		}
		json_array_append_new(rows, row);
	}
	return rows;
}

static json_t *events_of(json_t *list)
{
	static const char *const keys[] = { "time", "id", "hr", "text", "live", NULL };
	json_t *rows = columns_of(list, keys, EVENTS_MAX), *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		const char *text = json_string_value(json_array_get(row, 3));
		if (text)
			json_array_set_new(row, 3, html_bounded(text, EVENT_TEXT_MAX));
	}
	return rows;
}

static json_t *evidence_of_page(json_t *evidence)
{
	static const char *const service_keys[] = { "pid", "name", "path", NULL };
	const char *raw = json_string_value(json_object_get(evidence, "vssadmin"));
	json_t *events = json_object_get(evidence, "events"), *shown = json_object();
	size_t count = json_array_size(events);

	if (raw)
		json_object_set_new(shown, "raw", html_bounded(raw, RAW_MAX));
	if (raw && strlen(raw) > RAW_MAX)
		json_object_set_new(shown, "raw_cut", json_true());
	json_object_set(shown, "codepage", json_object_get(evidence, "vssadmin_codepage"));
	json_object_set(shown, "note", json_object_get(evidence, "vssadmin_note"));
	json_object_set_new(shown, "events", events_of(events));
	if (count > EVENTS_MAX)
		json_object_set_new(shown, "events_left", json_integer((json_int_t)(count - EVENTS_MAX)));
	json_object_set_new(
		shown, "services", columns_of(json_object_get(evidence, "services"), service_keys, SIZE_MAX));
	return shown;
}

/* The row has it whole. */
static void drop_short(json_t *detail, const char *key, size_t max)
{
	const char *text = json_string_value(json_object_get(detail, key));

	if (text && strlen(text) <= max)
		json_object_del(detail, key);
}

json_t *html_detail(json_t *record, json_t *evidence)
{
	static const char *const in_row[] = { "type", "schema", "run", "host", "verdict", "checked_at", "since",
		"waiver" };
	static const char *const writer_keys[] = { "name", "state", "state_text", "last_error", "service", NULL };
	json_t *detail = json_deep_copy(record), *vss = json_object_get(detail, "vss");

	json_object_set(detail, "source", json_object_get(json_object_get(record, "host"), "source"));
	FOR_EACH(key, in_row)
		json_object_del(detail, *key);
	drop_short(detail, "reason", REASON_MAX);
	drop_short(detail, "reason_ja", REASON_JA_MAX);
	if (json_object_get(vss, "writers"))
		json_object_set_new(vss, "writers", columns_of(json_object_get(vss, "writers"), writer_keys, SIZE_MAX));
	json_object_del(vss, "raw_sha256");
	if (evidence)
		json_object_set_new(detail, "evidence", evidence_of_page(evidence));
	drop_nulls(detail);
	return detail;
}
