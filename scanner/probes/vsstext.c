/* vsstext: see the header. */
#include "vsstext.h"

#include <stdint.h>
#include <string.h>

#include "console.h"
#include "own.h"

/* Sets of UTF-8 characters, NULL at the end. */
static const char *const blanks[] = { " ", "\t", "\r", "\u00a0", "\u202f", "\u3000", "\u200e", "\u200f", "\u202a",
	"\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff", NULL };
static const char *const colons[] = { ":", "\uff1a", NULL };
static const char *const quotes[] = { "'", "\"", "\u2018", "\u2019", "\u201c", "\u201d", "\u201e", "\u00ab", "\u00bb",
	"\u300c", "\u300d", NULL };
static const char *const braces[] = { "{", "\uff5b", NULL }, *const unbraces[] = { "}", "\uff5d", NULL };
static const char *const brackets[] = { "[", "\uff3b", NULL }, *const unbrackets[] = { "]", "\uff3d", NULL };

/* Length of the member of set that s begins with, 0 for none. */
static size_t begins(struct span s, const char *const set[])
{
	for (; s.len && *set; set++) {
		size_t len = **set == *s.at ? strlen(*set) : 0;
		if (len && s.len >= len && !memcmp(s.at, *set, len))
			return len;
	}
	return 0;
}

static size_t ends(struct span s, const char *const set[])
{
	for (; s.len && *set; set++) {
		size_t len = strlen(*set);
		if (s.len >= len && s.at[s.len - 1] == (*set)[len - 1] && !memcmp(s.at + s.len - len, *set, len))
			return len;
	}
	return 0;
}

static struct span skip(struct span s, size_t len)
{
	return (struct span){ s.at + len, s.len - len };
}

struct span span_trim(struct span s)
{
	size_t n;
	while ((n = begins(s, blanks)))
		s = skip(s, n);
	while ((n = ends(s, blanks)))
		s.len -= n;
	return s;
}

bool span_after_colon(struct span line, struct span *value)
{
	size_t colon = 0;
	struct span s = span_trim(line), rest = s;

	while (rest.len && !(colon = begins(rest, colons)))
		rest = skip(rest, 1); /* no colon begins inside a character: UTF-8 is self-synchronising */
	if (!colon || rest.at == s.at)
		return false;
	*value = span_trim(skip(rest, colon));
	return true;
}

bool span_unquote(struct span value, struct span *inner)
{
	size_t open = begins(value, quotes), close = ends(value, quotes);

	if (!open || !close || value.len < open + close)
		return false;
	*inner = (struct span){ value.at + open, value.len - open - close };
	return true;
}

bool span_guid(struct span value, char *guid)
{
	size_t open = begins(value, braces), close = ends(value, unbraces);

	return open && close && value.len == open + 36 + close && guid_at(value.at + open, guid);
}

bool span_state(struct span value, int *state, struct span *word)
{
	enum { DIGITS_MAX = 3 };
	size_t open = begins(value, brackets), digits = 0;
	int n = 0;
	struct span rest = skip(value, open);

	while (digits < rest.len && rest.at[digits] >= '0' && rest.at[digits] <= '9' && digits <= DIGITS_MAX)
		n = n * 10 + rest.at[digits++] - '0';
	rest = skip(rest, digits);
	size_t close = begins(rest, unbrackets);
	if (!open || !close || !digits || digits > DIGITS_MAX)
		return false;
	*state = n;
	*word = span_trim(skip(rest, close));
	return true;
}

bool span_hresult(struct span line)
{
	uint32_t hr;

	for (size_t i = 0; i + 10 <= line.len; i++)
		if (hresult_at(line.at + i, &hr))
			return true;
	return false;
}

bool span_structured(struct span value)
{
	return begins(value, quotes) || begins(value, braces) || begins(value, brackets);
}

/* "vssadmin 1.1 - ..." in every language. */
bool span_is_banner(struct span line)
{
	static const char program[] = "vssadmin ";
	size_t len = sizeof(program) - 1;

	return line.len >= len + 3 && !memcmp(line.at, program, len) && strchr("0123456789", line.at[len]) &&
	       line.at[len + 1] == '.' && strchr("0123456789", line.at[len + 2]);
}

static bool is_year(const char *at)
{
	return !strncmp(at, "20", 2) && strspn(at, "0123456789") == 4;
}

/* 20dd, perhaps -20dd, Microsoft. */
bool span_is_copyright(struct span line)
{
	static const char holder[] = " Microsoft";

	for (size_t i = 0; i + 4 + sizeof(holder) - 1 <= line.len; i++) {
		const char *at = line.at + i;
		if (!is_year(at))
			continue;
		at += 4;
		if (*at == '-' && is_year(at + 1))
			at += 5;
		if (at + sizeof(holder) - 1 <= line.at + line.len && !memcmp(at, holder, sizeof(holder) - 1))
			return true;
	}
	return false;
}

/* The only preamble whose text is known: English, also from Japanese hosts under code page 437. */
bool span_is_known_preamble(struct span line)
{
	static const char *const known[] = { "Waiting for responses.",
		"These may be delayed if a shadow copy is being prepared." };

	FOR_EACH(text, known)
		if (line.len == strlen(*text) && !memcmp(line.at, *text, line.len))
			return true;
	return false;
}
