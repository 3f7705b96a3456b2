/* The rollout: batches in order, never two at once, and every way in which it ends. Repairs are scripted. */
#include "cases.h"
#include "rollout.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOSTS_MAX = 64, OVERLAP_MS = 5000 };

/* ---- a plan, and a fleet that does as it is told ---- */

/* Batches of a plan as text: "1 / 2 3 / 4": a number is the size of a batch, a slash ends a ring. What hosts answer, a
 * letter each: f fixed, p partly, x failed, r rolled back, u unreachable, c unchecked, d deferred, s skipped, w
 * configured and waiting, m left in the middle, l fixed and relapsing. */
struct stage {
	struct plan plan;
	struct plan_host planned[HOSTS_MAX];
	struct host host[HOSTS_MAX];
	const struct host *todo[HOSTS_MAX];
	const char *answers;
	struct stop stop;
	size_t stop_after, no_go_after; /* so many repairs; 0: never */
	bool abort_in_soak, goes_on_unproved;
	const char *held; /* 'h': that host; NULL: none */
	struct repair *settled[HOSTS_MAX];
	unsigned again; /* hosts that were looked at behind a soak */

	pthread_mutex_t lock; /* of what workers share */
	pthread_cond_t changed;
	unsigned in_hand[HOSTS_MAX], begun[HOSTS_MAX]; /* by batch */
	unsigned batch_size[HOSTS_MAX];
	unsigned most_in_hand;
	bool mixed; /* hosts of two batches at once */

	unsigned first_ring;                      /* that has hosts to do */
	unsigned repairs, relapses, rings, soaks; /* that were told */
	struct rollout_outcome outcome;
};

static size_t index_of(const struct stage *stage, const struct host *host)
{
	return (size_t)(host - stage->host);
}

static void stage_plan(struct stage *stage, const char *batches)
{
	unsigned ring = 0, batch = 0;

	for (const char *c = batches; *c; c++) {
		if (*c == '/')
			ring++;
		if (*c < '1' || *c > '9')
			continue;
		for (int i = 0; i < *c - '0'; i++) {
			struct plan_host *planned = &stage->planned[stage->plan.count];
			struct host *host = &stage->host[stage->plan.count];
			assert_true(asprintf(&host->name, "srv%02zu", stage->plan.count) > 0);
			planned->name = host->name;
			planned->at = (struct placement){ .ring = ring, .batch = batch };
			stage->todo[stage->plan.count++] = host;
		}
		stage->batch_size[batch++] = (unsigned)(*c - '0');
	}
	stage->plan.host = stage->planned;
	stage->plan.soak_s = 1;
}

static void set_up(struct stage *stage, const char *batches, const char *answers)
{
	*stage = (struct stage){ .answers = answers, .stop = { .wake_fd = -1 } };
	pthread_mutex_init(&stage->lock, NULL);
	condition_init(&stage->changed);
	stage_plan(stage, batches);
}

static void tear_down(struct stage *stage)
{
	rollout_outcome_done(&stage->outcome);
	for (size_t i = 0; i < stage->plan.count; i++)
		free(stage->host[i].name);
	pthread_cond_destroy(&stage->changed);
	pthread_mutex_destroy(&stage->lock);
}

/* Notes who is in hand, and waits until the whole batch has been: only so is it seen that they go at once. */
static void be_in_hand(struct stage *stage, unsigned batch)
{
	unsigned now = 0;
	int64_t until = clock_ms() + OVERLAP_MS;

	pthread_mutex_lock(&stage->lock);
	stage->in_hand[batch]++;
	stage->begun[batch]++;
	for (size_t b = 0; b < COUNT(stage->in_hand); b++) {
		now += stage->in_hand[b];
		stage->mixed |= b != batch && stage->in_hand[b];
	}
	stage->most_in_hand = now > stage->most_in_hand ? now : stage->most_in_hand;
	pthread_cond_broadcast(&stage->changed);
	while (stage->begun[batch] < stage->batch_size[batch] && clock_ms() < until)
		condition_wait(&stage->changed, &stage->lock, until - clock_ms());
	stage->in_hand[batch]--;
	pthread_mutex_unlock(&stage->lock);
}

