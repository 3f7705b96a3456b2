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
