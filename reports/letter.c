/* letter: what a mail says: see mail.h. */
#include "mail.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "csv_row.h"
#include "escape.h"
#include "figures.h"
#include "own.h"
#include "text.h"

struct writing {
	const struct run_info *run;
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

static void make_subject(struct str *subject, const struct run_info *run, const struct figures *figures)
{
	OWN_VALUE(str_done) struct str plain = { 0 };
	OWN_VALUE(str_done) struct str safe = { 0 };
	bool ascii = true;

	str_addf(&plain, "[vssfleet] %s: ", run_profile(run));
	figures_say(&plain, figures);
	if (strcmp(run->state, "complete"))
		str_addf(&plain, " (%s run)", run->state);
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

static void put_shown(struct writing *w, const struct counted *c)
{
	OWN_VALUE(str_done) struct str line = { 0 };
	OWN_VALUE(str_done) struct str safe = { 0 };
	const char *const cells[] = { c->name, verdict_name(c->verdict), c->kind ? c->kind : "", c->reason };

	html_row(w->html, cells, COUNT(cells));
	str_addf(&line, "%s: %s%s%s: %s", c->name, verdict_name(c->verdict), c->kind ? " " : "", c->kind ? c->kind : "",
		c->reason);
	escape_terminal(&safe, str_text(&line));
	fprintf(w->text, "%s\n", str_text(&safe));
}

static int put_host(void *context, json_t *record, json_t *evidence)
{
	struct writing *w = context;
	struct counted c;

	(void)evidence;
	if (!counted_of(&c, record, w->run, w->run->started))
		return error_set(w->e, ERROR_LOCAL, "run %s: a record cannot be read", w->run->id);
	if (w->hosts++ < MAIL_HOSTS_SHOWN)
		put_shown(w, &c);
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
	char started[32];
	struct tm tm;
	time_t at = (time_t)w->run->started;

	strftime(started, sizeof(started), "%Y-%m-%d %H:%M %z", localtime_r(&at, &tm));
	figures_say(&sum, figures);
	fprintf(w->text, "%s\nRun %s, %s, begun %s\n\n", str_text(&sum), w->run->id, w->run->state, started);
	fprintf(w->html,
		"<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><p><b>%s</b><br>Run %s, %s, begun %s</p>\n",
		str_text(&sum), w->run->id, w->run->state, started);
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

static void put_feet(struct writing *w, const struct figures *figures)
{
	unsigned more = w->hosts > MAIL_HOSTS_SHOWN ? w->hosts - MAIL_HOSTS_SHOWN : 0;
	unsigned unseen = figures->total - figures->seen;

	fputs("</table>\n", w->html);
	if (more) {
		fprintf(w->text, "... and %u more: see the attached table\n", more);
		fprintf(w->html, "<p>... and %u more: see the attached table</p>\n", more);
	}
	if (unseen) {
		fprintf(w->text, "%u servers have no result yet.\n", unseen);
		fprintf(w->html, "<p>%u servers have no result yet.</p>\n", unseen);
	}
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
	return failed ? error_set(w->e, ERROR_LOCAL, "out of memory for the mail") : rc;
}

int letter_of(struct letter *letter, struct store *store, const struct run_info *run, struct error *e)
{
	struct writing w = { .run = run, .e = e };
	struct figures figures;
	size_t len[3];

	if (figures_of(&figures, store, run, run->started, e) < 0)
		return -1;
	make_subject(&letter->subject, run, &figures);
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
		return error_set(e, ERROR_LOCAL, "out of memory for the mail");
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
