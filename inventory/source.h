#pragma once
/* source: a text read from a file or stdin, line by line, and errors that say in which line. */

#include <stddef.h>

#include "error.h"
#include "str.h"

struct place {
	const char *source; /* borrowed: file name, "-" or "command line" */
	unsigned line;      /* 0: none */
};

/* Sets "hosts.ini:17: ..."; always -1. */
int error_at(struct place at, struct error *e, const char *format, ...) __attribute__((format(printf, 3, 4)));
int error_memory(struct error *e);

/* Naming the hosts over and over, in many groups, is fine; but short lines with long ranges must not make endless work.
 */
enum { SOURCE_NAMES_MAX = 2000000 };

struct source {
	struct place at; /* the line that source_line() gave last */
	struct str text;
	const char *next;
	size_t names; /* that its ranges stood for so far */
};

/* Reads all of it, at most INVENTORY_BYTES_MAX. The name is borrowed. -1 with *e set: ERROR_LOCAL. */
int source_open(struct source *s, const char *name, struct error *e);
void source_rewind(struct source *s);
void source_done(struct source *s);

/* The next line that is neither empty nor a comment (# or ;), without white space around it. 1 with *line and *len
 * set, 0 at the end, -1 with *e set if the line is too long or no text. */
int source_line(struct source *s, const char **line, size_t *len, struct error *e);

/* Counts what the ranges of a line stood for. -1 with *e set beyond SOURCE_NAMES_MAX. */
int source_count_names(struct source *s, size_t names, struct error *e);
