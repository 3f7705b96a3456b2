#pragma once
/* store: the runs that were made, in one SQLite file (DESIGN section 5, RELIABILITY section D). One thread, one writer.
 * Theory of operation: a run is a row that says "partial" until run_end is written; results are committed in batches of
 * STORE_BATCH or a second, whichever comes first, so that a kill loses at most that and the run still reads as partial.
 */

#include <jansson.h>

#include "error.h"
#include "facts.h"
#include "own.h"
#include "verdict.h"

struct store;
enum { STORE_BATCH = 100 };

enum { MAILED_IN_PART = 0 }; /* the letter was sent before the run was continued: it is out of date */

struct run_info {
	char id[27];            /* ULID: sorts by time */
	int64_t started, ended; /* Unix seconds; ended UNSEEN while it runs or when it was cut */
	const char *state; /* "running", "complete", "partial" (constants): a run without an end whose process is gone
			      is partial */
	unsigned total, done; /* hosts in the run, hosts with a result */
	json_t *meta;         /* run metadata: sources, options, version, principal ...; borrowed from the run_info */
	char *pins;           /* names that it is pinned as, "a, b"; NULL: none */
	int64_t mailed;       /* when a letter was sent about it, Unix seconds; UNSEEN: never; MAILED_IN_PART */
};
void run_info_done(struct run_info *info);

/* Opens or creates; migrates older versions after a backup beside it; refuses newer ones (ERROR_LOCAL, cause names both
 * versions). path ":memory:" serves --store none. */
struct store *store_open(const char *path, struct error *e);
/* Of a file that is there, and which is not written to: its permission to read it is enough, and what a run that goes
 * on writes meanwhile is seen. ERROR_LOCAL also for a file of another version. */
struct store *store_open_to_read(const char *path, struct error *e);
void store_close(struct store *store); /* commits what is pending; a failure shows in the last store_flush() */
CLEANUP_OF(struct store, store_close);

/* A new run: makes the id, stores meta and the list of host names (so that what was never begun is known). */
int store_run_begin(
	struct store *store, const json_t *meta, const char *const *hosts, size_t count, char id[27], struct error *e);
/* Continues a partial run: its id must exist and be partial. */
int store_run_continue(struct store *store, const char *id, struct error *e);
int store_put(struct store *store, const char *run, const json_t *record, const json_t *evidence, struct error *e);
int store_flush(struct store *store, struct error *e);
/* interrupted: state stays "partial". */
int store_run_end(struct store *store, const char *run, int interrupted, struct error *e);

/* Notes that a letter was sent about the run, now. */
int store_run_mailed(struct store *store, const char *run, struct error *e);

/* run: an id, a unique prefix of one, the name of a pin (pins.h), or NULL for the newest. ERROR_LOCAL if there is none.
 */
int store_run(struct store *store, const char *run, struct run_info *info, struct error *e);
int store_runs(
	struct store *store, int (*each)(void *context, const struct run_info *info), void *context, struct error *e);

enum store_order {
	STORE_BY_VERDICT,
	STORE_PROBLEMS, /* by verdict, without those that need no look: busy, shared, healthy */
	STORE_BY_NAME,
	STORE_AS_FINISHED
};
/* Each record of a run with its evidence (NULL if none was asked for); the callee borrows both. each returns nonzero to
 * stop. */
int store_records(struct store *store, const char *run, enum store_order order, int with_evidence,
	int (*each)(void *context, json_t *record, json_t *evidence), void *context, struct error *e);
/* Each record of a run as the store has it: JSON on one line. */
int store_texts(struct store *store, const char *run, enum store_order order,
	int (*each)(void *context, const char *record), void *context, struct error *e);
/* How many hosts of the run have each verdict. */
int store_verdicts(struct store *store, const char *run, unsigned count[VERDICTS], struct error *e);
/* One host of a run; new references. ERROR_LOCAL if the run has no such host. */
int store_record(
	struct store *store, const char *run, const char *host, json_t **record, json_t **evidence, struct error *e);
/* Names of hosts of the run that have no result yet, in inventory order. */
int store_pending(struct store *store, const char *run, int (*each)(void *context, const char *host), void *context,
	struct error *e);

/* What the runs of the last thirty days saw of a host's writers: see facts.h. A host that nobody knows, or that was
 * never well, has time UNSEEN and no writers. Older sets are forgotten: a writer that was removed on purpose is missed
 * for so long and no longer. now: Unix seconds. *good is the caller's, last_good_done(); empty on -1 with *e set. */
int store_last_good(struct store *store, const char *host, int64_t now, struct last_good *good, struct error *e);
