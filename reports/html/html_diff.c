/* html_diff: what changed since the last run that looked at the same servers (diff.h, lineage.h). Hosts that changed in
 * the same way for the same kind of reason share a line. */
#include "html_page.h"

#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "lineage.h"

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

static void state(const struct page *page, int verdict)
{
	if (verdict == DIFF_ABSENT) {
		page_put(page, "<td>");
		page_shown(page, NULL);
	} else {
		fprintf(page->out, "<td class=\"nb %s\">", verdict_name((enum verdict)verdict));
		page_state(page, "span", verdict_name((enum verdict)verdict));
	}
	page_put(page, "</td>");
}

/* The first host's; the others' need not be the same. */
static void reason(const struct page *page, const struct diff_host *host, size_t count)
{
	bool differ = false;

	for (size_t i = 1; i < count; i++)
		differ = differ || by_text(host[i].reason, host->reason) != 0;
	page_put(page, "<td class=\"finding\"><span lang=\"en\">");
	page_shown(page, host->reason);
	page_put(page, "</span>");
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
		return error_set(e, ERROR_LOCAL, "out of memory");
	for (size_t i = 0; i < count; i++)
		borrowed[i] = host[i].host;
	snprintf(key, sizeof(key), "dc.%s", diff_class_name(host->class));
	page_put(page, "<tr>");
	page_text(page, "th scope=\"row\"", key);
	page_put(page, "<td class=\"num\">");
	page_grouped(page, (unsigned)count);
	page_put(page, "</td>");
	if (page_folded(page, "td", &names, FOLDED_GROUPS, e) < 0)
		return -1;
	state(page, host->before);
	state(page, host->now);
	reason(page, host, count);
	return 0;
}

static int table(const struct page *page, const struct diff *diff, struct error *e)
{
	page_put(page, "<div class=\"scroll\"><table>");
	page_text(page, "caption", "ch.about");
	page_put(page, "<thead><tr>");
	page_text(page, "th scope=\"col\"", "ch.what");
	page_text(page, "th scope=\"col\" class=\"num\"", "nc.count");
	page_text(page, "th scope=\"col\"", "nc.hosts");
	page_text(page, "th scope=\"col\"", "ch.before");
	page_text(page, "th scope=\"col\"", "ch.now");
	page_text(page, "th scope=\"col\"", "wv.reason");
	page_put(page, "</tr></thead><tbody>\n");
	qsort(diff->host, diff->count, sizeof(*diff->host), by_line_and_name);
	for (size_t i = 0, end; i < diff->count; i = end) {
		for (end = i + 1; end < diff->count && by_line(&diff->host[i], &diff->host[end]) == 0;)
			end++;
		if (line(page, &diff->host[i], end - i, e) < 0)
			return -1;
	}
	page_put(page, "</tbody></table></div>");
	return 0;
}

static int compared(const struct page *page, const struct run_info *before, struct error *e)
{
	OWN_VALUE(diff_done) struct diff diff = { 0 };
	struct error why = { 0 };

	page_put(page, "<p class=\"dim\">");
	page_text(page, "span", "ch.with");
	fprintf(page->out, " <code>%s</code>, ", before->id);
	page_time(page, before->ended);
	page_put(page, " \xc2\xb7 ");
	if (diff_of(&diff, page->store, before, page->run, &why) < 0) { /* what this run found is told all the same */
		page_text(page, "b class=\"bad\"", "ch.failed");
		page_put(page, " ");
		page_shown(page, why.cause);
		page_put(page, "</p>");
		return 0;
	}
	SAY(page, "span", "ch.same", (unsigned)diff.same);
	page_put(page, "</p>");
	return diff.count ? table(page, &diff, e) : 0;
}

int html_diff(const struct page *page, struct error *e)
{
	OWN_VALUE(run_info_done) struct run_info before = { 0 };
	char id[27];

	if (lineage_before(page->store, page->run, id, e) < 0 || (*id && store_run(page->store, id, &before, e) < 0))
		return -1;
	page_put(page, "<section id=\"diff\">");
	page_text(page, "h2", "ch");
	if (!*id)
		page_text(page, "p class=\"dim\"", "ch.none_before");
	else if (compared(page, &before, e) < 0)
		return -1;
	page_put(page, "</section>\n");
	return 0;
}
