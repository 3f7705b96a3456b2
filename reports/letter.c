/* letter: what a mail says: see mail.h. */
#include "mail.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "csv_row.h"
#include "escape.h"
#include "figures.h"
#include "language.h"
#include "local_time.h"
#include "own.h"
#include "text.h"

struct writing {
	const struct run_info *run;
	const struct occasion *occasion;
	FILE *text, *html;
	struct csv_row row;
	FILE *csv;
	unsigned hosts;
	struct error *e;
};

/* RFC 2047: words of at most 75 characters, each of whole ones. */
enum { WORD_BYTES = 45 };

static void encode_words(struct str *out, const char *text)
{
	for (size_t len = strlen(text), n; len; text += n, len -= n) {
		n = len;
		if (n > WORD_BYTES)
			for (n = WORD_BYTES; ((unsigned char)text[n] & 0xc0) == 0x80;)
				n--;
		str_add(out, "=?UTF-8?B?");
		base64_encode(out, text, n);
		str_add(out, n < len ? "?= " : "?=");
	}
}

/* " (+3 -1)": findings that came, and that were resolved; nothing if neither. */
static void add_movement(struct str *out, const struct run_info *run, const struct diff *diff)
{
	bool isolate = json_is_true(json_object_get(run->meta, "isolate_required"));
	unsigned came = 0, left = 0;

	for (size_t i = 0; i < diff->count; i++) {
		const struct diff_host *host = &diff->host[i];
		came += diff_is_finding(host->now, isolate) && !diff_is_finding(host->before, isolate);
		left += host->class == DIFF_RESOLVED;
	}
	if (came)
		str_addf(out, " (+%u", came);
	if (left)
		str_addf(out, "%s-%u", came ? " " : " (", left);
	str_add(out, came || left ? ")" : "");
}

/* OK is only what was checked as a whole. */
static void add_state(struct str *out, const struct run_info *run, const struct figures *figures)
{
	bool complete = !strcmp(run->state, "complete");

	if (complete && figures->total && !figures_findings(figures) && !figures_waived(figures) &&
		!figures_not_checked(figures))
		str_addf(out, "OK, %u checked", figures->total);
	else
		figures_say(out, figures);
	if (!complete)
		str_addf(out, " (%s run)", run->state);
}

static void make_subject(
	struct str *subject, const struct run_info *run, const struct figures *figures, const struct diff *diff)
{
	OWN_VALUE(str_done) struct str plain = { 0 };
	OWN_VALUE(str_done) struct str safe = { 0 };
	bool ascii = true;

	str_addf(&plain, "[vssfleet] %s: ", run_profile(run));
	add_state(&plain, run, figures);
	add_movement(&plain, run, diff);
	escape_terminal(&safe, str_text(&plain)); /* no line break, no control */
	for (const char *c = str_text(&safe); *c; c++)
		ascii = ascii && (unsigned char)*c < 0x80;
	if (ascii)
		str_add(subject, str_text(&safe));
	else
		encode_words(subject, str_text(&safe));
	subject->failed |= str_failed(&plain) || str_failed(&safe);
}

static void html_row(FILE *html, const char *const *cells, size_t count)
{
	fputs("<tr>", html);
	for (size_t i = 0; i < count; i++) {
		fputs("<td>", html);
		escape_html(html, cells[i]);
		fputs("</td>", html);
	}
	fputs("</tr>\n", html);
}

/* In the language of the letter, as far as the record has it. */
static const char *reason_of(const struct counted *c, const json_t *record)
{
	const char *japanese = json_string_value(json_object_get(record, "reason_ja"));

	return language_chosen() == JAPANESE && japanese ? japanese : c->reason;
}

