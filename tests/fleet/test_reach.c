/* A host's own variables come first, the run's settings fill the gaps, and what cannot be given is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "reach.h"

static struct credential credentials[] = { { .name = "svc", .user = "svc" }, { .name = "other", .user = "other" } };

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
	static const struct host hosts[] = { { .name = "srv", .auth = "kerberos" },
		{ .name = "srv", .user = "nobody" } };
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_follows_from_host_and_run),
		cmocka_unit_test(what_cannot_be_given_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
