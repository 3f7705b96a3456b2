/* Tests of error: the first failure is the one that counts. */
#include "cases.h"
#include "error.h"
#include "text.h"

#include <string.h>

static void the_first_failure_is_kept(void **state)
{
	struct error e = { 0 };
	(void)state;

	assert_int_equal(error_code(&e, ERROR_FAULT, 2150858793, "first %d", 1), -1);
	assert_int_equal(error_set(&e, ERROR_LOCAL, "second"), -1);
	assert_int_equal(error_code(&e, ERROR_TLS, 7, "third"), -1);
	assert_int_equal(e.kind, ERROR_FAULT);
	assert_true(e.has_code);
	assert_true(e.code == 2150858793);
	assert_string_equal(e.cause, "first 1");
}

static void the_innermost_operation_is_kept(void **state)
{
	struct error e = { 0 };
	(void)state;

	error_set(&e, ERROR_PARSE, "cause");
	error_during(&e, "inner");
	error_during(&e, "outer");
	assert_string_equal(e.operation, "inner");
}

static void a_cleared_error_takes_the_next_failure(void **state)
{
	struct error e = { 0 };
	(void)state;

	error_code(&e, ERROR_FAULT, 5, "first");
	error_during(&e, "inner");
	error_clear(&e);
	error_set(&e, ERROR_LOCAL, "second");
	assert_int_equal(e.kind, ERROR_LOCAL);
	assert_false(e.has_code);
	assert_null(e.operation);
	assert_string_equal(e.cause, "second");
}

static void a_long_cause_is_cut(void **state)
{
	struct error e = { 0 };
	char text[1000];
	(void)state;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	error_set(&e, ERROR_LOCAL, "%s", text);
	assert_int_equal(strlen(e.cause), sizeof(e.cause) - 1);
}

static void a_cause_is_cut_between_characters(void **state)
{
	char text[1000] = "";
	(void)state;

	for (size_t at = 0; at + 4 < sizeof(text); at += 3)
		strcat(text, "ア");
	for (const char *before = "xxx"; *before; before++) {
		struct error e = { 0 };
		error_set(&e, ERROR_LOCAL, "%s%s", before, text);
		assert_true(utf8_valid(e.cause, strlen(e.cause)));
		assert_in_range(strlen(e.cause), sizeof(e.cause) - 4, sizeof(e.cause) - 1);
	}
}

static void every_kind_has_a_name_that_leads_back(void **state)
{
	(void)state;
	for (int kind = ERROR_NONE + 1; kind < ERROR_KINDS; kind++)
		assert_int_equal(error_kind_of(error_kind_name((enum error_kind)kind)), kind);
	assert_int_equal(error_kind_of("no such kind"), ERROR_NONE);
	assert_int_equal(error_kind_of(NULL), ERROR_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_failure_is_kept),
		cmocka_unit_test(the_innermost_operation_is_kept),
		cmocka_unit_test(a_cleared_error_takes_the_next_failure),
		cmocka_unit_test(a_long_cause_is_cut),
		cmocka_unit_test(a_cause_is_cut_between_characters),
		cmocka_unit_test(every_kind_has_a_name_that_leads_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
