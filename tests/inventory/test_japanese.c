/* What is wrong with a list is told in the language of whoever wrote it. */
#include "catalogue.h"
#include "language.h"
#include "lists.h"

#include <string.h>

static void what_is_wrong_is_said_in_japanese(void **state)
{
	static const struct {
		const char *list, *cause;
	} cases[] = {
		{ "srv[001-12]\n", "hosts.ini:1: 'srv[001-12]': 範囲 001-12 は両端の桁数をそろえる必要があります" },
		{ "a\na..b\n", "hosts.ini:2: 'a..b' はホスト名でも IP アドレスでもありません: "
			       "ドットで区切られた部分が空です" },
		{ "[g]\na ansible_winrm_scheme=ftp\n",
			"hosts.ini:2: ansible_winrm_scheme 'ftp' は使用できません。指定できる値: http または https" },
		{ "[g]\na ansible_password=x\n",
			"hosts.ini:2: ansible_password: パスワードはインベントリからは読み込みません。削除して "
			"--password-file、$CREDENTIALS_DIRECTORY、またはプロンプトを使用してください" },
	};
	(void)state;

	language_bring(catalogue_ja, catalogue_ja_len);
	language_choose("ja");
	FOR_EACH(c, cases) {
		OWN_VALUE(hosts_done) struct hosts hosts = { 0 };
		struct error e = { 0 };
		assert_int_equal(list_read(&hosts, c->list, &e), -1);
		assert_string_equal(e.cause, c->cause);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_is_said_in_japanese),
	};

	return cmocka_run_group_tests(tests, lists_begin, lists_end);
}