static void answer(struct repair *repair, char how)
{
	static const struct {
		char how;
		enum repair_result result;
		const char *reason;
	} ways[] = {
		{ 'f', RESULT_FIXED, NULL },
		{ 'l', RESULT_FIXED, NULL },
		{ 'p', RESULT_FIXED_PARTIAL, NULL },
		{ 'x', RESULT_FIX_FAILED, NULL },
		{ 'r', RESULT_ROLLED_BACK, NULL },
		{ 'u', RESULT_DEFERRED, "unreachable" },
		{ 'c', RESULT_DEFERRED, "unchecked" },
		{ 'd', RESULT_DEFERRED, "backup" },
		{ 's', RESULT_SKIPPED, "isolated" },
		{ 'w', RESULT_FIX_PENDING, NULL },
		{ 'm', RESULT_NONE, NULL },
	};
	FOR_EACH(way, ways)
		if (way->how == how) {
			repair->result = way->result;
			repair->reason = way->reason;
		}
	repair->unfinished = how == 'm';
}

static void *repair_as_told(void *context, const struct host *host, struct deadline deadline)
{
	struct stage *stage = context;
	size_t i = index_of(stage, host);
	struct repair *repair = calloc(1, sizeof(*repair));
	(void)deadline;

	assert_non_null(repair);
	repair->host = host;
	be_in_hand(stage, stage->planned[i].at.batch);
	answer(repair, stage->answers[i]);
	return repair;
}

static void look_again(void *context, struct repair *repair, struct deadline deadline)
{
	struct stage *stage = context;
	(void)deadline;

	assert_int_not_equal(repair->result, RESULT_FIX_FAILED);
	pthread_mutex_lock(&stage->lock);
	stage->again++;
	pthread_mutex_unlock(&stage->lock);
	if (stage->answers[index_of(stage, repair->host)] == 'l')
		repair->result = RESULT_FIX_FAILED;
}

static const char *may_go_on(void *context)
{
	const struct stage *stage = context;
	return stage->no_go_after && stage->repairs >= stage->no_go_after ? "STOP" : NULL;
}

static const char *held(void *context, const struct host *host)
{
	const struct stage *stage = context;
	return stage->held && stage->held[index_of(stage, host)] == 'h' ? "window" : NULL;
}

static bool soak(void *context, unsigned ring, unsigned seconds)
{
	struct stage *stage = context;
	(void)ring;
	assert_int_equal(seconds, 1);
	stage->soaks++;
	if (stage->abort_in_soak)
		stage->stop.now = true;
	return !stage->stop.now;
}

static void on_ring(void *context, unsigned ring, size_t hosts)
{
	struct stage *stage = context;
	assert_int_equal(ring, stage->rings + stage->first_ring);
	assert_true(hosts > 0);
	stage->rings++;
}

static void on_repair(void *context, const struct repair *repair, unsigned ring)
{
	struct stage *stage = context;
	assert_int_equal(stage->planned[index_of(stage, repair->host)].at.ring, ring);
	stage->repairs++;
	if (stage->repairs == stage->stop_after)
		stage->stop.at_ms = clock_ms() + OVERLAP_MS;
}

static void on_relapse(void *context, const struct repair *repair, unsigned ring)
{
	struct stage *stage = context;
	(void)ring;
	assert_int_equal(repair->result, RESULT_FIX_FAILED);
	stage->relapses++;
}

