/* wmi_rows: see the header. Texts are kept by offset while the buffer grows. Rows of one query have the same columns in
 * the same order, so the column after the last one is the first guess. */
#include "wmi_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { COLUMNS_MAX = 512 };

struct cell {
	uint32_t column, text; /* index into names; offset into texts */
};

struct wmi_rows {
	struct str texts;
	struct str names; /* one after the other, each with its NUL */
	uint32_t name[COLUMNS_MAX];
	uint32_t name_count, guess;
	struct cell *cell;
	size_t cell_count, cell_room;
	uint32_t *row; /* first cell of each; one more than row_count, the end of the last */
	size_t row_count, row_room;
};

struct wmi_rows *wmi_rows_new(void)
{
	struct wmi_rows *rows = calloc(1, sizeof(*rows));
	if (rows)
		rows->texts.limit = WMI_BYTES_MAX;
	return rows;
}

void wmi_rows_free(struct wmi_rows *rows)
{
	if (!rows)
		return;
	str_done(&rows->texts);
	str_done(&rows->names);
	free(rows->cell);
	free(rows->row);
	free(rows);
}

/* ---- filling ---- */

static int out_of_memory(struct error *e)
{
	return error_set(e, ERROR_LOCAL, "out of memory");
}

static int begin_row(struct wmi_rows *rows, struct error *e)
{
	if (rows->row_count == WMI_ROWS_MAX)
		return error_set(e, ERROR_PROTOCOL, "more than %d rows", WMI_ROWS_MAX);
	if (rows->row_count == rows->row_room) {
		size_t room = rows->row_room ? rows->row_room * 2 : 64;
		uint32_t *grown = realloc(rows->row, room * sizeof(*grown));
		if (!grown)
			return out_of_memory(e);
		rows->row = grown;
		rows->row_room = room;
	}
	rows->row[rows->row_count++] = (uint32_t)rows->cell_count;
	rows->guess = 0;
	return 0;
}

static const char *name_of(const struct wmi_rows *rows, uint32_t column)
{
	return rows->names.data + rows->name[column];
}

static int column_of(struct wmi_rows *rows, const char *name, uint32_t *column, struct error *e)
{
	uint32_t i = rows->guess;

	if (i >= rows->name_count || strcmp(name_of(rows, i), name) != 0)
		for (i = 0; i < rows->name_count && strcasecmp(name_of(rows, i), name) != 0;)
			i++;
	if (i == rows->name_count) {
		if (i == COLUMNS_MAX)
			return error_set(e, ERROR_PROTOCOL, "more than %d columns", COLUMNS_MAX);
		rows->name[i] = (uint32_t)rows->names.len;
		str_addn(&rows->names, name, strlen(name) + 1);
		if (str_failed(&rows->names))
			return out_of_memory(e);
		rows->name_count++;
	}
	rows->guess = i + 1;
	*column = i;
	return 0;
}

static int add_cell(struct wmi_rows *rows, const char *column, const char *text, size_t len, struct error *e)
{
	struct cell cell = { .text = (uint32_t)rows->texts.len };

	if (column_of(rows, column, &cell.column, e) < 0)
		return -1;
	if (rows->cell_count == rows->cell_room) {
		size_t room = rows->cell_room ? rows->cell_room * 2 : 256;
		struct cell *grown = realloc(rows->cell, room * sizeof(*grown));
		if (!grown)
			return out_of_memory(e);
		rows->cell = grown;
		rows->cell_room = room;
	}
	str_addn(&rows->texts, text, len + 1);
	if (str_failed(&rows->texts) || rows->texts.len + rows->cell_count * sizeof(cell) > WMI_BYTES_MAX)
		return error_set(e, ERROR_PROTOCOL, "more than %d bytes of rows", WMI_BYTES_MAX);
	rows->cell[rows->cell_count++] = cell;
	return 0;
}

int row_start(struct row_reader *r, const struct xml_element *element, struct error *e)
{
	if (element->depth == r->row_depth)
		return begin_row(r->rows, e);
	if (element->depth == r->row_depth + 1) {
		const char *nil = xml_attribute(element, "nil");
		r->nil = nil && (!strcmp(nil, "true") || !strcmp(nil, "1"));
		r->date[0] = '\0';
	}
	return 0;
}

int row_end(struct row_reader *r, const struct xml_element *element, const char *text, size_t len, struct error *e)
{
	if (element->depth == r->row_depth + 2 && !strcmp(element->name, "Datetime"))
		snprintf(r->date, sizeof(r->date), "%s", text);
	if (element->depth != r->row_depth + 1 || r->nil)
		return 0;
	return r->date[0] ? add_cell(r->rows, element->name, r->date, strlen(r->date), e)
			  : add_cell(r->rows, element->name, text, len, e);
}

/* ---- asking ---- */

size_t wmi_count(const struct wmi_rows *rows)
{
	return rows->row_count;
}

const char *wmi_item(const struct wmi_rows *rows, size_t row, const char *column, size_t index)
{
	if (row >= rows->row_count)
		return NULL;
	size_t at = rows->row[row], end = row + 1 < rows->row_count ? rows->row[row + 1] : rows->cell_count;
	uint32_t wanted = 0;
	while (wanted < rows->name_count && strcasecmp(name_of(rows, wanted), column) != 0)
		wanted++;
	for (; at < end; at++)
		if (rows->cell[at].column == wanted && index-- == 0)
			return rows->texts.data + rows->cell[at].text;
	return NULL;
}

const char *wmi_text(const struct wmi_rows *rows, size_t row, const char *column)
{
	return wmi_item(rows, row, column, 0);
}
