/* Tests of the course of a repair whose way to the host is gone: what is a failure, and what is left for `resume`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cases.h"
#include "remedy.h"

static char path[] = "/tmp/test_course.XXXXXX";

static int make_path(void **state)
{
	(void)state;
	int fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
	(void)state;
	return unlink(path);
}

static struct session *no_way(void *context, const struct host *host, struct deadline deadline, struct error *e)
{
	(void)context, (void)host;
	error_set(e, deadline_aborted(deadline) ? ERROR_ABORTED : ERROR_DENIED, "there is no way");
	return NULL;
}

/* How an act stands in the journal. */
enum { INTENDED = 1, DONE = 2, NOT_STARTED = 4 };

struct row {
	const char *about;
	enum action action;
	unsigned past[ACTS];
	bool aborted;
	bool unfinished;
	const char *reason; /* NULL: none */
	enum repair_step step;
};

static const struct row rows[] = {
	{ "the first look", ACTION_ISOLATE, { 0 }, false, false, "unreachable", REPAIR_LOOK },
	{ "the first look, aborted", ACTION_ISOLATE, { 0 }, true, true, "aborted", REPAIR_LOOK },
	{ "the last look", ACTION_ISOLATE, { [ACT_CONFIGURE] = DONE, [ACT_RESTART] = DONE }, false, true, NULL,
		REPAIR_VERIFY },
	{ "the last look, aborted", ACTION_ISOLATE, { [ACT_CONFIGURE] = DONE, [ACT_RESTART] = DONE }, true, true,
		"aborted", REPAIR_VERIFY },
	{ "a reboot that is not seen to end", ACTION_REBOOT, { [ACT_REBOOT] = INTENDED }, false, false, NULL,
		REPAIR_REBOOT },
	{ "a reboot, aborted", ACTION_REBOOT, { [ACT_REBOOT] = INTENDED }, true, true, "aborted", REPAIR_REBOOT },
	{ "behind a reboot, aborted", ACTION_REBOOT, { [ACT_REBOOT] = DONE }, true, true, "aborted", REPAIR_VERIFY },
	{ "the way back after a start that failed", ACTION_ISOLATE,
		{ [ACT_CONFIGURE] = DONE, [ACT_RESTART] = NOT_STARTED }, false, true, NULL, REPAIR_START },
	{ "the way back, and it was begun", ACTION_ISOLATE,
		{ [ACT_CONFIGURE] = DONE, [ACT_RESTART] = DONE, [ACT_UNDO_CONFIGURE] = INTENDED }, false, true, NULL,
		REPAIR_VERIFY },
};

static void write_past(struct journal *journal, const char *change, const struct row *row)
{
	struct error e = { 0 };

	journal_append(journal, json_pack("{s:s, s:s}", "type", "change_start", "change", change), &e);
	for (int act = 0; act < ACTS; act++) {
		bool done = row->past[act] == DONE;
		if (!row->past[act])
			continue;
		journal_append(journal,
			json_pack("{s:s, s:s, s:s, s:s}", "type", "change_intent", "change", change, "host", "srv1",
				"act", act_name((enum act)act)),
			&e);
		if (row->past[act] != INTENDED)
			journal_append(journal,
				json_pack("{s:s, s:s, s:s, s:s, s:b, s:s?}", "type", "change_outcome", "change", change,
					"host", "srv1", "act", act_name((enum act)act), "done", done, "step",
					done ? NULL : "start"),
				&e);
	}
	assert_int_equal(e.kind, ERROR_NONE);
}

struct told { /* by the journal */
	size_t entries, results;
};

static int count(void *context, const json_t *entry)
{
	struct told *told = context;

	told->entries++;
	told->results += !strcmp(json_string_value(json_object_get(entry, "type")), "change_result");
	return 0;
}

static struct plan plan_of(enum action action)
{
	struct error e = { 0 };
	struct plan plan = {
		.action = action, .restart = true, .rollback = true, .host = calloc(1, sizeof(*plan.host)), .count = 1
	};

	plan.host[0] = (struct plan_host){ .name = strdup("srv1"),
		.wanted_type = action == ACTION_ISOLATE ? strdup("Own Process") : NULL,
		.before = { .service_type = strdup("Share Process"), .pid = 816, .last_boot = 1795000000 } };
	names_add(&plan.host[0].before.stops, "EventSystem", &e);
	strcpy(plan.token, "0123456789abcdef");
	return plan;
}

