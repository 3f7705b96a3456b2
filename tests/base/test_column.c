/* Tests of column: how wide texts are on a terminal, and where their lines break. */
#include "cases.h"
#include "column.h"
#include "language.h"

#include <stdio.h>
#include <string.h>

static void width_is_counted_in_columns(void **state)
{
	static const struct {
		const char *about, *text;
		size_t width;
	} cases[] = {
		{ "nothing", "", 0 },
		{ "ASCII", "GONE", 4 },
		{ "Japanese is full-width", "ライター消失", 12 },
		{ "half-width katakana", "ｱｲ", 2 },
		{ "mixed", "svchost 同居", 12 },
		{ "a combining accent takes no column", "e\xcc\x81", 1 },
		{ "a combining voiced mark", "か\xe3\x82\x99", 2 },
		{ "emoji", "\xf0\x9f\x98\x80", 2 },
		{ "a rare kanji beyond the first plane", "\xf0\xa0\xae\xb7", 2 },
		{ "Latin letters with accents, as in a host's text", "Größe", 5 },
		{ "invalid bytes count one each", "a\xff\xfe", 3 },
		{ "a character that is cut at the end", "a\xe3\x83", 3 },
		{ "an overlong NUL", "\xc0\x80", 2 },
		{ "control characters count one each", "a\x1b[0m", 5 },
		{ "C1", "\xc2\x9b", 1 },
	};
	(void)state;

	FOR_EACH(c, cases)
		if (column_width(c->text) != c->width)
			fail_msg("%s: %zu columns instead of %zu", c->about, column_width(c->text), c->width);
}

static void columns_of_a_table_stand_below_each_other(void **state)
{
	static const char *const labels[] = { "GONE", "ライター消失", "再発のおそれ", "e\xcc\x81", "\xff" };
	char row[128];
	(void)state;

	FOR_EACH(label, labels) {
		snprintf(row, sizeof(row), "%s%*s|", *label, column_pad(*label, 14), "");
		if (column_width(row) != 15)
			fail_msg("%s: the bar stands in column %zu", row, column_width(row));
	}
	assert_int_equal(column_pad("ライター", 4), 0);
}

static void text_is_cut_between_characters(void **state)
{
	static const struct {
		const char *about, *text;
		size_t columns, bytes;
	} cases[] = {
		{ "it fits", "scan", 4, 4 },
		{ "ASCII", "scan", 3, 3 },
		{ "half of a full-width character is none of it", "監査", 3, 3 },
		{ "both of them", "監査", 4, 6 },
		{ "what combines stays with its letter", "e\xcc\x81x", 1, 3 },
		{ "no room", "監査", 0, 0 },
		{ "invalid bytes", "\xff\xff\xff", 2, 2 },
	};
	(void)state;

	FOR_EACH(c, cases)
		if (column_fit(c->text, c->columns) != c->bytes)
			fail_msg("%s: %zu bytes instead of %zu", c->about, column_fit(c->text, c->columns), c->bytes);
}

static void lines_break_where_a_reader_expects_it(void **state)
{
	static const struct {
		const char *about, *text, *lines;
	} cases[] = {
		{ "nothing", "", "" },
		{ "one line", "short", "short" },
		{ "at blanks", "one two three four", "one two\n  three\n  four" },
		{ "a long word has a line of its own", "a /var/lib/vssfleet b", "a\n  /var/lib/vssfleet\n  b" },
		{ "between full-width characters", "監査対象の一覧", "監査対象の\n  一覧" },
		{ "no full stop begins a line", "監査対象は。", "監査対象\n  は。" },
		{ "nor does a small kana", "サーババアッパ", "サーババ\n  アッパ" },
		{ "an opening bracket goes with what follows", "監査対象「一", "監査対象\n  「一" },
		{ "a name in Japanese text stays whole", "監査 --limit を", "監査\n  --limit\n  を" },
		{ "combining characters stay", "ああああが\xe3\x82\x99い", "ああああが\xe3\x82\x99\n  い" },
		{ "invalid bytes do no harm", "\xff\xff \xe3\x83", "\xff\xff \xe3\x83" },
	};
	(void)state;

	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str lines = { 0 };
		column_wrap(&lines, c->text, 0, 2, 10);
		if (strcmp(str_text(&lines), c->lines) != 0)
			fail_msg("%s:\n%s\ninstead of\n%s", c->about, str_text(&lines), c->lines);
	}
}

static int speak(void **state)
{
	(void)state;
	language_choose("ja"); /* tells the C library that text is UTF-8 */
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(width_is_counted_in_columns),
		cmocka_unit_test(columns_of_a_table_stand_below_each_other),
		cmocka_unit_test(text_is_cut_between_characters),
		cmocka_unit_test(lines_break_where_a_reader_expects_it),
	};
	return cmocka_run_group_tests(tests, speak, NULL);
}