static void put_shown(struct writing *w, const struct counted *c, const char *reason)
{
	OWN_VALUE(str_done) struct str line = { 0 };
	OWN_VALUE(str_done) struct str safe = { 0 };
	const char *const cells[] = { c->name, verdict_name(c->verdict), c->kind ? c->kind : "", reason };

	html_row(w->html, cells, COUNT(cells));
	str_addf(&line, "%s: %s%s%s: %s", c->name, verdict_name(c->verdict), c->kind ? " " : "", c->kind ? c->kind : "",
		reason);
	escape_terminal(&safe, str_text(&line));
	fprintf(w->text, "%s\n", str_text(&safe));
}

static int put_host(void *context, json_t *record, json_t *evidence)
{
	struct writing *w = context;
	struct counted c;

	(void)evidence;
	if (!counted_of(&c, record, w->run, w->run->started))
		return error_set(w->e, ERROR_LOCAL, _("run %s: a record cannot be read"), w->run->id);
	if (w->hosts++ < MAIL_HOSTS_SHOWN)
		put_shown(w, &c, reason_of(&c, record));
	const char *const cells[] = { c.name, c.group, verdict_name(c.verdict), c.kind,
		c.class == COUNTED_WAIVED ? "waived" : NULL, c.reason };
	csv_row_begin(&w->row, w->csv);
	FOR_EACH(cell, cells)
		csv_row_text(&w->row, *cell);
	csv_row_end(&w->row);
	return w->row.failed || ferror(w->csv);
}

static void put_heads(struct writing *w, const struct figures *figures)
{
	static const char *const columns[] = { "host", "group", "verdict", "kind", "waiver", "reason" };
	OWN_VALUE(str_done) struct str sum = { 0 };
	OWN_VALUE(str_done) struct str begun = { 0 };
	char started[32];

	local_time(started, sizeof(started), w->run->started, "%Y-%m-%d %H:%M %z");
	figures_say(&sum, figures);
	str_addf(&begun, _("Run %s, %s, begun %s"), w->run->id, w->run->state, started);
	fprintf(w->text, "%s\n%s\n\n", str_text(&sum), str_text(&begun));
	fprintf(w->html, "<!DOCTYPE html>\n<html lang=\"%s\"><meta charset=\"utf-8\"><p><b>%s</b><br>%s</p>\n",
		language_chosen() == JAPANESE ? "ja" : "en", str_text(&sum), str_text(&begun));
	fputs("<table border=\"1\" cellpadding=\"3\">\n", w->html);
	for (int v = 0; v < VERDICTS; v++)
		if (figures->verdict[v]) {
			const char *name = verdict_name((enum verdict)v);
			fprintf(w->text, "%-16s %6u\n", name, figures->verdict[v]);
			fprintf(w->html, "<tr><td>%s</td><td align=\"right\">%u</td></tr>\n", name,
				figures->verdict[v]);
		}
	fputs("</table>\n<table border=\"1\" cellpadding=\"3\">\n", w->html);
	putc('\n', w->text);
	csv_row_mark(&w->row, w->csv);
	csv_row_begin(&w->row, w->csv);
	FOR_EACH(column, columns)
		csv_row_text(&w->row, *column);
	csv_row_end(&w->row);
}

__attribute__((format(printf, 2, 3))) static void put_note(struct writing *w, const char *format, ...)
{
	OWN_VALUE(str_done) struct str note = { 0 };
	va_list args;

	va_start(args, format);
	str_addv(&note, format, args);
	va_end(args);
	fprintf(w->text, "%s\n", str_text(&note));
	fprintf(w->html, "<p>%s</p>\n", str_text(&note));
}

static void put_change(struct writing *w, const struct diff_host *host)
{
	const char *before = host->before == DIFF_ABSENT ? "-" : verdict_name((enum verdict)host->before);
	const char *now = host->now == DIFF_ABSENT ? "-" : verdict_name((enum verdict)host->now);
	const char *const cells[] = { diff_class_name(host->class), host->host, before, now };

	html_row(w->html, cells, COUNT(cells));
	fprintf(w->text, "%s: %s (%s -> %s)\n", cells[0], host->host, before, now); /* names of hosts are ASCII */
}

