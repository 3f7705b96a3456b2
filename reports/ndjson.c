/* ndjson: see the header. */
#include "ndjson.h"

#include <errno.h>
#include <string.h>

#include "language.h"
#include "record.h"
#include "value.h"

static int put_line(FILE *out, json_t *line, struct error *e)
{
	if (!line)
		return error_set(e, ERROR_LOCAL, _("out of memory for a record"));
	if (json_dumpf(line, out, JSON_COMPACT) < 0 || putc('\n', out) == EOF || fflush(out) == EOF)
		return error_code(e, ERROR_LOCAL, errno, _("records cannot be written: %s"), strerror(errno));
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

/* ---- Of a stored run: records go out as the store has them ---- */

struct writing {
	FILE *out;
	struct error *e;
	const char *between, *behind; /* records; behind: each of them */
	bool any;
};

static int put_text(void *context, const char *record)
{
	struct writing *w = context;

	fputs(w->any ? w->between : "", w->out);
	w->any = true;
	fputs(record, w->out);
	fputs(w->behind, w->out);
	return ferror(w->out);
}

static int put_never_begun(void *context, json_t *record, json_t *evidence)
{
	struct writing *w = context;
	OWN(own_free) char *text = json_dumps(record, JSON_COMPACT);

	(void)evidence;
	return text ? put_text(w, text) : error_set(w->e, ERROR_LOCAL, _("out of memory for a record"));
}

static int put_hosts(struct store *store, const struct run_info *run, enum store_order order, struct writing *w)
{
	if (store_texts(store, run->id, order, put_text, w, w->e) < 0 ||
		report_never_begun(store, run, put_never_begun, w, w->e) < 0)
		return -1;
	return w->e->kind == ERROR_NONE ? 0 : -1;
}

int report_ndjson_write(struct store *store, const struct run_info *run, const struct report_options *options,
	FILE *const out[REPORT_FILES_MAX], struct error *e)
{
	struct writing w = { out[0], e, .between = "", .behind = "\n" };

	(void)options;
	if (ndjson_run_start(out[0], run, e) < 0 || put_hosts(store, run, STORE_AS_FINISHED, &w) < 0)
		return -1;
	return run->ended == UNSEEN ? 0 : ndjson_run_end(out[0], run, e);
}

int report_json_write(struct store *store, const struct run_info *run, const struct report_options *options,
	FILE *const out[REPORT_FILES_MAX], struct error *e)
{
	struct writing w = { out[0], e, .between = ",\n", .behind = "" };
	json_t *about = json_pack("{s:s, s:o, s:o, s:s, s:I, s:I, s:O}", "id", run->id, "started",
		value_time(run->started), "ended", value_time(run->ended), "state", run->state, "total",
		(json_int_t)run->total, "done", (json_int_t)run->done, "meta", run->meta);

	(void)options;
	if (!about)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	fputs("{\"schema\":\"" RECORD_SCHEMA "\",\"run\":", w.out);
	json_dumpf(about, w.out, JSON_COMPACT);
	json_decref(about);
	fputs(",\"hosts\":[\n", w.out);
	if (put_hosts(store, run, STORE_BY_NAME, &w) < 0)
		return -1;
	fputs("\n]}\n", w.out);
	return 0;
}
