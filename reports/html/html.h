#pragma once
/* html: a run as one HTML file that needs nothing else (UX section 2). */

#include "report.h"

/* Streams the page. Nothing of the fleet is kept but counters, names and a short row of every host.
 * -1 with *e set: ERROR_LOCAL, what was written is then no whole page and lacks its last line. */
int report_html_write(struct store *store, const struct run_info *run, const struct report_options *options,
	FILE *const out[REPORT_FILES_MAX], struct error *e);
