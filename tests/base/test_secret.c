/* Tests of secret: the original is wiped, the copy is whole. */
#include "cases.h"
#include "secret.h"

#include <string.h>

static void the_original_is_wiped(void **state)
{
	char typed[] = "correct horse";
	(void)state;

	OWN(secret_free) struct secret *s = secret_new(typed, strlen(typed));
	assert_non_null(s);
	assert_string_equal(secret_bytes(s), "correct horse");
	assert_int_equal(secret_len(s), 13);
	for (size_t i = 0; i < sizeof(typed); i++)
		assert_int_equal(typed[i], 0);
}

static void too_long_a_secret_is_refused_and_wiped_all_the_same(void **state)
{
	char typed[SECRET_MAX + 1];
	(void)state;

	memset(typed, 'x', sizeof(typed));
	assert_null(secret_new(typed, sizeof(typed)));
	assert_int_equal(typed[0], 0);
	assert_int_equal(typed[SECRET_MAX], 0);
	memset(typed, 'x', sizeof(typed));
	OWN(secret_free) struct secret *longest = secret_new(typed, SECRET_MAX);
	assert_non_null(longest);
	assert_int_equal(strlen(secret_bytes(longest)), SECRET_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_original_is_wiped),
		cmocka_unit_test(too_long_a_secret_is_refused_and_wiped_all_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
