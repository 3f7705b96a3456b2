/* Plain host lists, and how sources are joined. */
#include "lists.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void lines_become_hosts(void **state)
{
	static const struct {
		const char *about, *text, *expect;
	} cases[] = {
		{ "names", "srv01\nsrv02.corp.example\n", "srv01\nsrv02.corp.example\n" },
		{ "no newline at the end", "a\nb", "a\nb\n" },
		{ "comments and empty lines", "# all\n\n  \t\na # first\n;b\n#c\nd#e\n", "a\nd\n" },
		{ "BOM and CRLF",
			"\xef\xbb\xbf"
			"a\r\nb\r\n",
			"a\nb\n" },
		{ "nothing", "", "" },
		{ "only a comment", "# none\n", "" },
		{ "white space around", "  a\t10.0.0.1  \n", "a 10.0.0.1\n" },
		{ "address and groups", "a 10.0.0.1 tyo,web\nb fs.corp.example osa\n",
			"a 10.0.0.1 {tyo,web}\nb fs.corp.example {osa}\n" },
		{ "groups are sorted, each once", "a a z,b,b\n", "a a {b,z}\n" },
		{ "all is no group", "a a all,g,ungrouped\n", "a a {g}\n" },
		{ "a group in Japanese", "a a 東京\n", "a a {東京}\n" },
		{ "ranges", "srv[01-03].corp.example\n",
			"srv01.corp.example\nsrv02.corp.example\nsrv03.corp.example\n" },
		{ "a range that begins the line", "[01-02].corp.example\n", "01.corp.example\n02.corp.example\n" },
		{ "an address is a name", "10.0.0.1\n2001:db8::1\n", "10.0.0.1\n2001:db8::1\n" },
		{ "lines of hosts(5)", "10.0.0.1 a.corp.example a fs\n2001:db8::1\tb\n",
			"a.corp.example 10.0.0.1\nb 2001:db8::1\n" },
		{ "a name that is an address, and an address", "10.0.0.1 10.9.0.1 nat\n", "10.0.0.1 10.9.0.1 {nat}\n" },
		{ "the first value wins, groups join", "A 10.0.0.1 x\na 10.0.0.2 w\na\n", "A 10.0.0.1 {w,x}\n" },
		{ "a later line may add an address", "a\na 10.0.0.2 w\n", "a 10.0.0.2 {w}\n" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct hosts hosts = { 0 };
		struct error e = { 0 };
		if (list_read(&hosts, c->text, &e) < 0)
			fail_msg("%s: %s", c->about, e.cause);
		list_expect(c->about, &hosts, c->expect);
		hosts_done(&hosts);
	}
}

static void hosts_know_where_they_come_from(void **state)
{
	struct hosts hosts = { 0 };
	struct error e = { 0 };
	(void)state;

	assert_int_equal(inventory_add_target(&hosts, "a", &e), 0);
	assert_int_equal(list_read(&hosts, "# one\nb\n\na\n", &e), 0);
	assert_string_equal(hosts.host[0].source, "command line");
	assert_int_equal(hosts.host[0].line, 0);
	assert_string_equal(hosts.host[1].source, "hosts.ini");
	assert_int_equal(hosts.host[1].line, 2);
	hosts_done(&hosts);
}

static void duplicates_are_counted(void **state)
{
	struct hosts hosts = { 0 };
	struct error e = { 0 };
	(void)state;

	assert_int_equal(list_read(&hosts, "srv[1-3]\nSRV2\n", &e), 0);
	assert_int_equal(inventory_add_target(&hosts, "srv[3-4]", &e), 0);
	assert_int_equal(hosts.count, 4);
	assert_int_equal(hosts.merged, 2);
	hosts_done(&hosts);
}

static void a_dash_is_stdin(void **state)
{
	struct hosts hosts = { 0 };
	struct error e = { 0 };
	int in = dup(STDIN_FILENO);
	(void)state;

	file_write("hosts.ini", "a\nb_c\n", 6, 0600);
	int fd = open("hosts.ini", O_RDONLY);
	assert_true(fd >= 0 && dup2(fd, STDIN_FILENO) == STDIN_FILENO);
	close(fd);
	assert_int_equal(inventory_read(&hosts, "-", &e), -1);
	dup2(in, STDIN_FILENO);
	close(in);
	assert_string_equal(e.cause, "stdin:2: 'b_c' is not a host name or IP address: '_' is not allowed in it");
	assert_string_equal(hosts.host[0].source, "-");
	hosts_done(&hosts);
}

static void unreadable_sources_are_errors(void **state)
{
	static const struct {
		const char *source, *cause;
	} cases[] = {
		{ "missing.txt", "missing.txt: No such file or directory" },
		{ "/", "/: Is a directory" },
		{ "/dev/zero", "/dev/zero: larger than 64 MiB" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct hosts hosts = { 0 };
		struct error e = { 0 };
		assert_int_equal(inventory_read(&hosts, c->source, &e), -1);
		assert_int_equal(e.kind, ERROR_LOCAL);
		assert_string_equal(e.cause, c->cause);
		hosts_done(&hosts);
	}
}

static void a_long_list_is_read(void **state)
{
	struct hosts hosts = { 0 };
	struct error e = { 0 };
	struct str text = STR(64 << 20);
	(void)state;

	for (unsigned i = 0; i < INVENTORY_HOSTS_MAX; i++)
		str_addf(&text, "vss-%06u.corp.example 10.%u.%u.%u tyo,g%u\n", i, i >> 16, i >> 8 & 255, i & 255,
			i % 10);
	assert_int_equal(list_read(&hosts, str_text(&text), &e), 0);
	assert_int_equal(hosts.count, INVENTORY_HOSTS_MAX);
	assert_string_equal(hosts.host[199999].name, "vss-199999.corp.example");
	assert_int_equal(inventory_limit(&hosts, "g7:&*1", &e), 0);
	assert_int_equal(hosts.count, 0);
	hosts_done(&hosts);
	str_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_become_hosts),
		cmocka_unit_test(hosts_know_where_they_come_from),
		cmocka_unit_test(duplicates_are_counted),
		cmocka_unit_test(a_dash_is_stdin),
		cmocka_unit_test(unreadable_sources_are_errors),
		cmocka_unit_test(a_long_list_is_read),
	};
	return cmocka_run_group_tests(tests, lists_begin, lists_end);
}
