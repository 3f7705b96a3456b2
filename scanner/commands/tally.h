#pragma once
/* tally: a stored run counted: hosts by verdict and what could not be checked by error kind. From records only, so that
 * a run that was continued, or one of last month, reads the same. */

#include <stdbool.h>
#include <stdio.h>

#include "store.h"
#include "str.h"
#include "verdict.h"

struct tally_group {
	char **name; /* host names, in the order of the store; NULL if only their number is kept */
	size_t count;
};

struct tally {
	struct tally_group verdict[VERDICTS]; /* of busy, shared and healthy only the count */
	/* The hosts that were not checked: by the kind of their first error, or by what vssadmin's output was taken
	 * for. */
	struct tally_group kind[ERROR_KINDS], outcome[VSS_OUTCOMES];
	char *reason[VERDICTS];    /* of the first host of each verdict; NULL if none */
	size_t confirmed;          /* of the affected */
	bool failed;               /* a record could not be read or counted */
	unsigned waived[VERDICTS]; /* of the hosts above: somebody answers for them, and they are no finding */
	unsigned expiring;         /* of those waived: whose waiver ends first, if that is soon */
	int expires_in;            /* days from the run on until then */
	int64_t day;               /* of the run: days since 1970-01-01 */
	unsigned total;            /* hosts of the run, also those without a result */
	struct str notes;          /* lines about clones and earlier runs (clones.h, since.h), before the coverage */
};

int tally_of(struct tally *tally, struct store *store, const struct run_info *run, struct error *e);
void tally_done(struct tally *tally);
unsigned tally_checked(const struct tally *tally);
/* The exit code of a run: findings by the bits of fail_on, coverage in percent. */
int tally_exit(const struct tally *tally, unsigned fail_on, unsigned min_coverage);
/* The summary as UX 4.7 shows it. */
void tally_print(const struct tally *tally, const struct run_info *run, FILE *out);
/* The command that helps most now, complete; nothing if there is nothing to do. store: as --store gave it, or NULL. */
void tally_print_next(const struct tally *tally, const struct run_info *run, const char *store, FILE *out);
