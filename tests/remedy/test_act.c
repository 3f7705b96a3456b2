/* acts: what the journal knows decides what is sent: nothing twice, nothing before its intent is on the disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "acts.h"
#include "cases.h"

static char path[] = "/tmp/test_act.XXXXXX";

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

/* What happens, a letter each: o observed, l looked, x executed. */
static char happened[16];

enum shows { SHOWS_NOTHING, SHOWS_DONE, SHOWS_FAILED };

static bool observe(struct patient *p, const void *order, struct act_outcome *outcome)
{
	const enum shows *host = order;
	(void)p;

	strcat(happened, "o");
	outcome->known = *host != SHOWS_NOTHING;
	outcome->done = *host == SHOWS_DONE;
	return outcome->known;
}

static bool answers;

static void execute(struct patient *p, const void *order, struct act_outcome *outcome)
{
	(void)p, (void)order;
	strcat(happened, "x");
	outcome->known = outcome->done = answers;
	str_add(&outcome->output, "as it was said\n");
}

static bool forbidden;

static bool may_go_on(struct patient *p)
{
	(void)p;
	strcat(happened, "l");
	return !forbidden;
}

struct told { /* by the journal, when all is over */
	char entries[128];
};

static int tell(void *context, const json_t *entry)
{
	struct told *told = context;
	const char *type = json_string_value(json_object_get(entry, "type"));

	if (!strcmp(type, "change_start"))
		return 0;
	snprintf(told->entries + strlen(told->entries), sizeof(told->entries) - strlen(told->entries), "%s%s%s",
		told->entries[0] ? " " : "", type,
		json_is_true(json_object_get(entry, "observed")) ? "(observed)" : "");
	return 0;
}

static void the_journal_decides_what_is_sent(void **state)
{
	static const struct row {
		const char *about;
		enum act act;
		bool intended, ended; /* by an earlier process */
		enum shows host;
		bool silent;    /* no answer can be had */
		bool forbidden; /* by the look of a continued repair */
		const char *happens, *journal;
		bool done;
	} rows[] = {
		{ "a fresh act", ACT_CONFIGURE, false, false, SHOWS_DONE, false, false, "x",
			"change_intent change_outcome", true },
		{ "a fresh act that nobody answers", ACT_CONFIGURE, false, false, SHOWS_DONE, true, false, "x",
			"change_intent", false },
		{ "intended, and the host shows it done", ACT_CONFIGURE, true, false, SHOWS_DONE, false, false, "o",
			"change_intent change_outcome(observed)", true },
		{ "intended, and the host shows how it failed", ACT_CONFIGURE, true, false, SHOWS_FAILED, false, false,
			"o", "change_intent change_outcome(observed)", false },
		{ "intended and never sent", ACT_CONFIGURE, true, false, SHOWS_NOTHING, false, false, "ox",
			"change_intent change_outcome", true },
		{ "a restart, continued, and never sent", ACT_RESTART, true, false, SHOWS_NOTHING, false, false, "olx",
			"change_intent change_outcome", true },
		{ "the same, and a backup runs by now", ACT_RESTART, true, false, SHOWS_NOTHING, false, true, "ol",
			"change_intent", false },
		{ "a restart, continued, and at work", ACT_RESTART, true, false, SHOWS_DONE, false, true, "o",
			"change_intent change_outcome(observed)", true },
		{ "a way back needs no leave", ACT_UNDO_RESTART, true, false, SHOWS_NOTHING, false, true, "ox",
			"change_intent change_outcome", true },
		{ "done", ACT_CONFIGURE, true, true, SHOWS_NOTHING, false, false, "", "change_intent change_outcome",
			true },
	};
	(void)state;
	FOR_EACH(row, rows) {
		OWN_VALUE(act_outcome_done) struct act_outcome outcome = { 0 };
		OWN_VALUE(change_past_done) struct change_past past = { 0 };
		const struct host host = { .name = (char *)"srv1" };
		struct plan plan = { .token = "0123456789abcdef" };
		struct remedy_options options = { .plan = &plan, .change = "C-20261123-01" };
		struct repair repair = { .host = &host };
		struct patient p = { .options = &options,
			.host = &host,
			.repair = &repair,
			.deadline = deadline_in(60000, NULL),
			.may_go_on = may_go_on };
		const struct act_way way = { row->act, "sc.exe ...", observe, execute, &row->host };
		struct told told = { 0 };
		struct error e = { 0 };

		assert_return_code(truncate(path, 0), 0);
		OWN(journal_close) struct journal *journal = journal_open(path, &e);
		assert_non_null(journal);
		options.journal = journal;
		journal_append(journal, json_pack("{s:s, s:s}", "type", "change_start", "change", options.change), &e);
		answers = true;
		if (row->ended) {
			OWN_VALUE(act_outcome_done) struct act_outcome first = { 0 };
			assert_return_code(act_perform(&p, &way, &first, &e), 0);
		} else if (row->intended)
			journal_append(journal,
				json_pack("{s:s, s:s, s:s, s:s}", "type", "change_intent", "change", options.change,
					"host", "srv1", "act", act_name(row->act)),
				&e);
		if (row->intended) {
			assert_return_code(journal_change(path, options.change, &past, &e), 0);
			p.past = change_past_of(&past, "srv1");
		}
		answers = !row->silent;
		forbidden = row->forbidden;
		happened[0] = '\0';
		if (act_perform(&p, &way, &outcome, &e) < 0)
			fail_msg("%s: %s", row->about, e.cause);
		assert_return_code(journal_each(path, tell, &told, &e), 0);
		if (strcmp(happened, row->happens) != 0 || strcmp(told.entries, row->journal) != 0 ||
			outcome.done != row->done)
			fail_msg("%s: %s, %s, %s", row->about, happened, told.entries,
				outcome.done ? "done" : "not done");
		str_done(&repair.output);
	}
}

/* A journal that can no longer be written (its file has become read-only to us) keeps everything from being sent. */
static void without_a_journal_nothing_is_sent(void **state)
{
	const struct host host = { .name = (char *)"srv\xff" }; /* no JSON text */
	struct plan plan = { .token = "0123456789abcdef" };
	struct remedy_options options = { .plan = &plan, .change = "C-20261123-01" };
	struct repair repair = { .host = &host };
	struct patient p = {
		.options = &options, .host = &host, .repair = &repair, .deadline = deadline_in(60000, NULL)
	};
	enum shows shows = SHOWS_DONE;
	const struct act_way way = { ACT_CONFIGURE, "sc.exe ...", observe, execute, &shows };
	OWN_VALUE(act_outcome_done) struct act_outcome outcome = { 0 };
	struct error e = { 0 };

	(void)state;
	assert_return_code(truncate(path, 0), 0);
	OWN(journal_close) struct journal *journal = journal_open(path, &e);
	options.journal = journal;
	happened[0] = '\0';
	assert_int_equal(act_perform(&p, &way, &outcome, &e), -1);
	assert_int_equal(e.kind, ERROR_LOCAL);
	assert_string_equal(happened, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_journal_decides_what_is_sent),
		cmocka_unit_test(without_a_journal_nothing_is_sent),
	};
	return cmocka_run_group_tests(tests, make_path, remove_path);
}
