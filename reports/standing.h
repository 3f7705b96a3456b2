#pragma once
/* standing: since when a server has had the verdict that it has. The answer is kept in each record ("since"), so that
 * one look at the run before is enough, and so that it outlives the old runs that `runs gc` takes away. */

#include <jansson.h>
#include <sqlite3.h>
#include <stdint.h>

#include "own.h"
#include "store.h"

enum { STANDING_RUNS = 60 }; /* a row that was broken off for more of them begins anew */

struct standing {
	struct store *store;
	int64_t *run; /* rows of the earlier runs of the same lineage (lineage.h), newest first */
	size_t count;
	size_t damaged;        /* records that could not be read */
	sqlite3_stmt *earlier; /* what one of them said of one host; NULL before it was needed */
};
/* run: the one that goes on. *standing is to be freed in any case. */
int standing_read(struct standing *standing, struct store *store, const char *run, struct error *e);
void standing_done(struct standing *standing);

/* Sets the record's "since": when the first audit of an unbroken row said so. What proves nothing breaks no row: times
 * when the host was not checked, or when a backup ran. Of a host that is not checked it is the row of these that
 * counts, whether it was unknown or unreachable. null: what is damaged in the store
 * would have to say it. -1 with *e set: the store cannot be read, or no memory. */
int standing_tell(struct standing *standing, json_t *record, struct error *e);
