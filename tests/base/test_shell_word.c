/* Words of commands that are shown: plain ones stay as they are, a shell reads all of them back. */
#include "cases.h"
#include "shell_word.h"

#include <stdio.h>
#include <string.h>

static void words_are_quoted_where_a_shell_needs_it(void **state)
{
	static const struct {
		const char *about, *word, *quoted;
	} cases[] = {
		{ "a name", "fs-tyo-0012.corp.example.jp", "fs-tyo-0012.corp.example.jp" },
		{ "a limit", "verdict:affected", "verdict:affected" },
		{ "nothing", "", "''" },
		{ "a range", "srv[1-3]", "'srv[1-3]'" },
		{ "a space", "my report", "'my report'" },
		{ "a quote", "it's", "'it'\\''s'" },
		{ "a variable", "$HOME", "'$HOME'" },
		{ "markup", "\"><img>", "'\"><img>'" },
		{ "Japanese", "本番", "'本番'" },
	};
	(void)state;

	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str quoted = { 0 };
		shell_word(&quoted, c->word);
		if (strcmp(str_text(&quoted), c->quoted) != 0)
			fail_msg("%s: %s", c->about, str_text(&quoted));
	}
}

/* Every byte that a name could have, through a shell and back. */
static void a_shell_reads_the_word_back(void **state)
{
	OWN_VALUE(str_done) struct str command = { 0 };
	char word[256], back[256] = "";
	(void)state;

	for (int c = 1; c < 256; c++)
		word[c - 1] = (char)c;
	word[255] = '\0';
	str_add(&command, "printf %s ");
	shell_word(&command, word);
	FILE *shell = popen(str_text(&command), "r");
	assert_non_null(shell);
	assert_int_equal(fread(back, 1, sizeof(back) - 1, shell), 255);
	assert_int_equal(pclose(shell), 0);
	assert_string_equal(back, word);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_quoted_where_a_shell_needs_it),
		cmocka_unit_test(a_shell_reads_the_word_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
