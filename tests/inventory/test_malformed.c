/* A corpus of malformed lines of plain lists: each is refused by its line number; and no bytes at all do harm. */
#include "lists.h"

#include <stdio.h>
#include <string.h>

static void every_malformed_line_is_named(void **state)
{
	static const char *const lines[] = {
		"a@b",
		"user@host.example",
		"a/b",
		"http://a",
		"https://a:5986/wsman",
		"a?b",
		"a\\b",
		"CORP\\a",
		"\\\\a\\c$",
		"a:5986",
		"[::1]:5986x",
		"a,b",
		"a;b",
		"a|b",
		"a&b",
		"a*",
		"a_b",
		"-a",
		"a-",
		"a..b",
		".a",
		"a.",
		"a.-b.c",
		"a!",
		"$a",
		"$(id)",
		"`id`",
		"a'b",
		"a\"b",
		"a%20b",
		"~a",
		"a^b",
		"a<b",
		"(a)",
		"{a}",
		"{{ a }}",
		"{% a %}",
		"$ANSIBLE_VAULT;1.1;AES256",
		"!vault",
		"---",
		"all:",
		"- a",
		"10.0.0.256",
		"10.0.0",
		"10.0.0.1.2",
		"1",
		"0x7f000001",
		"10.0.0.1/24",
		"2001:db8::g",
		"fe80::1%eth0",
		":::",
		"\xe3\x82\xb5",
		"a\x80",
		"a\x7f",
		"a\x01",
		"a\x1b[31m",
		"a\rb",
		"a\vb",
		"a\fb",
		"a[",
		"a]",
		"a[]",
		"a[1-]",
		"a[3-1]",
		"a[01-100]",
		"a[1-2]]",
		"a[[1-2]",
		"a[1-200001]",
		"a[1-2]@",
		"a b@c",
		"a 10.0.0.256",
		"a b c d",
		"a b c,d e",
		"a b c,,d",
		"a b ,",
		"a b c:d",
		"a b !c",
		"a b *",
		"a b ~c",
		"a b @c",
		"a[1-2] 10.0.0.1",
		"10.0.0.1 a_b",
		"10.0.0.1 a@b c",
		"10.0.0.1 a[1-2]",
		"[a",
		"[a]_b",
		"[a-]b",
		"a\xef\xbb\xbf",
		"Name,Address",
		"a123456789012345678901234567890123456789012345678901234567890123",
	};
	(void)state;
	FOR_EACH(line, lines) {
		struct hosts hosts = { 0 };
		struct error e = { 0 };
		char text[200];
		snprintf(text, sizeof(text), "ok01\n# a comment\n\n%s\nok02\n", *line);
		if (list_read(&hosts, text, &e) != -1)
			fail_msg("accepted: %s", *line);
		if (e.kind != ERROR_LOCAL || strncmp(e.cause, "hosts.ini:4: ", 13) != 0)
			fail_msg("%s: %s", *line, e.cause);
		hosts_done(&hosts);
	}
}

static void lines_and_words_have_limits(void **state)
{
	static const struct {
		size_t bytes;
		char fill;
		const char *cause;
	} cases[] = {
		{ INVENTORY_LINE_MAX, 'a', "hosts.ini:2: 'aaaa" },
		{ INVENTORY_LINE_MAX + 1, 'a', "hosts.ini:2: line is longer than 8192 bytes" },
		{ INVENTORY_LINE_MAX + 1, ' ', "hosts.ini:2: line is longer than 8192 bytes" },
		{ INVENTORY_LINE_MAX, '\0', "hosts.ini:2: control character 0x00; expected text" },
	};
	static char text[INVENTORY_LINE_MAX + 16];
	(void)state;
	FOR_EACH(c, cases) {
		struct hosts hosts = { 0 };
		struct error e = { 0 };
		memcpy(text, "b\n", 2);
		memset(text + 2, c->fill, c->bytes);
		text[2 + c->bytes] = '\n';
		file_write("hosts.ini", text, c->bytes + 3, 0600);
		assert_int_equal(inventory_read(&hosts, "hosts.ini", &e), -1);
		if (strncmp(e.cause, c->cause, strlen(c->cause)) != 0)
			fail_msg("expected '%s', got '%s'", c->cause, e.cause);
		hosts_done(&hosts);
	}
	memset(text, 0, sizeof(text));
	for (size_t i = 0; i < 300; i++)
		strcat(text, "a ");
	struct hosts hosts = { 0 };
	struct error e = { 0 };
	assert_int_equal(list_read(&hosts, text, &e), -1);
	assert_string_equal(e.cause, "hosts.ini:1: more than 256 words in a line");
	hosts_done(&hosts);
}

static void utf16_is_named(void **state)
{
	struct hosts hosts = { 0 };
	struct error e = { 0 };
	(void)state;

	file_write("hosts.ini",
		"\xff\xfe"
		"a\0\n\0",
		6, 0600);
	assert_int_equal(inventory_read(&hosts, "hosts.ini", &e), -1);
	assert_string_equal(e.cause, "hosts.ini: is UTF-16; save it as UTF-8");
	hosts_done(&hosts);
}

/* Texts of random pieces of what has a meaning: each is read, or refused with its place. */
static void random_texts_do_no_harm(void **state)
{
	static const char *const pieces[] = { "a", "b1", "[", "]", ":", "-", ",", "\n", "\n", "\n", " ", "=", "#", "'",
		"\"", "\\", "1", "09", "vars", "children", "[g]\n", "[h:children]\n", "[g:vars]\n",
		"ansible_port=", "ansible_host=", "{{", "@", ".", "::1", "10.0.0.1", "\xff", "\r\n", "\t", "x=y" };
	uint64_t seed = 1;
	(void)state;

	for (int round = 0; round < 5000; round++) {
		char text[400] = "";
		size_t len = 0;
		for (int i = 0; i < 25; i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			const char *piece = pieces[(seed >> 33) % COUNT(pieces)];
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", piece);
		}
		struct hosts hosts = { 0 };
		struct error e = { 0 };
		if (list_read(&hosts, text, &e) < 0) {
			if (strncmp(e.cause, "hosts.ini:", 10) != 0)
				fail_msg("'%s' for:\n%s", e.cause, text);
		} else
			for (size_t i = 0; i < hosts.count; i++)
				assert_non_null(hosts.host[i].name);
		hosts_done(&hosts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_malformed_line_is_named),
		cmocka_unit_test(lines_and_words_have_limits),
		cmocka_unit_test(utf16_is_named),
		cmocka_unit_test(random_texts_do_no_harm),
	};
	return cmocka_run_group_tests(tests, lists_begin, lists_end);
}
