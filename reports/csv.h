#pragma once
/* csv: a run as tables for spreadsheets (UX section 3.1): RFC 4180, one file for each of hosts, writers, events,
 * services, and changes since the complete run of the same servers before it (lineage.h; only the head without one).
 * Texts are quoted and guarded against formulas, numbers stand bare, unknown is empty. */

#include "report.h"

extern const char *const csv_files[]; /* NULL-terminated */

/* See struct report_format; options->csv_encoding is not CSV_AUTO here. */
int report_csv_write(struct store *store, const struct run_info *run, const struct report_options *options,
	FILE *const out[REPORT_FILES_MAX], struct error *e);
