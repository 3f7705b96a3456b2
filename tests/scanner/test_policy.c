/* policy: a file is read strictly, since a slip of the pen in it would look like a check that always passes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "own.h"
#include "policy.h"

static int read_text(const char *text, struct policy *policy, struct error *e)
{
	char path[] = "/tmp/test_policy.XXXXXX";
	int file = mkstemp(path);

	assert_true(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
	close(file);
	int rc = policy_read(policy, path, e);
	unlink(path);
	return rc;
}

static void a_policy_says_what_is_expected_where(void **state)
{
	OWN_VALUE(policy_done) struct policy policy = { 0 };
	struct error e = { 0 };

	(void)state;
	if (read_text("isolate_required = yes\n"
		      "event_window = 14d\n"
		      "\n"
		      "[role \"sql\"]\n"
		      "service = MSSQLSERVER ; the default instance\n"
		      "service = MSSQL$*\n"
		      "writer = SqlServerWriter\n"
		      "[role \"all\"]\n"
		      "writer = {E8132975-6F93-4464-A53E-1050253AE220}\n",
		    &policy, &e) < 0)
		fail_msg("%s", e.cause);
	assert_true(policy.isolate_required);
	assert_int_equal(policy.window_h, 14 * 24);
	assert_int_equal(policy.role_count, 2);
	assert_string_equal(policy.role[0].name, "sql");
	assert_int_equal(policy.role[0].service_count, 2);
	assert_string_equal(policy.role[0].service[0], "MSSQLSERVER");
	assert_string_equal(policy.role[0].service[1], "MSSQL$*");
	assert_string_equal(policy.role[0].writer[0], "SqlServerWriter");
	assert_int_equal(policy.role[1].service_count, 0);
	assert_string_equal(policy.role[1].writer[0], "e8132975-6f93-4464-a53e-1050253ae220");
}

static void an_empty_policy_is_the_default(void **state)
{
	OWN_VALUE(policy_done) struct policy policy = { 0 };
	struct error e = { 0 };

	(void)state;
	assert_int_equal(read_text("; nothing yet\n", &policy, &e), 0);
	assert_true(!policy.isolate_required && !policy.window_h && !policy.role_count);
}

static void mistakes_are_named_with_their_line(void **state)
{
	static const struct {
		const char *about, *text, *error;
	} cases[] = {
		{ "a key", "\nisolate = yes\n", ":2: isolate is unknown" },
		{ "a value", "isolate_required = maybe\n", ":1: isolate_required is yes or no; not maybe" },
		{ "a unit", "event_window = 7\n", ":1: event_window is a time" },
		{ "too long", "event_window = 366d\n", "at most 365d" },
		{ "nothing", "event_window = 0d\n", "event_window is a time" },
		{ "twice", "event_window = 7d\nevent_window = 8d\n", ":2: event_window is given twice" },
		{ "a section", "[sql]\nwriter = x\n", ":2: [sql] is no section" },
		{ "a key in a role", "[role \"a\"]\nwriters = x\n", ":2: writers is unknown" },
		{ "no value", "[role \"a\"]\nwriter =\n", ":2: writer has no value" },
		{ "a class id", "[role \"a\"]\nwriter = {e8132975}\n", ":2: {e8132975} is no class id" },
		{ "a role that expects nothing", "[role \"a\"]\nservice = x\n", "role \"a\" expects no writer" },
		{ "no line of a policy", "hello\n", ":1: expected" },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(policy_done) struct policy policy = { 0 };
		struct error e = { 0 };
		if (read_text(c->text, &policy, &e) == 0)
			fail_msg("%s: accepted", c->about);
		if (e.kind != ERROR_LOCAL || !strstr(e.cause, c->error))
			fail_msg("%s: %s", c->about, e.cause);
	}
}

static void a_missing_file_is_an_error(void **state)
{
	OWN_VALUE(policy_done) struct policy policy = { 0 };
	struct error e = { 0 };

	(void)state;
	assert_int_equal(policy_read(&policy, "/nonexistent/policy.ini", &e), -1);
	assert_non_null(strstr(e.cause, "/nonexistent/policy.ini: No such file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_policy_says_what_is_expected_where),
		cmocka_unit_test(an_empty_policy_is_the_default),
		cmocka_unit_test(mistakes_are_named_with_their_line),
		cmocka_unit_test(a_missing_file_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
