#pragma once
/* change_report: what a change did, host by host, as one HTML file, as CSV and as NDJSON: views of the journal. */

#include "journal.h"
#include "plan.h"
#include "report.h"

struct change_report {
	const struct change_past *past;
	/* Rings, and the hosts that were not begun; NULL if the plan is gone: then only hosts with an entry have a row.
	 */
	const struct plan *plan;
};

/* -1 with *e set (ERROR_LOCAL): what was written is not whole. options->csv_encoding is not CSV_AUTO here. */
int change_report_html(
	FILE *out, const struct change_report *change, const struct report_options *options, struct error *e);
int change_report_csv(
	FILE *out, const struct change_report *change, const struct report_options *options, struct error *e);
/* The change_start and the change_end of the journal, and between them the change_result of each host: one that has
 * none gets one whose result is null and whose reason is "unfinished" or "not_begun". No change_end: it was cut. */
int change_report_ndjson(FILE *out, const struct change_report *change, struct error *e);

/* change.html, changes.csv and changes.ndjson in a directory (made with mode 0700 if missing), together and whole or
 * not at all. */
int change_report_to_directory(const char *directory, const struct change_report *change,
	const struct report_options *options, struct error *e);
