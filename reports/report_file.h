#pragma once
/* report_file: files that are there as a whole or not at all (temporary beside it, fsync, rename, fsync of the
 * directory), those of one report together. */

#include <stdio.h>

#include "report.h"

typedef int report_files_fn(void *context, FILE *const out[REPORT_FILES_MAX], struct error *e);

/* Makes the names (NULL-terminated, at most REPORT_FILES_MAX) in the directory of what write puts into them, mode 0600.
 * -1 with *e set: older ones stay as they are. */
int report_files_write(
	const char *directory, const char *const *names, report_files_fn *write, void *context, struct error *e);

int report_flush(FILE *out, const char *name, struct error *e); /* tells of all that could not be written before */
int report_cannot_write(const char *name, struct error *e);     /* of errno */
