/* csv_row: see the header. */
#include "csv_row.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "facts.h"
#include "language.h"

int csv_row_init(struct csv_row *row, const struct report_options *options, struct error *e)
{
	*row = (struct csv_row){ .options = options };
	if (options->csv_encoding == CSV_CP932 && (row->cd = iconv_open("CP932", "UTF-8")) == (iconv_t)-1) {
		row->cd = NULL;
		return error_code(
			e, ERROR_LOCAL, errno, _("this machine cannot convert to CP932: %s"), strerror(errno));
	}
	return 0;
}

void csv_row_done(struct csv_row *row)
{
	if (row->cd)
		iconv_close(row->cd);
	*row = (struct csv_row){ 0 };
}

void csv_row_mark(const struct csv_row *row, FILE *to)
{
	if (row->options->csv_encoding == CSV_UTF8_BOM)
		fputs("\xef\xbb\xbf", to);
}

void csv_row_begin(struct csv_row *row, FILE *to)
{
	row->to = to;
	row->any = false;
	row->fields = row->cd ? open_memstream(&row->text, &row->len) : to;
	row->failed |= !row->fields;
}

/* Where the next field goes; NULL: there is no memory for the row. */
static FILE *next(struct csv_row *row)
{
	if (row->fields && row->any)
		putc(row->options->csv_delimiter, row->fields);
	row->any = true;
	return row->fields;
}

void csv_row_text(struct csv_row *row, const char *text)
{
	FILE *field = next(row);

	if (field && text)
		escape_csv(field, text, !row->options->csv_raw);
}

void csv_row_number(struct csv_row *row, int64_t number)
{
	FILE *field = next(row);

	if (field && number != UNSEEN)
		fprintf(field, "%lld", (long long)number);
}

static void put_list(struct csv_row *row, const json_t *list)
{
	OWN_VALUE(str_done) struct str joined = { 0 };

	for (size_t i = 0; i < json_array_size(list); i++) {
		str_add(&joined, i ? ";" : "");
		str_add(&joined, json_string_value(json_array_get(list, i)));
	}
	csv_row_text(row, str_text(&joined));
}

void csv_row_value(struct csv_row *row, const json_t *value)
{
	if (json_is_array(value)) {
		put_list(row, value);
		return;
	}
	if (json_is_string(value)) {
		csv_row_text(row, json_string_value(value));
		return;
	}
	FILE *field = next(row);
	if (field && json_is_integer(value))
		fprintf(field, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (field && json_is_boolean(value))
		fputs(json_is_true(value) ? "true" : "false", field);
}

/* What CP932 does not have becomes "?". */
static void put_converted(const struct csv_row *row)
{
	char piece[4096], *text = row->text;
	size_t len = row->len;

	while (len) {
		char *to = piece;
		size_t room = sizeof(piece);
		size_t rc = iconv(row->cd, &text, &len, &to, &room);
		fwrite(piece, 1, sizeof(piece) - room, row->to);
		if (rc != (size_t)-1 || errno == E2BIG)
			continue;
		putc('?', row->to);
		if (row->options->unmapped)
			++*row->options->unmapped;
		do {
			text++;
			len--;
		} while (len && (*text & 0xc0) == 0x80);
	}
}

void csv_row_end(struct csv_row *row)
{
	if (row->fields)
		fputs("\r\n", row->fields);
	if (row->fields && row->cd) {
		if (fclose(row->fields) == 0)
			put_converted(row);
		else
			row->failed = true;
		free(row->text);
	}
	row->fields = NULL;
	row->text = NULL;
}

const json_t *csv_at(const json_t *value, const char *path)
{
	char key[40];

	while (value && *path) {
		size_t len = strcspn(path, ".");
		assert(len < sizeof(key));
		memcpy(key, path, len);
		key[len] = '\0';
		value = json_is_array(value) ? json_array_get(value, strtoul(key, NULL, 10))
					     : json_object_get(value, key);
		path += len + (path[len] == '.');
	}
	return value;
}
