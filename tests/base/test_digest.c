/* Tests of digest: FIPS 180-4's examples, and digits. */
#include "cases.h"
#include "digest.h"

#include <string.h>

static void the_digest_is_sha_256(void **state)
{
	static const struct {
		const char *bytes, *hex;
	} cases[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		char hex[DIGEST_DIGITS + 1] = "not touched";
		assert_true(digest_of(hex, c->bytes, strlen(c->bytes)));
		assert_string_equal(hex, c->hex);
	}
}

static void bytes_are_written_as_two_digits_each(void **state)
{
	char hex[9];
	(void)state;

	digest_hex(hex, "\x00\x0f\xa5\xff", 4);
	assert_string_equal(hex, "000fa5ff");
	digest_hex(hex, "", 0);
	assert_string_equal(hex, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_digest_is_sha_256),
		cmocka_unit_test(bytes_are_written_as_two_digits_each),
	};
	return cmocka_run_group_tests_name("base/digest", tests, NULL, NULL);
}
