/* html_island: the data that the script works on: a short row of every host, and what is known about those with a
 * problem, with its evidence. Both are bounded: a page of 10,000 hosts has to open in a browser (UX section 2.6). */
#include "html_page.h"

#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "history.h"
#include "html_detail.h"
#include "language.h"
#include "own.h"
#include "page.h"

enum {
	PAGE_MIN = 960 << 10, /* bytes that a page may have for its first SMALL hosts ... */
	SMALL = 1000,
	PAGE_PER_HOST = 550,     /* ... and for each one more; details get what the rest leaves of it */
	EVIDENCE_ALL_MAX = 2000, /* hosts; of a larger fleet only those with a problem show theirs */
};

struct island {
	const struct page *page;
	size_t written;
	size_t room; /* bytes left for details */
	bool failed;
	struct error *e;
};

static json_t *number(int64_t value)
{
	return value == UNSEEN ? json_null() : json_integer(value);
}

static char *dump(json_t *value)
{
	char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

	json_decref(value);
	return text;
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
		host->cause ? host->cause->kind : NULL, html_bounded(host->reason, REASON_MAX),
		html_bounded(host->reason_ja, REASON_JA_MAX), host->hypervisor, number(host->since), states);
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
	json_t *detail = html_detail(record, evidence);
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

	if (page_each(page, all ? STORE_BY_VERDICT : STORE_PROBLEMS, with, each_detail, &island, e) < 0 ||
		island.failed)
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