static void run(struct stage *stage, struct amount max_fail, size_t failed_before)
{
	struct error e = { 0 };
	const struct rollout rollout = {
		.plan = &stage->plan,
		.host = stage->todo,
		.settled = stage->settled,
		.job = repair_as_told,
		.again = look_again,
		.job_context = stage,
		.host_timeout_s = 60,
		.stop = &stage->stop,
		.max_fail = max_fail,
		.failed = failed_before,
		.may_go_on = may_go_on,
		.held = held,
		.why_unproved = stage->goes_on_unproved ? NULL : "nothing is proved",
		.soak = soak,
		.on_ring = on_ring,
		.on_repair = on_repair,
		.on_relapse = on_relapse,
		.context = stage,
	};
	assert_int_equal(rollout_run(&rollout, &stage->outcome, &e), 0);
}

/* ---- what is expected of it ---- */

static void batches_go_in_order_and_each_at_once(void **state)
{
	static const char *const plans[] = { "1", "1 / 1 2 2", "1 / 1 2 2 / 1 2 4 8 9 9", "9 9 9" };
	(void)state;

	FOR_EACH(plan, plans) {
		struct stage stage;
		unsigned largest = 0;
		set_up(&stage, *plan, "ffffffffffffffffffffffffffffffffffffffffffffffff");
		run(&stage, (struct amount){ .value = 1 }, 0);
		FOR_EACH(size, stage.batch_size)
			largest = *size > largest ? *size : largest;
		if (stage.mixed || stage.most_in_hand != largest)
			fail_msg("%s: %u at once instead of %u%s", *plan, stage.most_in_hand, largest,
				stage.mixed ? ", of several batches" : "");
		assert_int_equal(stage.outcome.by_result[RESULT_FIXED], stage.plan.count);
		assert_int_equal(stage.outcome.end, ROLLOUT_COMPLETE);
		tear_down(&stage);
	}
}

