/* One line for each host: what works, or the first leg that does not, with its cause, its cure and its code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "ping_line.h"

#define ALL_OK                                                                                                         \
	{                                                                                                              \
		[LEG_NAME] = LEG_OK, [LEG_CONNECT] = LEG_OK, [LEG_IDENTIFY] = LEG_OK, [LEG_AUTH] = LEG_OK,             \
		[LEG_WMI] = LEG_OK, [LEG_SHELL] = LEG_OK                                                               \
	}
#define NO_SHELL                                                                                                       \
	{                                                                                                              \
		[LEG_AUTH] = LEG_OK, [LEG_WMI] = LEG_OK, [LEG_SHELL] = LEG_FAILED                                      \
	}
#define KERBEROS                                                                                                       \
	{                                                                                                              \
		.auth = "kerberos", .spn = "host/srv1.corp.example", .sealed = true, .server_authenticated = true,     \
		.address = "10.1.2.12"                                                                                 \
	}
#define NTLM                                                                                                           \
	{                                                                                                              \
		.auth = "ntlm", .sealed = true, .address = "10.1.2.12"                                                 \
	}
#define BASIC                                                                                                          \
	{                                                                                                              \
		.auth = "basic", .server_authenticated = true, .address = "fd00::12"                                   \
	}
#define WINDOWS .windows = "Microsoft Windows Server 2012 R2 Standard", .duration_ms = 449

static char name[] = "srv1";
static const struct host host = { .name = name };

static void one_line_says_it_all(void **state)
{
	static const struct {
		const char *about;
		struct ping ping;
		const char *expect;
	} cases[] = {
		{ "Kerberos, sealed",
			{ .port = 5985,
				.leg = ALL_OK,
				.greeting = { .dated = true, .ahead_s = 2 },
				.transport = KERBEROS,
				WINDOWS },
			"ok   srv1    10.1.2.12:5985         kerberos host/srv1.corp.example sealed  Windows Server "
			"2012 R2 "
			"Standard  clock +2 s  wmi shell  0.4 s" },
		{ "NTLM, sealed: nobody knows who the server is",
			{ .port = 5985,
				.leg = ALL_OK,
				.greeting = { .dated = true, .ahead_s = -1 },
				.transport = NTLM,
				WINDOWS },
			"ok   srv1    10.1.2.12:5985         ntlm sealed, server not authenticated  Windows Server "
			"2012 R2 "
			"Standard  clock -1 s  wmi shell  0.4 s" },
		{ "Basic over TLS, IPv6, no clock",
			{ .port = 5986, .tls = true, .leg = ALL_OK, .transport = BASIC, WINDOWS },
			"ok   srv1    [fd00::12]:5986        basic tls  Windows Server 2012 R2 Standard  clock unknown "
			" wmi "
			"shell  0.4 s" },
		{ "Basic in clear",
			{ .port = 5985,
				.leg = ALL_OK,
				.transport = { .auth = "basic", .address = "10.1.2.12" },
				WINDOWS },
			"ok   srv1    10.1.2.12:5985         basic in clear, server not authenticated  Windows Server "
			"2012 "
			"R2 Standard  clock unknown  wmi shell  0.4 s" },
		{ "another maker's caption stays whole",
			{ .port = 5985, .leg = ALL_OK, .transport = NTLM, .windows = "Hyper-V Server" },
			"ok   srv1    10.1.2.12:5985         ntlm sealed, server not authenticated  Hyper-V Server  "
			"clock "
			"unknown  wmi shell  0.0 s" },
		{ "no shell is a warning",
			{ .port = 5985,
				.leg = NO_SHELL,
				.transport = KERBEROS,
				WINDOWS,
				.shell = { .kind = ERROR_DENIED, .has_code = true, .code = 5, .cause = "no right." } },
			"warn srv1    10.1.2.12:5985         kerberos host/srv1.corp.example sealed  Windows Server "
			"2012 R2 "
			"Standard  clock unknown  wmi  0.4 s  no shell, so vssadmin cannot be asked: no right. [denied "
			"5]" },
		{ "a clock at the limit is good",
			{ .port = 5985,
				.leg = ALL_OK,
				.greeting = { .dated = true, .ahead_s = -CLOCK_LIMIT_S },
				.transport = KERBEROS,
				WINDOWS },
			"ok   srv1    10.1.2.12:5985         kerberos host/srv1.corp.example sealed  Windows Server "
			"2012 R2 "
			"Standard  clock -240 s  wmi shell  0.4 s" },
		{ "a clock beyond it is a warning",
			{ .port = 5985,
				.leg = ALL_OK,
				.greeting = { .dated = true, .ahead_s = 241 },
				.transport = KERBEROS,
				WINDOWS },
			"warn srv1    10.1.2.12:5985         kerberos host/srv1.corp.example sealed  Windows Server "
			"2012 R2 "
			"Standard  clock +241 s  wmi shell  0.4 s  the server's clock is 241 s ahead of this "
			"machine's: "
			"Kerberos fails at 300 s; w32tm /resync there, or check VMware Tools time sync" },
		{ "a shell that stays is told",
			{ .port = 5985, .leg = ALL_OK, .transport = NTLM, WINDOWS, .leaked_shell = true },
			"warn srv1    10.1.2.12:5985         ntlm sealed, server not authenticated  Windows Server "
			"2012 R2 "
			"Standard  clock unknown  wmi shell  0.4 s  the shell could not be closed; the server ends it "
			"within two minutes" },

		{ "nobody listens",
			{ .leg = { [LEG_NAME] = LEG_OK, [LEG_CONNECT] = LEG_FAILED },
				.error = { .kind = ERROR_CONNECT,
					.has_code = true,
					.code = 7,
					.cause = "no listener" } },
			"srv1: not reachable: no listener [connect 7]" },
		{ "an error without a code",
			{ .leg = { [LEG_IDENTIFY] = LEG_FAILED },
				.error = { .kind = ERROR_PROTOCOL, .cause = "HTML" } },
			"srv1: not reachable: HTML [protocol]" },
		{ "a code with a name goes with its kind",
			{ .leg = { [LEG_AUTH] = LEG_FAILED },
				.error = { .kind = ERROR_AUTH,
					.has_code = true,
					.code = -1765328347,
					.cause = "Kerberos clock skew: set it. [KRB_AP_ERR_SKEW]" } },
			"srv1: not reachable: Kerberos clock skew: set it. [auth KRB_AP_ERR_SKEW]" },
		{ "a clock that is off is told where the authentication fails, and what is offered",
			{ .leg = { [LEG_AUTH] = LEG_FAILED },
				.greeting = { .dated = true, .ahead_s = -412, .offers = "Negotiate, Kerberos" },
				.error = { .kind = ERROR_AUTH, .cause = "clock skew [KRB_AP_ERR_SKEW]" } },
			"srv1: not reachable: clock skew; the server's clock is 412 s behind this machine's; it offers "
			"Negotiate, Kerberos [auth KRB_AP_ERR_SKEW]" },
		{ "a refusal names the offers itself",
			{ .leg = { [LEG_AUTH] = LEG_FAILED },
				.greeting = { .dated = true, .ahead_s = 3, .offers = "Negotiate" },
				.error = { .kind = ERROR_AUTH,
					.has_code = true,
					.code = 401,
					.cause = "wrong password; it offers Negotiate" } },
			"srv1: not reachable: wrong password; it offers Negotiate [auth 401]" },
		{ "the clock has nothing to do with a refused connection",
			{ .leg = { [LEG_CONNECT] = LEG_FAILED },
				.greeting = { .dated = true, .ahead_s = 4000, .offers = "Negotiate" },
				.error = { .kind = ERROR_CONNECT, .cause = "stopped" } },
			"srv1: not reachable: stopped [connect]" },
		{ "let in, but not to WMI",
			{ .leg = { [LEG_AUTH] = LEG_OK, [LEG_WMI] = LEG_FAILED },
				.error = { .kind = ERROR_DENIED, .has_code = true, .code = 5, .cause = "denied" } },
			"srv1: reachable, but WMI cannot be read: denied [denied 5]" },
		{ "brackets alone are no name",
			{ .leg = { [LEG_TLS] = LEG_FAILED }, .error = { .kind = ERROR_TLS, .cause = "]" } },
			"srv1: not reachable: ] [tls]" },
		{ "an empty cause", { .leg = { [LEG_TLS] = LEG_FAILED }, .error = { .kind = ERROR_TLS } },
			"srv1: not reachable:  [tls]" },
	};
	(void)state;

	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str line = { 0 };
		struct ping ping = c->ping;
		ping.host = &host;
		ping_line(&line, &ping, 6);
		if (strcmp(str_text(&line), c->expect) != 0)
			fail_msg("%s:\n%s\ninstead of\n%s", c->about, str_text(&line), c->expect);
	}
}

static void only_windows_is_windows(void **state)
{
	static const struct {
		const char *vendor;
		bool windows;
	} cases[] = {
		{ "Microsoft Corporation", true },
		{ "", true }, /* it tells strangers nothing */
		{ "Openwsman Project", false },
		{ "Open Management Infrastructure", false },
		{ "Intel(r) AMT", false },
		{ "Fake Dell Open Manage Server Node", false },
	};
	(void)state;

	FOR_EACH(c, cases) {
		struct greeting greeting = { 0 };
		snprintf(greeting.product.vendor, sizeof(greeting.product.vendor), "%s", c->vendor);
		if (greeting_is_windows(&greeting) != c->windows)
			fail_msg("%s", c->vendor);
	}
}

static void the_first_leg_that_failed_is_named(void **state)
{
	const struct ping denied = { .leg = { [LEG_WMI] = LEG_FAILED, [LEG_SHELL] = LEG_FAILED } }, good = { 0 };
	(void)state;

	assert_int_equal(ping_failed(&denied), LEG_WMI);
	assert_string_equal(ping_leg_name(LEG_WMI), "wmi");
	assert_int_equal(ping_failed(&good), LEGS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_line_says_it_all),
		cmocka_unit_test(only_windows_is_windows),
		cmocka_unit_test(the_first_leg_that_failed_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
