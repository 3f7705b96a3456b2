/* evclean: see the header. */
#include "evclean.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "own.h"
#include "text.h"

enum { DOCUMENT_MAX = 12 << 20 }; /* bytes of UTF-8: the shell lets through 4 MB */

/* UTF-16 with lone surrogates and control characters replaced. */
static void from_utf16(struct str *out, const char *bytes, size_t len)
{
	OWN_VALUE(str_done) struct str units = STR(DOCUMENT_MAX);

	str_addn(&units, bytes, len & ~(size_t)1);
	for (size_t i = 0; i + 1 < units.len; i += 2) {
		unsigned char *u = (unsigned char *)units.data + i;
		bool high = (u[1] & 0xfc) == 0xd8, low = (u[1] & 0xfc) == 0xdc;
		if (high && i + 3 < units.len && (u[3] & 0xfc) == 0xdc)
			i += 2;
		else if (high || low)
			memcpy(u, "\xfd\xff", 2);
	}
	if (text_from_utf16(out, str_text(&units), units.len) < 0)
		out->failed = true;
}

/* Length of a reference to a character that XML forbids, such as &#x1; - 0 if it is none. */
static size_t forbidden_reference(const char *at)
{
	if (strncmp(at, "&#", 2))
		return 0;
	bool hex = at[2] == 'x';
	char *end;
	const char *digits = at + 2 + hex;
	if (!isxdigit((unsigned char)*digits))
		return 0;
	unsigned long c = strtoul(digits, &end, hex ? 16 : 10);
	bool allowed = (c >= 0x20 && c < 0xd800) || (c >= 0xe000 && c <= 0x10ffff && c != 0xfffe && c != 0xffff) ||
		       c == '\t' || c == '\n' || c == '\r';
	return *end == ';' && !allowed ? (size_t)(end + 1 - at) : 0;
}

/* How many bytes at the given place XML forbids: a control character, U+FFFE, U+FFFF, a reference to such. */
static size_t forbidden(const char *at)
{
	if ((unsigned char)*at < 0x20)
		return !strchr("\t\r\n", *at) || !*at;
	if (!strncmp(at, "\xef\xbf\xbe", 3) || !strncmp(at, "\xef\xbf\xbf", 3))
		return 3;
	return forbidden_reference(at);
}

/* The document inside a root of our own, so that a bare sequence of records reads like one with a root. */
static void wrap(struct str *out, const char *text, size_t len)
{
	static const char doubtful[] =
		"\1\2\3\4\5\6\7\10\13\14\16\17\20\21\22\23\24\25\26\27\30\31\32\33\34\35\36\37&]\xef";
	const char *at = text, *end = text + len;

	if (!strncmp(at, "\xef\xbb\xbf", 3))
		at += 3;
	at += strspn(at, " \t\r\n");
	const char *declaration = strncmp(at, "<?xml", 5) ? NULL : strstr(at, "?>");
	if (declaration)
		at = declaration + 2;
	str_add(out, "<records>");
	while (at < end) {
		size_t plain = strcspn(at, doubtful), bad = forbidden(at);
		if (bad)
			str_add(out, "\xef\xbf\xbd");
		else if (!strncmp(at, "]]>", 3)) {
			str_add(out, "]]&gt;"); /* wevtutil writes no CDATA sections */
			bad = 3;
		} else
			str_addn(out, at, bad = plain ? plain : 1);
		at += bad;
	}
	str_add(out, "</records>");
}

int evclean(struct str *out, const char *bytes, size_t len)
{
	OWN_VALUE(str_done) struct str text = STR(DOCUMENT_MAX);

	out->limit = 2 * DOCUMENT_MAX;
	if (text_looks_utf16(bytes, len))
		from_utf16(&text, bytes, len);
	else
		text_sanitize(&text, bytes, len);
	if (str_failed(&text))
		return -1;
	wrap(out, str_text(&text), text.len);
	return str_failed(out) ? -1 : 0;
}