static void it_ends_as_it_must(void **state)
{
	static const struct {
		const char *about, *batches, *answers;
		struct amount max_fail;
		size_t failed_before, stop_after, no_go_after;
		enum rollout_end end;
		size_t touched, failed, soaks;
	} cases[] = {
		{ "all well", "1 / 2 / 3", "ffffff", { 1, false }, 0, 0, 0, ROLLOUT_COMPLETE, 6, 0, 3 },
		{ "the canary fails", "1 / 2 / 3", "xfffff", { 1, false }, 0, 0, 0, ROLLOUT_THRESHOLD, 1, 1, 0 },
		{ "hosts in hand end", "1 / 4 / 3", "fxffffff", { 1, false }, 0, 0, 0, ROLLOUT_THRESHOLD, 5, 1, 1 },
		{ "rolled back counts", "1 / 2", "rff", { 1, false }, 0, 0, 0, ROLLOUT_THRESHOLD, 1, 1, 0 },
		{ "unreachable counts", "1 / 2", "uff", { 1, false }, 0, 0, 0, ROLLOUT_THRESHOLD, 1, 1, 0 },
		{ "unchecked counts", "1 / 2", "cff", { 1, false }, 0, 0, 0, ROLLOUT_THRESHOLD, 1, 1, 0 },
		{ "left in the middle counts", "1 / 2", "mff", { 1, false }, 0, 0, 0, ROLLOUT_THRESHOLD, 1, 1, 0 },
		{ "deferred does not", "3 / 2", "dfdff", { 1, false }, 0, 0, 0, ROLLOUT_COMPLETE, 5, 0, 2 },
		{ "a canary that was deferred proves nothing", "1 / 3", "dfff", { 1, false }, 0, 0, 0, ROLLOUT_STOPPED,
			1, 0, 0 },
		{ "nor does a later ring of such", "1 / 2 / 3", "fddfff", { 1, false }, 0, 0, 0, ROLLOUT_STOPPED, 3, 0,
			1 },
		{ "failed or deferred, all of them", "2 / 3", "xdfff", { 2, false }, 0, 0, 0, ROLLOUT_STOPPED, 2, 1,
			0 },
		{ "fixed only until the soak", "2 / 3", "ldfff", { 2, false }, 0, 0, 0, ROLLOUT_STOPPED, 2, 1, 1 },
		{ "the last ring need prove nothing", "1 / 2", "fdd", { 1, false }, 0, 0, 0, ROLLOUT_COMPLETE, 3, 0,
			1 },
		{ "skipped and partial do not", "1 / 2", "spf", { 1, false }, 0, 0, 0, ROLLOUT_COMPLETE, 3, 0, 1 },
		{ "one below", "1 / 2 / 3", "xffxff", { 3, false }, 0, 0, 0, ROLLOUT_COMPLETE, 6, 2, 2 },
		{ "exactly", "1 1 / 2 / 3", "xxfffff", { 2, false }, 0, 0, 0, ROLLOUT_THRESHOLD, 2, 2, 0 },
		{ "percent of the plan, rounded up", "1 1 1 / 7", "xxffffffff", { 11, true }, 0, 0, 0,
			ROLLOUT_THRESHOLD, 2, 2, 0 },
		{ "the last host fails: nothing is stopped", "1 / 1", "fx", { 1, false }, 0, 0, 0, ROLLOUT_COMPLETE, 2,
			1, 1 },
		{ "earlier failures count", "1 / 2 / 3", "xfffff", { 3, false }, 2, 0, 0, ROLLOUT_THRESHOLD, 1, 3, 0 },
		{ "earlier failures are enough", "1 / 2", "fff", { 2, false }, 2, 0, 0, ROLLOUT_THRESHOLD, 0, 2, 0 },
		{ "a relapse counts", "1 / 2", "lff", { 1, false }, 0, 0, 0, ROLLOUT_THRESHOLD, 1, 1, 1 },
		{ "a relapse in the last ring", "1 / 2", "ffl", { 1, false }, 0, 0, 0, ROLLOUT_COMPLETE, 3, 1, 2 },
		{ "no soak where nothing was fixed", "2 / 1", "ssf", { 1, false }, 0, 0, 0, ROLLOUT_COMPLETE, 3, 0, 1 },
		{ "interrupted", "1 / 2 / 3", "ffffff", { 1, false }, 0, 2, 0, ROLLOUT_INTERRUPTED, 3, 0, 1 },
		{ "interrupted when all were begun", "1 / 2", "fff", { 1, false }, 0, 3, 0, ROLLOUT_COMPLETE, 3, 0, 1 },
		{ "told to stop between batches", "1 2 3", "ffffff", { 1, false }, 0, 0, 3, ROLLOUT_STOPPED, 3, 0, 0 },
	};
	(void)state;

	FOR_EACH(c, cases) {
		struct stage stage;
		set_up(&stage, c->batches, c->answers);
		stage.stop_after = c->stop_after;
		stage.no_go_after = c->no_go_after;
		run(&stage, c->max_fail, c->failed_before);
		const struct rollout_outcome *o = &stage.outcome;
		if (o->end != c->end || stage.plan.count - o->untouched != c->touched || o->failed != c->failed ||
			stage.soaks != c->soaks)
			fail_msg("%s: %s, %zu touched, %zu failed, %u soaks", c->about, rollout_end_name(o->end),
				stage.plan.count - o->untouched, o->failed, stage.soaks);
		assert_int_equal(stage.repairs, c->touched);
		assert_true((o->end == ROLLOUT_STOPPED) == (o->why != NULL));
		tear_down(&stage);
	}
}

static void hosts_that_ended_before_are_left_alone(void **state)
{
	struct stage stage;
	(void)state;

	set_up(&stage, "1 / 2 / 3", "fffffx");
	stage.todo[1] = stage.todo[4] = NULL;
	stage.batch_size[1] = 1;
	stage.batch_size[2] = 2;
	run(&stage, (struct amount){ .value = 1 }, 0);
	assert_null(stage.outcome.repair[1]);
	assert_null(stage.outcome.repair[4]);
	assert_int_equal(stage.outcome.untouched, 0);
	assert_int_equal(stage.outcome.by_result[RESULT_FIXED], 3);
	tear_down(&stage);
}

