/* What became of a server between two runs: never better than what was proved. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "diff.h"
#include "facts.h"
#include "lineage.h"

enum { NOW = 1795349141, DAY = 86400 };

#define AFFECTED VERDICT_AFFECTED
#define MISSING VERDICT_WRITERS_MISSING
#define FAULT VERDICT_VSS_FAULT
#define RISK VERDICT_AT_RISK
#define PENDING VERDICT_FIX_PENDING
#define BUSY VERDICT_BUSY
#define SHARED VERDICT_SHARED
#define HEALTHY VERDICT_HEALTHY
#define UNKNOWN VERDICT_UNKNOWN
#define UNREACHABLE VERDICT_UNREACHABLE
#define ABSENT DIFF_ABSENT

static void a_class_follows_from_two_verdicts_and_the_past(void **state)
{
	static const struct {
		const char *about;
		int before, now;
		enum diff_class expect;
		int settled;       /* 0: as before; AFFECTED is 0 too, and settled only where it is said */
		int resolved_days; /* ago; 0: never */
		bool isolate_required;
	} cases[] = {
		{ "still well", HEALTHY, HEALTHY, DIFF_SAME },
		{ "still gone", AFFECTED, AFFECTED, DIFF_SAME },
		{ "lost its writers", HEALTHY, AFFECTED, DIFF_NEW },
		{ "lost them in a shared process", SHARED, AFFECTED, DIFF_NEW },
		{ "lost them while a backup ran", BUSY, AFFECTED, DIFF_NEW, HEALTHY },
		{ "has a fault", SHARED, FAULT, DIFF_NEW },
		{ "is back within 30 days", HEALTHY, AFFECTED, DIFF_REGRESSED, HEALTHY, 30 },
		{ "is back later: that is another one", HEALTHY, AFFECTED, DIFF_NEW, HEALTHY, 31 },
		{ "is back, and was not seen in between", UNREACHABLE, AFFECTED, DIFF_REGRESSED, HEALTHY, 3 },
		{ "is back behind a backup", BUSY, AFFECTED, DIFF_REGRESSED, HEALTHY, 3 },
		{ "is at risk again", SHARED, RISK, DIFF_REGRESSED, SHARED, 1 },
		{ "proved well", AFFECTED, HEALTHY, DIFF_RESOLVED },
		{ "well in a shared process", AFFECTED, SHARED, DIFF_RESOLVED },
		{ "restarted", PENDING, HEALTHY, DIFF_RESOLVED },
		{ "a backup runs: that proves nothing yet", AFFECTED, BUSY, DIFF_BETTER },
		{ "well behind the backup", BUSY, HEALTHY, DIFF_RESOLVED, FAULT },
		{ "a backup ended", BUSY, HEALTHY, DIFF_SAME, HEALTHY },
		{ "a backup began", HEALTHY, BUSY, DIFF_SAME },
		{ "not reached is not resolved", AFFECTED, UNREACHABLE, DIFF_NOT_CHECKED },
		{ "not judged is not resolved", RISK, UNKNOWN, DIFF_NOT_CHECKED },
		{ "not reached any longer", HEALTHY, UNREACHABLE, DIFF_NOT_CHECKED },
		{ "not judged while a backup ran before", BUSY, UNKNOWN, DIFF_NOT_CHECKED },
		{ "still not checked, for another reason", UNREACHABLE, UNKNOWN, DIFF_SAME },
		{ "checked again, and well", UNREACHABLE, HEALTHY, DIFF_CHECKED },
		{ "checked again, and well since: nobody saw when", UNREACHABLE, HEALTHY, DIFF_CHECKED, FAULT },
		{ "checked for the first time, and gone", UNKNOWN, AFFECTED, DIFF_CHECKED },
		{ "checked again, and still at fault", UNKNOWN, FAULT, DIFF_CHECKED, FAULT },
		{ "at risk, then gone", RISK, AFFECTED, DIFF_WORSE },
		{ "gone, then at risk", AFFECTED, RISK, DIFF_BETTER },
		{ "gone, then pending", AFFECTED, PENDING, DIFF_BETTER },
		{ "at risk, then pending", RISK, PENDING, DIFF_BETTER },
		{ "pending was taken back", PENDING, RISK, DIFF_WORSE },
		{ "another cause is no progress", AFFECTED, MISSING, DIFF_WORSE },
		{ "nor is the way back", MISSING, AFFECTED, DIFF_WORSE },
		{ "a fault, then behind a backup gone", BUSY, MISSING, DIFF_WORSE, FAULT },
		{ "isolated", SHARED, HEALTHY, DIFF_BETTER },
		{ "shared again", HEALTHY, SHARED, DIFF_WORSE },
		{ "shared again, where that is a finding", HEALTHY, SHARED, DIFF_NEW, HEALTHY, 0, true },
		{ "isolated, where that was asked for", SHARED, HEALTHY, DIFF_RESOLVED, SHARED, 0, true },
		{ "gone, and then only shared, where that is a finding", AFFECTED, SHARED, DIFF_BETTER, 0, 0, true },
		{ "in the inventory since", ABSENT, AFFECTED, DIFF_ADDED },
		{ "in the inventory since, not reached", ABSENT, UNREACHABLE, DIFF_ADDED },
		{ "no longer in the inventory is not resolved", AFFECTED, ABSENT, DIFF_REMOVED },
	};
	(void)state;

	FOR_EACH(c, cases) {
		struct diff_past past = DIFF_NO_PAST;
		past.settled = c->settled ? c->settled : c->before;
		past.resolved_at = c->resolved_days ? NOW - c->resolved_days * DAY : UNSEEN;
		enum diff_class got = diff_class_of(c->before, c->now, &past, NOW, c->isolate_required);
		if (got != c->expect)
			fail_msg("%s: %s instead of %s", c->about, diff_class_name(got), diff_class_name(c->expect));
	}
}

