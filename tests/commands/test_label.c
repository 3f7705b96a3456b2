/* Tests of label: no token of a record is left in English where the reader's language is Japanese. */
#include "cases.h"
#include "catalogue.h"
#include "error.h"
#include "label.h"
#include "language.h"
#include "ping.h"
#include "remedy.h"
#include "rollout.h"
#include "verdict.h"

#include <string.h>

static void every_token_has_a_name_in_japanese(void **state)
{
	(void)state;
	language_choose("ja");
	for (int v = 0; v < VERDICTS; v++)
		assert_string_not_equal(label_of(verdict_name((enum verdict)v)), verdict_name((enum verdict)v));
	for (int k = ERROR_DNS; k < ERROR_LOCAL; k++)
		assert_string_not_equal(
			label_of(error_kind_name((enum error_kind)k)), error_kind_name((enum error_kind)k));
	for (int r = RESULT_FIXED; r < REPAIR_RESULTS; r++)
		assert_string_not_equal(
			label_of(repair_result_name((enum repair_result)r)), repair_result_name((enum repair_result)r));
	for (int leg = 0; leg < LEGS; leg++)
		assert_string_not_equal(label_of(ping_leg_name((enum ping_leg)leg)), ping_leg_name((enum ping_leg)leg));
	for (int end = ROLLOUT_COMPLETE; end <= ROLLOUT_INTERRUPTED; end++)
		assert_string_not_equal(
			label_of(rollout_end_name((enum rollout_end)end)), rollout_end_name((enum rollout_end)end));
}

static void tokens_are_themselves_in_english(void **state)
{
	(void)state;
	language_choose("en");
	assert_string_equal(label_of("writers_missing"), "writers_missing");
	assert_string_equal(label_of("of another version"), "of another version");
	language_choose("ja");
	assert_string_equal(label_of("of another version"), "of another version");
}

static void reason_is_told_in_the_language_of_the_reader(void **state)
{
	static const struct {
		const char *about, *language, *japanese, *expect;
	} cases[] = {
		{ "in English", "en", "理由。", "Because." },
		{ "in Japanese", "ja", "理由。", "理由。" },
		{ "a record that has none", "ja", NULL, "Because." },
	};
	(void)state;

	FOR_EACH(c, cases) {
		json_t *record = json_pack("{s:s, s:s?}", "reason", "Because.", "reason_ja", c->japanese);
		language_choose(c->language);
		if (strcmp(reason_of(record), c->expect) != 0)
			fail_msg("%s: %s", c->about, reason_of(record));
		json_decref(record);
	}
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
		cmocka_unit_test(every_token_has_a_name_in_japanese),
		cmocka_unit_test(tokens_are_themselves_in_english),
		cmocka_unit_test(reason_is_told_in_the_language_of_the_reader),
	};
	return cmocka_run_group_tests(tests, bring, NULL);
}
