/* backup_due: see the header. */
#include "backup_due.h"

#include <string.h>

enum { MINUTE_S = 60, HOUR_MIN = 60, DAY_MIN = 24 * 60 };

/* Of another product's schedule nothing is known, whatever Windows Server Backup is set to. */
static bool is_known(const struct facts *facts, int64_t now)
{
	const struct backup_facts *backup = &facts->backup;

	if (!backup->product || !backup->times.known ||
		(strcmp(backup->product, "wsb") && strcmp(backup->product, "none")))
		return false;
	return !backup->times.count || (now != UNSEEN && facts->environment.utc_offset_min != UNSEEN);
}

/* From then on, or BACKUP_BEGUN_MIN before. */
static int minutes_until(int minute, int from)
{
	int in = (minute - from + DAY_MIN) % DAY_MIN;
	return in >= DAY_MIN - BACKUP_BEGUN_MIN ? in - DAY_MIN : in;
}

struct backup_due backup_due_of(const struct facts *facts, int64_t now)
{
	const struct backup_times *times = &facts->backup.times;
	struct backup_due due = { .known = is_known(facts, now), .in_min = DAY_MIN };

	if (now == UNSEEN || facts->environment.utc_offset_min == UNSEEN)
		return due;
	int64_t local_min = now / MINUTE_S + facts->environment.utc_offset_min;
	for (size_t i = 0; i < times->count; i++) {
		int in = minutes_until(times->minute[i], (int)(local_min % DAY_MIN));
		if (due.any && in >= due.in_min)
			continue;
		due.any = true;
		due.in_min = in;
		due.hour = times->minute[i] / HOUR_MIN;
		due.minute = times->minute[i] % HOUR_MIN;
	}
	return due;
}

bool backup_due_is_near(const struct backup_due *due)
{
	return due->any && due->in_min <= BACKUP_AHEAD_MIN;
}
