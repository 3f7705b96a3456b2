#pragma once
/* csv_row: rows of a table for spreadsheets (RFC 4180): a text is quoted and guarded against formulas, a number stands
 * bare, what is unknown is empty; in UTF-8 or CP932, where a character that it does not have becomes "?". */

#include <iconv.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "report.h"

struct csv_row {
	const struct report_options *options;
	iconv_t cd;   /* to CP932 */
	bool failed;  /* a row could not be made; what cannot be written shows in its file */
	FILE *to;     /* where the row in hand goes */
	FILE *fields; /* the same, or memory if it is converted: */
	char *text;
	size_t len;
	bool any; /* it has a field */
};

/* options->csv_encoding is not CSV_AUTO here. -1 with *e set. */
int csv_row_init(struct csv_row *row, const struct report_options *options, struct error *e);
void csv_row_done(struct csv_row *row);

void csv_row_mark(const struct csv_row *row, FILE *to); /* the byte order mark, if the encoding has one */
void csv_row_begin(struct csv_row *row, FILE *to);
void csv_row_text(struct csv_row *row, const char *text);     /* NULL: unknown */
void csv_row_number(struct csv_row *row, int64_t number);     /* UNSEEN: unknown */
void csv_row_value(struct csv_row *row, const json_t *value); /* a list of texts is joined by ";" */
void csv_row_end(struct csv_row *row);

/* "errors.0.kind"; NULL if something on the way is null, missing or empty. */
const json_t *csv_at(const json_t *value, const char *path);
