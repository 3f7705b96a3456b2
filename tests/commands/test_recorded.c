/* What a revert restores, as the journal tells it. */
#include "cases.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "journal.h"
#include "recorded.h"

#define SHARE "Share Process"
#define OWN_TYPE "Own Process"

struct line { /* a change_result of the host a.example */
	const char *change, *action, *result, *before;
};

static void write_journal(const char *path, const struct line *line)
{
	struct error e = { 0 };
	OWN(journal_close) struct journal *journal = journal_open(path, &e);

	assert_non_null(journal);
	for (; line->change; line++)
		assert_int_equal(journal_append(journal,
					 json_pack("{s:s, s:s, s:s, s:s, s:s, s:{s:s}}", "type", "change_result",
						 "change", line->change, "host", "A.example", "action", line->action,
						 "result", line->result, "before", "service_type", line->before),
					 &e),
			0);
}

static void the_newest_that_altered_the_type_says_what_it_was(void **state)
{
	static const struct {
		const char *about;
		struct line line[5];
		const char *change, *expect;
	} cases[] = {
		{ "one repair", { { "C-1", "isolate", "fixed", SHARE } }, NULL, SHARE },
		{ "configured, and restarted later",
			{ { "C-1", "isolate", "fix_pending", SHARE }, { "C-2", "isolate", "fixed", OWN_TYPE } }, NULL,
			SHARE },
		{ "nothing but what was its own before", { { "C-1", "isolate", "fixed", OWN_TYPE } }, NULL, NULL },
		{ "that change alone",
			{ { "C-1", "isolate", "fix_pending", SHARE }, { "C-2", "isolate", "fixed", OWN_TYPE } }, "C-2",
			OWN_TYPE },
		{ "another change alone", { { "C-1", "isolate", "fixed", SHARE } }, "C-2", NULL },
		{ "what was reverted is what it was before",
			{ { "C-1", "isolate", "fixed", SHARE }, { "C-2", "revert", "rolled_back", OWN_TYPE } }, NULL,
			SHARE },
		{ "failed, with the type changed", { { "C-1", "isolate", "fix_failed", SHARE } }, NULL, SHARE },
		{ "left alone", { { "C-1", "isolate", "skipped", SHARE }, { "C-2", "isolate", "deferred", SHARE } },
			NULL, NULL },
		{ "another action", { { "C-1", "reboot", "fixed", SHARE } }, NULL, NULL },
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