static void put_changes(struct writing *w)
{
	const struct diff *diff = &w->occasion->diff;
	size_t shown = diff->count < MAIL_CHANGES_SHOWN ? diff->count : MAIL_CHANGES_SHOWN;
	char since[32];

	if (!*w->occasion->before.id)
		return;
	local_time(since, sizeof(since), w->occasion->before.started, "%Y-%m-%d %H:%M");
	if (w->occasion->unread.kind != ERROR_NONE)
		put_note(w, _("What else changed since %s is not known: %s"), since, w->occasion->unread.cause);
	if (w->occasion->recounted)
		put_note(w,
			_("Since %s, servers of the same verdict that count as something else, because a waiver ended "
			  "or "
			  "began or the policy is another: %zu"),
			since, w->occasion->recounted);
	if (!diff->count) {
		if (w->occasion->unread.kind == ERROR_NONE && !w->occasion->recounted)
			put_note(w, _("Nothing changed since %s."), since);
		return;
	}
	putc('\n', w->text);
	put_note(w, _("Changes since %s:"), since);
	fputs("<table border=\"1\" cellpadding=\"3\">\n", w->html);
	for (size_t i = 0; i < shown; i++)
		put_change(w, &diff->host[i]);
	fputs("</table>\n", w->html);
	if (diff->count > shown)
		put_note(w, _("... and %zu more: `vssfleet diff` lists them"), diff->count - shown);
}

static void put_feet(struct writing *w, const struct figures *figures)
{
	unsigned more = w->hosts > MAIL_HOSTS_SHOWN ? w->hosts - MAIL_HOSTS_SHOWN : 0;
	unsigned unseen = figures->total - figures->seen;

	fputs("</table>\n", w->html);
	if (more)
		put_note(w, _("... and %u more: see the attached table"), more);
	if (unseen)
		put_note(w, _("%u servers have no result yet."), unseen);
	put_changes(w);
	fputs("</html>\n", w->html);
}

static int write_parts(struct writing *w, struct store *store, const struct figures *figures)
{
	static const struct report_options options = { .csv_encoding = CSV_UTF8_BOM, .csv_delimiter = ',' };

	if (csv_row_init(&w->row, &options, w->e) < 0)
		return -1;
	put_heads(w, figures);
	int rc = report_each(store, w->run, STORE_PROBLEMS, 0, put_host, w, w->e);
	put_feet(w, figures);
	bool failed = w->row.failed;
	csv_row_done(&w->row);
	return failed ? error_set(w->e, ERROR_LOCAL, _("out of memory for the mail")) : rc;
}

int letter_of(struct letter *letter, struct store *store, const struct run_info *run, const struct occasion *occasion,
	struct error *e)
{
	struct writing w = { .run = run, .occasion = occasion, .e = e };
	struct figures figures;
	size_t len[3];

	if (figures_of(&figures, store, run, run->started, e) < 0)
		return -1;
	make_subject(&letter->subject, run, &figures, &occasion->diff);
	w.text = open_memstream(&letter->text, &len[0]);
	w.html = open_memstream(&letter->html, &len[1]);
	w.csv = open_memstream(&letter->csv, &len[2]);
	bool whole = w.text && w.html && w.csv;
	int rc = whole ? write_parts(&w, store, &figures) : 0;
	FILE *const files[] = { w.text, w.html, w.csv };
	FOR_EACH(file, files)
		if (*file && fclose(*file) == EOF)
			whole = false;
	if (!whole || str_failed(&letter->subject))
		return error_set(e, ERROR_LOCAL, _("out of memory for the mail"));
	return rc < 0 || e->kind != ERROR_NONE ? -1 : 0;
}

void letter_done(struct letter *letter)
{
	str_done(&letter->subject);
	free(letter->text);
	free(letter->html);
	free(letter->csv);
	*letter = (struct letter){ 0 };
}
