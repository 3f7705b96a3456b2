/* store: the writing half: see store.h. The lock is taken with the run and given back with its end, so that a run that
 * says "running" while the lock is free is one whose process is gone. */
#include "store.h"

#include <assert.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "deadline.h"
#include "language.h"
#include "private.h"
#include "sql.h"
#include "store_file.h"
#include "verdict.h"

enum { BATCH_MS = 1000 };

/* A ULID: 48 bits of milliseconds and 80 of chance in Crockford's base 32, so that ids sort by time. */
static int new_id(char id[27], int64_t now_ms, struct error *e)
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	unsigned char chance[16];

	if (getrandom(chance, sizeof(chance), 0) != (ssize_t)sizeof(chance))
		return error_set(e, ERROR_LOCAL, _("no random numbers: %s"), strerror(errno));
	for (int i = 0; i < 10; i++)
		id[i] = digits[now_ms >> (45 - 5 * i) & 31];
	for (int i = 10; i < 26; i++)
		id[i] = digits[chance[i - 10] & 31];
	id[26] = '\0';
	return 0;
}

static int begin(struct store *store, struct error *e)
{
	return sql_exec(store->db, "BEGIN IMMEDIATE", e);
}

/* SQLite may have rolled back by itself, when the disk is full for example; then this finds nothing to do. */
static int give_up(struct store *store)
{
	sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	store->pending = 0;
	return -1;
}

static int commit(struct store *store, struct error *e)
{
	return sql_exec(store->db, "COMMIT", e) < 0 ? give_up(store) : 0;
}

static void unlock(struct store *store)
{
	if (store->lock >= 0)
		close(store->lock);
	store->lock = -1;
	store->run = 0;
}

/* The statements of store_put(), once for all runs. */
static int prepare_puts(struct store *store, struct error *e)
{
	static const char result[] = "INSERT OR REPLACE INTO host_result (run, name, verdict, record, evidence) "
				     "VALUES (?, ?, ?, ?, ?)";
	static const char evidence[] =
		"INSERT INTO evidence (sha256, body, vssadmin) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";

	if (!store->put_result && !(store->put_result = sql_prepare(store->db, result, e)))
		return -1;
	if (!store->put_evidence && !(store->put_evidence = sql_prepare(store->db, evidence, e)))
		return -1;
	return 0;
}

/* Becomes the writer. A run that still says "running" now has lost its process. */
static int become_writer(struct store *store, struct error *e)
{
	assert(!store->run);
	if (store->lock_path && (store->lock = private_lock(store->lock_path, e)) < 0)
		return -1;
	if (prepare_puts(store, e) < 0)
		return -1;
	return sql_exec(store->db, "UPDATE run SET state = 'partial' WHERE state = 'running'", e);
}

static int add_run(
	struct store *store, const char *id, int64_t started, const char *meta, size_t total, struct error *e)
{
	static const char add[] = "INSERT INTO run (id, started, state, total, meta) VALUES (?, ?, 'running', ?, ?)";
	OWN(sqlite3_finalize) sqlite3_stmt *s = sql_prepare(store->db, add, e);

	if (!s)
		return -1;
	sqlite3_bind_text(s, 1, id, -1, SQLITE_STATIC);
	sqlite3_bind_int64(s, 2, started);
	sqlite3_bind_int64(s, 3, (int64_t)total);
	sqlite3_bind_text(s, 4, meta, -1, SQLITE_STATIC);
	return sql_done(s, e);
}

static int add_hosts(struct store *store, int64_t run, const char *const *hosts, size_t count, struct error *e)
{
	static const char add[] = "INSERT INTO run_host (run, position, name) VALUES (?, ?, ?)";
	OWN(sqlite3_finalize) sqlite3_stmt *s = sql_prepare(store->db, add, e);

	if (!s)
		return -1;
	for (size_t i = 0; i < count; i++) {
		sqlite3_bind_int64(s, 1, run);
		sqlite3_bind_int64(s, 2, (int64_t)i);
		sqlite3_bind_text(s, 3, hosts[i], -1, SQLITE_STATIC);
		if (sql_done(s, e) < 0)
			return -1;
	}
	return 0;
}

static void writes_run(struct store *store, int64_t run, const char *id)
{
	store->run = run;
	snprintf(store->run_id, sizeof(store->run_id), "%s", id);
}

