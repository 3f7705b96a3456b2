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

/* One value on one line: lists by commas, objects are written by their keys. */
static void add_value(struct str *out, json_t *value, int depth)
{
	size_t i;
	json_t *part;

	if (json_is_string(value))
		str_add(out, json_string_value(value));
	else if (json_is_array(value) && depth < DEPTH_MAX)
		json_array_foreach(value, i, part)
		{
			str_add(out, i ? ", " : "");
			add_value(out, part, depth + 1);
		}
	else if (value) {
		OWN(own_free) char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
		str_add(out, text);
	}
}

static bool is_insecure(const char *key, json_t *value)
{
	return !strncmp(key, "insecure", 8) && json_is_true(value);
}

static void meta(const struct page *page, json_t *object, const char *path, int depth)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		OWN_VALUE(str_done) struct str name = { 0 }, text = STR(VALUE_MAX);
		str_addf(&name, "%s%s%s", path, *path ? "." : "", key);
		if (json_is_object(value) && depth < DEPTH_MAX) {
			meta(page, value, str_text(&name), depth + 1);
			continue;
		}
		add_value(&text, value, depth);
		page_put(page, "<dt>");
		page_shown(page, str_text(&name));
		page_put(page, is_insecure(key, value) ? "</dt><dd class=\"bad\">" : "</dt><dd>");
		page_shown(page, json_is_null(value) || !text.len ? NULL : str_text(&text));
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
	meta(page, run->meta, "", 0);
	page_put(page, "</dl>\n");
	page_text(page, "p class=\"dim\"", "m.self");
	page_put(page, "</section>\n");
}
