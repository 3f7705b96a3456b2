/* change_html: a change as one HTML file that needs nothing else, not even a script (UX section 2). */
#include "change_report.h"

#include <string.h>

#include "change_page.h"
#include "escape.h"
#include "html_seal.h"
#include "language.h"
#include "page.h"
#include "str.h"

/* ---- Words ---- */
void change_put(const struct change_page *page, const char *markup)
{
	fputs(markup, page->out);
}

void change_shown(const struct change_page *page, const char *text)
{
	escape_html(page->out, text ? text : "\xe2\x80\x93");
}

void change_value(const struct change_page *page, const json_t *value)
{
	size_t i;
	json_t *element;

	if (json_is_integer(value))
		fprintf(page->out, "%lld", (long long)json_integer_value(value));
	else if (json_array_size(value))
		json_array_foreach((json_t *)value, i, element)
		{
			change_put(page, i ? ", " : "");
			change_shown(page, json_string_value(element));
		}
	else
		change_shown(page, json_string_value(value));
}

/* "2026-11-22T12:05:41.123Z" without what nobody reads. */
void change_time(const struct change_page *page, const json_t *time)
{
	const char *text = json_string_value(time);
	char shown[] = "2026-11-22 12:05:41";

	if (text && strlen(text) >= sizeof(shown) && text[10] == 'T') {
		memcpy(shown, text, sizeof(shown) - 1);
		shown[10] = ' ';
		change_shown(page, shown);
	} else
		change_shown(page, text);
}

static const char *phrase(const struct change_page *page, const char *key)
{
	const char *text = json_string_value(json_array_get(json_object_get(page->strings, key), page->language));

	return text ? text : key;
}

void change_say_of(const struct change_page *page, const char *key, const char *first, const char *second)
{
	OWN_VALUE(str_done) struct str text = { 0 };
	const char *at = phrase(page, key);

	for (size_t plain; *at; at += plain ? plain : strlen("{0}")) {
		plain = strcspn(at, "{");
		if (plain)
			str_addn(&text, at, plain);
		else
			str_add(&text, at[1] == '0' ? first : second);
	}
	change_shown(page, str_text(&text));
}

void change_say_count(const struct change_page *page, const char *key, size_t first, size_t second)
{
	char one[24], two[24];

	snprintf(one, sizeof(one), "%zu", first);
	snprintf(two, sizeof(two), "%zu", second);
	change_say_of(page, key, one, two);
}

void change_say(const struct change_page *page, const char *key)
{
	change_say_of(page, key, NULL, NULL);
}

/* ---- The frame ---- */
static void open_page(const struct change_page *page)
{
	fprintf(page->out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
		page->language ? "ja" : "en");
	change_put(page, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src ");
	html_source_hash(page->out, page_report_css, page_report_css_len);
	change_put(page, " ");
	html_source_hash(page->out, page_change_css, page_change_css_len);
	change_put(page,
		"; base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"generator\" content=\"vssfleet " VSSFLEET_VERSION "\">\n<title>");
	change_say_of(page, "title", page->change->past->id, NULL);
	change_put(page, "</title>\n<style>");
	change_put(page, page_report_css);
	change_put(page, "</style>\n<style>");
	change_put(page, page_change_css);
	change_put(page, "</style>\n</head>\n<body>\n<header><h1>");
	change_say_of(page, "title", page->change->past->id, NULL);
	change_put(page, "</h1><p>");
	change_time(page, json_object_get(page->change->past->start, "at"));
	change_put(page, " UTC</p></header>\n<main>\n");
}

static void term(const struct change_page *page, const char *key)
{
	change_put(page, "<dt>");
	change_say(page, key);
	change_put(page, "</dt><dd>");
}

static void fact(const struct change_page *page, const char *key, const json_t *value)
{
	if (!value || json_is_null(value))
		return;
	term(page, key);
	change_value(page, value);
	change_put(page, "</dd>\n");
}

static void moment(const struct change_page *page, const char *key, const json_t *entry)
{
	if (!entry)
		return;
	term(page, key);
	change_time(page, json_object_get(entry, "at"));
	change_put(page, " UTC</dd>\n");
}

static void who(const struct change_page *page, const json_t *who_it_was)
{
	const json_t *uid = json_object_get(who_it_was, "uid");

	term(page, "who");
	change_value(page, json_object_get(who_it_was, "user"));
	if (json_is_integer(uid))
		fprintf(page->out, " (uid %lld)", (long long)json_integer_value(uid));
	change_put(page, "</dd>\n");
	fact(page, "host", json_object_get(who_it_was, "host"));
	fact(page, "principal", json_object_get(who_it_was, "principal"));
}

static void command_line(const struct change_page *page, const json_t *argv)
{
	size_t i;
	json_t *argument;

	if (!json_array_size(argv))
		return;
	term(page, "command");
	change_put(page, "<code>");
	json_array_foreach((json_t *)argv, i, argument)
	{
		change_put(page, i ? " " : "");
		change_shown(page, json_string_value(argument));
	}
	change_put(page, "</code></dd>\n");
}

static void about(const struct change_page *page)
{
	const json_t *start = page->change->past->start;

	change_put(page, "<section><h2>");
	change_say(page, "about");
	change_put(page, "</h2>\n<dl>\n");
	fact(page, "action", json_object_get(start, "action"));
	fact(page, "undoes", json_object_get(start, "undoes"));
	who(page, json_object_get(start, "who"));
	fact(page, "ticket", json_object_get(start, "ticket"));
	moment(page, "started", start);
	moment(page, "continued", page->change->past->resume);
	moment(page, "ended", page->change->past->end);
	fact(page, "plan", json_object_get(start, "plan_sha256"));
	command_line(page, json_object_get(start, "argv"));
	change_put(page, "</dl></section>\n");
}

static void page_done(struct change_page *page)
{
	change_rows_done(&page->rows);
	json_decref(page->strings);
}

int change_report_html(
	FILE *out, const struct change_report *change, const struct report_options *options, struct error *e)
{
	OWN_VALUE(html_seal_done) struct html_seal seal = { 0 };
	OWN_VALUE(page_done)
	struct change_page page = { .change = change, .language = options->lang && !strcmp(options->lang, "ja") };

	if (!(page.strings = json_loadb(page_change_strings_json, page_change_strings_json_len, 0, NULL)))
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	if (change_rows_of(&page.rows, change, e) < 0 || !(page.out = html_seal_begin(&seal, out, e)))
		return -1;
	open_page(&page);
	change_verdict(&page);
	change_tiles(&page);
	about(&page);
	change_hosts(&page);
	change_put(&page, "</main>\n</body>\n</html>\n");
	return html_seal_end(&seal, e);
}
