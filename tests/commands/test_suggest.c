/* What was probably meant by a mistyped word, and that nothing is suggested for another word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "own.h"
#include "suggest.h"

static void the_nearest_name_is_suggested_if_it_is_near(void **state)
{
	static const char *const names[] = { "forks", "format", "host-timeout", "password-file", "q" };
	static const struct {
		const char *word, *expect;
	} cases[] = {
		{ "forsk", "forks" },
		{ "fork", "forks" },
		{ "formt", "format" },
		{ "host-timout", "host-timeout" },
		{ "password", NULL },
		{ "inventory", NULL },
		{ "", "q" },
		{ "a-word-that-is-longer-than-any-option-could-ever-be", NULL },
	};
	(void)state;

	FOR_EACH(c, cases) {
		const char *got = suggest(c->word, names, COUNT(names));
		if ((got == NULL) != (c->expect == NULL) || (got && strcmp(got, c->expect) != 0))
			fail_msg("%s: %s instead of %s", c->word, got ? got : "nothing",
				c->expect ? c->expect : "nothing");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_nearest_name_is_suggested_if_it_is_near) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
