/* The exit code of a change that was carried out. */
#include "cases.h"

#include <signal.h>

#include "change_exit.h"
#include "command.h"

static void it_follows_how_the_change_ended(void **state)
{
	static const struct {
		const char *about;
		struct rollout_outcome outcome;
		bool no_restart;
		size_t left;
		int signal, expect;
	} cases[] = {
		{ "all fixed", { .by_result = { [RESULT_FIXED] = 3 } }, .expect = EXIT_OK },
		{ "nothing to do", { .by_result = { [RESULT_SKIPPED] = 3 } }, .expect = EXIT_OK },
		{ "one deferred", { .by_result = { [RESULT_FIXED] = 2, [RESULT_DEFERRED] = 1 } },
			.expect = EXIT_INCOMPLETE },
		{ "one partly", { .by_result = { [RESULT_FIXED_PARTIAL] = 1 } }, .expect = EXIT_INCOMPLETE },
		{ "pending, though a restart was planned", { .by_result = { [RESULT_FIX_PENDING] = 1 } },
			.expect = EXIT_INCOMPLETE },
		{ "pending, as asked for", { .by_result = { [RESULT_FIX_PENDING] = 1 } }, .no_restart = true,
			.expect = EXIT_OK },
		{ "dropped from the plan", { .by_result = { [RESULT_FIXED] = 9 } }, .left = 1,
			.expect = EXIT_INCOMPLETE },
		{ "one failed", { .by_result = { [RESULT_FIXED] = 2, [RESULT_FIX_FAILED] = 1 }, .failed = 1 },
			.expect = EXIT_FIX_FAILED },
		{ "failed wins over deferred", { .by_result = { [RESULT_DEFERRED] = 2 }, .failed = 1 },
			.expect = EXIT_FIX_FAILED },
		{ "an earlier part failed", { .by_result = { [RESULT_FIXED] = 2 }, .failed = 1 },
			.expect = EXIT_FIX_FAILED },
		{ "rolled back because it was asked for", { .by_result = { [RESULT_ROLLED_BACK] = 2 } },
			.expect = EXIT_OK },
		{ "the threshold wins over failed", { .end = ROLLOUT_THRESHOLD, .failed = 1, .untouched = 5 },
			.expect = EXIT_FIX_STOPPED },
		{ "a STOP file", { .end = ROLLOUT_STOPPED, .untouched = 5 }, .expect = EXIT_INCOMPLETE },
		{ "a STOP file after a failure", { .end = ROLLOUT_STOPPED, .untouched = 5, .failed = 1 },
			.expect = EXIT_FIX_FAILED },
		{ "interrupted", { .end = ROLLOUT_INTERRUPTED, .untouched = 5 }, .signal = SIGINT,
			.expect = EXIT_SIGINT },
		{ "terminated", { .end = ROLLOUT_INTERRUPTED, .unfinished = 1, .failed = 1 }, .signal = SIGTERM,
			.expect = EXIT_SIGTERM },
		{ "interrupted when nothing was left", { .by_result = { [RESULT_FIXED] = 2 } }, .signal = SIGINT,
			.expect = EXIT_OK },
		{ "left in the middle", { .unfinished = 1, .failed = 1 }, .expect = EXIT_FIX_FAILED },
	};
	(void)state;

	FOR_EACH(c, cases) {
		const struct plan plan = { .restart = !c->no_restart };
		int got = change_exit(&c->outcome, &plan, c->left, c->signal);
		if (got != c->expect)
			fail_msg("%s: exit %d instead of %d", c->about, got, c->expect);
	}
}

static void hosts_that_were_held_back_hide_nothing(void **state)
{
	static const struct {
		const char *about;
		int held, code, expect;
	} cases[] = {
		{ "none was held back", EXIT_OK, EXIT_INCOMPLETE, EXIT_INCOMPLETE },
		{ "the window is closed, the others are well", EXIT_REFUSED, EXIT_OK, EXIT_REFUSED },
		{ "the window is closed, the others are not through", EXIT_REFUSED, EXIT_INCOMPLETE, EXIT_REFUSED },
		{ "the window is closed, one has failed", EXIT_REFUSED, EXIT_FIX_FAILED, EXIT_FIX_FAILED },
		{ "the window is closed, too many have failed", EXIT_REFUSED, EXIT_FIX_STOPPED, EXIT_FIX_STOPPED },
		{ "the window is closed, interrupted", EXIT_REFUSED, EXIT_SIGINT, EXIT_SIGINT },
		{ "the window is closed, no journal", EXIT_REFUSED, EXIT_INTERNAL, EXIT_INTERNAL },
		{ "too many had failed, the others are well", EXIT_FIX_STOPPED, EXIT_OK, EXIT_FIX_STOPPED },
		{ "too many had failed, one more has", EXIT_FIX_STOPPED, EXIT_FIX_FAILED, EXIT_FIX_STOPPED },
		{ "too many had failed, terminated", EXIT_FIX_STOPPED, EXIT_SIGTERM, EXIT_SIGTERM },
		{ "too many had failed, no journal", EXIT_FIX_STOPPED, EXIT_INTERNAL, EXIT_INTERNAL },
	};
	(void)state;

	FOR_EACH(c, cases) {
		int got = change_exit_held(c->held, c->code);
		if (got != c->expect)
			fail_msg("%s: exit %d instead of %d", c->about, got, c->expect);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_follows_how_the_change_ended),
		cmocka_unit_test(hosts_that_were_held_back_hide_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
