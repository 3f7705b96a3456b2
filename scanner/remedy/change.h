#pragma once
/* change: the words of a repair: what is asked for, what was done on a server, how it ended (DESIGN section 4). */

#include <stdbool.h>

enum action { ACTION_ISOLATE, ACTION_RESTART_GROUP, ACTION_REBOOT, ACTION_REVERT, ACTIONS };
const char *action_name(enum action action); /* "isolate", "restart-group", "reboot", "revert" */
int action_of_name(const char *name);        /* -1 if there is none */

/* What changes a server. Each happens at most once for a host in one change: the journal holds an intent before and an
 * outcome after it, and its name is part of the mark that it leaves on the server. */
enum act {
	ACT_CONFIGURE,     /* the service type of EventSystem */
	ACT_RESTART,       /* the script that stops and starts */
	ACT_RESTART_AGAIN, /* once more, with a dependent that had come up meanwhile */
	ACT_RESTORE,       /* starts what the script left stopped */
	ACT_REBOOT,
	ACT_UNDO_CONFIGURE, /* the rollback */
	ACT_UNDO_RESTART,
	ACTS
};
const char *act_name(enum act act); /* "configure", "restart", "restart-again" ... */
int act_of_name(const char *name);

/* Where a repair ended, in records. */
enum repair_step {
	REPAIR_LOOK,
	REPAIR_CHANGE,
	REPAIR_STOP,
	REPAIR_START,
	REPAIR_REBOOT,
	REPAIR_VERIFY,
	REPAIR_SOAK,
	REPAIR_STEPS
};
const char *repair_step_name(enum repair_step step); /* "look", "change", "stop", "start", "reboot", "verify", "soak" */

enum repair_result {
	RESULT_NONE, /* not ended yet, or never begun */
	RESULT_FIXED,
	RESULT_FIXED_PARTIAL,
	RESULT_FIX_PENDING,
	RESULT_FIX_FAILED,
	RESULT_ROLLED_BACK,
	RESULT_DEFERRED, /* not now: reason says why */
	RESULT_SKIPPED,  /* nothing to do */
	REPAIR_RESULTS
};
const char *repair_result_name(enum repair_result result); /* "fixed" ...; NULL for RESULT_NONE */
int repair_result_of_name(const char *name);
/* Counts towards --max-fail: failed and rolled back. */
bool repair_result_is_failure(enum repair_result result);
