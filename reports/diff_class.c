/* diff_class: what two verdicts of a host and its past mean: see diff.h. */
#include "diff.h"

#include "facts.h"

const char *diff_class_name(enum diff_class class)
{
	static const char *const names[DIFF_CLASSES] = {
		[DIFF_SAME] = "same",
		[DIFF_NEW] = "new",
		[DIFF_REGRESSED] = "regressed",
		[DIFF_WORSE] = "worse",
		[DIFF_RESOLVED] = "resolved",
		[DIFF_BETTER] = "better",
		[DIFF_NOT_CHECKED] = "newly_not_checked",
		[DIFF_CHECKED] = "newly_checked",
		[DIFF_ADDED] = "host_added",
		[DIFF_REMOVED] = "host_removed",
		[DIFF_RENAMED] = "host_renamed",
	};
	return names[class];
}

/* The order of UX section 1; what is not checked has no weight. */
static const int weights[VERDICTS] = {
	[VERDICT_AFFECTED] = 6,
	[VERDICT_WRITERS_MISSING] = 6,
	[VERDICT_VSS_FAULT] = 5,
	[VERDICT_AT_RISK] = 4,
	[VERDICT_FIX_PENDING] = 3,
	[VERDICT_BUSY] = 2,
	[VERDICT_SHARED] = 2,
	[VERDICT_HEALTHY] = 1,
};
enum { LIGHTEST_FINDING = 3 };

bool diff_is_checked(int verdict)
{
	return verdict != DIFF_ABSENT && weights[verdict] > 0;
}

bool diff_is_finding(int verdict, bool isolate_required)
{
	return verdict != DIFF_ABSENT &&
	       (weights[verdict] >= LIGHTEST_FINDING || (verdict == VERDICT_SHARED && isolate_required));
}

int diff_past_add(struct diff_past *past, int verdict, int64_t at, bool isolate_required)
{
	bool finding = diff_is_finding(verdict, isolate_required);

	if (!diff_is_checked(verdict) || verdict == VERDICT_BUSY)
		return 0; /* proves neither */
	if (past->settled == DIFF_ABSENT)
		past->settled = verdict;
	if (!finding) {
		past->healthy_at = at;
		return 0;
	}
	past->resolved_at = past->healthy_at; /* UNSEEN if the newest is a finding */
	return 1;
}

static enum diff_class between_findings(int before, int now)
{
	if (before == now)
		return DIFF_SAME;
	return weights[now] < weights[before] ? DIFF_BETTER : DIFF_WORSE; /* another one as heavy is no progress */
}

static enum diff_class became_finding(int before, const struct diff_past *past, int64_t at, bool isolate_required)
{
	if (before == VERDICT_BUSY && diff_is_finding(past->settled, isolate_required))
		return DIFF_WORSE;
	if (past->resolved_at != UNSEEN && at - past->resolved_at <= REGRESSED_S)
		return DIFF_REGRESSED;
	return diff_is_checked(before) ? DIFF_NEW : DIFF_CHECKED;
}

static enum diff_class became_neutral(int before, int now, const struct diff_past *past, bool isolate_required)
{
	bool was_finding = diff_is_finding(before, isolate_required) ||
			   (before == VERDICT_BUSY && diff_is_finding(past->settled, isolate_required));

	if (!diff_is_checked(before))
		return DIFF_CHECKED;
	if (was_finding)
		return now != VERDICT_BUSY ? DIFF_RESOLVED : before != VERDICT_BUSY ? DIFF_BETTER : DIFF_SAME;
	if (before == now || before == VERDICT_BUSY || now == VERDICT_BUSY)
		return DIFF_SAME;
	return now == VERDICT_SHARED ? DIFF_WORSE : DIFF_BETTER;
}

enum diff_class diff_class_of(int before, int now, const struct diff_past *past, int64_t at, bool isolate_required)
{
	if (before == DIFF_ABSENT)
		return DIFF_ADDED;
	if (now == DIFF_ABSENT)
		return DIFF_REMOVED;
	if (!diff_is_checked(now))
		return diff_is_checked(before) ? DIFF_NOT_CHECKED : DIFF_SAME;
	if (!diff_is_finding(now, isolate_required))
		return became_neutral(before, now, past, isolate_required);
	if (diff_is_finding(before, isolate_required))
		return between_findings(before, now);
	return became_finding(before, past, at, isolate_required);
}
