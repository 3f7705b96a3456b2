#pragma once
/* fleet: a made-up fleet in a store: all ten verdicts in the shares of a bad morning, Japanese servers, and one host
 * whose every text tries to become markup. */

#include "store.h"

/* state: "complete", "partial" (every fifth host was never begun), "clear" (all healthy), "dark" (none was reached),
 * "down" (each lost its writers),
 * "badged" (as down, but each is waived and had been repaired), "wordy" (as complete, but whoever was asked printed 2.5
 * KB).
 */
int fleet_fill(struct store *store, char run[27], unsigned count, const char *state, struct error *e);
