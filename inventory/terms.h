#pragma once
/* terms: cuts a limit pattern into its terms: web, &tokyo, !web[1-2], ~(a|b)[0-9], @file. */

#include "ranges.h"

struct terms {
	struct name_list list; /* with their operators; those of files among them */
	bool positive; /* something was asked for, be it an empty file; else what is left out is taken from all */
};

char term_operator(const char *term); /* '&', '!', or NUL if it has none */

/* -1 with *e set (at says where): nothing in it, a bracket that is not closed, an unreadable file. */
int terms_parse(struct terms *terms, const char *pattern, struct place at, struct error *e);
void terms_done(struct terms *terms);
