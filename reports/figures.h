#pragma once
/* figures: a stored run in numbers. The ten verdicts add up to what was seen; waived hosts are counted apart, and in
 * their verdict too. */

#include "counted.h"
#include "str.h"

enum { FIGURES_KINDS = 16 };
extern const char *const figures_kinds[]; /* why hosts are not checked, NULL-terminated, at most FIGURES_KINDS */

struct figures {
	unsigned total;                                                  /* hosts of the run */
	unsigned seen;                                                   /* of them; fewer only while the run goes on */
	unsigned verdict[VERDICTS], waived[VERDICTS], finding[VERDICTS]; /* finding: what no waiver holds for */
	unsigned kind[FIGURES_KINDS];      /* as figures_kinds: they add up to unknown and unreachable */
	unsigned waivers[WAIVER_STATUSES]; /* that the run went by */
};

/* at: see counted_of(). */
int figures_of(struct figures *figures, struct store *store, const struct run_info *run, int64_t at, struct error *e);

unsigned figures_checked(const struct figures *figures);
unsigned figures_not_checked(const struct figures *figures); /* also those that the run has not come to */
unsigned figures_waived(const struct figures *figures);
unsigned figures_findings(const struct figures *figures);
/* "18 affected, 2 waived, 48 not checked of 1000": findings, and always what was not checked. */
void figures_say(struct str *out, const struct figures *figures);
unsigned figures_permille(const struct figures *figures); /* coverage; rounded down: 99.96 % is not complete */
/* The end of the newest complete run of the profile up to this one; UNSEEN if there is none. */
int figures_last_success(struct store *store, const struct run_info *run, int64_t *ended, struct error *e);
