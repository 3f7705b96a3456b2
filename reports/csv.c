/* csv: see the header. A table is a list of columns, each a path into the record ("os.build", "errors.0.kind") or into
 * the element that the row is about. */
#include "csv.h"

#include <time.h>

#include "csv_row.h"
#include "diff.h"
#include "facts.h"
#include "language.h"
#include "lineage.h"
#include "report_file.h"
#include "value.h"

enum column_kind {
	RECORD,  /* the value at a path of the record */
	COUNTED, /* how many elements the list there has */
	LOCAL,   /* the time there, in this machine's zone, as spreadsheets understand it */
	ELEMENT, /* the value at a path of the row's element */
};

struct column {
	const char *name, *path;
	enum column_kind kind;
};

struct table {
	const char *list; /* of the evidence or of the record, a row for each element; NULL: a row for each host */
	bool in_evidence;
	const struct column *column;
	size_t count;
};

// clang-format off
static const struct column hosts[] = {
	{ "run", "run", RECORD }, { "host", "host.name", RECORD }, { "address", "host.address", RECORD },
	{ "port", "host.port", RECORD }, { "groups", "host.groups", RECORD }, { "source", "host.source", RECORD },
	{ "host_id", "host.id", RECORD }, { "verdict", "verdict", RECORD }, { "confidence", "confidence", RECORD },
	{ "cause", "cause", RECORD }, { "waiver", "waiver.id", RECORD },
	{ "cp_writers", "checkpoints.writers", RECORD }, { "cp_environment", "checkpoints.environment", RECORD },
	{ "cp_events", "checkpoints.events", RECORD }, { "cp_eventsystem", "checkpoints.eventsystem", RECORD },
	{ "checked_at_utc", "checked_at", RECORD }, { "checked_at_local", "checked_at", LOCAL },
	{ "since_utc", "since", RECORD }, { "duration_ms", "duration_ms", RECORD },
	{ "os_caption", "os.caption", RECORD }, { "os_build", "os.build", RECORD },
	{ "product_type", "os.product_type", RECORD }, { "hypervisor", "platform.hypervisor", RECORD },
	{ "vss_outcome", "vss.outcome", RECORD }, { "vss_exit", "vss.exit", RECORD },
	{ "writers_found", "vss.writers", COUNTED }, { "writers_missing", "vss.missing", COUNTED },
	{ "es_state", "eventsystem.state", RECORD }, { "es_pid", "eventsystem.pid", RECORD },
	{ "es_type", "eventsystem.service_type", RECORD }, { "es_shared_with", "eventsystem.shared_with", RECORD },
	{ "ev_8193", "events.matching.8193", RECORD }, { "ev_13", "events.matching.13", RECORD },
	{ "ev_last_utc", "events.last", RECORD }, { "ev_covered_from_utc", "events.covered_from", RECORD },
	{ "backup_product", "backup.product", RECORD }, { "backup_schedule", "backup.schedule", RECORD },
	{ "backup_last_success_utc", "backup.last_success", RECORD },
	{ "backup_last_failure_utc", "backup.last_failure", RECORD },
	{ "error_probe", "errors.0.probe", RECORD }, { "error_kind", "errors.0.kind", RECORD },
	{ "error_message", "errors.0.message", RECORD }, { "auth", "transport.auth", RECORD },
	{ "sealed", "transport.sealed", RECORD }, { "retries", "transport.retries", RECORD },
	{ "clock_skew_s", "transport.clock_skew_s", RECORD },
};
static const struct column writers[] = {
	{ "run", "run", RECORD }, { "host", "host.name", RECORD }, { "name", "name", ELEMENT }, { "id", "id", ELEMENT },
	{ "instance_id", "instance_id", ELEMENT }, { "state", "state", ELEMENT },
	{ "state_text", "state_text", ELEMENT }, { "last_error", "last_error", ELEMENT },
	{ "service", "service", ELEMENT },
};
static const struct column events[] = {
	{ "run", "run", RECORD }, { "host", "host.name", RECORD }, { "time_utc", "time", ELEMENT }, { "id", "id", ELEMENT },
	{ "hr", "hr", ELEMENT }, { "writer", "writer", ELEMENT }, { "live", "live", ELEMENT },
};
static const struct column services[] = {
	{ "run", "run", RECORD }, { "host", "host.name", RECORD }, { "pid", "pid", ELEMENT }, { "name", "name", ELEMENT },
	{ "state", "state", ELEMENT }, { "start_mode", "start_mode", ELEMENT },
	{ "service_type", "service_type", ELEMENT },
};
static const struct table tables[] = {
	{ NULL, false, hosts, COUNT(hosts) },
	{ "vss.writers", false, writers, COUNT(writers) },
	{ "events", true, events, COUNT(events) },
	{ "services", true, services, COUNT(services) },
};
// clang-format on
const char *const csv_files[] = { "hosts.csv", "writers.csv", "events.csv", "services.csv", "changes.csv", NULL };

