/* change_hosts: the table of a change's page: each server before and after, and folded below it the processes and what
 * each step printed. */
#include "change_page.h"

#include <string.h>

#include "facts.h"

enum { DETAILS_MAX = 1000 }; /* servers; with more only those that need attention have details */

/* What needs attention first. */
static const unsigned order[] = { RESULT_FIX_FAILED, RESULT_ROLLED_BACK, CHANGE_UNFINISHED, RESULT_FIX_PENDING,
	RESULT_FIXED_PARTIAL, RESULT_DEFERRED, CHANGE_NOT_BEGUN, RESULT_FIXED, RESULT_SKIPPED };
static const char *const columns[] = { "result", "server", "ring", "type", "pid", "shared", "writers", "message",
	"ended" };

static const json_t *state_member(const struct change_row *row, const char *when, const char *member)
{
	return json_object_get(json_object_get(row->record, when), member);
}

static bool went_well(const struct change_row *row)
{
	return row->state == RESULT_FIXED || row->state == RESULT_SKIPPED;
}

static bool has_details(const struct change_page *page, const struct change_row *row)
{
	return row->past && (page->rows.count <= DETAILS_MAX || !went_well(row));
}

static void pid(const struct change_page *page, const json_t *value)
{
	if (json_is_integer(value) && !json_integer_value(value))
		change_say(page, "stopped");
	else
		change_value(page, value);
}

static void length(const struct change_page *page, const json_t *list)
{
	if (json_is_array(list))
		fprintf(page->out, "%zu", json_array_size(list));
	else
		change_shown(page, NULL);
}

/* before &rarr; after; only one of them if the other is not known. */
static void pair(const struct change_page *page, const struct change_row *row, const char *class, const char *member,
	void (*show)(const struct change_page *page, const json_t *value))
{
	const json_t *after = state_member(row, "after", member);

	fprintf(page->out, "<td class=\"%s\">", class);
	show(page, state_member(row, "before", member));
	if (json_is_object(json_object_get(row->record, "after"))) {
		change_put(page, " &rarr; ");
		show(page, after);
	}
	change_put(page, "</td>");
}

static void what_happened(const struct change_page *page, const struct change_row *row)
{
	const json_t *code = json_object_get(row->record, "code");
	char number[24];

	change_put(page, "<td lang=\"en\">");
	change_value(page, json_object_get(row->record, "message"));
	if (json_is_integer(code)) {
		snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(code));
		change_put(page, " <span class=\"dim\">(");
		change_say_of(page, "code", number, NULL);
		change_put(page, ")</span>");
	}
	change_put(page, "</td>");
}

static void main_row(const struct change_page *page, const struct change_row *row)
{
	const char *state = change_state_name(row->state);

	fprintf(page->out, "<tr class=\"row\"><td class=\"result %s\">", state);
	change_say(page, state);
	change_put(page, "</td><th scope=\"row\"><bdi>");
	change_shown(page, row->host);
	change_put(page, "</bdi></th><td class=\"num\">");
	if (row->ring == UNSEEN)
		change_shown(page, NULL);
	else
		fprintf(page->out, "%lld", (long long)row->ring);
	change_put(page, "</td>");
	pair(page, row, "", "service_type", change_value);
	pair(page, row, "num", "pid", pid);
	pair(page, row, "num", "group", length);
	pair(page, row, "num", "writers", length);
	what_happened(page, row);
	change_put(page, "<td>");
	change_time(page, json_object_get(row->record, "ended"));
	change_put(page, "</td></tr>\n");
}

