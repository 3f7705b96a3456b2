#pragma once
/* retention: what of the store is old enough to go (UX section 5). The newest complete run of each profile and pinned
 * runs stay whole. What was kept of changes, the journal and the folders beside the store, is never touched. */

#include "store.h"

struct retention {
	int64_t now;           /* Unix seconds */
	int64_t keep_hosts;    /* seconds: what older runs said of their hosts goes */
	int64_t keep_evidence; /* seconds: of older runs what it was said by */
	bool dry_run;          /* only count */
};

struct retention_gone {
	int64_t runs, hosts;     /* hosts: results of these runs */
	int64_t without;         /* results of others that were left without their evidence */
	int64_t evidence, bytes; /* pieces that nobody refers to any longer, and their size */
};

/* One transaction: all of it or nothing. ERROR_LOCAL with code EWOULDBLOCK while a run is made. */
int retention_apply(
	struct store *store, const struct retention *retention, struct retention_gone *gone, struct error *e);
