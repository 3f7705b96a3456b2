/* html_diff: what changed since the last run that looked at the same servers (diff.h, lineage.h). Hosts that changed in
 * the same way for the same kind of reason share a line. */
#include "html_page.h"

#include <stdlib.h>
#include <string.h>

#include "language.h"
#include "lineage.h"
#include "str.h"

enum { FOLDED_GROUPS = 6 };

static int by_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* Hosts of one line are equal but for their names. */
static int by_line(const struct diff_host *a, const struct diff_host *b)
{
	if (a->class != b->class)
		return (int)a->class - (int)b->class;
	if (a->now != b->now)
		return a->now - b->now;
	return a->before != b->before ? a->before - b->before : by_text(a->kind, b->kind);
}

static int by_line_and_name(const void *x, const void *y)
{
	const struct diff_host *a = x, *b = y;
	int order = by_line(a, b);

	return order ? order : by_text(a->host, b->host);
}

int html_compare(struct page *page, struct error *e)
{
	char id[27];

	if (lineage_before(page->store, page->run, id, e) < 0 ||
		(*id && store_run(page->store, id, &page->before, e) < 0))
		return -1;
	if (!*id)
		return 0;
	/* What this run found is told all the same. */
	if (diff_of(&page->diff, page->store, &page->before, page->run, &page->diff_failed) < 0)
		diff_done(&page->diff);
	else if (page->diff.count)
		qsort(page->diff.host, page->diff.count, sizeof(*page->diff.host), by_line_and_name);
	return 0;
}

static void state(const struct page *page, int verdict)
{
	if (verdict == DIFF_ABSENT) {
		page_cell(page, "td", NULL);
		return;
	}
	fprintf(page->out, "<td class=\"nb %s\">", verdict_name((enum verdict)verdict));
	page_state(page, "span", verdict_name((enum verdict)verdict));
	page_put(page, "</td>");
}

/* Most of the Japanese is in the host's record alone, which is there unless it was removed or never begun. */
static void both_reasons(const struct page *page, const struct diff_host *host)
{
	json_t *record = NULL, *evidence = NULL;
	struct error none = { 0 };

	if (host->now != DIFF_ABSENT)
		store_record(page->store, page->run->id, host->host, &record, &evidence, &none);
	const char *reason_ja = json_string_value(json_object_get(record, "reason_ja"));
	OWN_VALUE(str_done) struct str japanese = { 0 };
	if (host->origin_ja)
		str_addf(&japanese, "%s%s", host->origin_ja, reason_ja ? "; " : "");
	str_add(&japanese, reason_ja ? reason_ja : "");
	page_either(page, host->reason, japanese.len ? str_text(&japanese) : NULL);
	json_decref(record);
	json_decref(evidence);
}

/* The first host's; the others' need not be the same. */
static void reason(const struct page *page, const struct diff_host *host, size_t count)
{
	bool differ = false;

	for (size_t i = 1; i < count; i++)
		differ = differ || by_text(host[i].reason, host->reason) != 0;
	page_put(page, "<td class=\"finding\">");
	if (host->reason)
		both_reasons(page, host);
	if (differ) {
		page_put(page, " ");
		page_text(page, "span class=\"dim\"", "ch.differ");
	}
	page_put(page, "</td></tr>\n");
}

static int line(const struct page *page, const struct diff_host *host, size_t count, struct error *e)
{
	struct html_names names = { .name = calloc(count, sizeof(char *)), .count = count };
	OWN(own_free) char **borrowed = names.name;
	char key[40];

	if (!borrowed)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	for (size_t i = 0; i < count; i++)
		borrowed[i] = host[i].host;
	snprintf(key, sizeof(key), "dc.%s", diff_class_name(host->class));
	page_put(page, "<tr>");
	page_text(page, "th scope=\"row\"", key);
	page_count(page, count);
	if (page_folded(page, "td", &names, FOLDED_GROUPS, e) < 0)
		return -1;
	state(page, host->before);
	state(page, host->now);
	reason(page, host, count);
	return 0;
}

static int table(const struct page *page, struct error *e)
{
	const struct diff *diff = &page->diff;

	TABLE(page, "ch.about", "ch.what", "count#", "servers", "ch.before", "ch.now", "reason");
	for (size_t i = 0, end; i < diff->count; i = end) {
		for (end = i + 1; end < diff->count && by_line(&diff->host[i], &diff->host[end]) == 0;)
			end++;
		if (line(page, &diff->host[i], end - i, e) < 0)
			return -1;
	}
	page_table_end(page);
	return 0;
}

static int compared(const struct page *page, struct error *e)
{
	bool failed = page->diff_failed.kind != ERROR_NONE;

	page_put(page, "<p class=\"dim\">");
	page_text(page, "span", "ch.with");
	fprintf(page->out, " <code>%s</code>, ", page->before.id);
	page_time(page, page->before.ended);
	page_put(page, " \xc2\xb7 ");
	if (failed) {
		page_text(page, "b class=\"bad\"", "ch.failed");
		page_put(page, " ");
		page_shown(page, page->diff_failed.cause);
	} else
		SAY(page, "span", "ch.same", (unsigned)page->diff.same);
	page_put(page, "</p>");
	return page->diff.count ? table(page, e) : 0;
}

int html_diff(const struct page *page, struct error *e)
{
	page_put(page, "<section id=\"diff\">");
	page_text(page, "h2", "ch");
	if (!*page->before.id)
		page_text(page, "p class=\"dim\"", "ch.none_before");
	else if (compared(page, e) < 0)
		return -1;
	page_put(page, "</section>\n");
	return 0;
}