static void what_a_ring_without_proof_stops(void **state)
{
	static const struct {
		const char *about, *batches, *answers;
		bool restart, goes_on_unproved;
		size_t ended; /* before: the n-th host; 0: none */
		enum rollout_end end;
	} cases[] = {
		{ "servers that may stand still are looked after", "1 / 2", "dff", true, true, 0, ROLLOUT_COMPLETE },
		{ "who continues the change has decided", "1 / 2", "dff", true, false, 1, ROLLOUT_COMPLETE },
		{ "a ring that ended before is no proof", "1 / 1 / 1", "dff", true, false, 2, ROLLOUT_STOPPED },
		{ "configured only, as was asked for", "1 / 2", "wff", false, false, 0, ROLLOUT_COMPLETE },
		{ "configured only, where more was asked for", "1 / 2", "wff", true, false, 0, ROLLOUT_STOPPED },
	};
	(void)state;

	FOR_EACH(c, cases) {
		struct stage stage;
		set_up(&stage, c->batches, c->answers);
		stage.plan.restart = c->restart;
		stage.goes_on_unproved = c->goes_on_unproved;
		stage.first_ring = c->ended == 1;
		if (c->ended)
			stage.todo[c->ended - 1] = NULL;
		run(&stage, (struct amount){ .value = 1 }, 0);
		const struct rollout_outcome *o = &stage.outcome;
		if (o->end != c->end || (o->untouched != 0) != (c->end == ROLLOUT_STOPPED))
			fail_msg("%s: %s, %zu untouched", c->about, rollout_end_name(o->end), o->untouched);
		tear_down(&stage);
	}
}

static void who_is_outside_of_its_window_is_left_for_later(void **state)
{
	static const struct {
		const char *about, *batches, *held;
		unsigned repairs;
		const char *why;
	} cases[] = {
		{ "a group of them", "1 / 2", "-h-", 2, "window" },
		{ "a whole batch of the last ring", "1 / 1 1", "-h-", 2, "window" },
		{ "the canary: nothing is proved", "1 / 2", "h--", 0, "nothing is proved" },
	};
	(void)state;

	FOR_EACH(c, cases) {
		struct stage stage;
		set_up(&stage, c->batches, "fff");
		stage.held = c->held;
		memset(stage.batch_size, 0, sizeof(stage.batch_size)); /* none waits for one that is not begun */
		run(&stage, (struct amount){ .value = 1 }, 0);
		const struct rollout_outcome *o = &stage.outcome;
		if (o->end != ROLLOUT_STOPPED || !o->why || strcmp(o->why, c->why) != 0 ||
			stage.repairs != c->repairs || o->untouched != 3 - c->repairs)
			fail_msg("%s: %s, %s, %u repairs, %zu untouched", c->about, rollout_end_name(o->end), o->why,
				stage.repairs, o->untouched);
		tear_down(&stage);
	}
}

/* As an earlier part of the change left it. */
static void settle(struct stage *stage, size_t i, enum repair_result result)
{
	struct repair *repair = calloc(1, sizeof(*repair));

	assert_non_null(repair);
	repair->host = &stage->host[i];
	repair->result = result;
	stage->todo[i] = NULL;
	stage->settled[i] = repair;
}

static void a_soak_that_was_cut_short_comes_before_the_next_ring(void **state)
{
	static const struct {
		const char *about, *answers;
		enum rollout_end end;
		size_t fixed, fix_failed, untouched;
		unsigned again, soaks;
	} cases[] = {
		{ "all stay well", "fffff", ROLLOUT_COMPLETE, 2, 0, 0, 5, 2 },
		{ "one has relapsed", "fflff", ROLLOUT_THRESHOLD, 0, 1, 2, 3, 1 },
	};
	(void)state;

	FOR_EACH(c, cases) {
		struct stage stage;
		set_up(&stage, "3 / 2", c->answers);
		stage.first_ring = 1;
		for (size_t i = 0; i < 3; i++)
			settle(&stage, i, i ? RESULT_FIXED : RESULT_FIXED_PARTIAL);
		run(&stage, (struct amount){ .value = 1 }, 0);
		const struct rollout_outcome *o = &stage.outcome;
		if (o->end != c->end || o->by_result[RESULT_FIXED] != c->fixed ||
			o->by_result[RESULT_FIX_FAILED] != c->fix_failed || o->untouched != c->untouched)
			fail_msg("%s: %s, %zu fixed, %zu failed, %zu untouched", c->about, rollout_end_name(o->end),
				o->by_result[RESULT_FIXED], o->by_result[RESULT_FIX_FAILED], o->untouched);
		assert_int_equal(o->by_result[RESULT_FIXED_PARTIAL], 0);
		assert_int_equal(stage.again, c->again);
		assert_int_equal(stage.soaks, c->soaks);
		assert_int_equal(stage.relapses, c->fix_failed);
		tear_down(&stage);
	}
}

