/* Tests of str: limits, and that a failure sticks. */
#include "cases.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

static void what_is_added_is_joined(void **state)
{
	OWN_VALUE(str_done) struct str s = { 0 };
	(void)state;

	assert_string_equal(str_text(&s), "");
	str_add(&s, "a");
	str_add(&s, NULL);
	str_addc(&s, 'b');
	str_addn(&s, "c\0d", 3);
	str_addf(&s, "%d%s", 42, "!");
	assert_int_equal(s.len, 8);
	assert_memory_equal(str_text(&s), "abc\0d42!", 9);
	assert_false(str_failed(&s));
}

static void a_limit_holds_to_the_byte(void **state)
{
	static const struct {
		const char *about, *text;
		size_t limit;
		bool fits;
	} cases[] = {
		{ "one less", "1234", 5, true },
		{ "just full", "12345", 5, true },
		{ "one more", "123456", 5, false },
		{ "nothing into one", "", 1, true },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct str by_text = STR(c->limit), by_format = STR(c->limit);
		str_add(&by_text, c->text);
		str_addf(&by_format, "%s", c->text);
		if (str_failed(&by_text) == c->fits || str_failed(&by_format) == c->fits)
			fail_msg("%s", c->about);
		str_done(&by_text);
		str_done(&by_format);
	}
}

static void a_failure_sticks_and_keeps_what_was_there(void **state)
{
	OWN_VALUE(str_done) struct str s = STR(4);
	(void)state;

	str_add(&s, "abc");
	str_add(&s, "def");
	str_add(&s, "x");
	assert_true(str_failed(&s));
	assert_string_equal(str_text(&s), "abc");
	assert_null(str_take(&s));
}

static void clearing_forgets_the_failure_and_keeps_the_limit(void **state)
{
	OWN_VALUE(str_done) struct str s = STR(4);
	(void)state;

	str_add(&s, "abcde");
	str_clear(&s);
	assert_false(str_failed(&s));
	str_add(&s, "abcd");
	assert_false(str_failed(&s));
	str_add(&s, "e");
	assert_true(str_failed(&s));
}

static void an_absurd_length_is_refused(void **state)
{
	OWN_VALUE(str_done) struct str s = { 0 };
	(void)state;

	str_addn(&s, "a", SIZE_MAX);
	assert_true(str_failed(&s));
}

static void taking_hands_the_text_on(void **state)
{
	struct str s = STR(10);
	(void)state;

	str_add(&s, "abc");
	char *taken = str_take(&s);
	assert_string_equal(taken, "abc");
	assert_null(s.data);
	assert_int_equal(s.limit, 10);
	free(taken);
	taken = str_take(&s);
	assert_string_equal(taken, "");
	free(taken);
	str_done(&s);
}

static void it_grows_over_many_additions(void **state)
{
	OWN_VALUE(str_done) struct str s = { 0 };
	(void)state;

	for (int i = 0; i < 10000; i++)
		str_addf(&s, "%d,", i);
	assert_false(str_failed(&s));
	assert_memory_equal(s.data, "0,1,2,3,", 8);
	assert_string_equal(s.data + s.len - 5, "9999,");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_added_is_joined),
		cmocka_unit_test(a_limit_holds_to_the_byte),
		cmocka_unit_test(a_failure_sticks_and_keeps_what_was_there),
		cmocka_unit_test(clearing_forgets_the_failure_and_keeps_the_limit),
		cmocka_unit_test(an_absurd_length_is_refused),
		cmocka_unit_test(taking_hands_the_text_on),
		cmocka_unit_test(it_grows_over_many_additions),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
