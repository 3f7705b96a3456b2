#pragma once
/* units: the drop-ins that make a timer of systemd out of a profile: vssfleet-scan@PROFILE.timer starts
 * vssfleet-scan@PROFILE.service. Only what differs from the templates stands in them. */

#include "error.h"
#include "str.h"

#define UNIT_DIRECTORY "/etc/systemd/system"

struct unit_plan {
	const char *directory, *profile;
	const char *on_calendar; /* NULL: the template's */
	unsigned forks;          /* of the profile */
	const char *config;      /* absolute; NULL: the configuration of the system */
};

/* The two drop-ins: their paths and texts; a text is empty where the template says it all. */
enum { UNIT_TIMER, UNIT_SERVICE, UNITS };
struct units {
	struct unit {
		struct str directory, text; /* the file is DIRECTORY/vssfleet.conf */
	} unit[UNITS];
};
void units_done(struct units *units);
int units_plan(const struct unit_plan *plan, struct units *units, struct error *e);

int units_write(struct units *units, struct error *e); /* those that are empty are removed */
int units_remove(struct units *units, struct error *e);

/* Each profile that has a timer's drop-in, with its OnCalendar or NULL. */
int units_each(const char *directory, int (*each)(void *context, const char *profile, const char *on_calendar),
	void *context, struct error *e);
