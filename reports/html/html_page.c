/* html_page: see the header. */
#include "html_page.h"

#include <string.h>
#include <time.h>

#include "escape.h"
#include "record.h"
#include "shell_word.h"

void page_put(const struct page *page, const char *markup)
{
	fputs(markup, page->out);
}

void page_shown(const struct page *page, const char *text)
{
	escape_html(page->out, text ? text : "\xe2\x80\x93");
}

void page_cell(const struct page *page, const char *tag, const char *text)
{
	fprintf(page->out, "<%s>", tag);
	page_shown(page, text);
	fprintf(page->out, "</%.*s>", (int)strcspn(tag, " "), tag);
}

void page_either(const struct page *page, const char *english, const char *japanese)
{
	page_cell(page, "span lang=\"en\"", english);
	if (japanese)
		page_cell(page, "span lang=\"ja\"", japanese);
}

static void add_grouped(struct str *out, unsigned number)
{
	if (number >= 1000) {
		add_grouped(out, number / 1000);
		str_addf(out, ",%03u", number % 1000);
	} else
		str_addf(out, "%u", number);
}

void page_grouped(const struct page *page, unsigned number)
{
	OWN_VALUE(str_done) struct str text = { 0 };

	add_grouped(&text, number);
	fputs(str_text(&text), page->out);
}

const char *page_phrase(const struct page *page, const char *key)
{
	const char *text = json_string_value(json_array_get(json_object_get(page->strings, key), page->language));

	return text ? text : key;
}

/* Expands the form that stands between "{0" and "}" at *form, which is left behind it. */
static void add_form(struct str *out, const char **form, unsigned number)
{
	const char *end = *form + strcspn(*form, "}"), *one = *form + 1, *many = one + strcspn(one, "|}") + 1;

	if (**form == '}')
		add_grouped(out, number);
	else if (**form == '%')
		str_addf(out, "%u.%u %%", number / 10, number % 10);
	else if (number == 1)
		str_addn(out, one, (size_t)(many - 1 - one));
	else
		str_addn(out, many, (size_t)(end - many));
	*form = *end ? end + 1 : end;
}

static void expand(struct str *out, const char *template, size_t count, const unsigned *number)
{
	while (*template) {
		size_t plain = strcspn(template, "{");
		str_addn(out, template, plain);
		template += plain;
		size_t n = *template ? (size_t)(template[1] - '0') : 0;
		if (*template && n < count) {
			template += 2;
			add_form(out, &template, number[n]);
		} else if (*template)
			str_addc(out, *template ++);
	}
}

void page_say(const struct page *page, const char *tag, const char *key, size_t count, const unsigned *number)
{
	OWN_VALUE(str_done) struct str text = { 0 };

	expand(&text, page_phrase(page, key), count, number);
	fprintf(page->out, "<%s data-t=\"%s\"", tag, key);
	for (size_t i = 0; i < count; i++)
		fprintf(page->out, i ? ",%u" : " data-a=\"%u", number[i]);
	fputs(count ? "\">" : ">", page->out);
	escape_html(page->out, str_text(&text));
	fprintf(page->out, "</%.*s>", (int)strcspn(tag, " "), tag);
}

void page_text(const struct page *page, const char *tag, const char *key)
{
	page_say(page, tag, key, 0, NULL);
}

void page_words(const struct page *page, const char *key)
{
	escape_html(page->out, page_phrase(page, key));
}

void page_icon(const struct page *page, const char *name)
{
	fprintf(page->out, "<svg class=\"i\" aria-hidden=\"true\"><use href=\"#i-%s\"/></svg>", name);
}

void page_state(const struct page *page, const char *tag, const char *state)
{
	char key[40];

	snprintf(key, sizeof(key), "s.%s", state);
	page_icon(page, state);
	page_put(page, " ");
	page_text(page, tag, key);
}

void page_time(const struct page *page, int64_t seconds)
{
	time_t at = (time_t)(seconds + page->offset);
	char text[32];
	struct tm tm;

	if (seconds == UNSEEN || !gmtime_r(&at, &tm) || !strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &tm))
		page_shown(page, NULL);
	else
		page_put(page, text);
}

void page_day(char text[11], const struct page *page, int64_t seconds)
{
	time_t at = (time_t)(seconds + page->offset);
	struct tm tm;

	if (seconds == UNSEEN || !gmtime_r(&at, &tm) || !strftime(text, 11, "%Y-%m-%d", &tm))
		strcpy(text, "\xe2\x80\x93");
}

void page_copy(const struct page *page)
{
	page_text(page, "button type=\"button\" class=\"copy\" hidden data-script", "copy");
}

void page_table(const struct page *page, const char *caption, const char *const *columns, size_t count)
{
	page_put(page, "<div class=\"scroll\"><table>");
	page_text(page, "caption", caption);
	page_put(page, "<thead><tr>");
	for (size_t i = 0; i < count; i++) {
		OWN_VALUE(str_done) struct str key = { 0 };
		size_t len = strcspn(columns[i], "#");
		str_addn(&key, columns[i], len);
		page_text(
			page, columns[i][len] ? "th scope=\"col\" class=\"num\"" : "th scope=\"col\"", str_text(&key));
	}
	page_put(page, "</tr></thead><tbody>\n");
}

void page_table_end(const struct page *page)
{
	page_put(page, "</tbody></table></div>\n");
}

void page_count(const struct page *page, size_t count)
{
	page_put(page, "<td class=\"num\">");
	page_grouped(page, (unsigned)count);
	page_put(page, "</td>");
}

void page_command(const struct page *page, const char *host)
{
	OWN_VALUE(str_done) struct str command = { 0 };

	str_add(&command, "vssfleet show ");
	shell_word(&command, host);
	str_addf(&command, " --run %s", page->run->id);
	page_shown(page, str_text(&command));
}

struct pending {
	const struct page *page;
	page_each_fn *each;
	void *context;
	bool stopped;
};

static int begun(void *context, json_t *record, json_t *evidence)
{
	struct pending *p = context;

	p->stopped = p->each(p->context, record, evidence) != 0;
	return p->stopped;
}

static int never_begun(void *context, const char *host)
{
	struct pending *p = context;
	json_t *record = record_never_begun(p->page->run->id, host);

	if (record && !strcmp(p->page->run->state, "running"))
		json_object_set_new(record, "reason", json_string("not begun yet"));
	p->stopped = !record || p->each(p->context, record, NULL) != 0;
	json_decref(record);
	return p->stopped;
}

int page_each(const struct page *page, enum store_order order, int with_evidence, page_each_fn *each, void *context,
	struct error *e)
{
	struct pending p = { page, each, context, false };
	const char *run = page->run->id;
	int rc = store_records(page->store, run, order, with_evidence, begun, &p, e);

	if (rc >= 0 && !p.stopped)
		rc = store_pending(page->store, run, never_begun, &p, e);
	return rc < 0 ? -1 : 0;
}
