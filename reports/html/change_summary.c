/* change_summary: the top of a change's page: the answer in a sentence, why it ended, the next command, the tiles. */
#include "change_page.h"

#include <string.h>

#include "shell_word.h"

static const unsigned order[] = { RESULT_FIXED, RESULT_FIXED_PARTIAL, RESULT_FIX_PENDING, RESULT_FIX_FAILED,
	RESULT_ROLLED_BACK, RESULT_DEFERRED, RESULT_SKIPPED, CHANGE_UNFINISHED, CHANGE_NOT_BEGUN };

static const char *text_of(const json_t *entry, const char *key)
{
	return json_string_value(json_object_get(entry, key));
}

static const char *end_word(const struct change_page *page)
{
	return text_of(page->change->past->end, "end");
}

static bool ended(const struct change_page *page, const char *how)
{
	const char *end = end_word(page);

	return end && !strcmp(end, how);
}

static size_t count(const struct change_page *page, unsigned state)
{
	return page->rows.by_state[state];
}

/* Good news only if every server of the plan has ended, and well. */
static const char *colour(const struct change_page *page)
{
	size_t well = count(page, RESULT_FIXED) + count(page, RESULT_SKIPPED);

	if (count(page, RESULT_FIX_FAILED) || count(page, RESULT_ROLLED_BACK) || ended(page, "threshold"))
		return "critical";
	return ended(page, "complete") && well == page->rows.count && page->rows.count ? "ok" : "warning";
}

static void sentence(const struct change_page *page)
{
	const char *action = text_of(page->change->past->start, "action");
	char key[40];

	snprintf(key, sizeof(key), "%.20s.done",
		action && action_of_name(action) >= 0 ? action : action_name(ACTION_ISOLATE));
	change_put(page, "<p class=\"sentence\">");
	change_say_count(page, key, count(page, RESULT_FIXED), page->rows.count);
	for (size_t i = 1; i < COUNT(order); i++) {
		snprintf(key, sizeof(key), "%s.part", change_state_name(order[i]));
		if (count(page, order[i]))
			change_say_count(page, key, count(page, order[i]), 0);
	}
	change_say(page, "full_stop");
	change_put(page, "</p>\n");
}

/* Of the process that ended it. */
static const char *max_fail(const struct change_page *page)
{
	const struct change_past *past = page->change->past;
	const char *given = text_of(past->resume ? past->resume : past->start, "max_fail");

	return given ? given : "";
}

static void why_it_ended(const struct change_page *page)
{
	const char *why = text_of(page->change->past->end, "why");
	char failures[24];

	if (ended(page, "complete"))
		return;
	snprintf(failures, sizeof(failures), "%lld",
		(long long)json_integer_value(json_object_get(page->change->past->end, "failed")));
	change_put(page, "<p class=\"loud\">");
	if (ended(page, "threshold"))
		change_say_of(page, "end.threshold", max_fail(page), failures);
	else if (ended(page, "stopped"))
		change_say_of(page, "end.stopped", why ? why : "\xe2\x80\x93", NULL);
	else
		change_say(page, ended(page, "interrupted") ? "end.interrupted" : "end.none");
	change_put(page, "</p>\n");
}

static const char *first_in(const struct change_page *page, unsigned state)
{
	for (size_t i = 0; i < page->rows.count; i++)
		if (page->rows.row[i].state == state)
			return page->rows.row[i].host;
	return NULL;
}

static void command(const struct change_page *page, const char *label, const char *verb, const char *object)
{
	OWN_VALUE(str_done) struct str line = { 0 };

	str_addf(&line, "vssfleet %s ", verb);
	shell_word(&line, object);
	change_put(page, "<p class=\"next\"><span>");
	change_say(page, label);
	change_put(page, "</span> <code>");
	change_shown(page, str_text(&line));
	change_put(page, "</code></p>\n");
}

/* What the worst server needs comes before going on with the others. */
static void next_command(const struct change_page *page)
{
	static const unsigned worst[] = { RESULT_FIX_FAILED, RESULT_ROLLED_BACK, RESULT_FIX_PENDING,
		RESULT_FIXED_PARTIAL };
	const char *action = text_of(page->change->past->start, "action"), *host = NULL, *id = page->change->past->id;

	for (size_t i = 0; i < COUNT(worst) && !host; i++)
		host = first_in(page, worst[i]);
	if (count(page, CHANGE_UNFINISHED) || (!host && count(page, CHANGE_NOT_BEGUN)))
		command(page, "next", "resume", id);
	else if (host)
		command(page, "next", "show", host);
	if (count(page, RESULT_FIXED) && action && !strcmp(action, action_name(ACTION_ISOLATE)))
		command(page, "undo", "rollback", id);
}

void change_verdict(const struct change_page *page)
{
	fprintf(page->out, "<section class=\"verdict %s\">\n", colour(page));
	sentence(page);
	why_it_ended(page);
	next_command(page);
	change_put(page, "</section>\n");
}

void change_tiles(const struct change_page *page)
{
	change_put(page, "<div class=\"tiles\" role=\"group\" aria-label=\"");
	change_say(page, "results");
	change_put(page, "\">\n");
	FOR_EACH(state, order) {
		if (!count(page, *state) && *state != RESULT_FIXED && *state != RESULT_FIX_FAILED)
			continue;
		fprintf(page->out, "<div class=\"%s%s\"><span class=\"label\">", change_state_name(*state),
			count(page, *state) ? "" : " zero");
		change_say(page, change_state_name(*state));
		fprintf(page->out, "</span><span class=\"count\">%zu</span></div>\n", count(page, *state));
	}
	change_put(page, "</div>\n");
}
