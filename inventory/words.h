#pragma once
/* words: splits a line of an inventory into its words. */

#include <stddef.h>

#include "inventory.h"
#include "source.h"

enum { WORDS_MAX = 256 }; /* in a line */

struct words {
	size_t count;
	char *word[WORDS_MAX]; /* in bytes */
	char bytes[INVENTORY_LINE_MAX + 1];
};

/* At white space, up to a #. -1 with *e set if there are too many. */
int words_split(struct words *w, const char *line, size_t len, struct place at, struct error *e);

/* As a shell would, quotes and backslashes included: what Python's shlex.split(line, comments=True) makes of it, which
 * is how Ansible reads the line of a host. -1 with *e set also if a quotation is not closed. */
int words_split_quoted(struct words *w, const char *line, size_t len, struct place at, struct error *e);

/* What a value stands for, in place. Ansible reads it as a Python literal if it is one: a quoted string, or a number,
 * may be followed by a comment. Backslashes in quotes stay unless they escape a quote or themselves: "CORP\admin" is a
 * user. */
void word_unquote(char *value);
