#pragma once
/* listing: what vssadmin prints, written for tests in several languages. */

#include "str.h"

struct language {
	const char *about;
	const char *tool;                                 /* behind "vssadmin 1.1 - " */
	const char *name, *id, *instance, *state, *error; /* labels, with their colon */
	const char *open, *close;                         /* quotes */
	const char *stable, *no_error;
	const char *indent, *newline;
	unsigned codepage; /* of the bytes; 0: UTF-8 */
};
extern const struct language languages[];
extern const size_t language_count;
const struct language *language(const char *about);

struct listed {
	const char *name, *id, *instance;
	int state;
	const char *error; /* NULL: the language's "no error" */
	const char *word;  /* of the state; NULL: the language's "stable" */
};
/* The six writers that every server has, stable, and the third-party one behind them. */
extern const struct listed minimum[];
enum { MINIMUM = 6, MINIMUM_AND_ONE = 7 };

/* Appends UTF-8 whatever the language's code page. preamble: lines after the copyright, or NULL. */
void listing(
	struct str *out, const struct language *l, const char *preamble, const struct listed *writers, size_t count);
