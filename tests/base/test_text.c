/* Tests of text: strict UTF-8, code pages, UTF-16, base64. */
#include "cases.h"
#include "text.h"

#include <string.h>

#define BYTES(literal) literal, sizeof(literal) - 1

static void utf8_is_taken_strictly(void **state)
{
	static const struct {
		const char *about, *bytes;
		size_t len;
		bool valid;
	} cases[] = {
		{ "nothing", BYTES(""), true },
		{ "ASCII with a NUL", BYTES("a\0b"), true },
		{ "two bytes, the first", BYTES("\xc2\x80"), true },
		{ "two bytes, the last", BYTES("\xdf\xbf"), true },
		{ "three bytes, the first", BYTES("\xe0\xa0\x80"), true },
		{ "before the surrogates", BYTES("\xed\x9f\xbf"), true },
		{ "after the surrogates", BYTES("\xee\x80\x80"), true },
		{ "four bytes, the first", BYTES("\xf0\x90\x80\x80"), true },
		{ "U+10FFFF", BYTES("\xf4\x8f\xbf\xbf"), true },
		{ "Japanese", BYTES("\xe3\x83\xa9\xe3\x82\xa4\xe3\x82\xbf\xe3\x83\xbc"), true },
		{ "above U+10FFFF", BYTES("\xf4\x90\x80\x80"), false },
		{ "five bytes", BYTES("\xf8\x88\x80\x80\x80"), false },
		{ "overlong in two", BYTES("\xc0\xaf"), false },
		{ "overlong in two, the last", BYTES("\xc1\xbf"), false },
		{ "overlong in three", BYTES("\xe0\x9f\xbf"), false },
		{ "overlong in four", BYTES("\xf0\x8f\xbf\xbf"), false },
		{ "first surrogate", BYTES("\xed\xa0\x80"), false },
		{ "last surrogate", BYTES("\xed\xbf\xbf"), false },
		{ "a lone continuation", BYTES("a\x80"), false },
		{ "cut after one of two", BYTES("\xc3"), false },
		{ "cut after two of three", BYTES("\xe3\x83"), false },
		{ "cut after three of four", BYTES("\xf0\x9f\x98"), false },
		{ "a start inside a sequence", BYTES("\xe3\xc3\xa9"), false },
		{ "Shift-JIS", BYTES("\x83\x89\x83\x43\x83\x5e"), false },
		{ "0xff", BYTES("\xff"), false },
	};
	(void)state;
	FOR_EACH(c, cases)
		if (utf8_valid(c->bytes, c->len) != c->valid)
			fail_msg("%s", c->about);
}

static void code_pages_are_converted_or_refused_whole(void **state)
{
	static const struct {
		const char *about, *bytes;
		size_t len;
		unsigned codepage;
		const char *expect; /* NULL: refused */
	} cases[] = {
		{ "Japanese, two bytes each", BYTES("\x83\x89\x83\x43\x83\x5e\x81\x5b"), 932,
			"\xe3\x83\xa9\xe3\x82\xa4\xe3\x82\xbf\xe3\x83\xbc" },
		{ "half-width katakana", BYTES("\xb1"), 932, "\xef\xbd\xb1" },
		{ "a second byte of 0x5c, the backslash", BYTES("\x95\x5c\x8e\xa6"), 932, "\xe8\xa1\xa8\xe7\xa4\xba" },
		{ "cut inside a character", BYTES("a\x83"), 932, NULL },
		{ "a second byte that cannot be", BYTES("\x83\x20"), 932, NULL },
		{ "Western Europe", BYTES("caf\x82 \x84\x94\x81"), 850, "caf\xc3\xa9 \xc3\xa4\xc3\xb6\xc3\xbc" },
		{ "the American page", BYTES("\x9b"), 437, "\xc2\xa2" },
		{ "Windows 1252", BYTES("\x80"), 1252, "\xe2\x82\xac" },
		{ "UTF-8 as it is", BYTES("\xe2\x82\xac"), 65001, "\xe2\x82\xac" },
		{ "UTF-8 that is none", BYTES("\x82"), 65001, NULL },
		{ "ASCII in any", BYTES("Writer name: 'x'\r\n"), 949, "Writer name: 'x'\r\n" },
		{ "a page that does not exist", BYTES("a"), 99999, NULL },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct str out = { 0 };
		str_add(&out, "before:");
		int rc = text_from_codepage(&out, c->bytes, c->len, c->codepage);
		if (rc != (c->expect ? 0 : -1) || strncmp(str_text(&out), "before:", 7) != 0 ||
			strcmp(str_text(&out) + 7, c->expect ? c->expect : "") != 0)
			fail_msg("%s: %d, \"%s\"", c->about, rc, str_text(&out));
		str_done(&out);
	}
}

static void long_texts_are_converted_piece_by_piece(void **state)
{
	OWN_VALUE(str_done) struct str in = { 0 }, out = { 0 };
	(void)state;

	for (int i = 0; i < 5000; i++)
		str_add(&in, "\x83\x89");
	assert_int_equal(text_from_codepage(&out, in.data, in.len, 932), 0);
	assert_int_equal(out.len, 15000);
	assert_string_equal(out.data + 14997, "\xe3\x83\xa9");
}

