#pragma once
/* retry: asking again after a failure that passes, with pauses of 5, 10, 15 and 20 s (what winrm-java found to work:
 * WinRM's budget of operations is back within 30 s). Every repetition is counted in the session's statistics. */

#include "session.h"

enum { RETRIES_MAX = 4 };

/* Pauses before repetition number attempt (0, 1 ...) of what failed with *e. True: ask again, *e is cleared. False,
 * with *e as it was: not a failure that passes, too many attempts, or the deadline is nearer than the pause would be
 * long, so that waiting would be in vain. */
bool session_retry(struct session *s, unsigned attempt, struct error *e);

/* The same without a pause, for what the caller knows to be worth one more attempt. */
void session_retry_now(struct session *s, struct error *e);
