/* Tests of backup_due: the clock's arithmetic, and what is not known. */
#include "backup_due.h"
#include "cases.h"

enum { MIDNIGHT = 1795132800 /* 2026-11-20T00:00Z */, JAPAN = 540, NEWFOUNDLAND = -210 };
#define AT(h, m) ((h)*60 + (m))
#define UTC(h, m) (MIDNIGHT + 60 * AT(h, m))
// clang-format off
#define ONCE(h, m) { .known = true, .minute = { AT(h, m) }, .count = 1 }
#define SOME(h, m) { .known = false, .minute = { AT(h, m) }, .count = 1 }
// clang-format on

static struct facts facts_with(const struct backup_times *times, const char *product, int zone)
{
	struct facts facts;

	facts_init(&facts);
	facts.backup.times = *times;
	facts.backup.product = product;
	facts.environment.utc_offset_min = zone;
	return facts;
}

static void a_backup_is_near_half_an_hour_before_it_begins(void **state)
{
	static const struct {
		const char *about;
		struct backup_times times;
		int zone;
		int64_t now;
		int in_min;
		bool near;
	} cases[] = {
		{ "31 minutes before", ONCE(21, 0), 0, UTC(20, 29), 31, false },
		{ "30 minutes before", ONCE(21, 0), 0, UTC(20, 30), 30, true },
		{ "the second before", ONCE(21, 0), 0, UTC(21, 0) - 1, 1, true },
		{ "now", ONCE(21, 0), 0, UTC(21, 0), 0, true },
		{ "it has just begun", ONCE(21, 0), 0, UTC(21, 5), -5, true },
		{ "it has begun: that it runs is another rule", ONCE(21, 0), 0, UTC(21, 6), 1434, false },
		{ "through midnight", ONCE(0, 10), 0, UTC(23, 45), 25, true },
		{ "at midnight", ONCE(0, 0), 0, UTC(23, 30), 30, true },
		{ "it has begun before midnight", ONCE(23, 58), 0, UTC(0, 2), -4, true },
		{ "in Japan", ONCE(21, 0), JAPAN, UTC(11, 45), 15, true },
		{ "whatever else may be scheduled", SOME(21, 0), 0, UTC(20, 45), 15, true },
		{ "not in Japan", ONCE(21, 0), JAPAN, UTC(20, 45), 915, false },
		{ "west of UTC", ONCE(21, 0), NEWFOUNDLAND, UTC(0, 15), 15, true },
		{ "the next of three", { .known = true, .minute = { AT(21, 0), AT(3, 0), AT(12, 30) }, .count = 3 }, 0,
			UTC(12, 0), 30, true },
		{ "between two", { .known = true, .minute = { AT(12, 0), AT(13, 0) }, .count = 2 }, 0, UTC(12, 20), 40,
			false },
		{ "one has begun, one is near", { .known = true, .minute = { AT(12, 30), AT(12, 0) }, .count = 2 }, 0,
			UTC(12, 2), -2, true },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct facts facts = facts_with(&c->times, "wsb", c->zone);
		struct backup_due due = backup_due_of(&facts, c->now);
		if (due.known != c->times.known || !due.any || due.in_min != c->in_min ||
			backup_due_is_near(&due) != c->near)
			fail_msg("%s: in %d minutes", c->about, due.in_min);
	}
}

static void what_is_not_known_is_not_claimed(void **state)
{
	static const struct {
		const char *about, *product;
		struct backup_times times;
		int zone;
		int64_t now;
		bool known;
	} cases[] = {
		{ "known", "wsb", ONCE(21, 0), 0, UTC(20, 45), true },
		{ "none is scheduled", "none", { .known = true }, 0, UTC(20, 45), true },
		{ "none is scheduled, and no clock is needed for that", "none", { .known = true }, UNSEEN, UNSEEN,
			true },
		{ "not a daily one", "wsb", { .known = false }, 0, UTC(20, 45), false },
		{ "not only daily ones", "wsb", SOME(21, 0), 0, UTC(20, 45), false },
		{ "the task of another product's server", "veeam", ONCE(21, 0), 0, UTC(20, 45), false },
		{ "no clock", "wsb", ONCE(21, 0), 0, UNSEEN, false },
		{ "no zone", "wsb", ONCE(21, 0), UNSEEN, UTC(20, 45), false },
		{ "another product", "veeam", { .known = true }, 0, UTC(20, 45), false },
		{ "no product is known", NULL, { .known = true }, 0, UTC(20, 45), false },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct facts facts = facts_with(&c->times, c->product, c->zone);
		struct backup_due due = backup_due_of(&facts, c->now);
		if (due.known != c->known || due.any != (c->now != UNSEEN && c->zone != UNSEEN && c->times.count))
			fail_msg("%s: known %d, any %d", c->about, due.known, due.any);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_backup_is_near_half_an_hour_before_it_begins),
		cmocka_unit_test(what_is_not_known_is_not_claimed),
	};
	return cmocka_run_group_tests_name("remedy/backup_due", tests, NULL, NULL);
}
