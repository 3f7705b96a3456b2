/* sql: see the header. */
#include "sql.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "language.h"
#include "private.h"

int sql_fail(sqlite3 *db, struct error *e)
{
	const char *file = sqlite3_db_filename(db, "main");
	int system = sqlite3_system_errno(db);

	if (!file || !*file)
		file = _("the store in memory");
	switch (sqlite3_errcode(db) & 0xff) {
	case SQLITE_FULL:
		return error_set(e, ERROR_LOCAL, _("%s: the disk is full; what was stored before is kept"), file);
	case SQLITE_NOTADB:
		return error_set(e, ERROR_LOCAL, _("%s is not a store of vssfleet"), file);
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		return error_set(e, ERROR_LOCAL, "%s: %s: %s", file, sqlite3_errmsg(db), strerror(system));
	default:
		return error_set(e, ERROR_LOCAL, "%s: %s", file, sqlite3_errmsg(db));
	}
}

int sql_exec(sqlite3 *db, const char *statements, struct error *e)
{
	return sqlite3_exec(db, statements, NULL, NULL, NULL) == SQLITE_OK ? 0 : sql_fail(db, e);
}

sqlite3_stmt *sql_prepare(sqlite3 *db, const char *statement, struct error *e)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(db, statement, -1, &s, NULL) != SQLITE_OK)
		sql_fail(db, e);
	return s;
}

int sql_number(sqlite3 *db, const char *query, int64_t *number, struct error *e)
{
	OWN(sqlite3_finalize) sqlite3_stmt *s = sql_prepare(db, query, e);

	if (!s)
		return -1;
	if (sqlite3_step(s) != SQLITE_ROW)
		return sql_fail(db, e);
	*number = sqlite3_column_int64(s, 0);
	return 0;
}

int sql_done(sqlite3_stmt *s, struct error *e)
{
	int rc = sqlite3_step(s);

	if (rc != SQLITE_DONE)
		sql_fail(sqlite3_db_handle(s), e);
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return rc == SQLITE_DONE ? 0 : -1;
}

/* A copy that others cannot read; one that an earlier attempt left is made again. */
static int back_up(sqlite3 *db, int64_t version, struct error *e)
{
	OWN(sqlite3_close) sqlite3 *copy = NULL;
	char path[4096];
	int fd;

	if (snprintf(path, sizeof(path), "%s.v%" PRId64 ".bak", sqlite3_db_filename(db, "main"), version) >=
		(int)sizeof(path))
		return error_set(e, ERROR_LOCAL, _("the path of the backup is too long"));
	unlink(path);
	if ((fd = private_open(path, e)) < 0)
		return -1;
	close(fd);
	if (sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, NULL) != SQLITE_OK)
		return sql_fail(copy, e);
	sqlite3_backup *backup = sqlite3_backup_init(copy, "main", db, "main");
	if (!backup)
		return sql_fail(copy, e);
	sqlite3_backup_step(backup, -1);
	return sqlite3_backup_finish(backup) == SQLITE_OK ? 0 : sql_fail(copy, e);
}

/* In a transaction: the version is read again, for another process may have been faster. */
static int next_step(sqlite3 *db, const char *const steps[], unsigned count, int64_t *version, struct error *e)
{
	char set_version[64];

	if (sql_number(db, "PRAGMA user_version", version, e) < 0)
		return -1;
	if (*version < 0 || *version >= (int64_t)count)
		return 0;
	if (sql_exec(db, steps[*version], e) < 0)
		return -1;
	snprintf(set_version, sizeof(set_version), "PRAGMA user_version = %" PRId64, ++*version);
	return sql_exec(db, set_version, e);
}

int sql_migrate(sqlite3 *db, const char *const steps[], unsigned count, struct error *e)
{
	int64_t version;

	if (sql_number(db, "PRAGMA user_version", &version, e) < 0)
		return -1;
	if (version < 0 || version > (int64_t)count)
		return error_set(e, ERROR_LOCAL,
			_("%s has format %lld, this program knows formats up to %u: use a newer vssfleet or another "
			  "--store"),
			sqlite3_db_filename(db, "main"), (long long)version, count);
	if (version > 0 && version < (int64_t)count && back_up(db, version, e) < 0)
		return -1;
	while (version < (int64_t)count) {
		if (sql_exec(db, "BEGIN IMMEDIATE", e) < 0)
			return -1;
		if (next_step(db, steps, count, &version, e) < 0 || sql_exec(db, "COMMIT", e) < 0) {
			sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
			return -1;
		}
	}
	return 0;
}