/* ---- Below a server ---- */
static void process(const struct change_page *page, const struct change_row *row, const char *when)
{
	const json_t *names = state_member(row, when, "group"), *writers = state_member(row, when, "writers");
	size_t i;
	json_t *name;

	if (!json_is_object(json_object_get(row->record, when)))
		return;
	change_put(page, "<div class=\"box\"><h3>");
	change_say(page, when);
	change_put(page, "</h3><div class=\"process ours\"><p>PID ");
	pid(page, state_member(row, when, "pid"));
	change_put(page, "</p><div class=\"chips\"><span class=\"it\">EventSystem</span>");
	json_array_foreach((json_t *)names, i, name)
	{
		change_put(page, "<span>");
		change_shown(page, json_string_value(name));
		change_put(page, "</span>");
	}
	change_put(page, "</div></div>\n<p class=\"dim\">");
	change_say(page, "c.writers");
	change_put(page, ": ");
	length(page, writers);
	if (json_array_size(writers)) {
		change_put(page, ": ");
		change_value(page, writers);
	}
	change_put(page, "</p></div>\n");
}

static void step(const struct change_page *page, const struct past *past, enum act act)
{
	const json_t *outcome = past->outcome[act], *code = json_object_get(outcome, "code");
	const char *output = json_string_value(json_object_get(outcome, "output"));
	const char *message = json_string_value(json_object_get(outcome, "message"));
	bool done = json_is_true(json_object_get(outcome, "done"));

	fprintf(page->out, "<p><b>%s</b>: ", act_name(act));
	change_say(page, !outcome ? "step.unknown" : done ? "step.done" : "step.failed");
	if (json_is_true(json_object_get(outcome, "observed"))) {
		change_put(page, ", ");
		change_say(page, "step.observed");
	}
	if (json_is_integer(code))
		fprintf(page->out, " (%lld)", (long long)json_integer_value(code));
	if (message && *message) {
		change_put(page, ": <span lang=\"en\">");
		change_shown(page, message);
		change_put(page, "</span>");
	}
	change_put(page, "</p>\n<pre>");
	change_value(page, json_object_get(past->intended[act], "command"));
	change_put(page, "</pre>\n");
	if (output && *output) {
		change_put(page, "<pre>");
		change_shown(page, output);
		change_put(page, "</pre>\n");
	}
}

static void details(const struct change_page *page, const struct change_row *row)
{
	fprintf(page->out, "<tr class=\"more\"><td colspan=\"%zu\"><details%s><summary>", COUNT(columns),
		repair_result_is_failure((enum repair_result)row->state) ? " open" : "");
	change_say(page, "steps");
	change_put(page, "</summary>\n<div class=\"boxes\">");
	process(page, row, "before");
	process(page, row, "after");
	change_put(page, "</div>\n");
	for (int act = 0; act < ACTS; act++)
		if (row->past->intended[act] || row->past->outcome[act])
			step(page, row->past, (enum act)act);
	change_put(page, "</details></td></tr>\n");
}

static void rows_in(const struct change_page *page, unsigned state)
{
	for (size_t i = 0; i < page->rows.count; i++) {
		const struct change_row *row = &page->rows.row[i];
		if (row->state != state)
			continue;
		change_put(page, "<tbody>");
		main_row(page, row);
		if (has_details(page, row))
			details(page, row);
		change_put(page, "</tbody>\n");
	}
}

void change_hosts(const struct change_page *page)
{
	char key[40];

	change_put(page, "<section id=\"servers\"><h2>");
	change_say(page, "servers");
	change_put(page, "</h2>\n<div class=\"scroll\"><table><caption>");
	change_say(page, "caption");
	if (page->rows.count > DETAILS_MAX) {
		change_put(page, " ");
		change_say_count(page, "left_out", DETAILS_MAX, 0);
	}
	change_put(page, "</caption><thead><tr>");
	FOR_EACH(column, columns) {
		bool number = strstr("ring pid shared writers", *column);
		fprintf(page->out, "<th scope=\"col\"%s>", number ? " class=\"num\"" : "");
		snprintf(key, sizeof(key), "c.%s", *column);
		change_say(page, key);
		change_put(page, "</th>");
	}
	change_put(page, "</tr></thead>\n");
	FOR_EACH(state, order)
		rows_in(page, *state);
	change_put(page, "</table></div></section>\n");
}
