/* --limit with --from-run: what a run said of its hosts, as groups. */
#include "cases.h"

#include <string.h>

#include "from_run.h"
#include "str.h"

static void verdicts_and_causes_become_groups(void **state)
{
	static const struct {
		const char *pattern, *expect;
	} cases[] = {
		{ "verdict:affected", "verdict=affected" },
		{ "verdict:affected:&osaka", "verdict=affected:&osaka" },
		{ "tokyo:&verdict:affected", "tokyo:&verdict=affected" },
		{ "verdict:affected,verdict:at_risk:!cause:D4", "verdict=affected,verdict=at_risk:!cause=D4" },
		{ "cause:writer_failed", "cause=writer_failed" },
		{ "my-verdict:osaka", "my-verdict:osaka" },
		{ "verdicts:osaka", "verdicts:osaka" },
		{ "web[1:3]", "web[1:3]" },
		{ "", "" },
	};
	(void)state;

	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str out = { 0 };
		from_run_pattern(&out, c->pattern);
		assert_string_equal(str_text(&out), c->expect);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts_and_causes_become_groups),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
