/* script: outputs come apart at their marks, byte for byte, and a mark that is missing takes all behind it along. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "own.h"
#include "script.h"

static void two_parts(struct script *script)
{
	struct error e = { 0 };
	assert_int_equal(script_init(script, &e), 0);
	script_add(script, "first", "a.exe");
	script_add(script, "second", "b.exe /x");
}

static void the_command_line_marks_each_part(void **state)
{
	OWN_VALUE(script_done) struct script script;
	OWN_VALUE(str_done) struct str expect = { 0 };

	(void)state;
	two_parts(&script);
	str_addf(&expect, "a.exe & call echo %s first %%^errorlevel%% & b.exe /x & call echo %s second %%^errorlevel%%",
		script.mark, script.mark);
	assert_string_equal(str_text(&script.command), str_text(&expect));
}

static void two_scripts_have_two_marks(void **state)
{
	OWN_VALUE(script_done) struct script one, two;

	(void)state;
	two_parts(&one);
	two_parts(&two);
	assert_string_not_equal(one.mark, two.mark);
}

static void parts_come_apart(void **state)
{
	OWN_VALUE(script_done) struct script script;
	OWN_VALUE(str_done) struct str out = { 0 };

	(void)state;
	two_parts(&script);
	str_addn(&out,
		"\xff\xfe"
		"a\0\n\0",
		6);
	str_addf(&out, "%s first 0\r\nsecond%s second -5 \r\n", script.mark, script.mark);
	struct script_part first = script_part(&script, &out, "first"), second = script_part(&script, &out, "second");
	assert_true(first.begun && first.done && first.len == 6 && first.exit_code == 0);
	assert_true(second.begun && second.done && second.len == 6 && second.exit_code == -5);
	assert_memory_equal(second.bytes, "second", 6);
	assert_false(script_part(&script, &out, "third").begun);
}

static void a_cut_output_keeps_what_is_whole(void **state)
{
	OWN_VALUE(script_done) struct script script;
	OWN_VALUE(str_done) struct str out = { 0 };

	(void)state;
	two_parts(&script);
	str_addf(&out, "one\r\n%s first 12\r\n", script.mark);
	size_t first_ends = out.len;
	str_addf(&out, "two\r\n%s second 34\r\n", script.mark);
	for (size_t len = 0; len <= out.len; len++) {
		char copy[300];
		memcpy(copy, str_text(&out), len);
		copy[len] = '\0';
		struct str cut = { .data = copy, .len = len };
		struct script_part first = script_part(&script, &cut, "first"),
				   second = script_part(&script, &cut, "second");
		if (first.done != (len >= first_ends) || second.done != (len == out.len) ||
			second.begun != (len >= first_ends))
			fail_msg("cut at %zu: %d %d %d", len, first.done, second.done, second.begun);
		assert_true(!first.done || first.exit_code == 12);
		assert_true(!second.done || second.exit_code == 34);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_command_line_marks_each_part),
		cmocka_unit_test(two_scripts_have_two_marks),
		cmocka_unit_test(parts_come_apart),
		cmocka_unit_test(a_cut_output_keeps_what_is_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
