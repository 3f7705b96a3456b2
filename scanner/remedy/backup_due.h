#pragma once
/* backup_due: when the next scheduled backup of a host begins, so that no repair races it. Pure. */

#include "facts.h"

enum {
	BACKUP_AHEAD_MIN = 30, /* so long before it nothing is begun any more (DOMAIN section 18) */
	BACKUP_BEGUN_MIN = 5   /* so long after it, it may not be seen to run yet */
};

struct backup_due {
	bool known;            /* false: nobody knows whether, or when, one is scheduled */
	bool any;              /* one is scheduled, on this day or another: also if others are not known */
	int in_min;            /* minutes until it begins, a day at most; BACKUP_BEGUN_MIN before now: negative */
	unsigned hour, minute; /* that it begins, by the host's clock and zone */
};

/* The one that matters most: that begins soonest, or has just begun. now: Unix seconds, by the host's clock; UNSEEN. */
struct backup_due backup_due_of(const struct facts *facts, int64_t now);
bool backup_due_is_near(const struct backup_due *due);
