/* A host's own variables come first, the run's settings fill the gaps, and what cannot be given is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "auth.h"
#include "reach.h"

static struct credential credentials[] = { { .name = "svc", .user = "svc", .wish = AUTH_BASIC },
	{ .name = "other", .user = "other", .wish = AUTH_BASIC } };

static void a_connection_follows_from_host_and_run(void **state)
{
	static const struct {
		const char *about;
		struct host host;
		const char *scheme; /* of the run */
		uint16_t port;
		struct {
			const char *name, *address, *user;
			uint16_t port;
			bool tls, insecure;
		} expect;
	} cases[] = {
		{ "a bare name", { .name = "srv" }, "https", 0, { "srv", NULL, "svc", 5986, true, false } },
		{ "the run's port", { .name = "srv" }, "https", 443, { "srv", NULL, "svc", 443, true, false } },
		{ "the host's port", { .name = "srv", .port = 444 }, "https", 443,
			{ "srv", NULL, "svc", 444, true, false } },
		{ "http by the run", { .name = "srv" }, "http", 0, { "srv", NULL, "svc", 5985, false, false } },
		{ "http by the host", { .name = "srv", .scheme = "http" }, "https", 0,
			{ "srv", NULL, "svc", 5985, false, false } },
		{ "an address to connect to", { .name = "srv", .address = "10.0.0.1" }, "https", 0,
			{ "srv", "10.0.0.1", "svc", 5986, true, false } },
		{ "an IPv6 address", { .name = "srv", .address = "fe80::1" }, "https", 0,
			{ "srv", "fe80::1", "svc", 5986, true, false } },
		{ "another name", { .name = "alias", .address = "srv.corp.example" }, "https", 0,
			{ "srv.corp.example", NULL, "svc", 5986, true, false } },
		{ "the host's user", { .name = "srv", .user = "other" }, "https", 0,
			{ "srv", NULL, "other", 5986, true, false } },
		{ "a certificate not to be checked", { .name = "srv", .cert_validation = "ignore" }, "https", 0,
			{ "srv", NULL, "svc", 5986, true, true } },
	};
	(void)state;

	FOR_EACH(c, cases) {
		struct fleet_access access = { .scheme = c->scheme,
			.port = c->port,
			.credential = credentials,
			.credential_count = 2,
			.credential_default = credentials };
		struct connection got;
		struct error e = { 0 };
		const char *address = c->expect.address ? c->expect.address : "";
		if (reach(&c->host, &access, &got, &e) < 0)
			fail_msg("%s: refused: %s", c->about, e.cause);
		if (strcmp(got.name, c->expect.name) != 0 || strcmp(got.address ? got.address : "", address) != 0 ||
			strcmp(got.credential->user, c->expect.user) != 0 || got.port != c->expect.port ||
			got.tls != c->expect.tls || got.insecure_tls != c->expect.insecure)
			fail_msg("%s: %s %s %s %u tls=%d insecure=%d", c->about, got.name, got.address,
				got.credential->user, got.port, got.tls, got.insecure_tls);
	}
}

static void what_cannot_be_given_is_refused(void **state)
{
	static const struct host hosts[] = { { .name = "srv", .auth = "kerberos5" },
		{ .name = "srv", .user = "nobody" }, { .name = "srv", .credential = "nobody" } };
	(void)state;

	FOR_EACH(host, hosts) {
		struct fleet_access access = { .scheme = "https",
			.credential = credentials,
			.credential_count = 2,
			.credential_default = credentials };
		struct connection got;
		struct error e = { 0 };
		assert_int_equal(reach(host, &access, &got, &e), -1);
		assert_int_equal(e.kind, ERROR_AUTH);
	}
}

/* Pointers that are only compared with NULL here. */
static struct tickets *const tickets = (struct tickets *)&credentials;
static struct ntlm *const ntlm = (struct ntlm *)&credentials;

static void method_and_port_follow_from_credential_and_name(void **state)
{
	const struct {
		const char *about;
		struct credential credential;
		struct host host;
		const char *scheme;
		enum auth_method method;
		uint16_t port;
	} cases[] = {
		{ "a ticket", { .tickets = tickets }, { .name = "srv" }, NULL, AUTH_NEGOTIATE, 5985 },
		{ "a ticket and a password", { .tickets = tickets, .ntlm = ntlm }, { .name = "srv" }, NULL,
			AUTH_NEGOTIATE, 5985 },
		{ "a password only", { .ntlm = ntlm }, { .name = "srv" }, NULL, AUTH_NTLM, 5985 },
		{ "an address has no SPN", { .tickets = tickets, .ntlm = ntlm }, { .name = "10.0.0.1" }, NULL,
			AUTH_NTLM, 5985 },
		{ "an address with a name for the SPN", { .tickets = tickets, .ntlm = ntlm },
			{ .name = "10.0.0.1", .kerberos_host = "srv.corp.example" }, NULL, AUTH_NEGOTIATE, 5985 },
		{ "an address, and no password", { .tickets = tickets }, { .name = "10.0.0.1" }, NULL, AUTH_NEGOTIATE,
			5985 },
		{ "an IPv6 address", { .tickets = tickets, .ntlm = ntlm }, { .name = "fe80::1" }, NULL, AUTH_NTLM,
			5985 },
		{ "never Basic by itself", { .user = "svc" }, { .name = "srv" }, NULL, AUTH_NEGOTIATE, 5985 },
		{ "Kerberos is not weakened", { .tickets = tickets, .ntlm = ntlm, .wish = AUTH_KERBEROS },
			{ .name = "10.0.0.1" }, NULL, AUTH_KERBEROS, 5985 },
		{ "NTLM by the run", { .tickets = tickets, .ntlm = ntlm, .wish = AUTH_NTLM }, { .name = "srv" }, NULL,
			AUTH_NTLM, 5985 },
		{ "NTLM by the host", { .tickets = tickets, .ntlm = ntlm }, { .name = "srv", .auth = "ntlm" }, NULL,
			AUTH_NTLM, 5985 },
		{ "HTTPS by the run", { .tickets = tickets }, { .name = "srv" }, "https", AUTH_NEGOTIATE, 5986 },
		{ "HTTPS by the port", { .tickets = tickets }, { .name = "srv", .port = 5986 }, NULL, AUTH_NEGOTIATE,
			5986 },
		{ "Basic needs HTTPS", { .wish = AUTH_BASIC }, { .name = "srv" }, NULL, AUTH_BASIC, 5986 },
		{ "a certificate needs HTTPS", { .wish = AUTH_CERTIFICATE }, { .name = "srv" }, NULL, AUTH_CERTIFICATE,
			5986 },
	};
	(void)state;

	FOR_EACH(c, cases) {
		const struct fleet_access access = { .scheme = c->scheme, .credential_default = &c->credential };
		struct connection got;
		struct error e = { 0 };
		if (reach(&c->host, &access, &got, &e) < 0)
			fail_msg("%s: refused: %s", c->about, e.cause);
		if (got.method != c->method || got.port != c->port || got.tls != (c->port == 5986))
			fail_msg("%s: %s on port %u", c->about, auth_method_name(got.method), got.port);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_follows_from_host_and_run),
		cmocka_unit_test(method_and_port_follow_from_credential_and_name),
		cmocka_unit_test(what_cannot_be_given_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
