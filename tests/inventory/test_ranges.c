/* Names, ports and the ranges that stand for many names. */
#include "lists.h"
#include "spelling.h"

#include <string.h>

static void names_are_labels_or_addresses(void **state)
{
	static const struct {
		const char *name;
		bool valid;
	} cases[] = {
		{ "srv01", true },
		{ "SRV-01.corp.example", true },
		{ "3com", true },
		{ "a", true },
		{ "x--y", true },
		{ "10.1.2.3", true },
		{ "2001:db8::1", true },
		{ "::ffff:10.0.0.1", true },
		{ "fs.0x1g", true },
		{ "", false },
		{ ".", false },
		{ "a.", false },
		{ ".a", false },
		{ "a..b", false },
		{ "-a", false },
		{ "a-", false },
		{ "a.-b", false },
		{ "a_b", false },
		{ "a b", false },
		{ "a@b", false },
		{ "a/b", false },
		{ "a?b", false },
		{ "a#b", false },
		{ "a\\b", false },
		{ "a:b", false },
		{ "a\tb", false },
		{ "a\nb", false },
		{ "\xe6\x9d\xb1", false },
		{ "10.1.2.300", false },
		{ "10.1", false },
		{ "123", false },
		{ "0x7f", false },
		{ "a.0x", false },
		{ "2001:db8::g", false },
		{ "fe80::1%eth0", false },
		{ "[::1]", false },
		{ "a123456789012345678901234567890123456789012345678901234567890123", false },
		{ "a12345678901234567890123456789012345678901234567890123456789012", true },
	};
	(void)state;
	FOR_EACH(c, cases) {
		char why[NAME_WHY] = "";
		if (host_name_valid(c->name, why) != c->valid)
			fail_msg("'%s' is %s: %s", c->name, c->valid ? "valid" : "invalid", why);
		if (!c->valid && !*why)
			fail_msg("'%s': no reason given", c->name);
	}
}

static void a_name_has_at_most_253_bytes(void **state)
{
	char name[256], why[NAME_WHY];
	(void)state;

	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = i % 50 == 49 ? '.' : 'a';
	name[253] = '\0';
	assert_true(host_name_valid(name, why));
	name[253] = 'a';
	name[254] = '\0';
	assert_false(host_name_valid(name, why));
}

static void ports_are_1_to_65535(void **state)
{
	static const struct {
		const char *text;
		unsigned port;
	} cases[] = {
		{ "1", 1 },
		{ "5985", 5985 },
		{ "65535", 65535 },
		{ "05986", 5986 },
		{ "0", 0 },
		{ "65536", 0 },
		{ "99999", 0 },
		{ "100000", 0 },
		{ "-1", 0 },
		{ "+1", 0 },
		{ "", 0 },
		{ " 1", 0 },
		{ "1x", 0 },
		{ "4294967297", 0 },
	};
	(void)state;
	FOR_EACH(c, cases) {
		uint16_t port = 0;
		if (port_parse(c->text, &port) != (c->port != 0) || port != c->port)
			fail_msg("'%s' gave %u", c->text, port);
	}
}

