/* store_read: the reading half of the store: see store.h. */
#include "store_file.h"

#include <errno.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "language.h"
#include "private.h"
#include "sql.h"

static int damaged(struct store *store, const char *what, struct error *e)
{
	const char *file = sqlite3_db_filename(store->db, "main");

	return error_set(e, ERROR_LOCAL, _("%s: damaged: %s"), file && *file ? file : _("the store in memory"), what);
}

int64_t store_find_run(struct store *store, const char *run, struct error *e)
{
	static const char by_prefix[] = "SELECT run FROM pin WHERE name = ?1 UNION ALL "
					"SELECT seq FROM run WHERE substr(id, 1, length(?1)) = upper(?1) LIMIT 2";
	static const char newest[] = "SELECT seq FROM run ORDER BY seq DESC LIMIT 1";
	OWN(sqlite3_finalize) sqlite3_stmt *s = sql_prepare(store->db, run ? by_prefix : newest, e);

	if (!s)
		return -1;
	if (run)
		sqlite3_bind_text(s, 1, run, -1, SQLITE_STATIC);
	int rc = sqlite3_step(s);
	if (rc == SQLITE_DONE)
		return run ? error_code(e, ERROR_LOCAL, ENOENT, _("the store has no run %s"), run)
			   : error_code(e, ERROR_LOCAL, ENOENT, _("the store has no run yet"));
	if (rc != SQLITE_ROW)
		return sql_fail(store->db, e);
	int64_t seq = sqlite3_column_int64(s, 0);
	return sqlite3_step(s) == SQLITE_ROW ? error_code(e, ERROR_LOCAL, EINVAL, _("several runs begin with %s"), run)
					     : seq;
}

/* The statement with the run's row as ?1; NULL with *e set if there is no such run. */
static sqlite3_stmt *about_run(struct store *store, const char *run, const char *statement, struct error *e)
{
	int64_t seq = store_find_run(store, run, e);
	sqlite3_stmt *s = seq < 0 ? NULL : sql_prepare(store->db, statement, e);

	if (s)
		sqlite3_bind_int64(s, 1, seq);
	return s;
}

/* How a loop over rows ended: at the last one, where the caller stopped, or at a failure. */
static int ended(struct store *store, int rc, struct error *e)
{
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : sql_fail(store->db, e);
}

/* What the state says may be a promise of a process that is gone. */
static const char *state_of(struct store *store, const char *id, const char *state)
{
	if (!strcmp(state, "complete"))
		return "complete";
	if (strcmp(state, "running"))
		return "partial";
	if (store->run)
		return strcmp(id, store->run_id) ? "partial" : "running";
	return store->lock_path && private_is_locked(store->lock_path) ? "running" : "partial";
}

#define RUN_COLUMNS                                                                                                    \
	"SELECT id, started, ended, state, total, (SELECT count(*) FROM host_result WHERE run = run.seq), meta,"       \
	"  (SELECT group_concat(name, ', ') FROM (SELECT name FROM pin WHERE run = run.seq ORDER BY name)), mailed "   \
	"FROM run "

static int read_run(struct store *store, sqlite3_stmt *s, struct run_info *info, struct error *e)
{
	const char *id = (const char *)sqlite3_column_text(s, 0);
	const char *pins = (const char *)sqlite3_column_text(s, 7);
	OWN(own_free) char *names = pins ? strdup(pins) : NULL;
	json_t *meta = json_loads((const char *)sqlite3_column_text(s, 6), JSON_DECODE_ANY, NULL);

	if (!meta)
		return damaged(store, _("the description of a run is not JSON"), e);
	*info = (struct run_info){
		.started = sqlite3_column_int64(s, 1),
		.ended = sqlite3_column_type(s, 2) == SQLITE_NULL ? UNSEEN : sqlite3_column_int64(s, 2),
		.state = state_of(store, id, (const char *)sqlite3_column_text(s, 3)),
		.total = (unsigned)sqlite3_column_int64(s, 4),
		.done = (unsigned)sqlite3_column_int64(s, 5),
		.meta = meta,
		.pins = TAKE(names),
		.mailed = sqlite3_column_type(s, 8) == SQLITE_NULL ? UNSEEN : sqlite3_column_int64(s, 8),
	};
	snprintf(info->id, sizeof(info->id), "%s", id);
	return 0;
}

