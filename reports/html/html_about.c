/* html_about: what an auditor reads: when, by whom, from where, with which options this run was made. */
#include "html_page.h"

#include <string.h>

#include "ndjson.h"
#include "own.h"
#include "str.h"

enum { VALUE_MAX = 4096, DEPTH_MAX = 4 };

static void add_value(struct str *out, json_t *value, const char *between, int depth);

static void add_pairs(struct str *out, json_t *object, int depth)
{
	const char *key, *before = "";
	json_t *value;

	json_object_foreach(object, key, value)
	{
		str_addf(out, "%s%s ", before, key);
		add_value(out, value, " ", depth);
		before = " ";
	}
}

/* One value on one line; what is nested too deeply is left out. */
static void add_value(struct str *out, json_t *value, const char *between, int depth)
{
	size_t i;
	json_t *part;

	if (depth == DEPTH_MAX)
		return;
	if (json_is_string(value))
		str_add(out, json_string_value(value));
	else if (json_is_integer(value))
		str_addf(out, "%lld", (long long)json_integer_value(value));
	else if (json_is_boolean(value))
		str_add(out, json_is_true(value) ? "yes" : "no");
	else if (json_is_object(value))
		add_pairs(out, value, depth + 1);
	else
		json_array_foreach(value, i, part)
		{
			str_add(out, i ? between : "");
			add_value(out, part, between, depth + 1);
		}
}

static bool is_insecure(const char *key, json_t *value)
{
	return !strncmp(key, "insecure", 8) && json_is_true(value);
}

static void label(const struct page *page, const char *key)
{
	OWN_VALUE(str_done) struct str known = { 0 };

	str_addf(&known, "m.%s", key);
	if (json_object_get(page->strings, str_text(&known))) {
		page_text(page, "dt", str_text(&known));
		return;
	}
	page_put(page, "<dt>"); /* an option: its name is the same in every language */
	page_cell(page, "code", key);
	page_put(page, "</dt>");
}

/* Each source, and how many hosts it gave. */
static void sources(const struct page *page, json_t *list)
{
	json_t *source;
	size_t i;

	page_put(page, "<dd>");
	json_array_foreach(list, i, source)
	{
		json_t *hosts = json_object_get(source, "hosts");
		page_put(page, i ? ", " : "");
		page_cell(page, "code", json_string_value(json_object_get(source, "source")));
		if (json_is_integer(hosts))
			fprintf(page->out, " (%lld)", (long long)json_integer_value(hosts));
	}
	page_put(page, "</dd>\n");
}

static void value_of(const struct page *page, const char *key, json_t *value)
{
	OWN_VALUE(str_done) struct str text = STR(VALUE_MAX);

	if (json_is_boolean(value)) {
		page_text(
			page, is_insecure(key, value) ? "dd class=\"bad\"" : "dd", json_is_true(value) ? "yes" : "no");
		return;
	}
	add_value(&text, value, strcmp(key, "argv") ? ", " : " ", 0);
	page_put(page, "<dd>");
	page_cell(page, "code", text.len ? str_text(&text) : NULL);
	page_put(page, str_failed(&text) ? " \xe2\x80\xa6</dd>\n" : "</dd>\n");
}

static void meta(const struct page *page, json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		if (!strcmp(key, "waivers")) /* they have a section of their own */
			continue;
		label(page, key);
		if (!strcmp(key, "sources") && json_is_object(json_array_get(value, 0)))
			sources(page, value);
		else
			value_of(page, key, value);
	}
}

/* What results.ndjson of this run hashes to, so that the two can be told to belong together. */
static int results_hash(const struct page *page, struct error *e)
{
	OWN_VALUE(html_seal_done) struct html_seal seal = { 0 };
	FILE *out = html_seal_begin(&seal, NULL, e);
	char hex[DIGEST_DIGITS + 1];

	if (!out ||
		report_ndjson_write(page->store, page->run, page->options, (FILE *const[REPORT_FILES_MAX]){ out }, e) <
			0 ||
		html_seal_hash(&seal, hex, e) < 0)
		return -1;
	page_put(page, "<dt>SHA-256 results.ndjson</dt>");
	page_cell(page, "dd class=\"folded\"", hex);
	return 0;
}

static void duration(const struct page *page, const struct run_info *run)
{
	int64_t seconds = run->ended == UNSEEN ? UNSEEN : run->ended - run->started;
	char text[32];

	snprintf(text, sizeof(text), "%lld:%02lld:%02lld", (long long)seconds / 3600, (long long)seconds / 60 % 60,
		(long long)seconds % 60);
	page_text(page, "dt", "m.duration");
	page_cell(page, "dd", seconds == UNSEEN ? NULL : text);
}

static void moment(const struct page *page, const char *label, int64_t at)
{
	page_text(page, "dt", label);
	page_put(page, "<dd>");
	page_time(page, at);
	page_put(page, "</dd>\n");
}

void html_signoff(const struct page *page)
{
	static const char *const who[] = { "so.checked", "so.date", "so.approved", "so.date" };

	if (!page->options->signoff)
		return;
	page_put(page, "<table class=\"printed\" id=\"signoff\"><tbody><tr>");
	FOR_EACH(label, who) {
		page_text(page, "th scope=\"row\"", *label);
		page_put(page, "<td></td>");
	}
	page_put(page, "</tr></tbody></table>\n");
}

int html_about(const struct page *page, struct error *e)
{
	const struct run_info *run = page->run;

	page_put(page, "<section id=\"about\">");
	page_text(page, "h2", "meta");
	page_put(page, "<dl>");
	page_text(page, "dt", "run");
	page_cell(page, "dd class=\"folded\"", run->id);
	page_text(page, "dt", "c.state");
	page_text(page, "dd",
		!strcmp(run->state, "complete")  ? "m.complete"
		: !strcmp(run->state, "partial") ? "k.aborted"
						 : "m.running");
	moment(page, "m.started", run->started);
	moment(page, "m.ended", run->ended);
	duration(page, run);
	page_text(page, "dt", "servers");
	page_put(page, "<dd>");
	page_grouped(page, page->survey.total);
	page_put(page, "</dd>\n");
	page_text(page, "dt", "m.zone");
	page_cell(page, "dd", page->zone);
	meta(page, run->meta);
	if (run->ended != UNSEEN && results_hash(page, e) < 0)
		return -1;
	page_put(page, "</dl>\n");
	page_text(page, "p class=\"dim\"", "m.self");
	page_put(page, "</section>\n");
	return 0;
}
