/* escape: see the header. Every encoder reads characters through take() and shows what is invisible through
 * picture(), so that the rules of UX section 2.8 stand once. */
#include "escape.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static const uint32_t REPLACEMENT = 0xfffd;

/* The next character of *text, which moves on. An invalid byte counts as U+FFFD, and so do U+FFFE and U+FFFF, at which
 * parsers of markup stop. */
static uint32_t take(const char **text)
{
	const unsigned char *p = (const unsigned char *)*text;
	size_t n = *p < 0x80 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;

	if (n > 1 && (strnlen(*text, n) < n || !utf8_valid(*text, n))) {
		++*text;
		return REPLACEMENT;
	}
	*text += n;
	uint32_t c = n == 1 ? *p : *p & (0x7fu >> n);
	for (size_t i = 1; i < n; i++)
		c = c << 6 | (p[i] & 0x3f);
	return c == 0xfffe || c == 0xffff ? REPLACEMENT : c;
}

static size_t encode(char out[4], uint32_t c)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n; --i > 0; c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(n == 1 ? c : (0xf00u >> n & 0xff) | c);
	return n;
}

static void put(FILE *out, uint32_t c)
{
	char bytes[4];

	if (c < 0x80)
		putc((int)c, out);
	else
		fwrite(bytes, 1, encode(bytes, c), out);
}

static bool is_bidi(uint32_t c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* What a reader is shown for a character that cannot be seen: C0 and DEL as their control picture (U+2400 and on), C1
 * and bidi controls by number. NULL if the character may stand as it is; line breaks and tabs may. */
static const char *picture(uint32_t c, char room[16])
{
	if ((c >= 0x20 && c < 0x7f) || c == '\t' || c == '\n' || c == '\r')
		return NULL;
	if (c <= 0x7f)
		room[encode(room, c == 0x7f ? 0x2421 : 0x2400 + c)] = '\0';
	else if (c < 0xa0 || is_bidi(c))
		snprintf(room, 16, "\\u{%04X}", (unsigned)c);
	else
		return NULL;
	return room;
}

/* What stands in markup for a character; NULL: itself. A parser of XML makes spaces of the line breaks and tabs of an
 * attribute unless they are references; one of HTML makes a line break of a carriage return. */
static const char *in_markup(uint32_t c, const char *next, bool xml, char room[16])
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\t':
	case '\n':
	case '\r':
		if (!xml)
			return c != '\r' ? NULL : *next == '\n' ? "" : "\xe2\x90\x8d";
		snprintf(room, 16, "&#%u;", (unsigned)c);
		return room;
	default:
		return picture(c, room);
	}
}

static void escape_markup(FILE *out, const char *text, bool xml)
{
	char room[16];

	while (*text) {
		uint32_t c = take(&text);
		const char *instead = in_markup(c, text, xml, room);
		if (instead)
			fputs(instead, out);
		else
			put(out, c);
	}
}

void escape_html(FILE *out, const char *text)
{
	escape_markup(out, text, false);
}

void escape_xml(FILE *out, const char *text)
{
	escape_markup(out, text, true);
}

void escape_label(FILE *out, const char *text)
{
	char room[16];

	while (*text) {
		uint32_t c = take(&text);
		const char *visible = c == '\r' ? "\xe2\x90\x8d" : picture(c, room);
		if (c == '\n')
			fputs("\\n", out);
		else if (c == '\\' || c == '"')
			fprintf(out, "\\%c", (char)c);
		else if (visible)
			fprintf(out, "%s%s", *visible == '\\' ? "\\" : "", visible);
		else
			put(out, c);
	}
}

/* A character inside a JSON string: the picture's backslash needs its own. */
static void island_char(FILE *out, uint32_t c)
{
	char room[16];
	const char *visible = picture(c, room);

	if (c == '<' || c == 0x2028 || c == 0x2029)
		fprintf(out, "\\u%04x", (unsigned)c);
	else if (visible)
		fprintf(out, "%s%s", *visible == '\\' ? "\\" : "", visible);
	else
		put(out, c);
}

/* The control that the escape behind a backslash stands for and that has to be shown; 0 if there is none. */
static uint32_t escaped_control(const char *escape)
{
	char digits[5] = { 0 }, room[16], *end;

	if (*escape == 'b' || *escape == 'f')
		return *escape == 'b' ? '\b' : '\f';
	if (*escape != 'u' || strnlen(escape + 1, 4) < 4)
		return 0;
	memcpy(digits, escape + 1, 4);
	uint32_t c = (uint32_t)strtoul(digits, &end, 16);
	return isxdigit((unsigned char)*digits) && !*end && picture(c, room) ? c : 0;
}

static const char *island_escape(FILE *out, const char *escape)
{
	uint32_t control = escaped_control(escape);

	if (control) {
		island_char(out, control);
		return escape + (*escape == 'u' ? 5 : 1);
	}
	putc('\\', out);
	if (*escape == '\\' || *escape == '"')
		putc(*escape++, out);
	return escape;
}

void escape_json_island(FILE *out, const char *json)
{
	while (*json)
		if (*json == '\\')
			json = island_escape(out, json + 1);
		else
			island_char(out, take(&json));
}

/* Characters that make a spreadsheet read a field as a formula (CWE-1236, OWASP ASVS 1.2.10), and their full-width
 * forms. */
static bool starts_formula(const char *text)
{
	uint32_t c = take(&text);

	return (c && c < 0x80 && strchr("=+-@\t\r\n", (int)c)) || c == 0xff1d || c == 0xff0b || c == 0xff0d ||
	       c == 0xff20;
}

void escape_csv(FILE *out, const char *text, int guard_formulas)
{
	char room[16];

	putc('"', out);
	if (guard_formulas && *text && starts_formula(text))
		putc('\'', out);
	while (*text) {
		uint32_t c = take(&text);
		const char *visible = picture(c, room);
		if (visible)
			fputs(visible, out);
		else
			put(out, c);
		if (c == '"')
			putc('"', out);
	}
	putc('"', out);
}

void escape_terminal(struct str *out, const char *text)
{
	char bytes[4];

	while (*text) {
		uint32_t c = take(&text);
		if (c < 0x20 || (c >= 0x7f && c < 0xa0))
			str_addf(out, "\\x%02x", (unsigned)c);
		else if (is_bidi(c))
			str_addf(out, "\\u{%04X}", (unsigned)c);
		else
			str_addn(out, bytes, encode(bytes, c));
	}
}