static void utf16_is_converted_or_refused_whole(void **state)
{
	static const struct {
		const char *about, *bytes;
		size_t len;
		bool looks;
		const char *expect;
	} cases[] = {
		{ "little-endian with a mark", BYTES("\xff\xfe<\0a\0"), true, "<a" },
		{ "big-endian with a mark", BYTES("\xfe\xff\0<\0a"), true, "<a" },
		{ "little-endian without", BYTES("<\0a\0"), true, "<a" },
		{ "Japanese", BYTES("\xff\xfe\xe9\x30"), true, "\xe3\x83\xa9" },
		{ "a surrogate pair", BYTES("\xff\xfe\x3d\xd8\x00\xde"), true, "\xf0\x9f\x98\x80" },
		{ "half a pair", BYTES("\xff\xfe\x3d\xd8"), true, NULL },
		{ "an odd length", BYTES("\xff\xfe<\0a"), true, NULL },
		{ "nothing", BYTES(""), false, "" },
		{ "UTF-8 does not look like it", BYTES("<a/>"), false, "\xe6\x84\xbc\xe3\xb8\xaf" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct str out = { 0 };
		int rc = text_from_utf16(&out, c->bytes, c->len);
		if (text_looks_utf16(c->bytes, c->len) != c->looks)
			fail_msg("%s: looks", c->about);
		if (rc != (c->expect ? 0 : -1) || strcmp(str_text(&out), c->expect ? c->expect : "") != 0)
			fail_msg("%s: %d, \"%s\"", c->about, rc, str_text(&out));
		str_done(&out);
	}
}

static void for_showing_bad_bytes_are_replaced_one_by_one(void **state)
{
	OWN_VALUE(str_done) struct str out = { 0 };
	(void)state;

	text_sanitize(&out, BYTES("a\xff\xe3\x83z\xc3\xa9"));
	assert_string_equal(str_text(&out), "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\xc3\xa9");
}

static void base64_is_taken_strictly(void **state)
{
	static const struct {
		const char *about, *text, *expect; /* NULL: refused */
	} cases[] = {
		{ "nothing", "", "" },
		{ "white space", " \r\n\t", "" },
		{ "no padding", "TWFu", "Man" },
		{ "one =", "TWE=", "Ma" },
		{ "two =", "TQ==", "M" },
		{ "lines", "TW\r\n Fu\n", "Man" },
		{ "white space behind the padding", "TQ==\r\n", "M" },
		{ "all of the alphabet's end", "+/+/", "\xfb\xff\xbf" },
		{ "a character too few", "TWF", NULL },
		{ "two too few", "TW", NULL },
		{ "one character", "T", NULL },
		{ "padding alone", "=", NULL },
		{ "padding first", "=TWF", NULL },
		{ "padding in the second place", "T===", NULL },
		{ "padding in the middle", "TW=u", NULL },
		{ "three =", "TQ===", NULL },
		{ "data behind the padding", "TQ==TWFu", NULL },
		{ "the other alphabet", "-_-_", NULL },
		{ "a letter that is none", "TW\xc3\xa9", NULL },
		{ "markup", "TW<u", NULL },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct str out = { 0 };
		int rc = base64_decode(&out, c->text, strlen(c->text));
		if (rc != (c->expect ? 0 : -1) || (c->expect && strcmp(str_text(&out), c->expect) != 0))
			fail_msg("%s: %d, \"%s\"", c->about, rc, str_text(&out));
		str_done(&out);
	}
}

static void base64_leads_back_to_every_byte_and_length(void **state)
{
	char bytes[256];
	(void)state;

	for (int i = 0; i < 256; i++)
		bytes[i] = (char)i;
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		OWN_VALUE(str_done) struct str coded = { 0 }, back = { 0 };
		base64_encode(&coded, bytes, len);
		assert_int_equal(base64_decode(&back, str_text(&coded), coded.len), 0);
		assert_int_equal(back.len, len);
		assert_memory_equal(str_text(&back), bytes, len);
	}
}

static void base64_stops_at_the_limit_of_its_buffer(void **state)
{
	OWN_VALUE(str_done) struct str out = STR(4);
	(void)state;

	assert_int_equal(base64_decode(&out, "TWFuTWFu", 8), -1);
	assert_true(str_failed(&out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_is_taken_strictly),
		cmocka_unit_test(code_pages_are_converted_or_refused_whole),
		cmocka_unit_test(long_texts_are_converted_piece_by_piece),
		cmocka_unit_test(utf16_is_converted_or_refused_whole),
		cmocka_unit_test(for_showing_bad_bytes_are_replaced_one_by_one),
		cmocka_unit_test(base64_is_taken_strictly),
		cmocka_unit_test(base64_leads_back_to_every_byte_and_length),
		cmocka_unit_test(base64_stops_at_the_limit_of_its_buffer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