void run_info_done(struct run_info *info)
{
	json_decref(info->meta);
	free(info->pins);
	*info = (struct run_info){ 0 };
}

int store_run(struct store *store, const char *run, struct run_info *info, struct error *e)
{
	OWN(sqlite3_finalize) sqlite3_stmt *s = about_run(store, run, RUN_COLUMNS "WHERE seq = ?1", e);

	if (!s)
		return -1;
	return sqlite3_step(s) == SQLITE_ROW ? read_run(store, s, info, e) : sql_fail(store->db, e);
}

int store_runs(
	struct store *store, int (*each)(void *context, const struct run_info *info), void *context, struct error *e)
{
	OWN(sqlite3_finalize) sqlite3_stmt *s = sql_prepare(store->db, RUN_COLUMNS "ORDER BY seq DESC", e);
	int rc = SQLITE_DONE;

	if (!s)
		return -1;
	for (int stop = 0; !stop && (rc = sqlite3_step(s)) == SQLITE_ROW;) {
		OWN_VALUE(run_info_done) struct run_info info = { 0 };
		if (read_run(store, s, &info, e) < 0)
			return -1;
		stop = each(context, &info);
	}
	return ended(store, rc, e);
}

/* Column 0 is the record, 1 and 2 are the two parts of its evidence, or NULL. */
#define RECORD_ALONE "SELECT record, NULL, NULL FROM host_result WHERE run = ?1 "
#define RECORD_WITH_EVIDENCE                                                                                           \
	"SELECT record, body, vssadmin FROM host_result LEFT JOIN evidence ON sha256 = evidence WHERE run = ?1 "
/* Column 1 says whether it can be read. */
#define RECORD_TEXT "SELECT record, json_valid(record) FROM host_result WHERE run = ?1 "

static sqlite3_stmt *records_of(
	struct store *store, const char *run, const char *select, enum store_order order, struct error *e)
{
	static const char *const orders[] = {
		[STORE_BY_VERDICT] = "ORDER BY verdict, name",
		[STORE_PROBLEMS] = "AND verdict < ?2 ORDER BY verdict, name",
		[STORE_BY_NAME] = "ORDER BY name",
		[STORE_AS_FINISHED] = "ORDER BY seq",
	};
	char query[256];

	snprintf(query, sizeof(query), "%s%s", select, orders[order]);
	sqlite3_stmt *s = about_run(store, run, query, e);
	if (s && order == STORE_PROBLEMS)
		sqlite3_bind_int(s, 2, VERDICT_BUSY);
	return s;
}

static json_t *evidence_in(sqlite3_stmt *s)
{
	const char *body = (const char *)sqlite3_column_text(s, 1), *raw = (const char *)sqlite3_column_text(s, 2);
	json_t *evidence = json_loads(body, 0, NULL);

	if (evidence && raw && json_object_set_new(evidence, "vssadmin", json_string(raw)) < 0) {
		json_decref(evidence);
		return NULL;
	}
	return evidence;
}

static int read_record(struct store *store, sqlite3_stmt *s, json_t **record, json_t **evidence, struct error *e)
{
	bool has_evidence = sqlite3_column_type(s, 1) != SQLITE_NULL;

	*record = json_loads((const char *)sqlite3_column_text(s, 0), 0, NULL);
	*evidence = has_evidence ? evidence_in(s) : NULL;
	if (*record && (*evidence || !has_evidence))
		return 0;
	json_decref(*record);
	json_decref(*evidence);
	*record = *evidence = NULL;
	return damaged(store, _("a record is not JSON"), e);
}

