/* change_exit: see the header. */
#include "change_exit.h"
#include "command.h"

int change_exit(const struct rollout_outcome *outcome, const struct plan *plan, size_t left, int signal)
{
	size_t open = left + outcome->untouched + outcome->unfinished + outcome->by_result[RESULT_DEFERRED] +
		      outcome->by_result[RESULT_FIXED_PARTIAL];

	if (plan->restart) /* else it is what was asked for */
		open += outcome->by_result[RESULT_FIX_PENDING];
	if (outcome->end == ROLLOUT_INTERRUPTED && signal)
		return 128 + signal;
	if (outcome->end == ROLLOUT_THRESHOLD)
		return EXIT_FIX_STOPPED;
	return outcome->failed ? EXIT_FIX_FAILED : open ? EXIT_INCOMPLETE : EXIT_OK;
}

int change_exit_held(int held, int code)
{
	if (held == EXIT_FIX_STOPPED)
		return code == EXIT_FIX_FAILED || code == EXIT_INCOMPLETE || code == EXIT_OK ? held : code;
	return held != EXIT_OK && (code == EXIT_OK || code == EXIT_INCOMPLETE) ? held : code;
}
