#pragma once
/* ini_file: reads files of lines KEY = VALUE in sections [KIND "NAME"]. inih cuts the lines; this is strict about them:
 * what is wrong is named with file and line, and a line that is too long is wrong, not cut. */

#include <stdbool.h>
#include <stdio.h>

#include "error.h"

enum { INI_LINE_BYTES = 190 }; /* inih keeps 200 of a line, and 50 of a section */

struct ini_line {
	unsigned number;         /* in the file, from 1 */
	const char *section;     /* as it stands in the brackets; "" before the first */
	const char *kind, *name; /* if that is KIND "NAME", else NULL */
	const char *key, *value; /* the value is not empty */
	bool continues;          /* it is indented: more of the value of the line before, with the same key */
};

/* -1 with *e set: the line is wrong. */
typedef int ini_on_line(void *context, const struct ini_line *line, struct error *e);

/* -1 with *e set (ERROR_LOCAL): "FILE:LINE: ..." of the first line that is wrong, or why it cannot be read. */
int ini_read(const char *file, ini_on_line *on_line, void *context, struct error *e);
int ini_read_stream(FILE *stream, const char *name, ini_on_line *on_line, void *context, struct error *e);

/* The line is of a section [KIND "NAME"]; else -1 with *e set. */
int ini_expect(const struct ini_line *line, const char *kind, struct error *e);
