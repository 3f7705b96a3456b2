/* report: see the header. */
#include "report.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "csv.h"
#include "html.h"
#include "junit.h"
#include "language.h"
#include "ndjson.h"
#include "private.h"
#include "prom.h"
#include "record.h"
#include "report_file.h"
#include "zabbix.h"

static const char *const html_files[] = { "report.html", NULL };
static const char *const ndjson_files[] = { "results.ndjson", NULL };
static const char *const json_files[] = { "results.json", NULL };
static const char *const junit_files[] = { "junit.xml", NULL };
static const char *const prom_files[] = { "vssfleet.prom", NULL };
static const char *const zabbix_lld_files[] = { "zabbix-lld.json", NULL };
static const char *const zabbix_sender_files[] = { "zabbix-sender.txt", NULL };

static const struct report_format formats[] = {
	{ "html", html_files, report_html_write },
	{ "csv", csv_files, report_csv_write },
	{ "ndjson", ndjson_files, report_ndjson_write },
	{ "json", json_files, report_json_write },
	{ "junit", junit_files, report_junit_write },
	{ "prom", prom_files, report_prom_write, .mode = 0644 }, /* the collector has an account of its own */
	{ "zabbix-lld", zabbix_lld_files, report_zabbix_lld_write },
	{ "zabbix-sender", zabbix_sender_files, report_zabbix_sender_write },
};

const struct report_format *report_format(const char *name)
{
	FOR_EACH(format, formats)
		if (!strcmp(format->name, name))
			return format;
	return NULL;
}

const char *report_format_names(void)
{
	return "html, csv, ndjson, json, junit, prom, zabbix-lld, zabbix-sender";
}

struct each_host {
	const char *run;
	int (*each)(void *context, json_t *record, json_t *evidence);
	void *context;
	bool stopped, no_memory;
};

static int each_record(void *context, json_t *record, json_t *evidence)
{
	struct each_host *all = context;

	all->stopped = all->each(all->context, record, evidence) != 0;
	return all->stopped;
}

static int each_never_begun(void *context, const char *host)
{
	struct each_host *all = context;
	json_t *record = record_never_begun(all->run, host);

	all->no_memory = !record;
	all->stopped = !record || all->each(all->context, record, NULL) != 0;
	json_decref(record);
	return all->stopped;
}

int report_never_begun(struct store *store, const struct run_info *run,
	int (*each)(void *context, json_t *record, json_t *evidence), void *context, struct error *e)
{
	struct each_host all = { .run = run->id, .each = each, .context = context };

	if (strcmp(run->state, "running") && store_pending(store, run->id, each_never_begun, &all, e) < 0)
		return -1;
	return all.no_memory ? error_set(e, ERROR_LOCAL, _("out of memory for a record")) : 0;
}

int report_each(struct store *store, const struct run_info *run, enum store_order order, int with_evidence,
	int (*each)(void *context, json_t *record, json_t *evidence), void *context, struct error *e)
{
	struct each_host all = { .run = run->id, .each = each, .context = context };

	if (store_records(store, run->id, order, with_evidence, each_record, &all, e) < 0)
		return -1;
	return all.stopped ? 0 : report_never_begun(store, run, each, context, e);
}

/* A format on its way to a place. */
struct view {
	const struct report_format *format;
	struct store *store;
	const struct run_info *run;
	struct report_options options;
};

static struct view view_of(const struct report_format *format, struct store *store, const struct run_info *run,
	const struct report_options *options, enum csv_encoding automatic)
{
	struct view view = { format, store, run, *options };

	if (view.options.csv_encoding == CSV_AUTO)
		view.options.csv_encoding = automatic;
	return view;
}

static int write_view(void *context, FILE *const out[REPORT_FILES_MAX], struct error *e)
{
	const struct view *view = context;

	for (size_t n = 0; n < REPORT_FILES_MAX && out[n] && view->format->mode; n++)
		if (fchmod(fileno(out[n]), view->format->mode) < 0)
			return report_cannot_write(view->format->files[n], e);
	return view->format->write(view->store, view->run, &view->options, out, e);
}

static int write_stream(const struct view *view, FILE *stream, const char *name, struct error *e)
{
	FILE *const out[REPORT_FILES_MAX] = { stream };
	int rc = view->format->write(view->store, view->run, &view->options, out, e);

	return report_flush(stream, name, e) < 0 ? -1 : rc;
}

int report_to_directory(const struct report_format *format, struct store *store, const struct run_info *run,
	const char *path, const struct report_options *options, struct error *e)
{
	struct view view = view_of(format, store, run, options, CSV_UTF8_BOM);

	if (private_directory(path, e) < 0)
		return -1;
	return report_files_write(path, format->files, write_view, &view, e);
}

/* A pipe or a device cannot be replaced by a finished file. */
static int write_special(const struct view *view, const char *path, struct error *e)
{
	FILE *out = fopen(path, "we");

	if (!out)
		return report_cannot_write(path, e);
	int rc = write_stream(view, out, path, e);
	if (fclose(out) == EOF && rc == 0)
		rc = report_cannot_write(path, e);
	return rc;
}

int report_to_file(const struct report_format *format, struct store *store, const struct run_info *run,
	const char *path, const struct report_options *options, struct error *e)
{
	struct view stream = view_of(format, store, run, options, CSV_UTF8);
	struct view file = view_of(format, store, run, options, CSV_UTF8_BOM);
	struct stat st;

	if (!strcmp(path, "-"))
		return write_stream(&stream, stdout, _("the standard output"), e);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return error_set(e, ERROR_LOCAL, _("%s is a directory"), path);
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return write_special(&stream, path, e);
	OWN(own_free) char *above = strdup(path), *name = strdup(path);
	if (!above || !name)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	return report_files_write(dirname(above), (const char *[]){ basename(name), NULL }, write_view, &file, e);
}
