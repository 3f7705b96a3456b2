#pragma once
/* counted: what one record counts as (UX section 1), for the formats that count hosts or raise alarms. */

#include <stdbool.h>

#include "report.h"

enum counted_class {
	COUNTED_OK,     /* healthy; shared too, unless the run's policy asks for isolation */
	COUNTED_BUSY,   /* look again */
	COUNTED_WAIVED, /* a finding with a waiver that has not expired */
	COUNTED_FINDING,
	COUNTED_UNCHECKED, /* never waived away: nobody knows what the waiver would be of */
};

/* Everything is borrowed from the record. */
struct counted {
	const char *name;
	const char *group; /* the first of its groups, "" if it has none: a host is counted once */
	enum verdict verdict;
	enum counted_class class;
	const char *kind;     /* why it was not checked, as the HTML report names it; NULL if it was */
	const char *reason;   /* one sentence; "" */
	const json_t *waiver; /* NULL if it has none; also one that has expired */
	int64_t writers;      /* how many it lists; UNSEEN */
	int64_t duration_ms;  /* UNSEEN */
};

/* How a waiver stands on the day (UTC, as waivers.h has it) of a time in Unix seconds. UNUSED: it holds, and took no
 * finding of the run. */
enum waiver_status { WAIVER_ACTIVE, WAIVER_EXPIRING, WAIVER_EXPIRED, WAIVER_UNUSED, WAIVER_STATUSES };
enum { WAIVER_EXPIRING_DAYS = 30 };
const char *waiver_status_name(enum waiver_status status);
enum waiver_status waiver_status(const json_t *waiver, int64_t at); /* never UNUSED; without a date: expired */

/* at: when waivers have to hold: for a report the beginning of its run, whose day decided. False if the record lacks a
 * name or has a verdict of another version. */
bool counted_of(struct counted *counted, json_t *record, const struct run_info *run, int64_t at);

/* When it ended, or began if that is not known. */
int64_t run_moment(const struct run_info *run);
/* The profile that the run is of; "default". */
const char *run_profile(const struct run_info *run);
