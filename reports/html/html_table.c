/* html_table: the host table as it stands without the script: the hosts with a problem, worst first. The script fills
 * it anew from the data island, where all hosts are. */
#include "html_page.h"

#include <string.h>

#include "own.h"

enum {
	ROWS_OPEN = 50, /* in the page's own table; as many as the script shows at first */
	ROWS_MAX = 300, /* with those that only a reader without scripts is shown */
};

static const struct column {
	const char *name, *class;
	bool hint;
} columns[] = {
	{ "state", "", false },
	{ "host", "", false },
	{ "group", "c-group", false },
	{ "os", "c-os", false },
	{ "finding", "", false },
	{ "writers", "num", true },
	{ "events", "num c-events", false },
	{ "eventsystem", "num c-eventsystem", true },
	{ "backup", "c-backup", false },
	{ "checked", "c-checked", false },
	{ "since", "c-since", false },
};

static void head(const struct page *page, const char *caption, bool sortable)
{
	char key[40];

	page_text(page, "caption", caption);
	page_put(page, "<thead><tr>");
	FOR_EACH(column, columns) {
		fprintf(page->out, "<th scope=\"col\" class=\"%s\">", column->class);
		snprintf(key, sizeof(key), "c.%s", column->name);
		if (sortable) {
			char tag[100];
			snprintf(tag, sizeof(tag), "button type=\"button\" disabled data-script data-sort=\"%s\"",
				column->name);
			page_text(page, tag, key);
		} else
			page_text(page, "span", key);
		snprintf(key, sizeof(key), "c.%s.hint", column->name);
		if (column->hint)
			page_text(page, "small", key);
		else if (!strcmp(column->name, "events"))
			page_put(page, "<small>8193 / 13</small>");
		page_put(page, "</th>");
	}
	page_put(page, "</tr></thead>\n<tbody>\n");
}

static void number_cell(const struct page *page, const char *class, int64_t first, const char *between, int64_t second)
{
	fprintf(page->out, "<td class=\"num%s\">", class);
	if (first == UNSEEN)
		page_shown(page, NULL);
	else
		fprintf(page->out, "%lld", (long long)first);
	if (first != UNSEEN && second != UNSEEN)
		fprintf(page->out, "%s%lld", between, (long long)second);
	page_put(page, "</td>");
}

static void groups_cell(const struct page *page, json_t *groups)
{
	size_t i;
	json_t *group;

	page_put(page, "<td class=\"c-group\">");
	if (!json_array_size(groups))
		page_shown(page, NULL);
	json_array_foreach(groups, i, group)
	{
		page_put(page, i ? ", " : "");
		page_shown(page, json_string_value(group));
	}
	page_put(page, "</td>");
}

static void finding_cell(const struct page *page, const struct shown_host *host)
{
	char key[40];

	page_put(page, "<td class=\"finding\"><div class=\"clamp\">");
	if (host->cause) {
		snprintf(key, sizeof(key), "k.%s", host->cause->kind);
		page_text(page, "b", key);
		page_put(page, ": ");
	}
	if (host->reason)
		page_either(page, host->reason, host->reason_ja);
	page_put(page, "</div>");
	page_badges(page, host);
	page_put(page, "</td>");
}

static void row(const struct page *page, const struct shown_host *host)
{
	const char *state = verdict_name(host->verdict);

	fprintf(page->out, "<tr class=\"row %s-row\"><td class=\"state %s\"><div>", state, state);
	page_state(page, "span", state);
	page_put(page, "</div></td><th class=\"host\" scope=\"row\"><bdi><b>");
	page_shown(page, host->name);
	page_put(page, "</b></bdi>");
	if (host->address) {
		page_put(page, "<small>");
		page_shown(page, host->address);
		page_put(page, "</small>");
	}
	page_put(page, "</th>");
	groups_cell(page, host->groups);
	page_cell(page, "td class=\"c-os\"", host->os);
	finding_cell(page, host);
	number_cell(page, "", host->found, " / ", host->expected);
	number_cell(page, " c-events", host->unexpected, " / ", host->com);
	number_cell(page, " c-eventsystem", host->pid, " +", host->others > 0 ? host->others : UNSEEN);
	page_put(page, "<td class=\"c-backup\">");
	page_time(page, host->backup);
	page_put(page, "</td><td class=\"c-checked\">");
	page_time(page, host->checked);
	page_put(page, "</td><td class=\"c-since\">");
	page_time(page, host->since);
	page_put(page, "</td></tr>\n");
}

struct rows {
	const struct page *page;
	unsigned written;
};

static int each_row(void *context, json_t *record, json_t *evidence)
{
	struct rows *rows = context;
	struct shown_host host;
	(void)evidence;

	if (rows->written == ROWS_MAX || !html_host(&host, record))
		return 1;
	if (rows->written++ == ROWS_OPEN) {
		page_put(rows->page, "</tbody></table>\n<noscript><table>");
		head(rows->page, "hosts.static", false);
	}
	row(rows->page, &host);
	return 0;
}

static void select_of(const struct page *page, const char *id, const char *label)
{
	page_put(page, "<label>");
	page_text(page, "span", label);
	fprintf(page->out, " <select id=\"%s\"></select></label>\n", id);
}

static void controls(const struct page *page)
{
	page_put(page, "<div class=\"controls\" hidden data-script>\n<label>");
	page_text(page, "span", "search");
	page_put(page, " <input id=\"q\" type=\"search\" data-hint=\"search.hint\" placeholder=\"");
	page_words(page, "search.hint");
	page_put(page, "\"></label>\n");
	select_of(page, "group", "c.group");
	select_of(page, "os", "c.os");
	select_of(page, "hypervisor", "x.platform");
	select_of(page, "kind", "kind");
	select_of(page, "waived", "s.waived");
	page_text(page, "button type=\"button\" id=\"clear\"", "clear");
	page_text(page, "button type=\"button\" id=\"csv\"", "csv");
	page_put(page, "<span role=\"status\" id=\"status\"></span></div>\n");
}

static void pager(const struct page *page)
{
	page_put(page, "<div id=\"pager\" hidden><label>");
	page_text(page, "span", "per_page");
	page_put(page,
		" <select id=\"size\"><option>50</option><option>100</option><option>500</option></select></label>");
	page_text(page, "button type=\"button\" id=\"previous\"", "previous");
	page_put(page, "<span id=\"pages\"></span>");
	page_text(page, "button type=\"button\" id=\"next\"", "next_page");
	page_put(page, "</div>\n");
}

int html_table(const struct page *page, struct error *e)
{
	const struct html_survey *s = &page->survey;
	struct rows rows = { page, 0 };
	unsigned problems = survey_problems(s->verdict);

	page_put(page, "<section id=\"hosts\">");
	page_text(page, "h2", "hosts");
	controls(page);
	page_put(page, "<table id=\"list\">");
	head(page, "hosts.caption", true);
	if (page_each(page, STORE_PROBLEMS, 0, each_row, &rows, e) < 0)
		return -1;
	page_put(page, rows.written > ROWS_OPEN ? "</tbody></table></noscript>\n" : "</tbody></table>\n");
	pager(page);
	page_put(page, "<noscript>");
	page_text(page, "p", "hosts.static");
	if (problems > rows.written)
		SAY(page, "p", "hosts.left", problems - rows.written);
	page_put(page, "</noscript>");
	if (s->total > problems)
		SAY(page, "p class=\"printed\"", "hosts.hidden", s->total - problems);
	page_put(page, "</section>\n");
	return 0;
}
