/* ndjson: see the header. */
#include "ndjson.h"

#include <errno.h>
#include <string.h>

#include "record.h"
#include "value.h"

static int put_line(FILE *out, json_t *line, struct error *e)
{
	if (!line)
		return error_set(e, ERROR_LOCAL, "out of memory for a record");
	if (json_dumpf(line, out, JSON_COMPACT) < 0 || putc('\n', out) == EOF || fflush(out) == EOF)
		return error_code(e, ERROR_LOCAL, errno, "records cannot be written: %s", strerror(errno));
	return 0;
}

static int put_own_line(FILE *out, json_t *line, struct error *e)
{
	int rc = put_line(out, line, e);

	json_decref(line);
	return rc;
}

int ndjson_run_start(FILE *out, const struct run_info *run, struct error *e)
{
	return put_own_line(out,
		json_pack("{s:s, s:s, s:s, s:o, s:I, s:O}", "type", "run_start", "schema", RECORD_SCHEMA, "run",
			run->id, "started", value_time(run->started), "total", (json_int_t)run->total, "meta",
			run->meta),
		e);
}

int ndjson_host(FILE *out, const json_t *record, struct error *e)
{
	return put_line(out, (json_t *)record, e);
}

int ndjson_run_end(FILE *out, const struct run_info *run, struct error *e)
{
	return put_own_line(out,
		json_pack("{s:s, s:s, s:s, s:o, s:s, s:I, s:I}", "type", "run_end", "schema", RECORD_SCHEMA, "run",
			run->id, "ended", value_time(run->ended), "state", run->state, "total", (json_int_t)run->total,
			"done", (json_int_t)run->done),
		e);
}

struct writing {
	FILE *out;
	struct error *e;
	bool first;
};

static int put_host(void *context, json_t *record, json_t *evidence)
{
	struct writing *w = context;

	(void)evidence;
	return ndjson_host(w->out, record, w->e);
}

int report_ndjson_write(struct store *store, const struct run_info *run, size_t n, const struct report_options *options,
	FILE *out, struct error *e)
{
	struct writing w = { out, e, false };

	(void)n, (void)options;
	if (ndjson_run_start(out, run, e) < 0 || report_each(store, run, STORE_AS_FINISHED, 0, put_host, &w, e) < 0 ||
		e->kind != ERROR_NONE)
		return -1;
	return run->ended == UNSEEN ? 0 : ndjson_run_end(out, run, e);
}

static int put_element(void *context, json_t *record, json_t *evidence)
{
	struct writing *w = context;

	(void)evidence;
	fputs(w->first ? "" : ",\n", w->out);
	w->first = false;
	return json_dumpf(record, w->out, JSON_COMPACT) == 0
		       ? 0
		       : error_set(w->e, ERROR_LOCAL, "a record cannot be written");
}

int report_json_write(struct store *store, const struct run_info *run, size_t n, const struct report_options *options,
	FILE *out, struct error *e)
{
	struct writing w = { out, e, true };
	json_t *about = json_pack("{s:s, s:o, s:o, s:s, s:I, s:I, s:O}", "id", run->id, "started",
		value_time(run->started), "ended", value_time(run->ended), "state", run->state, "total",
		(json_int_t)run->total, "done", (json_int_t)run->done, "meta", run->meta);

	(void)n, (void)options;
	if (!about)
		return error_set(e, ERROR_LOCAL, "out of memory");
	fputs("{\"schema\":\"" RECORD_SCHEMA "\",\"run\":", out);
	json_dumpf(about, out, JSON_COMPACT);
	json_decref(about);
	fputs(",\"hosts\":[\n", out);
	if (report_each(store, run, STORE_BY_NAME, 0, put_element, &w, e) < 0 || e->kind != ERROR_NONE)
		return -1;
	fputs("\n]}\n", out);
	return 0;
}
