/* store_file: opens the store: a private file in SQLite's safest mode (RELIABILITY section D), and its tables. */
#include "store_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "language.h"
#include "private.h"
#include "sql.h"

enum {
	APPLICATION_ID = 0x56535346, /* "VSSF" */
	VALUE_MAX = 4 << 20,         /* bytes of one record or one piece of evidence */
	BUSY_MS = 5000,              /* a reader's checkpoint may hold the file for a moment */
};

/* Each version's difference to the one before; released ones never change. The verdict is the number of verdict.h,
 * which is the order of reports. Of the evidence the longest text, "vssadmin", stands beside the JSON: that halves the
 * time that storing takes. */
static const char *const versions[] = {
	"CREATE TABLE run (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, started INTEGER NOT NULL, ended INTEGER,"
	"  state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'partial')), total INTEGER NOT NULL,"
	"  meta TEXT NOT NULL) STRICT;"
	"CREATE TABLE run_host (run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE, position INTEGER NOT NULL,"
	"  name TEXT NOT NULL, PRIMARY KEY (run, position), UNIQUE (run, name)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE evidence (sha256 BLOB NOT NULL PRIMARY KEY, body TEXT NOT NULL, vssadmin TEXT) STRICT;"
	"CREATE TABLE host_result (seq INTEGER PRIMARY KEY, run INTEGER NOT NULL, name TEXT NOT NULL,"
	"  verdict INTEGER NOT NULL, record TEXT NOT NULL, evidence BLOB REFERENCES evidence, UNIQUE (run, name),"
	"  FOREIGN KEY (run, name) REFERENCES run_host (run, name) ON DELETE CASCADE) STRICT;"
	"CREATE INDEX host_result_by_verdict ON host_result (run, verdict, name);"
	"PRAGMA application_id = 0x56535346;",
	/* The index finds the results of a piece of evidence before it goes; old results have none. */
	"CREATE TABLE pin (name TEXT NOT NULL PRIMARY KEY COLLATE NOCASE, run INTEGER NOT NULL REFERENCES run,"
	"  pinned INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE INDEX pin_by_run ON pin (run);"
	"CREATE INDEX host_result_by_evidence ON host_result (evidence) WHERE evidence IS NOT NULL;",
	"ALTER TABLE run ADD COLUMN mailed INTEGER;",
};

/* A file of another program is left as it is. */
static int check_owner(sqlite3 *db, const char *path, struct error *e)
{
	int64_t id, version, tables;

	if (sql_number(db, "PRAGMA application_id", &id, e) < 0 ||
		sql_number(db, "PRAGMA user_version", &version, e) < 0 ||
		sql_number(db, "SELECT count(*) FROM sqlite_schema", &tables, e) < 0)
		return -1;
	bool fresh = !id && !version && !tables;
	return fresh || id == APPLICATION_ID ? 0 : error_set(e, ERROR_LOCAL, _("%s is not a store of vssfleet"), path);
}

/* What a reader needs against a file that somebody else wrote. */
static int set_up_reading(sqlite3 *db, const char *path, struct error *e)
{
	sqlite3_busy_timeout(db, BUSY_MS);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
	if (sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) != SQLITE_OK)
		return sql_fail(db, e);
	if (sql_exec(db, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;", e) < 0)
		return -1;
	return check_owner(db, path, e);
}

/* The log and its index stay when the last writer is gone: who may only read could not make them. */
static int set_up(sqlite3 *db, const char *path, struct error *e)
{
	static const char safety[] = "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA synchronous = FULL; "
				     "PRAGMA journal_mode = WAL;"
				     "PRAGMA journal_size_limit = 0;";
	int persist = 1;

	if (set_up_reading(db, path, e) < 0 || sql_exec(db, safety, e) < 0)
		return -1;
	sqlite3_file_control(db, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
	return sql_migrate(db, versions, COUNT(versions), e);
}

/* Only a writer brings an older file up to date. */
static int check_version(sqlite3 *db, const char *path, struct error *e)
{
	int64_t version;

	if (sql_number(db, "PRAGMA user_version", &version, e) < 0)
		return -1;
	return version == COUNT(versions)
		       ? 0
		       : error_set(e, ERROR_LOCAL, _("%s has format %lld, not %zu: the next scan brings it up to date"),
				 path, (long long)version, COUNT(versions));
}

static struct store *new_store(struct error *e)
{
	struct store *store = calloc(1, sizeof(*store));

	if (store)
		store->lock = -1;
	else
		error_set(e, ERROR_LOCAL, _("out of memory"));
	return store;
}

static int name_lock(struct store *store, const char *resolved, struct error *e)
{
	if (asprintf(&store->lock_path, "%s.lock", resolved) >= 0)
		return 0;
	store->lock_path = NULL;
	return error_set(e, ERROR_LOCAL, _("out of memory"));
}

/* The file is made before SQLite sees it, so that it never exists with another mode; SQLite gives its journals the
 * mode of the file. */
static int make_file(struct store *store, const char *path, char **resolved, struct error *e)
{
	int fd;

	if (!(*resolved = private_path(path, e)) || (fd = private_open(*resolved, e)) < 0)
		return -1;
	close(fd);
	return name_lock(store, *resolved, e);
}

struct store *store_open(const char *path, struct error *e)
{
	OWN(store_close) struct store *store = new_store(e);
	OWN(own_free) char *resolved = NULL;
	bool memory = !strcmp(path, ":memory:");

	if (!store || (!memory && make_file(store, path, &resolved, e) < 0))
		return NULL;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
	if (sqlite3_open_v2(memory ? path : resolved, &store->db, flags, NULL) != SQLITE_OK) {
		sql_fail(store->db, e);
		return NULL;
	}
	return set_up(store->db, path, e) < 0 ? NULL : TAKE(store);
}

struct store *store_open_to_read(const char *path, struct error *e)
{
	OWN(store_close) struct store *store = new_store(e);
	OWN(own_free) char *resolved = realpath(path, NULL);

	if (store && !resolved)
		error_code(e, ERROR_LOCAL, errno, "%s: %s", path, strerror(errno));
	if (!store || !resolved || name_lock(store, resolved, e) < 0)
		return NULL;
	if (sqlite3_open_v2(resolved, &store->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
		sql_fail(store->db, e);
		return NULL;
	}
	if (set_up_reading(store->db, path, e) < 0 || check_version(store->db, path, e) < 0)
		return NULL;
	return TAKE(store);
}

void store_close(struct store *store)
{
	struct error ignored = { 0 };

	if (!store)
		return;
	if (store->db)
		store_flush(store, &ignored);
	sqlite3_finalize(store->put_result);
	sqlite3_finalize(store->put_evidence);
	sqlite3_close(store->db);
	if (store->lock >= 0)
		close(store->lock);
	free(store->lock_path);
	free(store);
}
