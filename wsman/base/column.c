/* column: see the header. */
#include "column.h"
#include "own.h"
#include "text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

/* The bytes of the character that begins here, 1 if there is none. */
static size_t character(const char *text, size_t left)
{
	unsigned char first = (unsigned char)*text;
	size_t len = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

	return len <= left && utf8_valid(text, len) ? len : 1;
}

static wchar_t value_of(const char *text, size_t len)
{
	uint32_t value = len == 1 ? (unsigned char)*text : (unsigned char)*text & (0xffu >> (len + 1));

	for (size_t i = 1; i < len; i++)
		value = value << 6 | ((unsigned char)text[i] & 0x3f);
	return (wchar_t)value;
}

/* Its columns; *len: its bytes. */
static size_t columns_of(const char *text, size_t left, size_t *len)
{
	*len = character(text, left);
	if (*len == 1)
		return 1;
	int width = wcwidth(value_of(text, *len));
	return width < 0 ? 1 : (size_t)width;
}

size_t column_width(const char *text)
{
	size_t left = strlen(text), width = 0;

	for (size_t len; left; text += len, left -= len)
		width += columns_of(text, left, &len);
	return width;
}

int column_pad(const char *text, size_t width)
{
	size_t its = column_width(text);

	return its < width ? (int)(width - its) : 0;
}

size_t column_fit(const char *text, size_t width)
{
	size_t left = strlen(text), at = 0;

	for (size_t len; left; at += len, left -= len) {
		size_t columns = columns_of(text + at, left, &len);
		if (columns > width)
			break;
		width -= columns;
	}
	return at;
}

/* ---- lines ---- */

/* The character at text is one of list's. */
static bool is_of(const char *list, const char *text, size_t len)
{
	for (const char *found = list; (found = strstr(found, (const char[]){ *text, '\0' })); found++)
		if (!strncmp(found, text, len))
			return true;
	return false;
}

/* A line may end between the two characters. */
static bool may_break(const char *before, size_t before_len, const char *after, size_t after_len)
{
	static const char closes[] = "、。，．）」』】・：；！？ーッャュョァィゥェォっゃゅょぁぃぅぇぉ",
			  opens[] = "（「『【";
	size_t len;

	if (columns_of(before, before_len, &len) < 2 && columns_of(after, after_len, &len) < 2)
		return false;
	return !is_of(closes, after, after_len) && !is_of(opens, before, before_len);
}

/* The bytes before the next place where a line may end. */
static size_t piece(const char *text)
{
	size_t left = strlen(text), at = character(text, left);

	for (size_t last = at; at < left && text[at] != ' ';) {
		size_t len = character(text + at, left - at);
		if (may_break(text + at - last, last, text + at, len))
			break;
		at += len;
		last = len;
	}
	return at;
}

void column_wrap(struct str *out, const char *text, size_t at, size_t indent, size_t right)
{
	bool begun = false; /* the line has a word */

	for (size_t blanks; *text; text += piece(text)) {
		blanks = strspn(text, " ");
		text += blanks;
		if (!*text)
			break;
		OWN_VALUE(str_done) struct str word = { 0 };
		str_addn(&word, text, piece(text));
		size_t width = column_width(str_text(&word));
		if (begun && at + blanks + width > right) {
			str_addf(out, "\n%*s", (int)indent, "");
			at = indent;
			blanks = 0;
		}
		str_addf(out, "%*s%s", (int)blanks, "", str_text(&word));
		at += blanks + width;
		begun = true;
	}
}
