/* html_about: what an auditor reads: when, by whom, from where, with which options this run was made. */
#include "html_page.h"

#include <string.h>

#include "own.h"
#include "str.h"

enum { VALUE_MAX = 4096, DEPTH_MAX = 4 };

static void item(const struct page *page, const char *label)
{
	page_text(page, "dt", label);
	page_put(page, "<dd>");
}

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
	page_shown(page, key);
	page_put(page, "</dt>");
}

static void meta(const struct page *page, json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		OWN_VALUE(str_done) struct str text = STR(VALUE_MAX);
		add_value(&text, value, strcmp(key, "argv") ? ", " : " ", 0);
		label(page, key);
		page_put(page, is_insecure(key, value) ? "<dd class=\"bad\">" : "<dd>");
		page_shown(page, text.len ? str_text(&text) : NULL);
		page_put(page, str_failed(&text) ? " \xe2\x80\xa6</dd>\n" : "</dd>\n");
	}
}

void html_about(const struct page *page)
{
	const struct run_info *run = page->run;
	int64_t duration = run->ended == UNSEEN ? UNSEEN : run->ended - run->started;

	page_put(page, "<section id=\"about\">");
	page_text(page, "h2", "meta");
	page_put(page, "<dl>");
	item(page, "m.run");
	fprintf(page->out, "<code>%s</code></dd>\n", run->id);
	item(page, "m.state");
	page_shown(page, run->state);
	page_put(page, "</dd>\n");
	item(page, "m.started");
	page_time(page, run->started);
	page_put(page, "</dd>\n");
	item(page, "m.ended");
	page_time(page, run->ended);
	page_put(page, "</dd>\n");
	item(page, "m.duration");
	if (duration == UNSEEN)
		page_shown(page, NULL);
	else
		fprintf(page->out, "%lld:%02lld:%02lld", (long long)duration / 3600, (long long)duration / 60 % 60,
			(long long)duration % 60);
	page_put(page, "</dd>\n");
	item(page, "m.hosts");
	page_grouped(page, page->survey.total);
	page_put(page, "</dd>\n");
	item(page, "m.zone");
	page_shown(page, page->zone);
	page_put(page, "</dd>\n");
	meta(page, run->meta);
	page_put(page, "</dl>\n");
	page_text(page, "p class=\"dim\"", "m.self");
	page_put(page, "</section>\n");
}
