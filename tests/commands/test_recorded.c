/* What a revert restores, as the journal tells it. */
#include "cases.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "journal.h"
#include "recorded.h"

#define SHARE "Share Process"
#define OWN_TYPE "Own Process"

enum told { NOT_TOLD, DONE, NOT_DONE };

struct line {                              /* an act on the host a.example, as far as it was told */
	const char *change, *act, *before; /* before NULL: the journal has only the outcome here */
	enum told told;
};

static void write_line(struct journal *journal, const struct line *line)
{
	struct error e = { 0 };

	if (line->before)
		assert_int_equal(journal_append(journal,
					 json_pack("{s:s, s:s, s:s, s:s, s:{s:s}}", "type", "change_intent", "change",
						 line->change, "host", "A.example", "act", line->act, "before",
						 "service_type", line->before),
					 &e),
			0);
	if (line->told)
		assert_int_equal(
			journal_append(journal,
				json_pack("{s:s, s:s, s:s, s:s, s:b}", "type", "change_outcome", "change", line->change,
					"host", "a.Example", "act", line->act, "done", line->told == DONE),
				&e),
			0);
}

static void write_journal(const char *path, const struct line *line)
{
	struct error e = { 0 };
	OWN(journal_close) struct journal *journal = journal_open(path, &e);

	assert_non_null(journal);
	for (; line->change; line++)
		write_line(journal, line);
}

static void the_newest_that_altered_the_type_says_what_it_was(void **state)
{
	static const struct {
		const char *about;
		struct line line[5];
		const char *change, *expect;
	} cases[] = {
		{ "configured, however the repair ended", { { "C-1", "configure", SHARE, DONE } }, NULL, SHARE },
		{ "configured, and the restart had to wait",
			{ { "C-1", "configure", SHARE, DONE }, { "C-1", "restart", SHARE, NOT_DONE } }, "C-1", SHARE },
		{ "configured, and restarted later",
			{ { "C-1", "configure", SHARE, DONE }, { "C-2", "restart", OWN_TYPE, DONE } }, NULL, SHARE },
		{ "only restarted", { { "C-1", "restart", OWN_TYPE, DONE } }, NULL, NULL },
		{ "that change alone, which found it own",
			{ { "C-1", "configure", SHARE, DONE }, { "C-2", "restart", OWN_TYPE, DONE } }, "C-2", NULL },
		{ "another change alone", { { "C-1", "configure", SHARE, DONE } }, "C-2", NULL },
		{ "what was reverted is what it was before",
			{ { "C-1", "configure", SHARE, DONE }, { "C-2", "configure", OWN_TYPE, DONE } }, NULL, SHARE },
		{ "refused", { { "C-1", "configure", SHARE, NOT_DONE } }, NULL, NULL },
		{ "intended, and nobody knows", { { "C-1", "configure", SHARE, NOT_TOLD } }, NULL, NULL },
		{ "told by a resume, behind another change",
			{ { "C-1", "configure", SHARE, NOT_TOLD }, { "C-2", "configure", OWN_TYPE, DONE },
				{ "C-1", "configure", NULL, DONE } },
			NULL, SHARE },
		{ "rolled back", { { "C-1", "configure", SHARE, DONE }, { "C-1", "undo-configure", SHARE, DONE } },
			NULL, NULL },
		{ "a rollback that was refused",
			{ { "C-1", "configure", SHARE, DONE }, { "C-1", "undo-configure", SHARE, NOT_DONE } }, NULL,
			SHARE },
		{ "a later change rolled back what was not its own",
			{ { "C-1", "configure", SHARE, DONE }, { "C-2", "undo-configure", OWN_TYPE, DONE } }, NULL,
			SHARE },
	};
	(void)state;

	FOR_EACH(c, cases) {
		char path[] = "/tmp/vssfleet-recorded-XXXXXX";
		struct error e = { 0 };
		int fd = mkstemp(path);
		assert_true(fd >= 0);
		close(fd);
		write_journal(path, c->line);
		json_t *types = recorded_types(path, c->change, &e);
		unlink(path);
		assert_non_null(types);
		const char *got = recorded_type(types, "a.EXAMPLE");
		if (c->expect ? !got || strcmp(got, c->expect) != 0 : got != NULL)
			fail_msg("%s: %s instead of %s", c->about, got ? got : "nothing",
				c->expect ? c->expect : "nothing");
		json_decref(types);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_newest_that_altered_the_type_says_what_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
