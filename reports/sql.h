#pragma once
/* sql: SQLite with errors in our words, and the way a file of an older version becomes one of this version. */

#include <sqlite3.h>

#include "error.h"
#include "own.h"

CLEANUP_OF(sqlite3_stmt, sqlite3_finalize);
CLEANUP_OF(sqlite3, sqlite3_close);

/* Sets *e (ERROR_LOCAL, cause "PATH: ...") from the connection's last failure, without SQLite's code, which could be
 * taken for an errno. Always -1. */
int sql_fail(sqlite3 *db, struct error *e);
int sql_exec(sqlite3 *db, const char *statements, struct error *e);
sqlite3_stmt *sql_prepare(sqlite3 *db, const char *statement, struct error *e);
int sql_number(sqlite3 *db, const char *query, int64_t *number, struct error *e); /* one row, one column */
int sql_done(sqlite3_stmt *statement, struct error *e); /* runs to its end and resets; no rows are expected */

/* Brings the file to version count by the steps it lacks, each in a transaction of its own; the version is the number
 * of steps that were applied. A file that is not new is copied to PATH.v<version>.bak first. A version above count is
 * refused. */
int sql_migrate(sqlite3 *db, const char *const steps[], unsigned count, struct error *e);
