/* pins: see the header. */
#include "pins.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <time.h>

#include "language.h"
#include "sql.h"
#include "store_file.h"

static bool is_name(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

	return isalpha((unsigned char)*name) && !name[len] && len <= PIN_NAME_MAX;
}

static int add(struct store *store, int64_t run, const char *name, struct error *e)
{
	static const char query[] = "INSERT INTO pin (name, run, pinned) VALUES (?1, ?2, ?3) "
				    "ON CONFLICT (name) DO UPDATE SET pinned = pinned WHERE run = excluded.run";
	OWN(sqlite3_finalize) sqlite3_stmt *s = sql_prepare(store->db, query, e);

	if (!s)
		return -1;
	sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(s, 2, run);
	sqlite3_bind_int64(s, 3, (int64_t)time(NULL));
	if (sql_done(s, e) < 0)
		return -1;
	if (sqlite3_changes(store->db))
		return 0;
	return error_code(e, ERROR_LOCAL, EINVAL,
		_("%s is another run: take the name from it by `vssfleet runs unpin %s`"), name, name);
}

int pin_add(struct store *store, const char *run, const char *name, struct error *e)
{
	OWN_VALUE(run_info_done) struct run_info info = { 0 };

	if (!is_name(name))
		return error_code(e, ERROR_LOCAL, EINVAL,
			_("\"%s\" cannot be the name of a run: it takes a letter and then up to %d letters, digits, "
			  "\"-\", \"_\" and \".\""),
			name, PIN_NAME_MAX - 1);
	if (store_run(store, run, &info, e) < 0)
		return -1;
	if (!strcmp(info.state, "running"))
		return error_code(e, ERROR_LOCAL, EINVAL, _("run %s is not over yet"), info.id);
	int64_t seq = store_find_run(store, info.id, e);
	return seq < 0 ? -1 : add(store, seq, name, e);
}

int pin_remove(struct store *store, const char *name, struct error *e)
{
	OWN(sqlite3_finalize) sqlite3_stmt *s = sql_prepare(store->db, "DELETE FROM pin WHERE name = ?1", e);

	if (!s)
		return -1;
	sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
	if (sql_done(s, e) < 0)
		return -1;
	return sqlite3_changes(store->db) ? 0 : error_code(e, ERROR_LOCAL, ENOENT, _("no run is pinned as %s"), name);
}
