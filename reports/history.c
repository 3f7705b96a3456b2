/* history: see the header. SQLite takes the few values out of the records. */
#include "history.h"

#include "language.h"
#include "sql.h"
#include "store_file.h"
#include "verdict.h"

static int ended(struct store *store, int rc, struct error *e)
{
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : sql_fail(store->db, e);
}

static const char *text(sqlite3_stmt *s, int column)
{
	return (const char *)sqlite3_column_text(s, column);
}

/* NULL with *e set if there is no such run. */
static sqlite3_stmt *about(struct store *store, const char *run, const char *query, struct error *e)
{
	int64_t seq = store_find_run(store, run, e);
	sqlite3_stmt *s = seq < 0 ? NULL : sql_prepare(store->db, query, e);

	if (s)
		sqlite3_bind_int64(s, 1, seq);
	return s;
}

int history_sightings(struct store *store, const char *run, int (*each)(void *context, const struct sighting *sighting),
	void *context, struct error *e)
{
	static const char query[] =
		"SELECT name, verdict, json_extract(record, '$.host.id'),"
		"  json_extract(record, '$.errors[0].kind'), json_extract(record, '$.reason') "
		"FROM (SELECT h.name, h.position, verdict, CASE WHEN json_valid(record) THEN record END AS record "
		"  FROM run_host h LEFT JOIN host_result r ON r.run = h.run AND r.name = h.name WHERE h.run = ?1) "
		"ORDER BY position";
	OWN(sqlite3_finalize) sqlite3_stmt *s = about(store, run, query, e);
	int rc = SQLITE_DONE;

	if (!s)
		return -1;
	for (int stop = 0; !stop && (rc = sqlite3_step(s)) == SQLITE_ROW;) {
		bool asked = sqlite3_column_type(s, 1) != SQLITE_NULL;
		struct sighting sighting = { text(s, 0), asked ? sqlite3_column_int(s, 1) : VERDICT_UNREACHABLE,
			text(s, 2), text(s, 3), text(s, 4) };
		stop = each(context, &sighting);
	}
	return ended(store, rc, e);
}

int history_clones(struct store *store, const char *run, int (*each)(void *context, const char *id, const char *host),
	void *context, struct error *e)
{
	static const char query[] =
		"SELECT id, name FROM (SELECT id, name, count(*) OVER (PARTITION BY id) AS hosts FROM"
		"  (SELECT name, json_extract(record, '$.host.id') AS id FROM host_result WHERE run = ?1)"
		"  WHERE id IS NOT NULL) WHERE hosts > 1 ORDER BY id, name";
	OWN(sqlite3_finalize) sqlite3_stmt *s = about(store, run, query, e);
	int rc = SQLITE_DONE;

	if (!s)
		return -1;
	for (int stop = 0; !stop && (rc = sqlite3_step(s)) == SQLITE_ROW;)
		stop = each(context, text(s, 0), text(s, 1));
	return ended(store, rc, e);
}

int history_verdicts(struct store *store, const char *run, int (*each)(void *context, const char *host, int verdict),
	void *context, struct error *e)
{
	OWN(sqlite3_finalize)
	sqlite3_stmt *s = about(store, run, "SELECT name, verdict FROM host_result WHERE run = ?1", e);
	int rc = SQLITE_DONE;

	if (!s)
		return -1;
	for (int stop = 0; !stop && (rc = sqlite3_step(s)) == SQLITE_ROW;)
		stop = each(context, text(s, 0), sqlite3_column_int(s, 1));
	return ended(store, rc, e);
}

int history_before(struct store *store, const char *run, const char *host, int64_t since,
	int (*each)(void *context, int verdict, int64_t at), void *context, struct error *e)
{
	static const char query[] =
		"SELECT verdict, started FROM run CROSS JOIN host_result ON host_result.run = run.seq "
		"WHERE run.seq < ?1 AND started >= ?2 AND name = ?3 ORDER BY run.seq DESC";
	OWN(sqlite3_finalize) sqlite3_stmt *s = about(store, run, query, e);
	int rc = SQLITE_DONE;

	if (!s)
		return -1;
	sqlite3_bind_int64(s, 2, since);
	sqlite3_bind_text(s, 3, host, -1, SQLITE_STATIC);
	for (int stop = 0; !stop && (rc = sqlite3_step(s)) == SQLITE_ROW;)
		stop = each(context, sqlite3_column_int(s, 0), sqlite3_column_int64(s, 1));
	return ended(store, rc, e);
}

int history_since(struct store *store, const char *host, int64_t since, unsigned most, const char *change,
	int (*each)(void *context, const char *back), void *context, struct error *e)
{
	static const char query[] =
		"SELECT CASE json_extract(record, '$.remedied.change') WHEN ?4 THEN"
		"  json_extract(record, '$.remedied.back') END "
		"FROM run CROSS JOIN host_result ON host_result.run = run.seq "
		"WHERE started >= ?1 AND name = ?2 AND verdict NOT IN (?5, ?6) ORDER BY run.seq LIMIT ?3";
	OWN(sqlite3_finalize) sqlite3_stmt *s = sql_prepare(store->db, query, e);
	int rc = SQLITE_DONE;

	if (!s)
		return -1;
	sqlite3_bind_int64(s, 1, since);
	sqlite3_bind_text(s, 2, host, -1, SQLITE_STATIC);
	sqlite3_bind_int64(s, 3, most);
	sqlite3_bind_text(s, 4, change, -1, SQLITE_STATIC);
	sqlite3_bind_int(s, 5, VERDICT_UNKNOWN);
	sqlite3_bind_int(s, 6, VERDICT_UNREACHABLE);
	for (int stop = 0; !stop && (rc = sqlite3_step(s)) == SQLITE_ROW;)
		stop = each(context, text(s, 0));
	return ended(store, rc, e);
}

int history_remedied(struct store *store, const char *run,
	int (*each)(void *context, const char *host, const json_t *remedied), void *context, struct error *e)
{
	static const char query[] = "SELECT name, json_extract(record, '$.remedied') FROM host_result "
				    "WHERE run = ?1 AND json_extract(record, '$.remedied') IS NOT NULL ORDER BY name";
	OWN(sqlite3_finalize) sqlite3_stmt *s = about(store, run, query, e);
	int rc = SQLITE_DONE;

	if (!s)
		return -1;
	for (int stop = 0; !stop && (rc = sqlite3_step(s)) == SQLITE_ROW;) {
		json_t *remedied = json_loads(text(s, 1), 0, NULL);
		if (!remedied)
			return error_set(e, ERROR_LOCAL, _("damaged: a record of %.100s is not JSON"), text(s, 0));
		stop = each(context, text(s, 0), remedied);
		json_decref(remedied);
	}
	return ended(store, rc, e);
}

int history_process(struct store *store, const char *host, int64_t before, json_t **eventsystem, struct error *e)
{
	static const char query[] =
		"SELECT json_extract(record, '$.eventsystem') FROM run CROSS JOIN host_result ON host_result.run = "
		"run.seq "
		"WHERE started < ?1 AND name = ?2 AND json_extract(record, '$.eventsystem.pid') > 0 "
		"ORDER BY run.seq DESC LIMIT 1";
	OWN(sqlite3_finalize) sqlite3_stmt *s = sql_prepare(store->db, query, e);

	*eventsystem = NULL;
	if (!s)
		return -1;
	sqlite3_bind_int64(s, 1, before);
	sqlite3_bind_text(s, 2, host, -1, SQLITE_STATIC);
	int rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		*eventsystem = json_loads(text(s, 0), 0, NULL);
	return ended(store, rc, e);
}
