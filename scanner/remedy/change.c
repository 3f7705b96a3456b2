/* change: see the header. */
#include "change.h"

#include <stddef.h>
#include <string.h>

static const char *const actions[ACTIONS] = { "isolate", "restart-group", "reboot", "revert" };
static const char *const acts[ACTS] = { "configure", "restart", "restart-again", "restore", "reboot", "undo-configure",
	"undo-restart" };
static const char *const steps[REPAIR_STEPS] = { "look", "change", "stop", "start", "reboot", "verify", "soak" };
static const char *const results[REPAIR_RESULTS] = { NULL, "fixed", "fixed_partial", "fix_pending", "fix_failed",
	"rolled_back", "deferred", "skipped" };

static int find(const char *const *names, int count, const char *name)
{
	for (int i = 0; i < count; i++)
		if (names[i] && !strcmp(names[i], name))
			return i;
	return -1;
}

const char *action_name(enum action action)
{
	return actions[action];
}

int action_of_name(const char *name)
{
	return find(actions, ACTIONS, name);
}

const char *act_name(enum act act)
{
	return acts[act];
}

int act_of_name(const char *name)
{
	return find(acts, ACTS, name);
}

const char *repair_step_name(enum repair_step step)
{
	return steps[step];
}

const char *repair_result_name(enum repair_result result)
{
	return results[result];
}

int repair_result_of_name(const char *name)
{
	return find(results, REPAIR_RESULTS, name);
}

bool repair_result_is_failure(enum repair_result result)
{
	return result == RESULT_FIX_FAILED || result == RESULT_ROLLED_BACK;
}
