#pragma once
/* verify: did it help? Compares a look after a repair with what was there before (DOMAIN section 19). Pure. */

#include "survey.h"

enum verified { VERIFIED_YES, VERIFIED_PARTLY, VERIFIED_NO, VERIFIED_UNKNOWN };

struct verification {
	enum verified verified;
	bool stopped;      /* EventSystem or a service that the restart stopped does not run: start it, whatever else */
	char message[400]; /* what is proved, or what is missing and what to restart for it */
};

/* since: when the restart was sent, by the host's clock; UNSEEN: then events do not count. action ISOLATE: own process,
 * nobody else in it, a new process id; RESTART_GROUP: a new process id; REBOOT: a later boot; REVERT and rollbacks: the
 * type before (wanted_type), running. Always: the stops run (those that are started on demand may have ended since:
 * PARTLY), and so do the automatic services of the old group (what no restart of ours stopped: PARTLY, never NO). After
 * a reboot automatic ones that do not run yet leave it UNKNOWN. But for REVERT: writers are listed and stable or at
 * work, none is missing against minimum, policy, last good set and what was listed before (some back: PARTLY), and VSS
 * logged no 0x800401fb since. What could not be learnt makes it UNKNOWN unless something else proves NO. */
struct verification verify(const struct state *before, const struct survey *after, enum action action,
	const char *wanted_type, int64_t since);
