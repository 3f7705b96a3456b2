/* environment: which platform, which Windows, which clock, from what WMI says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "answer.h"
#include "probes.h"

#define ZONED(type, time, zone)                                                                                        \
	ROWS(ROW("<Caption>W</Caption><Version>6.3.9600</Version><BuildNumber>9600</BuildNumber><ProductType>" type    \
		 "</ProductType><Locale>0411</Locale><LastBootUpTime><Datetime>2026-11-01T00:00:00+09:00</Datetime>"   \
		 "</LastBootUpTime><LocalDateTime><Datetime>" time                                                     \
		 "</Datetime></LocalDateTime><CodeSet>932</CodeSet><CurrentTimeZone>" zone "</CurrentTimeZone>"        \
		 "<TotalVisibleMemorySize>8388084</TotalVisibleMemorySize>"))
#define SYSTEM(type, time) ZONED(type, time, "540")
#define NUMBERED(vendor, name, uuid) ROWS(ROW("<Vendor>" vendor "</Vendor><Name>" name "</Name><UUID>" uuid "</UUID>"))
#define PRODUCT(vendor, name) NUMBERED(vendor, name, "4C4C4544-0031-4A10-8052-B4C04F4A3132")
#define NOON "2026-11-22T12:00:00Z"

static void ask(const char *system, const char *product, struct result *result)
{
	const char *const bodies[] = { system, product };
	struct replies replies = { bodies, COUNT(bodies), 0 };
	struct error e = { 0 };

	facts_init(&result->facts);
	OWN(session_free)
	struct session *s = session_scripted("srv", answer_in_turn, &replies, deadline_in(60000, NULL));
	if (probe_environment(s, NULL, result, &e) < 0)
		fail_msg("%s", e.cause);
}

static void the_platform_follows_from_maker_and_model(void **state)
{
	static const char *const cases[][3] = {
		{ "65: VMware", PRODUCT("VMware, Inc.", "VMware Virtual Platform"), "vmware" },
		{ "65: VMware with EFI", PRODUCT("VMware, Inc.", "VMware7,1"), "vmware" },
		{ "65: VMware 8", PRODUCT("VMware, Inc.", "VMware20,1"), "vmware" },
		{ "66: Hyper-V", PRODUCT("Microsoft Corporation", "Virtual Machine"), "hyperv" },
		{ "66: QEMU", PRODUCT("QEMU", "Standard PC (Q35 + ICH9, 2009)"), "kvm" },
		{ "66: physical", PRODUCT("Dell Inc.", "PowerEdge R740"), "none" },
		{ "a tablet of Microsoft is no virtual machine", PRODUCT("Microsoft Corporation", "Surface Pro"),
			"none" },
	};

	(void)state;
	FOR_EACH(c, cases) {
		struct result result = { 0 };
		ask(SYSTEM("3", NOON), (*c)[1], &result);
		if (strcmp(result.facts.environment.hypervisor, (*c)[2]) != 0)
			fail_msg("%s: %s", (*c)[0], result.facts.environment.hypervisor);
		assert_int_equal(result.facts.environment.memory, 8388084LL * 1024);
		facts_done(&result.facts);
	}
}

static void a_client_is_told_from_a_server_of_the_same_version(void **state)
{
	static const char *const systems[] = { SYSTEM("1", NOON), SYSTEM("2", NOON), SYSTEM("3", NOON),
		SYSTEM("7", NOON) };
	static const int types[] = { 1, 2, 3, UNSEEN };

	(void)state;
	for (size_t i = 0; i < COUNT(systems); i++) {
		struct result result = { 0 };
		ask(systems[i], PRODUCT("VMware, Inc.", "VMware7,1"), &result);
		assert_int_equal(result.facts.environment.product_type, types[i]);
		facts_done(&result.facts);
	}
}

static void the_clock_of_the_host_is_compared_with_ours(void **state)
{
	enum { AHEAD_S = 3 * 3600, SLACK_S = 60 };
	time_t there = time(NULL) + AHEAD_S;
	char system[1000], text[40];
	struct result result = { 0 };

	(void)state;
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime(&there));
	const char *template = SYSTEM("3", "TIME"), *at = strstr(template, "TIME");
	snprintf(system, sizeof(system), "%.*s%s%s", (int)(at - template), template, text, at + strlen("TIME"));
	ask(system, PRODUCT("VMware, Inc.", "VMware7,1"), &result);
	assert_true(result.facts.environment.skew_seen);
	assert_in_range(result.facts.environment.clock_skew_s, AHEAD_S - SLACK_S, AHEAD_S + SLACK_S);
	assert_int_equal(result.facts.environment.server_time, there);
	facts_done(&result.facts);
}

static void the_zone_of_the_host_is_known_or_not(void **state)
{
	static const struct {
		const char *system;
		int minutes;
	} cases[] = {
		{ SYSTEM("3", NOON), 540 },
		{ ZONED("3", NOON, "-210"), -210 },
		{ ZONED("3", NOON, "0"), 0 },
		{ ZONED("3", NOON, ""), UNSEEN },
		{ ZONED("3", NOON, "99999"), UNSEEN },
		{ ZONED("3", NOON, "540 min"), UNSEEN },
	};

	(void)state;
	FOR_EACH(c, cases) {
		struct result result = { 0 };
		ask(c->system, PRODUCT("VMware, Inc.", "VMware7,1"), &result);
		assert_int_equal(result.facts.environment.utc_offset_min, c->minutes);
		facts_done(&result.facts);
	}
}

static void a_machine_has_the_identity_of_its_firmware_or_none(void **state)
{
	static const char *const cases[][2] = {
		{ NUMBERED("V", "M", "4C4C4544-0031-4A10-8052-B4C04F4A3132"), "4c4c4544-0031-4a10-8052-b4c04f4a3132" },
		{ NUMBERED("V", "M", "00000000-0000-0000-0000-000000000001"), "00000000-0000-0000-0000-000000000001" },
		{ NUMBERED("V", "M", "00000000-0000-0000-0000-000000000000"), NULL },
		{ NUMBERED("V", "M", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"), NULL },
		{ NUMBERED("V", "M", "03000200-0400-0500-0006-000700080009"), NULL },
		{ NUMBERED("V", "M", "00020003-0004-0005-0006-000700080009"), NULL },
		{ NUMBERED("V", "M", "{4C4C4544-0031-4A10-8052-B4C04F4A3132}"), NULL },
		{ NUMBERED("V", "M", "4C4C4544-0031-4A10-8052-B4C04F4A313"), NULL },
		{ NUMBERED("V", "M", "4C4C4544-0031-4A10-8052-B4C04F4A313G"), NULL },
		{ NUMBERED("V", "M", "4C4C45440-031-4A10-8052-B4C04F4A3132"), NULL },
		{ NUMBERED("V", "M", ""), NULL },
		{ ROWS(ROW("<Vendor>V</Vendor><Name>M</Name>")), NULL },
	};

	(void)state;
	FOR_EACH(c, cases) {
		struct result result = { 0 };
		ask(SYSTEM("3", NOON), (*c)[0], &result);
		const char *uuid = result.facts.environment.uuid;
		if (strcmp(uuid ? uuid : "none", (*c)[1] ? (*c)[1] : "none") != 0)
			fail_msg("%s: %s", (*c)[0], uuid ? uuid : "none");
		facts_done(&result.facts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_platform_follows_from_maker_and_model),
		cmocka_unit_test(a_client_is_told_from_a_server_of_the_same_version),
		cmocka_unit_test(the_clock_of_the_host_is_compared_with_ours),
		cmocka_unit_test(the_zone_of_the_host_is_known_or_not),
		cmocka_unit_test(a_machine_has_the_identity_of_its_firmware_or_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
