/* retention: see the header. */
#include "retention.h"

#include <unistd.h>

#include "private.h"
#include "sql.h"
#include "store_file.h"

#define SPARED                                                                                                         \
	"(SELECT run FROM pin UNION SELECT max(seq) FROM run WHERE state = 'complete' "                                \
	"GROUP BY coalesce(json_extract(meta, '$.profile'), ''))"
#define OLD "(SELECT seq FROM run WHERE started < ?1 AND seq NOT IN " SPARED ")"
/* Also what a second result of a host replaced. */
#define ORPHANS "FROM evidence WHERE NOT EXISTS (SELECT 1 FROM host_result WHERE evidence = evidence.sha256)"

static int count(struct store *store, const char *query, int64_t before, int64_t *number, struct error *e)
{
	OWN(sqlite3_finalize) sqlite3_stmt *s = sql_prepare(store->db, query, e);

	if (!s)
		return -1;
	if (sqlite3_bind_parameter_count(s))
		sqlite3_bind_int64(s, 1, before);
	if (sqlite3_step(s) != SQLITE_ROW)
		return sql_fail(store->db, e);
	*number = sqlite3_column_int64(s, 0);
	return 0;
}

/* *changed: rows of the table itself. */
static int change(struct store *store, const char *query, int64_t before, int64_t *changed, struct error *e)
{
	OWN(sqlite3_finalize) sqlite3_stmt *s = sql_prepare(store->db, query, e);

	if (!s)
		return -1;
	if (sqlite3_bind_parameter_count(s))
		sqlite3_bind_int64(s, 1, before);
	if (sql_done(s, e) < 0)
		return -1;
	*changed = sqlite3_changes64(store->db);
	return 0;
}

static int sweep(struct store *store, const struct retention *r, struct retention_gone *gone, struct error *e)
{
	int64_t hosts = r->now - r->keep_hosts, evidence = r->now - r->keep_evidence;

	if (sql_exec(store->db, "UPDATE run SET state = 'partial' WHERE state = 'running'", e) < 0 ||
		count(store, "SELECT count(*) FROM host_result WHERE run IN " OLD, hosts, &gone->hosts, e) < 0 ||
		change(store, "DELETE FROM run WHERE seq IN " OLD, hosts, &gone->runs, e) < 0 ||
		change(store, "UPDATE host_result SET evidence = NULL WHERE evidence IS NOT NULL AND run IN " OLD,
			evidence, &gone->without, e) < 0)
		return -1;
	if (count(store, "SELECT coalesce(sum(length(body) + coalesce(length(vssadmin), 0)), 0) " ORPHANS, 0,
		    &gone->bytes, e) < 0)
		return -1;
	return change(store, "DELETE " ORPHANS, 0, &gone->evidence, e);
}

static int in_transaction(struct store *store, const struct retention *r, struct retention_gone *gone, struct error *e)
{
	struct error ignored = { 0 };

	if (sql_exec(store->db, "BEGIN IMMEDIATE", e) < 0)
		return -1;
	int rc = sweep(store, r, gone, e);
	if (rc == 0 && !r->dry_run)
		rc = sql_exec(store->db, "COMMIT", e);
	if (rc < 0 || r->dry_run)
		sql_exec(store->db, "ROLLBACK", &ignored);
	return rc;
}

int retention_apply(
	struct store *store, const struct retention *retention, struct retention_gone *gone, struct error *e)
{
	int lock = -1;

	*gone = (struct retention_gone){ 0 };
	if (store->lock_path && (lock = private_lock(store->lock_path, e)) < 0)
		return -1;
	int rc = in_transaction(store, retention, gone, e);
	if (lock >= 0)
		close(lock);
	return rc;
}
