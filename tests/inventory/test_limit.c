/* Which hosts a limit pattern keeps. */
#include "lists.h"

#include <string.h>
#include <unistd.h>

static const char inventory_text[] = "lonely\n"
				     "[web]\nweb1\nweb2\nweb10.corp.example\n"
				     "[db]\ndb1\nWEB3\n"
				     "[tyo]\nweb1\ndb1\n"
				     "[front:children]\nweb\n"
				     "[v6]\n2001:db8::1\n";

static void expect_kept(const char *pattern, const char *expect)
{
	struct hosts hosts = { 0 };
	struct error e = { 0 };
	struct str kept = { 0 };

	assert_int_equal(list_read(&hosts, inventory_text, &e), 0);
	if (inventory_limit(&hosts, pattern, &e) < 0)
		fail_msg("%s: %s", pattern, e.cause);
	for (size_t i = 0; i < hosts.count; i++)
		str_addf(&kept, "%s%s", i ? " " : "", hosts.host[i].name);
	if (strcmp(str_text(&kept), expect) != 0)
		fail_msg("%s: expected '%s', got '%s'", pattern, expect, str_text(&kept));
	str_done(&kept);
	hosts_done(&hosts);
}

#define ALL "lonely web1 web2 web10.corp.example db1 WEB3 2001:db8::1"

static void patterns_select(void **state)
{
	static const struct {
		const char *pattern, *expect;
	} cases[] = {
		{ "all", ALL },
		{ "*", ALL },
		{ "ungrouped", "lonely" },
		{ "web1", "web1" },
		{ "WEB1", "web1" },
		{ "web3", "WEB3" },
		{ "web", "web1 web2 web10.corp.example" },
		{ "WEB", "" },
		{ "front", "web1 web2 web10.corp.example" },
		{ "nothing", "" },
		{ "a_b", "" },
		{ "nothing:db1", "db1" },
		/* globs, of hosts and of groups */
		{ "web?", "web1 web2 WEB3" },
		{ "*.example", "web10.corp.example" },
		{ "web[12]", "web1 web2" },
		{ "web[!1]", "web2 WEB3" },
		{ "web[0-9]*", "web1 web2 web10.corp.example WEB3" },
		{ "fro*", "web1 web2 web10.corp.example" },
		{ "d?", "db1 WEB3" },
		/* ranges, as folded names have them */
		{ "web[1-3]", "web1 web2 WEB3" },
		{ "web[1,10].corp.example", "web10.corp.example" },
		{ "web[2-20]", "web2 WEB3" },
		{ "web[1:2]", "web1 web2" },
		/* unions */
		{ "web1:db1", "web1 db1" },
		{ "db1,web1", "web1 db1" },
		{ "web1, db1 ,", "web1 db1" },
		{ ":web1::db1:", "web1 db1" },
		/* intersections and exclusions, in this order wherever they stand */
		{ "web:&tyo", "web1" },
		{ "web:!tyo", "web2 web10.corp.example" },
		{ "&tyo:web", "web1" },
		{ "!tyo:web", "web2 web10.corp.example" },
		{ "web:!web1:db", "web2 web10.corp.example db1 WEB3" },
		{ "web:db:&tyo:!db1", "web1" },
		{ "!web1:&tyo:db:web", "db1" },
		{ "web:!web1:web1", "web2 web10.corp.example" },
		{ "!web:!db", "lonely 2001:db8::1" },
		{ "&tyo", "web1 db1" },
		{ "all:!all", "" },
		{ "web:&db", "" },
		{ "all:!nothing", ALL },
		{ "all:&nothing", "" },
		{ "web,!web[1-2]", "web10.corp.example" },
		/* regular expressions match from the beginning */
		{ "~web[0-9]+$", "web1 web2 WEB3" },
		{ "~(web|db)1$", "web1 db1" },
		{ "~eb", "" },
		{ "~.*eb1", "web1 web10.corp.example" },
		{ "~web[0-9]{1,1}$:db1", "web1 web2 db1 WEB3" },
		{ "all:!~web", "lonely db1 2001:db8::1" },
		{ "~web1\\.", "" },
		{ "~web10\\.", "web10.corp.example" },
		{ "~fr", "web1 web2 web10.corp.example" },
		/* the colons of an address */
		{ "2001:db8::1", "2001:db8::1" },
		{ "db1,2001:db8::1", "db1 2001:db8::1" },
		{ "all,!2001:db8::1,!web", "lonely db1 WEB3" },
	};
	(void)state;
	FOR_EACH(c, cases)
		expect_kept(c->pattern, c->expect);
}

