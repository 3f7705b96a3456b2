/* standing: see the header. */
#include "standing.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "language.h"
#include "lineage.h"
#include "sql.h"
#include "store_file.h"
#include "verdict.h"

static int no_memory(struct error *e)
{
	return error_set(e, ERROR_LOCAL, _("out of memory"));
}

void standing_done(struct standing *standing)
{
	free(standing->run);
	sqlite3_finalize(standing->earlier);
	*standing = (struct standing){ 0 };
}

/* ---- Which runs? ---- */

static int add_run(struct standing *standing, int64_t row, struct error *e)
{
	if ((standing->count & (standing->count - 1)) == 0) { /* at 0 and each power of two */
		size_t room = standing->count ? 2 * standing->count : 1;
		int64_t *grown = reallocarray(standing->run, room, sizeof(*grown));
		if (!grown)
			return no_memory(e);
		standing->run = grown;
	}
	standing->run[standing->count++] = row;
	return 0;
}

/* The run's own row is the first. */
static int read_runs(struct standing *standing, sqlite3_stmt *s, struct error *e)
{
	json_t *own = NULL;
	int rc = SQLITE_DONE, result = 0;

	while (result == 0 && standing->count < STANDING_RUNS && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		json_t *meta = json_loads((const char *)sqlite3_column_text(s, 1), JSON_DECODE_ANY, NULL);
		if (!meta)
			result = no_memory(e);
		else if (!own)
			own = json_incref(meta);
		else if (lineage_same(own, meta))
			result = add_run(standing, sqlite3_column_int64(s, 0), e);
		json_decref(meta);
	}
	json_decref(own);
	return result == 0 && rc != SQLITE_DONE && rc != SQLITE_ROW ? sql_fail(standing->store->db, e) : result;
}

int standing_read(struct standing *standing, struct store *store, const char *run, struct error *e)
{
	static const char query[] = "SELECT seq, meta FROM run WHERE seq <= ?1 ORDER BY seq DESC";
	int64_t seq = store_find_run(store, run, e);
	OWN(sqlite3_finalize) sqlite3_stmt *s = seq < 0 ? NULL : sql_prepare(store->db, query, e);

	*standing = (struct standing){ .store = store };
	if (!s)
		return -1;
	sqlite3_bind_int64(s, 1, seq);
	return read_runs(standing, s, e);
}

/* ---- What did they say? ---- */

/* A run that says nothing of whether the row goes on. */
static bool is_passed_by(int verdict, int now)
{
	if (!diff_is_checked(now))
		return false;
	return !diff_is_checked(verdict) || (verdict == VERDICT_BUSY && now != VERDICT_BUSY);
}

static bool is_same(int verdict, int now)
{
	return verdict == now || (!diff_is_checked(verdict) && !diff_is_checked(now));
}

/* Binds a run and a host: 1 and *since set, a new reference, 0 if the row ends there or was not begun; 2: go on, also
 * behind a damaged record, of which only the verdict is known. */
static int ask(struct standing *standing, int64_t run, const char *host, int now, json_t **since, struct error *e)
{
	sqlite3_stmt *s = standing->earlier;

	sqlite3_reset(s);
	sqlite3_bind_int64(s, 1, run);
	sqlite3_bind_text(s, 2, host, -1, SQLITE_STATIC);
	int rc = sqlite3_step(s);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return sql_fail(standing->store->db, e);
	int verdict = rc == SQLITE_ROW ? sqlite3_column_int(s, 0) : DIFF_ABSENT;
	if (verdict < 0 || verdict >= VERDICTS || is_passed_by(verdict, now))
		return 2;
	const char *text = (const char *)sqlite3_column_text(s, 1);
	if (!is_same(verdict, now))
		return 0;
	if (!text) {
		standing->damaged++;
		return 2;
	}
	*since = json_string(text);
	return *since ? 1 : no_memory(e);
}

int standing_tell(struct standing *standing, json_t *record, struct error *e)
{
	static const char query[] =
		"SELECT verdict, CASE WHEN json_valid(record) THEN coalesce(json_extract(record, '$.since'), "
		"  json_extract(record, '$.checked_at')) END FROM host_result WHERE run = ?1 AND name = ?2";
	const char *host = json_string_value(json_object_get(json_object_get(record, "host"), "name"));
	const char *word = json_string_value(json_object_get(record, "verdict"));
	int now = word ? verdict_of_name(word) : -1, rc = 2;
	json_t *since = NULL;
	size_t damaged = standing->damaged;

	if (!host || now < 0)
		return error_set(e, ERROR_LOCAL, _("a record has no name or no verdict"));
	if (!standing->earlier && !(standing->earlier = sql_prepare(standing->store->db, query, e)))
		return -1;
	for (size_t i = 0; rc == 2 && i < standing->count; i++)
		rc = ask(standing, standing->run[i], host, now, &since, e);
	sqlite3_reset(standing->earlier); /* no read transaction stays open */
	if (rc < 0)
		return -1;
	if (!since)
		since = standing->damaged > damaged ? json_null() : json_incref(json_object_get(record, "checked_at"));
	return json_object_set_new(record, "since", since) < 0 ? no_memory(e) : 0;
}
