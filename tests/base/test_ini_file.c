/* ini_file: sections are taken apart, and what is wrong is named with its line. */
#include "cases.h"

#include <stdio.h>
#include <string.h>

#include "ini_file.h"
#include "str.h"

static int note(void *context, const struct ini_line *line, struct error *e)
{
	if (!strcmp(line->key, "bad"))
		return error_set(e, ERROR_LOCAL, "bad is unknown");
	str_addf(context, "%u%s %s|%s|%s|%s;", line->number, line->continues ? "+" : "", line->section,
		line->kind ? line->kind : "-", line->key, line->value);
	return 0;
}

static int read_text(const char *text, struct str *seen, struct error *e)
{
	FILE *stream = fmemopen((char *)text, strlen(text), "r");

	assert_non_null(stream);
	int rc = ini_read_stream(stream, "t.conf", note, seen, e);
	fclose(stream);
	return rc;
}

static void lines_are_given_with_their_sections(void **state)
{
	static const struct {
		const char *about, *text, *expect;
	} cases[] = {
		{ "no section", "a = 1\n", "1 |-|a|1;" },
		{ "a section with a name", "\n[role \"sql a\"]\na = 1\n", "3 role \"sql a\"|role|a|1;" },
		{ "without a name", "[role]\na = 1\n", "2 role|-|a|1;" },
		{ "an empty name", "[role \"\"]\na = 1\n", "2 role \"\"|-|a|1;" },
		{ "no end of the name", "[role \"x]\na = 1\n", "2 role \"x|-|a|1;" },
		{ "more behind the name", "[role \"x\" y]\na = 1\n", "2 role \"x\" y|-|a|1;" },
		{ "two names", "[role \"x\"y\"]\na = 1\n", "2 role \"x\"y\"|-|a|1;" },
		{ "no space", "[role\"x\"]\na = 1\n", "2 role\"x\"|-|a|1;" },
		{ "comments", "; one\n# two\na = 1 ; three\n", "3 |-|a|1;" },
		{ "a continued value", "a = 1\n  2\n", "1 |-|a|1;2+ |-|a|2;" },
		{ "no newline at the end", "a = 1", "1 |-|a|1;" },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str seen = { 0 };
		struct error e = { 0 };
		if (read_text(c->text, &seen, &e) < 0)
			fail_msg("%s: %s", c->about, e.cause);
		if (strcmp(str_text(&seen), c->expect) != 0)
			fail_msg("%s: %s", c->about, str_text(&seen));
	}
}

static void what_is_wrong_is_named_with_its_line(void **state)
{
	static const struct {
		const char *about, *text, *expect;
	} cases[] = {
		{ "a key", "a = 1\nbad = 1\n", "t.conf:2: bad is unknown" },
		{ "the first of several", "bad = 1\nnothing\nbad = 2\n", "t.conf:1: bad is unknown" },
		{ "no line at all", "nothing\nbad = 2\n", "t.conf:1: expected [KIND \"NAME\"] or KEY = VALUE" },
		{ "no end of a section", "a = 1\n[role \"x\"\n", "t.conf:2: expected" },
		{ "no value", "a =\n", "t.conf:1: a has no value" },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str seen = { 0 };
		struct error e = { 0 };
		if (read_text(c->text, &seen, &e) == 0 || !strstr(e.cause, c->expect))
			fail_msg("%s: %s", c->about, e.cause);
	}
}

static void a_long_line_is_refused_and_not_cut(void **state)
{
	static const struct {
		int bytes; /* of the whole line */
		bool taken;
	} cases[] = { { INI_LINE_BYTES, true }, { INI_LINE_BYTES + 1, false }, { 200, false }, { 5000, false } };

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str text = { 0 };
		OWN_VALUE(str_done) struct str seen = { 0 };
		struct error e = { 0 };
		str_add(&text, "b = 1\na = ");
		for (int i = 4; i < c->bytes; i++)
			str_addc(&text, i == 197 ? '=' : 'x');
		str_add(&text, "\n");
		int rc = read_text(str_text(&text), &seen, &e);
		if ((rc == 0) != c->taken || (!c->taken && !strstr(e.cause, "t.conf:2: the line has more than")))
			fail_msg("%d bytes: %d %s", c->bytes, rc, e.cause);
		assert_int_equal(strstr(str_text(&seen), "|a|") != NULL, c->taken);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_given_with_their_sections),
		cmocka_unit_test(what_is_wrong_is_named_with_its_line),
		cmocka_unit_test(a_long_line_is_refused_and_not_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