int store_run_begin(
	struct store *store, const json_t *meta, const char *const *hosts, size_t count, char id[27], struct error *e)
{
	OWN(own_free) char *text = json_dumps(meta, JSON_COMPACT);
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (!text)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	if (new_id(id, (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000, e) < 0)
		return -1;
	if (become_writer(store, e) < 0 || begin(store, e) < 0) {
		unlock(store);
		return -1;
	}
	int64_t run = 0;
	if (add_run(store, id, now.tv_sec, text, count, e) == 0)
		run = sqlite3_last_insert_rowid(store->db);
	if (!run || add_hosts(store, run, hosts, count, e) < 0 || commit(store, e) < 0) {
		unlock(store);
		return give_up(store);
	}
	writes_run(store, run, id);
	return 0;
}

static int reopen(struct store *store, int64_t run, const char *id, struct error *e)
{
	/* What a letter said of a part of it is no longer what the run says. */
	static const char set[] = "UPDATE run SET state = 'running', ended = NULL,"
				  "  mailed = CASE WHEN mailed IS NOT NULL THEN 0 /* MAILED_IN_PART */ END "
				  "WHERE seq = ? AND state = 'partial'";
	OWN(sqlite3_finalize) sqlite3_stmt *s = sql_prepare(store->db, set, e);

	if (!s)
		return -1;
	sqlite3_bind_int64(s, 1, run);
	if (sql_done(s, e) < 0)
		return -1;
	if (sqlite3_changes(store->db) != 1)
		return error_code(e, ERROR_LOCAL, EINVAL, _("run %s is complete: there is nothing to continue"), id);
	return 0;
}

int store_run_continue(struct store *store, const char *id, struct error *e)
{
	int64_t run;

	if (become_writer(store, e) < 0 || (run = store_find_run(store, id, e)) < 0 || reopen(store, run, id, e) < 0) {
		unlock(store);
		return -1;
	}
	writes_run(store, run, id);
	return 0;
}

bool store_evidence_hash(const char *body, const char *raw, unsigned char sha256[EVIDENCE_SHA256])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool done = ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) && EVP_DigestUpdate(ctx, body, strlen(body)) &&
		    (!raw || EVP_DigestUpdate(ctx, raw, strlen(raw))) && EVP_DigestFinal_ex(ctx, sha256, NULL);

	EVP_MD_CTX_free(ctx);
	return done;
}

static int put_evidence(
	struct store *store, const json_t *evidence, unsigned char sha256[EVIDENCE_SHA256], struct error *e)
{
	const char *raw = json_string_value(json_object_get(evidence, "vssadmin"));
	json_t *rest = json_copy((json_t *)evidence);

	if (raw)
		json_object_del(rest, "vssadmin");
	OWN(own_free) char *body = json_dumps(rest, JSON_COMPACT);
	json_decref(rest);
	if (!body || !store_evidence_hash(body, raw, sha256))
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	sqlite3_bind_blob(store->put_evidence, 1, sha256, EVIDENCE_SHA256, SQLITE_STATIC);
	sqlite3_bind_text(store->put_evidence, 2, body, -1, SQLITE_STATIC);
	sqlite3_bind_text(store->put_evidence, 3, raw, -1, SQLITE_STATIC);
	return sql_done(store->put_evidence, e);
}

static int put(struct store *store, const json_t *record, const json_t *evidence, struct error *e)
{
	OWN(own_free) char *text = json_dumps(record, JSON_COMPACT);
	const char *name = json_string_value(json_object_get(json_object_get(record, "host"), "name"));
	int verdict = verdict_of_name(json_string_value(json_object_get(record, "verdict")));
	unsigned char sha256[EVIDENCE_SHA256];

	assert(name && verdict >= 0);
	if (!text)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	if (evidence && put_evidence(store, evidence, sha256, e) < 0)
		return -1;
	sqlite3_bind_int64(store->put_result, 1, store->run);
	sqlite3_bind_text(store->put_result, 2, name, -1, SQLITE_STATIC);
	sqlite3_bind_int(store->put_result, 3, verdict);
	sqlite3_bind_text(store->put_result, 4, text, -1, SQLITE_STATIC);
	if (evidence)
		sqlite3_bind_blob(store->put_result, 5, sha256, EVIDENCE_SHA256, SQLITE_STATIC);
	return sql_done(store->put_result, e);
}

int store_put(struct store *store, const char *run, const json_t *record, const json_t *evidence, struct error *e)
{
	assert(store->run && !strcmp(run, store->run_id));
	if (!store->pending) {
		if (begin(store, e) < 0)
			return -1;
		store->batch_ms = clock_ms();
	}
	if (put(store, record, evidence, e) < 0)
		return give_up(store);
	if (++store->pending >= STORE_BATCH || clock_ms() - store->batch_ms >= BATCH_MS)
		return store_flush(store, e);
	return 0;
}

int store_flush(struct store *store, struct error *e)
{
	if (!store->pending)
		return 0;
	store->pending = 0;
	return commit(store, e);
}

/* Whoever says that it is over, a run with hosts that have no result is not complete. */
int store_run_end(struct store *store, const char *run, int interrupted, struct error *e)
{
	static const char end[] =
		"UPDATE run SET ended = ?1, state = CASE WHEN ?2 OR (SELECT count(*) FROM host_result WHERE run = ?3) "
		"< total THEN 'partial' ELSE 'complete' END WHERE seq = ?3";

	assert(store->run && !strcmp(run, store->run_id));
	if (store_flush(store, e) < 0)
		return -1;
	OWN(sqlite3_finalize) sqlite3_stmt *s = sql_prepare(store->db, end, e);
	if (!s)
		return -1;
	sqlite3_bind_int64(s, 1, (int64_t)time(NULL));
	sqlite3_bind_int(s, 2, interrupted != 0);
	sqlite3_bind_int64(s, 3, store->run);
	if (sql_done(s, e) < 0)
		return -1;
	unlock(store);
	return 0;
}

int store_run_mailed(struct store *store, const char *run, struct error *e)
{
	static const char set[] = "UPDATE run SET mailed = ? WHERE seq = ?";
	int64_t seq = store_find_run(store, run, e);
	OWN(sqlite3_finalize) sqlite3_stmt *s = seq < 0 ? NULL : sql_prepare(store->db, set, e);

	if (!s)
		return -1;
	sqlite3_bind_int64(s, 1, (int64_t)time(NULL));
	sqlite3_bind_int64(s, 2, seq);
	return sql_done(s, e);
}