static void a_host_that_is_not_checked_is_never_resolved_whatever_was_before(void **state)
{
	static const int unchecked[] = { UNKNOWN, UNREACHABLE, ABSENT };
	(void)state;

	FOR_EACH(now, unchecked)
		for (int before = ABSENT; before < VERDICTS; before++)
			for (int settled = ABSENT; settled < VERDICTS; settled++) {
				const struct diff_past past = { settled, NOW - DAY, NOW - DAY };
				if (before == ABSENT && *now == ABSENT)
					continue;
				enum diff_class class = diff_class_of(before, *now, &past, NOW, settled % 2);
				assert_true(class != DIFF_RESOLVED && class != DIFF_BETTER && class != DIFF_CHECKED);
			}
}

static void the_past_is_what_was_proved(void **state)
{
	static const struct {
		const char *about;
		int verdicts[6]; /* newest first, a day apart; ABSENT ends them */
		int settled;
		int resolved_days; /* before the newest; -1: never */
	} cases[] = {
		{ "nothing", { ABSENT }, ABSENT, -1 },
		{ "always well", { HEALTHY, HEALTHY, SHARED, ABSENT }, HEALTHY, -1 },
		{ "always gone", { AFFECTED, AFFECTED, ABSENT }, AFFECTED, -1 },
		{ "resolved just now", { HEALTHY, AFFECTED, ABSENT }, HEALTHY, 0 },
		{ "resolved two runs before", { SHARED, HEALTHY, HEALTHY, FAULT, HEALTHY, ABSENT }, SHARED, 2 },
		{ "what is not checked proves nothing", { UNKNOWN, HEALTHY, UNREACHABLE, AFFECTED, ABSENT }, HEALTHY,
			1 },
		{ "nor does a backup", { BUSY, HEALTHY, BUSY, AFFECTED, ABSENT }, HEALTHY, 1 },
		{ "a finding is not resolved by what came before", { RISK, HEALTHY, AFFECTED, ABSENT }, RISK, -1 },
		{ "never checked", { UNKNOWN, UNREACHABLE, ABSENT }, ABSENT, -1 },
	};
	(void)state;

	FOR_EACH(c, cases) {
		struct diff_past past = DIFF_NO_PAST;
		for (int i = 0, over = 0; c->verdicts[i] != ABSENT && !over; i++)
			over = diff_past_add(&past, c->verdicts[i], NOW - i * DAY, false);
		int64_t resolved = c->resolved_days < 0 ? UNSEEN : NOW - c->resolved_days * DAY;
		if (past.settled != c->settled || past.resolved_at != resolved)
			fail_msg("%s: settled %d, resolved at %lld", c->about, past.settled,
				(long long)past.resolved_at);
	}
}