static void targets_are_expanded(void **state)
{
	static const struct {
		const char *target, *expect;
	} cases[] = {
		{ "srv", "srv\n" },
		{ "srv[1-3]", "srv1\nsrv2\nsrv3\n" },
		{ "srv[08-11].corp.example",
			"srv08.corp.example\nsrv09.corp.example\nsrv10.corp.example\nsrv11.corp.example\n" },
		{ "srv[8-11]", "srv8\nsrv9\nsrv10\nsrv11\n" },
		{ "srv[001:003]", "srv001\nsrv002\nsrv003\n" },
		{ "srv[1:9:4]", "srv1\nsrv5\nsrv9\n" },
		{ "srv[1-9/4]", "srv1\nsrv5\nsrv9\n" },
		{ "srv[1-8/4]", "srv1\nsrv5\n" },
		{ "srv[:2]", "srv0\nsrv1\nsrv2\n" },
		{ "srv[1-2,05,007-008]", "srv1\nsrv2\nsrv05\nsrv007\nsrv008\n" },
		{ "srv-[a:c]", "srv-a\nsrv-b\nsrv-c\n" },
		{ "srv-[A-C,x]", "srv-A\nsrv-B\nsrv-C\nsrv-x\n" },
		{ "r[1-2]n[a-b]", "r1na\nr1nb\nr2na\nr2nb\n" },
		{ "[1-2][3-4]x", "13x\n14x\n23x\n24x\n" },
		{ "10.0.[0-1].[254-255]", "10.0.0.254\n10.0.0.255\n10.0.1.254\n10.0.1.255\n" },
		{ "2001:db8::[9-10]", "2001:db8::9\n2001:db8::10\n" },
		{ "srv[0-0]", "srv0\n" },
		{ "srv[999999999999999999-999999999999999999/999999999999999999]", "srv999999999999999999\n" },
		{ "a[1-2,2-3]", "a1\na2\na3\n" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct hosts hosts = { 0 };
		struct error e = { 0 };
		if (inventory_add_target(&hosts, c->target, &e) < 0)
			fail_msg("%s: %s", c->target, e.cause);
		list_expect(c->target, &hosts, c->expect);
		hosts_done(&hosts);
	}
}

static void malformed_targets_say_what_is_wrong(void **state)
{
	static const struct {
		const char *target, *cause;
	} cases[] = {
		{ "", "'' is not a host name or IP address: a part between dots is empty" },
		{ "srv[", "'srv[': '[' without ']'" },
		{ "srv]", "'srv]': ']' without '['" },
		{ "srv[]", "'srv[]': '' is not a range" },
		{ "srv[1,,2]", "'' is not a range" },
		{ "srv[1-]", "'1-' is not a range" },
		{ "srv[-1]", "'-1' is not a range" },
		{ "srv[1-2-3]", "'1-2-3' is not a range" },
		{ "srv[1-9:2]", "'1-9:2' is not a range" },
		{ "srv[1:9/2]", "'1:9/2' is not a range" },
		{ "srv[1:9:a]", "'1:9:a' is not a range" },
		{ "srv[[1-2]]", "'[1-2' is not a range" },
		{ "srv[ab]", "'ab' is not a range" },
		{ "srv[1-1234567890123456789]", "is not a range" },
		{ "srv[5-1]", "range 5-1 goes downwards" },
		{ "srv[01-300]", "range 01-300 needs the same number of digits at both ends" },
		{ "srv[1-010]", "range 1-010 needs the same number of digits at both ends" },
		{ "srv[1-9/0]", "range 1-9/0 has a step of 0" },
		{ "srv[a-9]", "range a-9 goes from a letter to a number" },
		{ "srv[A-f]", "range A-f goes from capital to small letters" },
		{ "srv[1-2]_x", "'srv1_x' is not a host name or IP address: '_' is not allowed in it" },
		{ "srv01,srv02", "',' is not allowed" },
		{ "srv:5986", "':' is not allowed" },
		{ "http://srv", "is not allowed" },
		{ "srv[1-300000]", "stands for more than 200000 hosts" },
		{ "srv[0-999999999999999999][0-999999999999999999]", "stands for more than 200000 hosts" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct hosts hosts = { 0 };
		struct error e = { 0 };
		if (inventory_add_target(&hosts, c->target, &e) != -1)
			fail_msg("%s was accepted", c->target);
		assert_int_equal(e.kind, ERROR_LOCAL);
		if (strncmp(e.cause, "command line: ", 14) != 0 || !strstr(e.cause, c->cause))
			fail_msg("%s: %s", c->target, e.cause);
		hosts_done(&hosts);
	}
}

static void endless_targets_end_early(void **state)
{
	struct str target = { 0 };
	struct hosts hosts = { 0 };
	struct error e = { 0 };
	(void)state;

	for (int i = 0; i < 100000; i++)
		str_add(&target, "[1]");
	assert_int_equal(inventory_add_target(&hosts, str_text(&target), &e), -1);
	assert_non_null(strstr(e.cause, "longer than 253"));
	hosts_done(&hosts);
	str_done(&target);
}

static void as_many_hosts_as_allowed(void **state)
{
	struct hosts hosts = { 0 };
	struct error e = { 0 };
	(void)state;

	assert_int_equal(inventory_add_target(&hosts, "srv[000001-200000].corp.example", &e), 0);
	assert_int_equal(inventory_add_target(&hosts, "SRV[000001-200000].corp.example", &e), 0);
	assert_int_equal(hosts.count, INVENTORY_HOSTS_MAX);
	assert_int_equal(hosts.merged, INVENTORY_HOSTS_MAX);
	assert_int_equal(inventory_add_target(&hosts, "other", &e), -1);
	assert_non_null(strstr(e.cause, "more than 200000 hosts"));
	hosts_done(&hosts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_labels_or_addresses),
		cmocka_unit_test(a_name_has_at_most_253_bytes),
		cmocka_unit_test(ports_are_1_to_65535),
		cmocka_unit_test(targets_are_expanded),
		cmocka_unit_test(malformed_targets_say_what_is_wrong),
		cmocka_unit_test(endless_targets_end_early),
		cmocka_unit_test(as_many_hosts_as_allowed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
