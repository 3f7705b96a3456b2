#pragma once
/* html: a run as one HTML file that needs nothing else (UX section 2). */

#include "report.h"

/* Streams the page; n is 0, the format's only file. Nothing of the fleet is kept but counters and names.
 * -1 with *e set: ERROR_LOCAL, what was written is then no whole page and lacks its last line. */
int report_html_write(struct store *store, const struct run_info *run, size_t n, const struct report_options *options,
	FILE *out, struct error *e);