int store_records(struct store *store, const char *run, enum store_order order, int with_evidence,
	int (*each)(void *context, json_t *record, json_t *evidence), void *context, struct error *e)
{
	const char *select = with_evidence ? RECORD_WITH_EVIDENCE : RECORD_ALONE;
	OWN(sqlite3_finalize) sqlite3_stmt *s = records_of(store, run, select, order, e);
	int rc = SQLITE_DONE;

	if (!s)
		return -1;
	for (int stop = 0; !stop && (rc = sqlite3_step(s)) == SQLITE_ROW;) {
		json_t *record, *evidence;
		if (read_record(store, s, &record, &evidence, e) < 0)
			return -1;
		stop = each(context, record, evidence);
		json_decref(record);
		json_decref(evidence);
	}
	return ended(store, rc, e);
}

int store_texts(struct store *store, const char *run, enum store_order order,
	int (*each)(void *context, const char *record), void *context, struct error *e)
{
	OWN(sqlite3_finalize) sqlite3_stmt *s = records_of(store, run, RECORD_TEXT, order, e);
	int rc = SQLITE_DONE;

	if (!s)
		return -1;
	for (int stop = 0; !stop && (rc = sqlite3_step(s)) == SQLITE_ROW;) {
		if (!sqlite3_column_int(s, 1))
			return damaged(store, _("a record is not JSON"), e);
		stop = each(context, (const char *)sqlite3_column_text(s, 0));
	}
	return ended(store, rc, e);
}

int store_verdicts(struct store *store, const char *run, unsigned count[VERDICTS], struct error *e)
{
	static const char by_verdict[] = "SELECT verdict, count(*) FROM host_result WHERE run = ?1 GROUP BY verdict";
	OWN(sqlite3_finalize) sqlite3_stmt *s = about_run(store, run, by_verdict, e);
	int rc;

	if (!s)
		return -1;
	memset(count, 0, VERDICTS * sizeof(*count));
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		int64_t verdict = sqlite3_column_int64(s, 0);
		if (verdict < 0 || verdict >= VERDICTS)
			return damaged(store, _("a verdict is unknown"), e);
		count[verdict] = (unsigned)sqlite3_column_int64(s, 1);
	}
	return ended(store, rc, e);
}

int store_record(
	struct store *store, const char *run, const char *host, json_t **record, json_t **evidence, struct error *e)
{
	static const char by_name[] =
		RECORD_WITH_EVIDENCE "AND name = ?2 COLLATE NOCASE ORDER BY name = ?2 DESC LIMIT 1";
	OWN(sqlite3_finalize) sqlite3_stmt *s = about_run(store, run, by_name, e);

	if (!s)
		return -1;
	sqlite3_bind_text(s, 2, host, -1, SQLITE_STATIC);
	int rc = sqlite3_step(s);
	if (rc == SQLITE_DONE)
		return error_set(e, ERROR_LOCAL, _("the run has no result of a host %s"), host);
	return rc == SQLITE_ROW ? read_record(store, s, record, evidence, e) : sql_fail(store->db, e);
}

int store_pending(struct store *store, const char *run, int (*each)(void *context, const char *host), void *context,
	struct error *e)
{
	static const char without_result[] =
		"SELECT h.name FROM run_host h LEFT JOIN host_result r ON r.run = h.run AND r.name = h.name "
		"WHERE h.run = ?1 AND r.seq IS NULL ORDER BY h.position";
	OWN(sqlite3_finalize) sqlite3_stmt *s = about_run(store, run, without_result, e);
	int rc = SQLITE_DONE;

	if (!s)
		return -1;
	for (int stop = 0; !stop && (rc = sqlite3_step(s)) == SQLITE_ROW;)
		stop = each(context, (const char *)sqlite3_column_text(s, 0));
	return ended(store, rc, e);
}
