/* html_waivers: who answers for which findings, and until when: the waivers that the run went by, as its description
 * lists them, and those that its records name. The first to end comes first; what has expired is loud, because its
 * findings count again. */
#include "html_page.h"

#include <stdlib.h>
#include <string.h>

#include "counted.h"
#include "language.h"

enum { WAIVERS_MAX = 200, FOLDED_GROUPS = 12 };

struct shown_waiver {
	const json_t *waiver;
	const struct html_names *hosts; /* that it took; NULL: none */
	enum waiver_status status;
};

struct shown_waivers {
	struct shown_waiver *waiver;
	size_t count;
	unsigned expired;
};

static void shown_done(struct shown_waivers *list)
{
	free(list->waiver);
}

static const char *text_at(const json_t *waiver, const char *key)
{
	const char *text = json_string_value(json_object_get(waiver, key));

	return text ? text : "";
}

static void add(
	struct shown_waivers *list, const struct page *page, const json_t *waiver, const struct html_names *hosts)
{
	struct shown_waiver *w = &list->waiver[list->count++];

	*w = (struct shown_waiver){ waiver, hosts, waiver_status(waiver, page->run->started) };
	if (!hosts && w->status != WAIVER_EXPIRED)
		w->status = WAIVER_UNUSED;
	list->expired += w->status == WAIVER_EXPIRED;
}

static bool is_used(const struct html_survey *s, const char *id)
{
	for (size_t i = 0; i < s->waiver_count; i++)
		if (!strcmp(text_at(s->waiver[i].waiver, "id"), id))
			return true;
	return false;
}

static int by_end(const void *x, const void *y)
{
	const struct shown_waiver *a = x, *b = y;
	int order = strcmp(text_at(a->waiver, "expires"), text_at(b->waiver, "expires"));

	return order ? order : strcmp(text_at(a->waiver, "id"), text_at(b->waiver, "id"));
}

static int list_of(struct shown_waivers *list, const struct page *page, struct error *e)
{
	const json_t *described = json_object_get(page->run->meta, "waivers"), *waiver;
	const struct html_survey *s = &page->survey;
	size_t i;

	list->waiver = calloc(s->waiver_count + json_array_size(described) + 1, sizeof(*list->waiver));
	if (!list->waiver)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	for (i = 0; i < s->waiver_count; i++)
		add(list, page, s->waiver[i].waiver, &s->waiver[i].hosts);
	json_array_foreach(described, i, waiver) if (!is_used(s, text_at(waiver, "id"))) add(list, page, waiver, NULL);
	qsort(list->waiver, list->count, sizeof(*list->waiver), by_end);
	return 0;
}

static int row(const struct page *page, const struct shown_waiver *w, struct error *e)
{
	char key[40];

	page_put(page, "<tr>");
	page_cell(page, "th scope=\"row\"", text_at(w->waiver, "id"));
	snprintf(key, sizeof(key), "wv.%s", waiver_status_name(w->status));
	page_text(page,
		w->status == WAIVER_ACTIVE   ? "td"
		: w->status == WAIVER_UNUSED ? "td class=\"dim\""
					     : "td class=\"bad\"",
		key);
	page_cell(page, "td", text_at(w->waiver, "expires"));
	page_cell(page, "td", text_at(w->waiver, "owner"));
	page_count(page, w->hosts ? w->hosts->count : 0);
	if (!w->hosts) /* whom it would be for */
		page_cell(page, "td class=\"folded dim\"", text_at(w->waiver, "hosts"));
	else if (page_folded(page, "td", w->hosts, FOLDED_GROUPS, e) < 0)
		return -1;
	page_cell(page, "td", text_at(w->waiver, "reason"));
	const char *ticket = text_at(w->waiver, "ticket");
	page_cell(page, "td", *ticket ? ticket : NULL);
	page_put(page, "</tr>\n");
	return 0;
}

static int table(const struct page *page, const struct shown_waivers *list, struct error *e)
{
	size_t shown = list->count < WAIVERS_MAX ? list->count : WAIVERS_MAX;

	page_put(page, "<section id=\"waivers\">");
	page_text(page, "h2", "wv");
	if (list->expired)
		SAY(page, "p class=\"loud\"", "wv.loud", list->expired);
	TABLE(page, "wv.about", "id", "c.state", "wv.expires", "wv.owner", "count#", "servers", "reason", "wv.ticket");
	for (size_t i = 0; i < shown; i++)
		if (row(page, &list->waiver[i], e) < 0)
			return -1;
	page_table_end(page);
	if (list->count > shown)
		SAY(page, "p", "more", (unsigned)(list->count - shown));
	page_put(page, "</section>\n");
	return 0;
}

int html_waivers(const struct page *page, struct error *e)
{
	OWN_VALUE(shown_done) struct shown_waivers list = { 0 };

	if (list_of(&list, page, e) < 0)
		return -1;
	return list.count ? table(page, &list, e) : 0;
}
