#pragma once
/* threshold: what a monitoring plugin warns of: ranges of numbers, as all plugins of Nagios and Icinga write them.
 * Pure.
 */

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "verdict.h"

/* What may be watched: the ten verdicts by enum verdict, and then these. */
enum metric { METRIC_HOSTS = VERDICTS, METRIC_NOT_CHECKED, METRIC_COVERAGE, METRICS };
const char *metric_name(enum metric metric); /* "affected" ... "hosts", "not_checked", "coverage" */

/* "10" is 0 to 10, "10:" 10 and more, "~:10" at most 10, "@10:20" none of 10 to 20; what lies within is well. */
struct range {
	const char *text; /* as it was given, for the performance data; NULL: not watched */
	double least, most;
	bool inverted;
};

struct thresholds {
	struct range of[METRICS];
};

/* "affected=0,coverage=95:" into thresholds, which keep what the list does not name. list has to stay: the texts point
 * into it, and its commas become ends. -1 with *e set: no such metric, no range. */
int thresholds_read(struct thresholds *thresholds, char *list, struct error *e);
bool range_alarms(const struct range *range, double value);
