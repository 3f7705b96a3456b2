#pragma once
/* junit: a run as test results, for build servers (UX section 3.3): a suite for each group, a case for each host in the
 * first of its groups; a finding is a failure, what was not checked an error. Valid against Jenkins' junit-10.xsd. */

#include "report.h"

/* See struct report_format. */
int report_junit_write(struct store *store, const struct run_info *run, const struct report_options *options,
	FILE *const out[REPORT_FILES_MAX], struct error *e);
