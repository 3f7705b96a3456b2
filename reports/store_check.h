#pragma once
/* store_check: whether the store is as it was written: its pages, what refers to what, records that can be read, and
 * each piece of evidence by its hash. */

#include "store.h"

struct store_checked {
	int64_t runs, results, evidence, problems;
};
/* tell: each problem, a sentence. -1 with *e set: it could not be looked through. */
int store_check(struct store *store, void (*tell)(void *context, const char *problem), void *context,
	struct store_checked *checked, struct error *e);
