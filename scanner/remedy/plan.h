#pragma once
/* plan: what a change is going to do to which host in which order, as it was shown, and as --apply carries it out. */

#include <jansson.h>

#include "change.h"
#include "rings.h"
#include "state.h"

enum { PLAN_VALID_S = 24 * 3600, PLAN_MAX = 64 << 20 /* bytes of a file */ };

struct plan_host {
	char *name; /* as in the inventory */
	struct state before;
	char fingerprint[DIGEST_DIGITS + 1];
	char *verdict;     /* that the look came to */
	char *wanted_type; /* service type that the change configures: "Own Process" for isolate, the recorded one for
			      revert; NULL: none (restart-group, reboot) */
	char *peer[PEERS_MAX]; /* keys of rings.h; NULL: none */
	struct placement at;
};

struct plan {
	enum action action;
	bool restart, rollback, force; /* restart: EventSystem too, not only its type */
	unsigned allow;                /* bits of consent.h */
	int64_t made, expires;         /* Unix seconds, our clock */
	char *run;                     /* that the targets were taken from; NULL: none */
	char *undoes;                  /* change that it rolls back; NULL: none */
	char token[17];                /* random: tells its marks on the servers from those of any other */
	char sha256[DIGEST_DIGITS + 1];
	struct amount max_fail;
	unsigned soak_s;
	struct plan_host *host; /* in the order of batches, then as planned */
	size_t count;
};
void plan_done(struct plan *plan);

/* Draws the token, sorts by placement, computes the fingerprints and the hash. */
int plan_seal(struct plan *plan, struct error *e);
json_t *plan_json(const struct plan *plan); /* with its hash; NULL: no memory */
/* Writes the file anew (0600, whole or not at all). */
int plan_write(const struct plan *plan, const char *path, struct error *e);
/* Reads what plan_write() wrote: every member must be there and valid, no host twice, the batches in order and without
 * peers, the hash must fit. Does not look at the clock.
 * *plan: empty before, plan_done() in any case. */
int plan_read(struct plan *plan, const char *path, struct error *e);
const struct plan_host *plan_find(const struct plan *plan, const char *host); /* without case; NULL */
