/* change_csv: a change as a table for spreadsheets and as NDJSON, and all its views into a directory. */
#include "change_report.h"

#include "change_rows.h"
#include "csv_row.h"
#include "facts.h"
#include "language.h"
#include "private.h"
#include "report_file.h"

static const struct column {
	const char *name, *path; /* into the change_result; NULL: the ring */
	bool counted;
} columns[] = {
	{ "change", "change", false },
	{ "host", "host", false },
	{ "ring", NULL, false },
	{ "action", "action", false },
	{ "result", "result", false },
	{ "step", "step", false },
	{ "code", "code", false },
	{ "reason", "reason", false },
	{ "type_before", "before.service_type", false },
	{ "type_after", "after.service_type", false },
	{ "pid_before", "before.pid", false },
	{ "pid_after", "after.pid", false },
	{ "shared_with_before", "before.group", false },
	{ "writers_before", "before.writers", true },
	{ "writers_after", "after.writers", true },
	{ "message", "message", false },
	{ "duration_ms", "duration_ms", false },
	{ "ended_utc", "ended", false },
};

static void put_column(struct csv_row *row, const struct column *column, const struct change_row *host)
{
	const json_t *value = column->path ? csv_at(host->record, column->path) : NULL;

	if (!column->path)
		csv_row_number(row, host->ring);
	else if (column->counted)
		csv_row_number(row, json_is_array(value) ? (int64_t)json_array_size(value) : UNSEEN);
	else
		csv_row_value(row, value);
}

static void put_table(struct csv_row *row, FILE *out, const struct change_rows *rows)
{
	csv_row_mark(row, out);
	csv_row_begin(row, out);
	FOR_EACH(column, columns)
		csv_row_text(row, column->name);
	csv_row_end(row);
	for (size_t i = 0; i < rows->count && !row->failed && !ferror(out); i++) {
		csv_row_begin(row, out);
		FOR_EACH(column, columns)
			put_column(row, column, &rows->row[i]);
		csv_row_end(row);
	}
}

int change_report_csv(
	FILE *out, const struct change_report *change, const struct report_options *options, struct error *e)
{
	OWN_VALUE(change_rows_done) struct change_rows rows = { 0 };
	OWN_VALUE(csv_row_done) struct csv_row row = { 0 };

	if (change_rows_of(&rows, change, e) < 0 || csv_row_init(&row, options, e) < 0)
		return -1;
	put_table(&row, out, &rows);
	if (row.failed)
		return error_set(e, ERROR_LOCAL, _("out of memory for a row"));
	return report_flush(out, _("the table of the change"), e);
}

static int put_line(FILE *out, const json_t *entry)
{
	return json_dumpf(entry, out, JSON_COMPACT) < 0 || putc('\n', out) == EOF ? -1 : 0;
}

int change_report_ndjson(FILE *out, const struct change_report *change, struct error *e)
{
	OWN_VALUE(change_rows_done) struct change_rows rows = { 0 };

	if (change_rows_of(&rows, change, e) < 0)
		return -1;
	int rc = put_line(out, change->past->start);
	for (size_t i = 0; i < rows.count && rc == 0; i++)
		rc = put_line(out, rows.row[i].record);
	if (rc == 0 && change->past->end)
		rc = put_line(out, change->past->end);
	return report_flush(out, _("the records of the change"), e) < 0 || rc < 0
		       ? error_set(e, ERROR_LOCAL, _("the records of the change cannot be written"))
		       : 0;
}

/* ---- Into a directory ---- */
struct views {
	const struct change_report *change;
	struct report_options options;
};

static int write_views(void *context, FILE *const out[REPORT_FILES_MAX], struct error *e)
{
	const struct views *views = context;

	if (change_report_html(out[0], views->change, &views->options, e) < 0 ||
		change_report_csv(out[1], views->change, &views->options, e) < 0)
		return -1;
	return change_report_ndjson(out[2], views->change, e);
}

int change_report_to_directory(const char *directory, const struct change_report *change,
	const struct report_options *options, struct error *e)
{
	static const char *const names[] = { "change.html", "changes.csv", "changes.ndjson", NULL };
	struct views views = { change, *options };

	if (views.options.csv_encoding == CSV_AUTO)
		views.options.csv_encoding = CSV_UTF8_BOM;
	if (private_directory(directory, e) < 0)
		return -1;
	return report_files_write(directory, names, write_views, &views, e);
}