static void who_was_fixed_before_is_looked_at_with_the_rest_of_its_ring(void **state)
{
	struct stage stage;
	(void)state;

	set_up(&stage, "1 2", "fff");
	settle(&stage, 0, RESULT_FIXED);
	run(&stage, (struct amount){ .value = 1 }, 0);
	assert_int_equal(stage.outcome.by_result[RESULT_FIXED], 2);
	assert_int_equal(stage.again, 3);
	assert_int_equal(stage.soaks, 1);
	tear_down(&stage);
}

static void an_abort_is_never_complete(void **state)
{
	struct stage stage;
	(void)state;

	set_up(&stage, "1", "f");
	stage.abort_in_soak = true;
	run(&stage, (struct amount){ .value = 1 }, 0);
	assert_int_equal(stage.outcome.end, ROLLOUT_INTERRUPTED);
	assert_int_equal(stage.again, 0);
	tear_down(&stage);
}

static void the_outcome_counts_every_host_once(void **state)
{
	struct stage stage;
	(void)state;

	set_up(&stage, "9 / 1", "fpxrudsmlf");
	run(&stage, (struct amount){ .value = 50 }, 0);
	const struct rollout_outcome *o = &stage.outcome;
	assert_int_equal(o->by_result[RESULT_FIXED], 2);
	assert_int_equal(o->by_result[RESULT_FIXED_PARTIAL], 1);
	assert_int_equal(o->by_result[RESULT_FIX_FAILED], 2); /* one of them relapsed */
	assert_int_equal(o->by_result[RESULT_ROLLED_BACK], 1);
	assert_int_equal(o->by_result[RESULT_DEFERRED], 2);
	assert_int_equal(o->by_result[RESULT_SKIPPED], 1);
	assert_int_equal(o->unfinished, 1);
	assert_int_equal(o->failed, 5);
	assert_int_equal(stage.relapses, 1);
	tear_down(&stage);
}

static void what_was_asked_for_is_no_failure(void **state)
{
	struct stage stage;
	(void)state;

	set_up(&stage, "1 / 2", "rrr");
	stage.plan.action = ACTION_REVERT;
	run(&stage, (struct amount){ .value = 1 }, 0);
	assert_int_equal(stage.outcome.end, ROLLOUT_COMPLETE);
	assert_int_equal(stage.outcome.by_result[RESULT_ROLLED_BACK], 3);
	assert_int_equal(stage.outcome.failed, 0);
	tear_down(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(batches_go_in_order_and_each_at_once),
		cmocka_unit_test(it_ends_as_it_must),
		cmocka_unit_test(what_a_ring_without_proof_stops),
		cmocka_unit_test(who_is_outside_of_its_window_is_left_for_later),
		cmocka_unit_test(hosts_that_ended_before_are_left_alone),
		cmocka_unit_test(a_soak_that_was_cut_short_comes_before_the_next_ring),
		cmocka_unit_test(who_was_fixed_before_is_looked_at_with_the_rest_of_its_ring),
		cmocka_unit_test(an_abort_is_never_complete),
		cmocka_unit_test(the_outcome_counts_every_host_once),
		cmocka_unit_test(what_was_asked_for_is_no_failure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
