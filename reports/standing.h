#pragma once
/* standing: what one record counts as (UX section 1), for the formats that count hosts or raise alarms. */

#include "report.h"

enum standing_class {
	STANDING_OK,     /* healthy; shared too, unless the run's policy asks for isolation */
	STANDING_BUSY,   /* look again */
	STANDING_WAIVED, /* a finding with a waiver that has not expired */
	STANDING_FINDING,
	STANDING_UNCHECKED, /* never waived away: nobody knows what the waiver would be of */
};

/* Everything is borrowed from the record. */
struct standing {
	const char *name;
	const char *group; /* the first of its groups, "" if it has none: a host is counted once */
	enum verdict verdict;
	enum standing_class class;
	const char *kind;     /* why it was not checked, as the HTML report names it; NULL if it was */
	const char *reason;   /* one sentence; "" */
	const json_t *waiver; /* NULL if it has none; also one that has expired */
	int64_t writers;      /* how many it lists; UNSEEN */
	int64_t duration_ms;  /* UNSEEN */
};

/* Ages of waivers by the UTC day of a time, in Unix seconds. */
enum waiver_status { WAIVER_ACTIVE, WAIVER_EXPIRING, WAIVER_EXPIRED, WAIVER_STATUSES };
enum { WAIVER_EXPIRING_DAYS = 30 };
const char *waiver_status_name(enum waiver_status status);
enum waiver_status waiver_status(const json_t *waiver, int64_t at); /* without a date: expired */

/* at: when waivers have to be valid. False if the record lacks a name or has a verdict of another version. */
bool standing_of(struct standing *standing, json_t *record, const struct run_info *run, int64_t at);

/* A report is about the time of its run, whenever it is made. */
int64_t standing_time(const struct run_info *run);
/* The profile that the run is of; "default". */
const char *standing_profile(const struct run_info *run);
