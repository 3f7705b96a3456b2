#pragma once
/* ndjson: one JSON object a line (UX section 3.2): run_start, the hosts, run_end. Used by the report of a stored run
 * and by a scan that streams while it runs: each line is flushed. A stream without run_end was cut. */

#include <stdio.h>

#include "report.h"

/* {"type":"run_start","schema","run","started","total","meta"} */
int ndjson_run_start(FILE *out, const struct run_info *run, struct error *e);
int ndjson_host(FILE *out, const json_t *record, struct error *e);
/* {"type":"run_end","schema","run","ended","state","total","done"}; state is "complete" or, if the run was interrupted,
 * "partial". */
int ndjson_run_end(FILE *out, const struct run_info *run, struct error *e);

/* The formats "ndjson" and "json" (the same as one document): see struct report_format. */
int report_ndjson_write(struct store *store, const struct run_info *run, const struct report_options *options,
	FILE *const out[REPORT_FILES_MAX], struct error *e);
int report_json_write(struct store *store, const struct run_info *run, const struct report_options *options,
	FILE *const out[REPORT_FILES_MAX], struct error *e);
