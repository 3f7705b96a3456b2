#pragma once
/* html_page: what the parts of the HTML report share: the page being written, its two languages, one record's fields.
 * Texts of ours go out through page_say(), which lets the script say them again in the other language; whatever a host
 * or an inventory said goes out through page_shown(). */

#include <jansson.h>
#include <stdio.h>

#include "diff.h"
#include "html_past.h"
#include "html_seal.h"
#include "html_survey.h"
#include "report.h"

struct page {
	FILE *out;
	struct store *store;
	const struct run_info *run;
	const struct report_options *options;
	const struct html_seal *seal;
	json_t *strings; /* "key": ["English", "Japanese"] */
	size_t language; /* index of the first one */
	int offset;      /* seconds east of UTC that all times of the page are shown with */
	char zone[32];   /* "JST (+09:00)" */
	struct html_survey survey;
	struct html_past past;
	struct run_info before; /* the run that this one is compared with; no id: there is none */
	struct diff diff;
	struct error diff_failed; /* why it is not there */
	FILE *rows;               /* for the script, a short one of every host; what the first pass wrote is in: */
	char *rows_text;
	size_t rows_len;
};

void page_put(const struct page *page, const char *markup);                 /* a constant of ours */
void page_shown(const struct page *page, const char *text);                 /* hostile text; NULL: an en dash */
void page_cell(const struct page *page, const char *tag, const char *text); /* the same, in an element */
/* A text that the record has in both languages: the page shows the one that it is in. japanese NULL: it has none. */
void page_either(const struct page *page, const char *english, const char *japanese);
void page_grouped(const struct page *page, unsigned number); /* 1,000 */

/* <TAG data-t="key" data-a="1,2">the text with its numbers</TAG's name>. In a template {0} is a number, {0|one|many} a
 * word that depends on it, {0%} per mille as percent. */
void page_say(const struct page *page, const char *tag, const char *key, size_t count, const unsigned *number);
#define SAY(page, tag, key, ...)                                                                                       \
	page_say(page, tag, key, sizeof((const unsigned[]){ __VA_ARGS__ }) / sizeof(unsigned),                         \
		(const unsigned[]){ __VA_ARGS__ })
void page_text(const struct page *page, const char *tag, const char *key); /* a text without numbers */
void page_words(const struct page *page, const char *key);                 /* the same, for an attribute */
const char *page_phrase(const struct page *page, const char *key);         /* the template, in the first language */

void page_icon(const struct page *page, const char *name);
void page_state(const struct page *page, const char *tag, const char *state); /* icon and label */
void page_time(const struct page *page, int64_t seconds);                     /* UNSEEN: an en dash */
void page_day(char text[11], const struct page *page, int64_t seconds);       /* "2026-11-22"; UNSEEN: an en dash */
void page_command(const struct page *page, const char *host);                 /* vssfleet show HOST --run RUN */
void page_copy(const struct page *page); /* a button that copies what is before it */

/* <table><caption><thead> and the open <tbody> of a table that scrolls; columns of hosts or text. A name that ends in
 * "#" is one of numbers. */
void page_table(const struct page *page, const char *caption, const char *const *columns, size_t count);
#define TABLE(page, caption, ...)                                                                                      \
	page_table(page, caption, (const char *const[]){ __VA_ARGS__ },                                                \
		sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))
void page_table_end(const struct page *page);
void page_count(const struct page *page, size_t count); /* its cell */

/* The names, folded (fold.h), in an element of class "folded"; -1 with *e set. */
int page_folded(const struct page *page, const char *tag, const struct html_names *names, size_t most, struct error *e);

/* Whether the host's waiver held when the run began. */
bool html_is_waived(const struct page *page, const struct shown_host *host);
/* ["waived", id, owner, expiry], ["regressed", repaired, back, change]: those that the host has. */
json_t *html_badges(const struct page *page, const struct shown_host *host);
void page_badges(const struct page *page, const struct shown_host *host);

/* Each host of the run in this order, and then those that were never begun; -1 with *e set. */
typedef int page_each_fn(void *context, json_t *record, json_t *evidence);
int page_each(const struct page *page, enum store_order order, int with_evidence, page_each_fn *each, void *context,
	struct error *e);

/* The parts, from top to bottom. */
void html_icons(const struct page *page);
void html_head(const struct page *page);
int html_verdict(const struct page *page, struct error *e);
void html_tiles(const struct page *page);
void html_chart(const struct page *page);
void html_trend(const struct page *page);
void html_signoff(const struct page *page); /* on the first sheet of paper, if it was asked for */
int html_remedy(const struct page *page, struct error *e);
int html_compare(struct page *page, struct error *e); /* before the first byte: what html_diff() and the tiles tell */
int html_diff(const struct page *page, struct error *e);
int html_unchecked(const struct page *page, struct error *e);
int html_table(const struct page *page, struct error *e);
int html_waivers(const struct page *page, struct error *e);
int html_about(const struct page *page, struct error *e);
int html_islands(const struct page *page, struct error *e);

/* Adds the host that was counted last to page->rows; false: out of memory. */
bool html_add_row(const struct page *page, const struct shown_host *host);
