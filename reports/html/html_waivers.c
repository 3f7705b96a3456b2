/* html_waivers: who answers for which findings, and until when, as the records of the run say it. A waiver that took
 * none of them is in no record, and so not here. */
#include "html_page.h"

#include <stdlib.h>
#include <string.h>

#include "counted.h"

enum { WAIVERS_MAX = 200, FOLDED_GROUPS = 12 };

static const char *text_at(const struct survey_waiver *w, const char *key)
{
	return json_string_value(json_object_get(w->waiver, key));
}

static int by_text(const struct survey_waiver *a, const struct survey_waiver *b, const char *key)
{
	const char *x = text_at(a, key), *y = text_at(b, key);

	return strcmp(x ? x : "", y ? y : "");
}

/* The first to end comes first. */
static int by_end(const void *x, const void *y)
{
	int order = by_text(x, y, "expires");

	return order ? order : by_text(x, y, "id");
}

static void cell(const struct page *page, const struct survey_waiver *w, const char *key)
{
	page_put(page, "<td>");
	page_shown(page, text_at(w, key));
	page_put(page, "</td>");
}

static int row(const struct page *page, const struct survey_waiver *w, struct error *e)
{
	enum waiver_status status = waiver_status(w->waiver, page->run->started);
	char key[40];

	page_put(page, "<tr><th scope=\"row\">");
	page_shown(page, text_at(w, "id"));
	page_put(page, "</th>");
	snprintf(key, sizeof(key), "wv.%s", waiver_status_name(status));
	page_text(page, status == WAIVER_ACTIVE ? "td" : "td class=\"bad\"", key);
	cell(page, w, "expires");
	cell(page, w, "owner");
	page_put(page, "<td class=\"num\">");
	page_grouped(page, (unsigned)w->hosts.count);
	page_put(page, "</td>");
	if (page_folded(page, "td", &w->hosts, FOLDED_GROUPS, e) < 0)
		return -1;
	cell(page, w, "reason");
	cell(page, w, "ticket");
	page_put(page, "</tr>\n");
	return 0;
}

int html_waivers(const struct page *page, struct error *e)
{
	static const char *const heads[] = { "c.state", "wv.expires", "wv.owner", "nc.count", "nc.hosts", "wv.reason",
		"wv.ticket" };
	const struct html_survey *s = &page->survey;
	size_t shown = s->waiver_count < WAIVERS_MAX ? s->waiver_count : WAIVERS_MAX;

	if (!s->waiver_count)
		return 0;
	qsort(s->waiver, s->waiver_count, sizeof(*s->waiver), by_end);
	page_put(page, "<section id=\"waivers\">");
	page_text(page, "h2", "wv");
	page_put(page, "<div class=\"scroll\"><table>");
	page_text(page, "caption", "wv.about");
	page_put(page, "<thead><tr><th scope=\"col\">ID</th>");
	FOR_EACH(head, heads)
		page_text(
			page, strcmp(*head, "nc.count") ? "th scope=\"col\"" : "th scope=\"col\" class=\"num\"", *head);
	page_put(page, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < shown; i++)
		if (row(page, &s->waiver[i], e) < 0)
			return -1;
	page_put(page, "</tbody></table></div>");
	if (s->waiver_count > shown)
		SAY(page, "p", "wv.more", (unsigned)(s->waiver_count - shown));
	page_put(page, "</section>\n");
	return 0;
}
