/* html_island: the data that the script works on: a short row of every host, and what is known about those with a
 * problem, with its evidence. Both are bounded: a page of 10,000 hosts has to open in a browser (UX section 2.6). */
#include "html_page.h"

#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "history.h"
#include "language.h"
#include "own.h"
#include "page.h"

enum {
	PAGE_MIN = 1000 << 10, /* bytes that a page may have for its first SMALL hosts ... */
	SMALL = 1000,
	PAGE_PER_HOST = 560,     /* ... and for each one more; details get what the rest leaves of it */
	EVIDENCE_ALL_MAX = 2000, /* hosts; of a larger fleet only those with a problem show theirs */
	REASON_MAX = 110,        /* bytes, in a row; a longer one is whole among the details */
	REASON_JA_MAX = 150,
	RAW_MAX = 24 << 10,      /* bytes of one host's vssadmin output */
	EVENTS_MAX = 24,         /* of one host; the rest is in events.csv */
	EVENT_TEXT_MAX = 300,    /* bytes */
};

struct island {
	const struct page *page;
	size_t written;
	size_t room; /* bytes left for details */
	bool failed;
	struct error *e;
};

static char *dump(json_t *value)
{
	char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

	json_decref(value);
	return text;
}

static json_t *number(int64_t value)
{
	return value == UNSEEN ? json_null() : json_integer(value);
}

/* At most max bytes of text, cut between characters and then ending in an ellipsis; null for NULL. */
static json_t *bounded(const char *text, size_t max)
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

/* The order is that of FIELDS in the script; a host's badges come last. */
static json_t *row_of(const struct page *page, const struct shown_host *host)
{
	char states[PAST_STATES];

	past_states(&page->past, host->name, states);
	json_t *row = json_pack("[s s s? O? s? o o o o o o o o s? o o s? o s]", host->name, verdict_name(host->verdict),
		host->address, json_array_size(host->groups) ? host->groups : NULL, host->os, number(host->found),
		number(host->expected), number(host->unexpected), number(host->com), number(host->pid),
		number(host->others), number(host->backup), number(host->checked),
		host->cause ? host->cause->kind : NULL, bounded(host->reason, REASON_MAX),
		bounded(host->reason_ja, REASON_JA_MAX), host->hypervisor, number(host->since), states);
	json_t *badges = html_badges(page, host);

	if (json_array_size(badges))
		json_array_append(row, badges);
	json_decref(badges);
	return row;
}

bool html_add_row(const struct page *page, const struct shown_host *host)
{
	OWN(own_free) char *text = dump(row_of(page, host));

	if (!text)
		return false;
	fputs(page->survey.total > 1 ? ",\n" : "", page->rows);
	escape_json_island(page->rows, text);
	return true;
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
			json_array_set_new(row, 3, bounded(text, EVENT_TEXT_MAX));
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
		json_object_set_new(shown, "raw", bounded(raw, RAW_MAX));
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

static json_t *detail_of(json_t *record, json_t *evidence)
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

/* The process that EventSystem was in before a change repaired the host (UX section 2.4). */
static int add_before(struct island *island, const struct shown_host *host, json_t *detail)
{
	json_t *before = NULL;

	if (host->repaired == UNSEEN)
		return 0;
	if (history_process(island->page->store, host->name, host->repaired, &before, island->e) < 0)
		return -1;
	if (before)
		json_object_set_new(detail, "before", before);
	return 0;
}

/* A host whose details there is no room for is left out, and the script says so. */
static int put_detail(struct island *island, const struct shown_host *host, json_t *detail)
{
	OWN(own_free) char *name = dump(json_string(host->name)), *text = dump(json_incref(detail));
	FILE *out = island->page->out;

	if (!name || !text)
		return error_set(island->e, ERROR_LOCAL, _("out of memory"));
	size_t len = strlen(name) + strlen(text) + strlen(",\n:");
	if (len > island->room)
		return 0;
	island->room -= len;
	fputs(island->written++ ? ",\n" : "", out);
	escape_json_island(out, name);
	putc(':', out);
	escape_json_island(out, text);
	return 0;
}

static int each_detail(void *context, json_t *record, json_t *evidence)
{
	struct island *island = context;
	struct shown_host host;

	if (!html_host(&host, record))
		return 1;
	if (host.checked == UNSEEN)
		return 0;
	json_t *detail = detail_of(record, evidence);
	island->failed = add_before(island, &host, detail) < 0 || put_detail(island, &host, detail) < 0;
	json_decref(detail);
	return island->failed;
}

/* Those without a problem that show what a repair did. */
static int remedied(struct island *island, int with_evidence)
{
	const struct page *page = island->page;
	const struct html_names *names = &page->survey.remedied;

	for (size_t i = 0; i < names->count && !island->failed; i++) {
		json_t *record, *evidence;
		if (store_record(page->store, page->run->id, names->name[i], &record, &evidence, island->e) < 0)
			return -1;
		each_detail(island, record, with_evidence ? evidence : NULL);
		json_decref(record);
		json_decref(evidence);
	}
	return island->failed ? -1 : 0;
}

static size_t details_room(const struct page *page, bool all)
{
	size_t hosts = page->survey.total, most = PAGE_MIN, taken;

	if (all)
		return SIZE_MAX;
	if (hosts > SMALL)
		most += (hosts - SMALL) * PAGE_PER_HOST;
	fflush(page->out);
	taken = page->seal->written + page_report_js_len;
	return taken < most ? most - taken : 0;
}

static int details(const struct page *page, struct error *e)
{
	bool all = page->options->evidence == EVIDENCE_ALL && page->survey.total <= EVIDENCE_ALL_MAX;
	int with = page->options->evidence != EVIDENCE_NONE;
	struct island island = { page, 0, details_room(page, all), false, e };

	if (page_each(page, all ? STORE_BY_VERDICT : STORE_PROBLEMS, with, each_detail, &island, e) < 0 || island.failed)
		return -1;
	return all ? 0 : remedied(&island, with);
}

/* When each run of the trend began, the newest first. */
static void runs(const struct page *page)
{
	page_put(page, "<script type=\"application/json\" id=\"runs\">[");
	for (size_t i = 0; i < page->past.count; i++)
		fprintf(page->out, i ? ",%lld" : "%lld", (long long)page->past.run[i].at);
	page_put(page, "]</script>\n");
}

int html_islands(const struct page *page, struct error *e)
{
	OWN(own_free) char *strings = json_dumps(page->strings, JSON_COMPACT);

	if (!strings)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	page_put(page, "<script type=\"application/json\" id=\"strings\">");
	escape_json_island(page->out, strings);
	page_put(page, "</script>\n");
	runs(page);
	page_put(page, "<script type=\"application/json\" id=\"rows\">[");
	page_put(page, page->rows_text);
	page_put(page, "]</script>\n<script type=\"application/json\" id=\"details\">{");
	if (details(page, e) < 0)
		return -1;
	page_put(page, "}</script>\n");
	return 0;
}
