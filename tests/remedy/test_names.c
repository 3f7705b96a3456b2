/* names: what is in a list once is not there twice, and only a plain name may enter a command line. */
#include "cases.h"
#include "names.h"

#include <stdio.h>
#include <string.h>

static void a_name_is_added_once_whatever_its_case(void **state)
{
	OWN_VALUE(names_done) struct names names = { 0 };
	struct error e = { 0 };

	(void)state;
	assert_int_equal(names_add(&names, "EventSystem", &e), 0);
	assert_int_equal(names_add(&names, "SENS", &e), 0);
	assert_int_equal(names_add(&names, "EVENTSYSTEM", &e), 0);
	assert_int_equal(names.count, 2);
	assert_string_equal(names.name[0], "EventSystem");
	assert_true(names_have(&names, "sens"));
	assert_false(names_have(&names, "SEN"));
}

static void a_list_has_an_end(void **state)
{
	OWN_VALUE(names_done) struct names names = { 0 };
	struct error e = { 0 };
	char name[16];

	(void)state;
	for (int i = 0; i < NAMES_MAX; i++) {
		snprintf(name, sizeof(name), "Svc%d", i);
		assert_int_equal(names_add(&names, name, &e), 0);
	}
	assert_int_equal(names_add(&names, "svc0", &e), 0);
	assert_int_equal(e.kind, ERROR_NONE);
	assert_int_equal(names_add(&names, "one more", &e), -1);
	assert_int_equal(e.kind, ERROR_LOCAL);
	assert_int_equal(names.count, NAMES_MAX);
}

static void names_are_sorted_without_case(void **state)
{
	static const char *const given[] = { "nsi", "FontCache", "netprofm", "eventlog" };
	static const char *const expect[] = { "eventlog", "FontCache", "netprofm", "nsi" };
	OWN_VALUE(names_done) struct names names = { 0 };
	struct error e = { 0 };

	(void)state;
	names_sort(&names);
	FOR_EACH(name, given)
		assert_int_equal(names_add(&names, *name, &e), 0);
	names_sort(&names);
	for (size_t i = 0; i < COUNT(expect); i++)
		assert_string_equal(names.name[i], expect[i]);
}

#define TEN "abcdefghij"
static void only_letters_digits_and_three_marks_are_plain(void **state)
{
	static const struct {
		const char *name;
		bool plain;
	} cases[] = {
		{ "EventSystem", true },
		{ "W32Time", true },
		{ "a.b_c-D9", true },
		{ TEN TEN TEN TEN TEN TEN TEN TEN, true },
		{ TEN TEN TEN TEN TEN TEN TEN TEN "k", false },
		{ "", false },
		{ "My Service", false },
		{ "MSSQL$INST", false },
		{ "a&b", false },
		{ "a%b", false },
		{ "a!b", false },
		{ "a^b", false },
		{ "a\"b", false },
		{ "a)b", false },
		{ "a|b", false },
		{ "a>b", false },
		{ "a/b", false },
		{ "..\\b", false },
		{ "a*b", false },
		{ "a\nb", false },
		{ "D\xc3\xadr", false },
	};

	(void)state;
	FOR_EACH(c, cases)
		if (name_is_plain(c->name) != c->plain)
			fail_msg("\"%s\"", c->name);
}

static void no_other_byte_is_plain(void **state)
{
	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		char name[] = { 'a', (char)byte, 'b', '\0' };
		bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
		bool expect = letter || (byte >= '0' && byte <= '9') || byte == '_' || byte == '.' || byte == '-';
		if (name_is_plain(name) != expect)
			fail_msg("byte %d", byte);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_added_once_whatever_its_case),
		cmocka_unit_test(a_list_has_an_end),
		cmocka_unit_test(names_are_sorted_without_case),
		cmocka_unit_test(only_letters_digits_and_three_marks_are_plain),
		cmocka_unit_test(no_other_byte_is_plain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
