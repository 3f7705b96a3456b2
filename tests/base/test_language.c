/* Tests of language: which one is chosen, and what is said in it. */
#include "cases.h"
#include "catalogue.h"
#include "errno_text.h"
#include "language.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void environment_is_heard_in_the_order_of_gettext(void **state)
{
	static const struct {
		const char *about, *all, *messages, *lang, *language;
		enum language expect;
	} cases[] = {
		{ "nothing is set", NULL, NULL, NULL, NULL, ENGLISH },
		{ "LANG", NULL, NULL, "ja_JP.UTF-8", NULL, JAPANESE },
		{ "without country and code", NULL, NULL, "ja", NULL, JAPANESE },
		{ "UTF-8 as other systems spell it", NULL, NULL, "ja_JP.utf8@x", NULL, JAPANESE },
		{ "another charset takes no UTF-8", "ja_JP.eucJP", NULL, "ja_JP.UTF-8", NULL, ENGLISH },
		{ "nor does it where LANGUAGE asks", NULL, NULL, "ja_JP.SJIS", "ja", ENGLISH },
		{ "another language is said in English", NULL, NULL, "de_DE.UTF-8", NULL, ENGLISH },
		{ "one that only begins alike", NULL, NULL, "jam_JM.UTF-8", NULL, ENGLISH },
		{ "LC_MESSAGES before LANG", NULL, "en_US.UTF-8", "ja_JP.UTF-8", NULL, ENGLISH },
		{ "LC_ALL before both", "ja_JP.UTF-8", "en_US.UTF-8", "en_US.UTF-8", NULL, JAPANESE },
		{ "an empty one is as if not set", "", "", "ja_JP.UTF-8", NULL, JAPANESE },
		{ "LANGUAGE before the locale", NULL, NULL, "en_US.UTF-8", "ja", JAPANESE },
		{ "LANGUAGE is a list", NULL, NULL, "ja_JP.UTF-8", "de:en:ja", ENGLISH },
		{ "of which the first that is spoken counts", NULL, NULL, "en_US.UTF-8", "de:ja:en", JAPANESE },
		{ "none of it is spoken", NULL, NULL, "ja_JP.UTF-8", "de:fr", JAPANESE },
		{ "LANGUAGE is not heard under C", "C", NULL, NULL, "ja", ENGLISH },
		{ "nor under C.UTF-8", "C.UTF-8", NULL, NULL, "ja", ENGLISH },
		{ "nor under POSIX", NULL, NULL, "POSIX", "ja", ENGLISH },
	};
	(void)state;

	FOR_EACH(c, cases) {
		const struct {
			const char *name, *value;
		} variables[] = { { "LC_ALL", c->all }, { "LC_MESSAGES", c->messages }, { "LANG", c->lang },
			{ "LANGUAGE", c->language } };
		FOR_EACH(v, variables)
			v->value ? setenv(v->name, v->value, 1) : unsetenv(v->name);
		language_choose(NULL);
		if (language_chosen() != c->expect)
			fail_msg("%s", c->about);
	}
	setenv("LC_ALL", "ja_JP.UTF-8", 1);
	language_choose("en");
	assert_int_equal(language_chosen(), ENGLISH);
}

static void texts_are_said_in_the_language_chosen(void **state)
{
	(void)state;
	language_choose("ja");
	assert_string_equal(_("out of memory"), "メモリが不足しています");
	assert_string_equal(P_("server", "servers", 2), "サーバー");
	assert_string_equal(C_("token", "unknown"), "判定不能");
	assert_string_equal(C_("checkpoint", "unknown"), "不明");
	assert_string_equal(_("not in the catalogue"), "not in the catalogue");
	assert_string_equal(C_("nowhere", "unknown"), "unknown");
	assert_string_equal(_(""), "");
	language_choose("en");
	assert_string_equal(_("out of memory"), "out of memory");
	assert_string_equal(P_("server", "servers", 1), "server");
	assert_string_equal(P_("server", "servers", 0), "servers");
	assert_string_equal(C_("checkpoint", "unknown"), "unknown");
	assert_string_equal(said_in(JAPANESE, "out of memory"), "メモリが不足しています");
}

static void errors_of_the_system_are_told_in_it_too(void **state)
{
	(void)state;
	language_choose("en");
	for (int number = 1; number < 134; number++) {
		char text[100]; /* the C library has one place for what it has no name for */
		snprintf(text, sizeof(text), "%s", errno_text(number));
		assert_string_equal(text, strerror(number));
	}
	language_choose("ja");
	assert_string_equal(errno_text(EACCES), "許可がありません");
	assert_string_equal(errno_text(EXDEV), strerror(EXDEV));
}

static int bring(void **state)
{
	(void)state;
	language_bring(catalogue_ja, catalogue_ja_len);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(environment_is_heard_in_the_order_of_gettext),
		cmocka_unit_test(texts_are_said_in_the_language_chosen),
		cmocka_unit_test(errors_of_the_system_are_told_in_it_too),
	};
	return cmocka_run_group_tests(tests, bring, NULL);
}
