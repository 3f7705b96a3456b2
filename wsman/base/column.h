#pragma once
/* column: how wide UTF-8 is on a terminal, for tables: full-width characters take two columns, combining ones none.
 * Bytes that are no UTF-8, and what should have been escaped before, count one each: nothing is read past the end.
 * Needs language_choose(), which tells the C library that text is UTF-8. */

#include <stddef.h>

#include "str.h"

size_t column_width(const char *text);
/* The blanks after text that fill width columns, for printf("%s%*s", text, column_pad(text, width), ""); 0 if it is as
 * wide or wider: text is never cut. */
int column_pad(const char *text, size_t width);
/* The bytes at the beginning of text that fit into width columns: whole characters, with what combines with them. */
size_t column_fit(const char *text, size_t width);
/* Appends text in lines that end before column right: the first goes on at column at, the others are indented. Breaks
 * at blanks and between full-width characters, but leaves no closing punctuation at the beginning of a line (JIS X
 * 4051). */
void column_wrap(struct str *out, const char *text, size_t at, size_t indent, size_t right);