static void files_hold_one_pattern_a_line(void **state)
{
	static const struct {
		const char *file, *pattern, *expect;
	} cases[] = {
		{ "# retry\nweb1\r\n\n db1 \n", "@retry", "web1 db1" },
		{ "web\n!web1\n", "@retry", "web2 web10.corp.example" },
		{ "web1\n", "@retry:db1", "web1 db1" },
		{ "db:web\n", "@retry,&tyo", "web1 db1" },
		{ "!web\n", "@retry", "lonely db1 WEB3 2001:db8::1" },
		{ "", "@retry", "" },
		{ "# none\n", "@retry:!web1", "" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		file_write("retry", c->file, strlen(c->file), 0600);
		expect_kept(c->pattern, c->expect);
	}
	unlink("retry");
}

static void malformed_patterns_are_refused(void **state)
{
	static const struct {
		const char *pattern, *cause;
	} cases[] = {
		{ "", "limit: the pattern is empty" },
		{ " ,: ", "limit: the pattern is empty" },
		{ "web:!", "limit: pattern '!' names nothing" },
		{ "&", "limit: pattern '&' names nothing" },
		{ "web[1-", "limit: pattern 'web[1-': a bracket is not closed" },
		{ "~(web", "limit: pattern '~(web': a bracket is not closed" },
		{ "~a[z-a]", "limit: pattern '~a[z-a]': Invalid range end" },
		{ "~a{2,1}", "limit: pattern '~a{2,1}': Invalid content of \\{\\}" },
		{ "~web\\d+",
			"limit: pattern '~web\\d+': POSIX regular expressions have no \\d; write [0-9] and the like" },
		{ "!@retry", "limit: pattern '!@retry': @file stands only by itself" },
		{ "@retry", "retry:2: pattern '@retry': @file stands only by itself" },
		{ "@missing", "missing: No such file or directory" },
		{ "@", "No such file or directory" },
	};
	(void)state;
	file_write("retry", "web1\n@retry\n", 12, 0600);
	FOR_EACH(c, cases) {
		struct hosts hosts = { 0 };
		struct error e = { 0 };
		assert_int_equal(list_read(&hosts, inventory_text, &e), 0);
		if (inventory_limit(&hosts, c->pattern, &e) != -1)
			fail_msg("%s was accepted", c->pattern);
		if (e.kind != ERROR_LOCAL || !strstr(e.cause, c->cause))
			fail_msg("%s: expected '%s', got '%s'", c->pattern, c->cause, e.cause);
		hosts_done(&hosts);
	}
	unlink("retry");
}

static void hosts_can_be_added_after_a_limit(void **state)
{
	struct hosts hosts = { 0 };
	struct error e = { 0 };
	(void)state;

	assert_int_equal(inventory_add_target(&hosts, "srv[1-9]", &e), 0);
	assert_int_equal(inventory_limit(&hosts, "srv[7-8]", &e), 0);
	assert_int_equal(inventory_add_target(&hosts, "srv[6-8]", &e), 0);
	list_expect("after a limit", &hosts, "srv7\nsrv8\nsrv6\n");
	hosts_done(&hosts);
}

static void many_names_are_looked_up_quickly(void **state)
{
	struct hosts hosts = { 0 };
	struct error e = { 0 };
	struct str file = STR(8 << 20);
	(void)state;

	for (unsigned i = 0; i < 100000; i++)
		str_addf(&file, "srv%06u\n", 2 * i);
	file_write("retry", file.data, file.len, 0600);
	assert_int_equal(inventory_add_target(&hosts, "srv[000001-100000]", &e), 0);
	assert_int_equal(inventory_limit(&hosts, "@retry", &e), 0);
	assert_int_equal(hosts.count, 50000);
	str_done(&file);
	hosts_done(&hosts);
	unlink("retry");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_select),
		cmocka_unit_test(files_hold_one_pattern_a_line),
		cmocka_unit_test(malformed_patterns_are_refused),
		cmocka_unit_test(hosts_can_be_added_after_a_limit),
		cmocka_unit_test(many_names_are_looked_up_quickly),
	};
	return cmocka_run_group_tests(tests, lists_begin, lists_end);
}
