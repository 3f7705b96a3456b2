#pragma once
/* relapse: whether servers that a change repaired stay repaired (UX section 6). The journal says which were; a record
 * says in "remedied" what of it this run found. A server is watched by the next RELAPSE_SCANS runs that can check it.
 */

#include <jansson.h>

#include "own.h"
#include "store.h"
#include "str.h"

enum { RELAPSE_SCANS = 30 };

struct relapse {
	json_t *watched; /* by name in lower case: {"change", "action", "at", "back"}; NULL: nobody */
};
void relapse_done(struct relapse *relapse);

/* The servers whose last change that did anything left them fixed or fixed_partial, and that are still watched. A
 * revert is no repair. A missing journal knows of none; of a broken one nothing is claimed: -1 with *e set
 * (ERROR_LOCAL), and nobody is watched. */
int relapse_read(struct relapse *relapse, const char *journal, struct store *store, struct error *e);

/* Sets the record's "remedied": {"change", "action", "at", "regressed", "back"}, or null if the host is not watched.
 * regressed: affected, writers_missing, at_risk by events since then, or after `isolate` in a shared process again;
 * null: it was not checked. back: when that was first found, null if it was not. -1: no memory. */
int relapse_tell(const struct relapse *relapse, json_t *record);

/* Lines for the summary of a run, safe for a terminal: which are back, and how many by action and after how many days.
 * Nothing if none is. */
int relapse_lines(struct str *out, struct store *store, const char *run, struct error *e);
