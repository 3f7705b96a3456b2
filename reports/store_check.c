/* store_check: see the header. */
#include "store_check.h"

#include <stdio.h>
#include <string.h>

#include "language.h"
#include "sql.h"
#include "store_file.h"
#include "str.h"

struct checking {
	struct store *store;
	void (*tell)(void *context, const char *problem);
	void *context;
	struct store_checked *checked;
};

__attribute__((format(printf, 2, 3))) static void report(const struct checking *c, const char *format, ...)
{
	OWN_VALUE(str_done) struct str problem = { 0 };
	va_list args;

	va_start(args, format);
	str_addv(&problem, format, args);
	va_end(args);
	c->checked->problems++;
	c->tell(c->context, str_text(&problem));
}

static const char *text(sqlite3_stmt *s, int column)
{
	const char *value = (const char *)sqlite3_column_text(s, column);

	return value ? value : "";
}

/* Each row of the query is handed to see. A file that is too damaged to go on with is a problem, not a failure. */
static int each_row(const struct checking *c, const char *query, void (*see)(const struct checking *c, sqlite3_stmt *s),
	struct error *e)
{
	OWN(sqlite3_finalize) sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(c->store->db, query, -1, &s, NULL);

	while (rc == SQLITE_OK || rc == SQLITE_ROW)
		if ((rc = sqlite3_step(s)) == SQLITE_ROW)
			see(c, s);
	if (rc == SQLITE_CORRUPT) {
		report(c, _("damaged pages: %s"), sqlite3_errmsg(c->store->db));
		return 0;
	}
	return rc == SQLITE_DONE ? 0 : sql_fail(c->store->db, e);
}

static void see_page(const struct checking *c, sqlite3_stmt *s)
{
	if (strcmp(text(s, 0), "ok") != 0)
		report(c, "%s", text(s, 0));
}

static void see_reference(const struct checking *c, sqlite3_stmt *s)
{
	report(c, _("row %s of %s refers to a %s that is not there"), text(s, 1), text(s, 0), text(s, 2));
}

static void see_run(const struct checking *c, sqlite3_stmt *s)
{
	c->checked->runs++;
	if (!sqlite3_column_int(s, 1))
		report(c, _("run %s: its description is not JSON"), text(s, 0));
}

static void see_result(const struct checking *c, sqlite3_stmt *s)
{
	c->checked->results++;
	if (!sqlite3_column_int(s, 2))
		report(c, _("run %s: the record of %s is not JSON"), text(s, 0), text(s, 1));
}

static void see_evidence(const struct checking *c, sqlite3_stmt *s)
{
	unsigned char sha256[EVIDENCE_SHA256];
	const void *stored = sqlite3_column_blob(s, 0);
	const char *raw = (const char *)sqlite3_column_text(s, 2);

	c->checked->evidence++;
	if (sqlite3_column_bytes(s, 0) != sizeof(sha256) || !store_evidence_hash(text(s, 1), raw, sha256) ||
		memcmp(stored, sha256, sizeof(sha256)) != 0)
		report(c, _("evidence %s is not as it was written"), text(s, 3));
}

int store_check(struct store *store, void (*tell)(void *context, const char *problem), void *context,
	struct store_checked *checked, struct error *e)
{
	static const struct {
		const char *query;
		void (*see)(const struct checking *c, sqlite3_stmt *s);
	} parts[] = {
		{ "PRAGMA quick_check", see_page },
		{ "PRAGMA foreign_key_check", see_reference },
		{ "SELECT id, json_valid(meta) FROM run", see_run },
		{ "SELECT id, name, json_valid(record) FROM host_result JOIN run ON run.seq = run", see_result },
		{ "SELECT sha256, body, vssadmin, lower(hex(sha256)) FROM evidence", see_evidence },
	};
	struct checking c = { store, tell, context, checked };

	*checked = (struct store_checked){ 0 };
	FOR_EACH(part, parts)
		if (each_row(&c, part->query, part->see, e) < 0)
			return -1;
	return 0;
}