struct csv {
	FILE *const *out; /* of each table; only of the first if out[1] is NULL */
	struct csv_row row;
};

static void put_local_time(struct csv_row *row, const json_t *value)
{
	char text[VALUE_TIME];
	time_t seconds;
	struct tm tm;
	bool known = json_is_string(value) && time_read(json_string_value(value), &seconds) &&
		     localtime_r(&seconds, &tm) && strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);

	csv_row_text(row, known ? text : NULL);
}

static void put_column(struct csv_row *row, const struct column *column, const json_t *record, const json_t *element)
{
	const json_t *list;

	switch (column->kind) {
	case RECORD:
		csv_row_value(row, csv_at(record, column->path));
		break;
	case ELEMENT:
		csv_row_value(row, csv_at(element, column->path));
		break;
	case COUNTED:
		list = csv_at(record, column->path);
		csv_row_number(row, json_is_array(list) ? (int64_t)json_array_size(list) : UNSEEN);
		break;
	case LOCAL:
		put_local_time(row, csv_at(record, column->path));
		break;
	}
}

/* A row of the n-th table, or its header if there is no record. */
static void put_row(struct csv *csv, size_t n, const json_t *record, const json_t *element)
{
	const struct table *table = &tables[n];

	csv_row_begin(&csv->row, csv->out[n]);
	for (const struct column *column = table->column; column < table->column + table->count; column++)
		if (record)
			put_column(&csv->row, column, record, element);
		else
			csv_row_text(&csv->row, column->name);
	csv_row_end(&csv->row);
}

static int put_rows(void *context, json_t *record, json_t *evidence)
{
	struct csv *csv = context;
	bool failed = false;

	for (size_t n = 0; n < COUNT(tables) && csv->out[n]; n++) {
		const char *list = tables[n].list;
		const json_t *elements = list ? csv_at(tables[n].in_evidence ? evidence : record, list) : NULL;
		if (!list)
			put_row(csv, n, record, NULL);
		for (size_t i = 0; i < json_array_size(elements); i++)
			put_row(csv, n, record, json_array_get(elements, i));
		failed |= csv->row.failed || ferror(csv->out[n]);
	}
	return failed;
}

static void put_headers(struct csv *csv)
{
	for (size_t n = 0; n < COUNT(tables) && csv->out[n]; n++) {
		csv_row_mark(&csv->row, csv->out[n]);
		put_row(csv, n, NULL, NULL);
	}
}

/* Behind the tables of the run itself. */
static int put_changes(FILE *first, FILE *out, struct store *store, const struct run_info *run,
	const struct report_options *options, struct error *e)
{
	OWN_VALUE(run_info_done) struct run_info before = { 0 };
	OWN_VALUE(diff_done) struct diff diff = { 0 };
	char id[27];

	if (report_flush(first, csv_files[0], e) < 0) /* a full disk is told of the first file */
		return -1;
	if (lineage_before(store, run, id, e) < 0 || (*id && store_run(store, id, &before, e) < 0) ||
		(*id && diff_of(&diff, store, &before, run, e) < 0))
		return -1;
	return diff_csv(out, &diff, &before, run, options, e);
}

int report_csv_write(struct store *store, const struct run_info *run, const struct report_options *options,
	FILE *const out[REPORT_FILES_MAX], struct error *e)
{
	struct csv csv = { .out = out };
	bool more_than_hosts = out[1];

	if (csv_row_init(&csv.row, options, e) < 0)
		return -1;
	put_headers(&csv);
	int rc = report_each(store, run, STORE_BY_VERDICT, more_than_hosts, put_rows, &csv, e);
	bool failed = csv.row.failed;
	csv_row_done(&csv.row);
	if (failed)
		return error_set(e, ERROR_LOCAL, _("out of memory for a row"));
	return rc == 0 && more_than_hosts ? put_changes(out[0], out[COUNT(tables)], store, run, options, e) : rc;
}