static void check(const struct row *row)
{
	static const char change[] = "C-20261123-01";
	OWN_VALUE(plan_done) struct plan plan = plan_of(row->action);
	OWN_VALUE(change_past_done) struct change_past past = { 0 };
	const struct host host = { .name = (char *)"srv1" };
	struct stop stop = { .now = row->aborted, .wake_fd = -1 };
	struct error e = { 0 };
	struct told before = { 0 }, after = { 0 };

	assert_return_code(truncate(path, 0), 0);
	OWN(journal_close) struct journal *journal = journal_open(path, &e);
	assert_non_null(journal);
	write_past(journal, change, row);
	assert_return_code(journal_change(path, change, &past, &e), 0);
	assert_return_code(journal_each(path, count, &before, &e), 0);
	const struct remedy_options options = {
		.plan = &plan, .change = change, .journal = journal, .past = &past, .open = no_way
	};
	OWN(repair_free) struct repair *repair = remedy_host(&options, &host, deadline_in(60000, &stop));
	assert_return_code(journal_each(path, count, &after, &e), 0);
	const char *reason = repair->reason ? repair->reason : "none";
	if (repair->result != RESULT_FIX_FAILED || repair->unfinished != row->unfinished || repair->step != row->step ||
		strcmp(reason, row->reason ? row->reason : "none") != 0 || after.results != !row->unfinished)
		fail_msg("%s: %s at %s (%s), %s, %zu results: %s", row->about, repair_result_name(repair->result),
			repair_step_name(repair->step), reason, repair->unfinished ? "unfinished" : "finished",
			after.results, repair->message);
	if (row->aborted && after.entries != before.entries)
		fail_msg("%s: the journal tells of it", row->about);
}

static void what_was_begun_is_left_for_a_resume_and_what_was_aborted_is_nobodys_failure(void **state)
{
	(void)state;
	FOR_EACH(row, rows)
		check(row);
}

static const char *closed(void *context, const struct host *host)
{
	(void)context, (void)host;
	return "its change window is closed";
}

static void a_host_that_is_held_is_not_even_asked(void **state)
{
	OWN_VALUE(plan_done) struct plan plan = plan_of(ACTION_ISOLATE);
	const struct host host = { .name = (char *)"srv1" };
	struct error e = { 0 };
	(void)state;

	assert_return_code(truncate(path, 0), 0);
	OWN(journal_close) struct journal *journal = journal_open(path, &e);
	const struct remedy_options options = {
		.plan = &plan, .change = "C-20261123-01", .journal = journal, .held = closed /* and no way to open */
	};
	OWN(repair_free) struct repair *repair = remedy_host(&options, &host, deadline_in(60000, NULL));
	assert_int_equal(repair->result, RESULT_DEFERRED);
	assert_string_equal(repair->reason, "window");
	assert_false(repair->unfinished);
}

static void note_act(
	struct journal *journal, const char *change, enum act act, bool done, const char *step, json_int_t code)
{
	struct error e = { 0 };

	journal_append(journal,
		json_pack("{s:s, s:s, s:s, s:s}", "type", "change_intent", "change", change, "host", "srv1", "act",
			act_name(act)),
		&e);
	journal_append(journal,
		json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:I}", "type", "change_outcome", "change", change, "host",
			"srv1", "act", act_name(act), "done", done, "step", step, "code", code),
		&e);
	assert_int_equal(e.kind, ERROR_NONE);
}

/* A dependent had come up (1051), and the window has closed meanwhile. */
static void a_second_restart_waits_for_the_window_and_tells_of_the_type(void **state)
{
	static const char change[] = "C-20261123-01";
	OWN_VALUE(plan_done) struct plan plan = plan_of(ACTION_ISOLATE);
	OWN_VALUE(change_past_done) struct change_past past = { 0 };
	const struct host host = { .name = (char *)"srv1" };
	struct error e = { 0 };
	(void)state;

	assert_return_code(truncate(path, 0), 0);
	OWN(journal_close) struct journal *journal = journal_open(path, &e);
	journal_append(journal, json_pack("{s:s, s:s}", "type", "change_start", "change", change), &e);
	note_act(journal, change, ACT_CONFIGURE, true, "change", 0);
	note_act(journal, change, ACT_RESTART, false, "stop", 1051);
	assert_return_code(journal_change(path, change, &past, &e), 0);
	const struct remedy_options options = {
		.plan = &plan, .change = change, .journal = journal, .past = &past, .open = no_way, .held = closed
	};
	OWN(repair_free) struct repair *repair = remedy_host(&options, &host, deadline_in(60000, NULL));
	assert_int_equal(repair->result, RESULT_DEFERRED);
	assert_string_equal(repair->reason, "window");
	assert_non_null(strstr(repair->message, "Own Process"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_begun_is_left_for_a_resume_and_what_was_aborted_is_nobodys_failure),
		cmocka_unit_test(a_host_that_is_held_is_not_even_asked),
		cmocka_unit_test(a_second_restart_waits_for_the_window_and_tells_of_the_type),
	};
	return cmocka_run_group_tests_name("remedy/course", tests, make_path, remove_path);
}
