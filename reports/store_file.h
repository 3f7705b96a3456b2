#pragma once
/* store_file: what the two halves of the store share: the open file and the statements kept for it. */

#include <sqlite3.h>
#include <stdbool.h>

#include "store.h"

struct store {
	sqlite3 *db;
	char *lock_path; /* NULL in memory */
	int lock;        /* held while this store writes a run; -1 */
	int64_t run;     /* row of the run being written, 0: none */
	char run_id[27];
	sqlite3_stmt *put_result, *put_evidence; /* prepared with the run */
	unsigned pending;                        /* results since the last commit */
	int64_t batch_ms;                        /* when the first of them came, by clock_ms() */
};

/* The row of a run by the name that it is pinned as, by id, by unique prefix in any case, or NULL for the newest. -1
 * with *e set: there is none. */
int64_t store_find_run(struct store *store, const char *run, struct error *e);

/* What a piece of evidence is known by: SHA-256 of its two texts behind each other; raw may be NULL. false: no memory.
 */
enum { EVIDENCE_SHA256 = 32 }; /* bytes */
bool store_evidence_hash(const char *body, const char *raw, unsigned char sha256[EVIDENCE_SHA256]);
