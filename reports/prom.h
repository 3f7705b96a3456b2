#pragma once
/* prom: a run for Prometheus' textfile collector (UX section 3.3): gauges without timestamps, what is unknown has no
 * sample. */

#include "report.h"

/* See struct report_format. */
int report_prom_write(struct store *store, const struct run_info *run, const struct report_options *options,
	FILE *const out[REPORT_FILES_MAX], struct error *e);