static void runs_of_the_same_servers_are_told_by_their_words(void **state)
{
	static const struct {
		const char *about, *a, *b;
		bool same;
	} cases[] = {
		{ "one profile, other sources", "{'profile':'tokyo','sources':[{'source':'a'}]}",
			"{'profile':'tokyo','sources':[{'source':'b'}]}", true },
		{ "a profile, and a part of it", "{'profile':'tokyo'}",
			"{'profile':'tokyo','narrowed':true,'limit':'a'}", false },
		{ "the same part of a profile", "{'profile':'tokyo','narrowed':true,'limit':'a'}",
			"{'profile':'tokyo','narrowed':true,'limit':'a'}", true },
		{ "two parts of a profile", "{'profile':'tokyo','narrowed':true,'targets':['a']}",
			"{'profile':'tokyo','narrowed':true,'targets':['b']}", false },
		{ "a limit that the profile itself has", "{'profile':'tokyo','narrowed':false,'limit':'a*'}",
			"{'profile':'tokyo','narrowed':false,'limit':'b*'}", true },
		{ "two profiles, the same source", "{'profile':'tokyo','sources':[{'source':'a'}]}",
			"{'profile':'osaka','sources':[{'source':'a'}]}", false },
		{ "with and without a profile", "{'profile':'tokyo','sources':[]}", "{'sources':[]}", false },
		{ "a source that grew", "{'sources':[{'source':'a','hosts':3}]}",
			"{'sources':[{'source':'a','hosts':4}]}", true },
		{ "one source more", "{'sources':[{'source':'a'}]}", "{'sources':[{'source':'a'},{'source':'b'}]}",
			false },
		{ "another limit", "{'sources':[{'source':'a'}],'limit':'web*'}", "{'sources':[{'source':'a'}]}",
			false },
		{ "absent as in older runs, and null", "{'sources':[{'source':'a'}],'limit':null,'profile':null}",
			"{'sources':[{'source':'a'}]}", true },
		{ "other names on the command line", "{'sources':[{'source':'command line'}],'targets':['a']}",
			"{'sources':[{'source':'command line'}],'targets':['b']}", false },
	};
	(void)state;

	FOR_EACH(c, cases) {
		char texts[2][256];
		json_t *meta[2];
		for (int i = 0; i < 2; i++) {
			snprintf(texts[i], sizeof(texts[i]), "%s", i ? c->b : c->a);
			for (char *quote; (quote = strchr(texts[i], '\''));)
				*quote = '"';
			meta[i] = json_loads(texts[i], 0, NULL);
			assert_non_null(meta[i]);
		}
		if (lineage_same(meta[0], meta[1]) != c->same || lineage_same(meta[1], meta[0]) != c->same)
			fail_msg("%s", c->about);
		json_decref(meta[0]);
		json_decref(meta[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_class_follows_from_two_verdicts_and_the_past),
		cmocka_unit_test(a_host_that_is_not_checked_is_never_resolved_whatever_was_before),
		cmocka_unit_test(the_past_is_what_was_proved),
		cmocka_unit_test(runs_of_the_same_servers_are_told_by_their_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
