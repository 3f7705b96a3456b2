/* Tests of refusal: every way of getting no SOAP answer has its kind, its cause and its action. */
#include "cases.h"
#include "refusal.h"

#include <errno.h>
#include <openssl/x509.h>
#include <string.h>

static const struct certificate certificate = { "other.example", "2026-11-22" };
static const struct credential credential = { .user = "audit" };
static const struct connection https = {
	.name = "srv.example", .port = 5986, .tls = true, .credential = &credential, .method = AUTH_BASIC
};
static const struct connection http = {
	.name = "srv.example", .port = 5985, .credential = &credential, .method = AUTH_BASIC
};
static const struct auth_scheme basic_scheme = { .word = "Basic" }, negotiate_scheme = { .word = "Negotiate" },
				silent_scheme = { 0 };
static const struct auth basic = { .scheme = &basic_scheme, .name = "basic" };

/* The rest of an exchange that came as far as the request. */
#define SENT .resolved = true, .connected = true, .secured = true
#define ANSWERED SENT, .content_type = "text/plain"

static void each_failure_has_its_kind_and_cause(void **state)
{
	static const struct {
		const char *about;
		struct outcome outcome;
		enum error_kind kind;
		const char *cause;
		bool passes;
	} cases[] = {
		{ "no such name", { .result = CURLE_COULDNT_RESOLVE_HOST }, ERROR_DNS, "srv.example does not resolve",
			false },
		{ "a silent resolver", { .result = CURLE_OPERATION_TIMEDOUT }, ERROR_DNS, "resolver", false },
		{ "no such proxy", { .result = CURLE_COULDNT_RESOLVE_PROXY }, ERROR_DNS, "proxy", false },
		{ "refused", { .result = CURLE_COULDNT_CONNECT, .os_errno = ECONNREFUSED }, ERROR_CONNECT,
			"no WinRM listener on port 5986", false },
		{ "no route", { .result = CURLE_COULDNT_CONNECT, .os_errno = EHOSTUNREACH }, ERROR_CONNECT, "no route",
			false },
		{ "no local port", { .result = CURLE_COULDNT_CONNECT, .os_errno = EADDRNOTAVAIL }, ERROR_CONNECT,
			"no free local port", true },
		{ "no descriptor", { .result = CURLE_COULDNT_CONNECT, .os_errno = EMFILE }, ERROR_CONNECT, "descriptor",
			true },
		{ "another errno", { .result = CURLE_COULDNT_CONNECT, .detail = "words" }, ERROR_CONNECT, "words",
			false },
		{ "the proxy refuses", { .result = CURLE_RECV_ERROR, .proxy_status = 403, .resolved = true },
			ERROR_CONNECT, "the proxy refuses the way to srv.example: HTTP 403", false },
		{ "connecting takes too long", { .result = CURLE_OPERATION_TIMEDOUT, .resolved = true }, ERROR_CONNECT,
			"a firewall, or the server is off", false },
		{ "our deadline while connecting", { .cut = CUT_DEADLINE, .resolved = true }, ERROR_CONNECT, "firewall",
			false },
		{ "TLS takes too long", { .result = CURLE_OPERATION_TIMEDOUT, .resolved = true, .connected = true },
			ERROR_TLS, "handshake", false },
		{ "the answer takes too long", { .result = CURLE_OPERATION_TIMEDOUT, SENT }, ERROR_TIMEOUT,
			"--host-timeout", false },
		{ "our deadline while waiting", { .cut = CUT_DEADLINE, SENT }, ERROR_TIMEOUT, "no answer in time",
			false },
		{ "Ctrl-C", { .cut = CUT_STOPPED, SENT }, ERROR_ABORTED, "stopped", false },
		{ "expired", { .result = CURLE_PEER_FAILED_VERIFICATION, .verify_result = X509_V_ERR_CERT_HAS_EXPIRED },
			ERROR_TLS, "expired on 2026-11-22", false },
		{ "not yet valid",
			{ .result = CURLE_PEER_FAILED_VERIFICATION, .verify_result = X509_V_ERR_CERT_NOT_YET_VALID },
			ERROR_TLS, "clocks", false },
		{ "self-signed",
			{ .result = CURLE_PEER_FAILED_VERIFICATION,
				.verify_result = X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT },
			ERROR_TLS, "--ca-file", false },
		{ "unknown CA",
			{ .result = CURLE_PEER_FAILED_VERIFICATION,
				.verify_result = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY },
			ERROR_TLS, "--ca-file", false },
		{ "weak", { .result = CURLE_PEER_FAILED_VERIFICATION, .verify_result = X509_V_ERR_EE_KEY_TOO_SMALL },
			ERROR_TLS, "key too", false },
		{ "another name", { .result = CURLE_PEER_FAILED_VERIFICATION, .verify_result = X509_V_ERR_UNSPECIFIED },
			ERROR_TLS, "issued for other.example, not for srv.example", false },
		{ "no TLS there",
			{ .result = CURLE_SSL_CONNECT_ERROR,
				.verify_result = X509_V_ERR_UNSPECIFIED,
				.detail = "wrong version number" },
			ERROR_TLS, "no TLS on port 5986: wrong version number", false },
		{ "closed in the handshake", { .result = CURLE_RECV_ERROR, .resolved = true, .connected = true },
			ERROR_TLS, "closed during", false },
		{ "closed before an answer", { .result = CURLE_GOT_NOTHING, SENT }, ERROR_CONNECT, "before an answer",
			true },
		{ "reset", { .result = CURLE_RECV_ERROR, SENT }, ERROR_CONNECT, "before an answer", true },
		{ "reset while sending", { .result = CURLE_SEND_ERROR, SENT }, ERROR_CONNECT, "before an answer",
			true },
		{ "cut in the body", { .result = CURLE_PARTIAL_FILE, .status = 200, SENT }, ERROR_CONNECT,
			"in the middle", true },
		{ "libcurl would have repeated it", { .cut = CUT_REPLAY, SENT }, ERROR_CONNECT, "before an answer",
			true },
		{ "endless header", { .cut = CUT_HEADER, SENT }, ERROR_PROTOCOL, "too long a header", false },
		{ "one endless header line", { .result = CURLE_OUT_OF_MEMORY, SENT }, ERROR_PROTOCOL,
			"too long a header", false },
		{ "memory", { .result = CURLE_OUT_OF_MEMORY }, ERROR_LOCAL, "out of memory", false },
		{ "endless body", { .cut = CUT_BODY, SENT }, ERROR_PROTOCOL, "too long an answer", false },
		{ "no HTTP", { .result = CURLE_UNSUPPORTED_PROTOCOL, SENT }, ERROR_PROTOCOL, "not HTTP", false },
		{ "another key than the pinned one", { .result = CURLE_SSL_PINNEDPUBKEYNOTMATCH, SENT }, ERROR_TLS,
			"another key", false },
		{ "compressed", { .status = 200, .encoded = true, .body_len = 9, ANSWERED }, ERROR_PROTOCOL,
			"compressed", false },
		{ "not authenticated", { .status = 401, .schemes = "Negotiate, Basic", ANSWERED }, ERROR_AUTH,
			"refused user audit", false },
		{ "Basic not offered", { .status = 401, .schemes = "Negotiate, Kerberos", ANSWERED }, ERROR_AUTH,
			"does not accept Basic, it offers Negotiate, Kerberos", false },
		{ "nothing offered", { .status = 401, ANSWERED }, ERROR_AUTH, "it offers nothing", false },
		{ "400", { .status = 400, ANSWERED }, ERROR_PROTOCOL, "HTTP 400", false },
		{ "403", { .status = 403, ANSWERED }, ERROR_PROTOCOL, "HTTP 403", false },
		{ "404", { .status = 404, ANSWERED }, ERROR_PROTOCOL, "no WinRM at /wsman", false },
		{ "411", { .status = 411, ANSWERED }, ERROR_PROTOCOL, "length", false },
		{ "413", { .status = 413, ANSWERED }, ERROR_PROTOCOL, "MaxEnvelopeSizekb", false },
		{ "500 with HTML", { .status = 500, .body_len = 9, .content_type = "text/html", SENT }, ERROR_PROTOCOL,
			"WinRM itself fails", false },
		{ "500 with nothing", { .status = 500, ANSWERED }, ERROR_PROTOCOL, "WinRM itself fails", false },
		{ "503", { .status = 503, ANSWERED }, ERROR_CONNECT, "MaxConnections", true },
		{ "302", { .status = 302, ANSWERED }, ERROR_PROTOCOL, "redirects", false },
		{ "204", { .status = 204, ANSWERED }, ERROR_PROTOCOL, "204", false },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct outcome o = c->outcome;
		struct error e = { 0 };
		o.certificate = &certificate;
		o.auth = &basic;
		o.schemes = o.schemes ? o.schemes : "";
		o.detail = o.detail ? o.detail : "";
		o.content_type = o.content_type ? o.content_type : "";
		if (refusal(&o, &https, &e) == 0)
			fail_msg("%s: accepted", c->about);
		if (e.kind != c->kind || !strstr(e.cause, c->cause) || refusal_passes(&e) != c->passes)
			fail_msg("%s: %s \"%s\" passes %d", c->about, error_kind_name(e.kind), e.cause,
				refusal_passes(&e));
	}
}

static void a_401_says_what_was_refused_and_what_to_do(void **state)
{
	static const struct auth ticket = { .scheme = &negotiate_scheme,
		.name = "kerberos",
		.spn = "HTTP/srv.example" },
				 ntlm = { .scheme = &negotiate_scheme, .name = "ntlm" },
				 certified = { .scheme = &silent_scheme, .name = "certificate" };
	static const struct {
		const char *about;
		enum auth_method method;
		const struct auth *auth;
		const char *cause;
		int64_t ahead_s;
	} cases[] = {
		{ "a ticket", AUTH_NEGOTIATE, &ticket, "refused the ticket for HTTP/srv.example" },
		{ "a clock that differs", AUTH_NEGOTIATE, &ticket, "its clock is 412 s behind ours (limit 300)", -412 },
		{ "a clock that differs a little", AUTH_NEGOTIATE, &ticket, "belongs to another account", 299 },
		{ "a ticket, and what to look at", AUTH_KERBEROS, &ticket, "setspn -Q HTTP/srv.example" },
		{ "NTLM", AUTH_NTLM, &ntlm, "refused user audit after NTLM: wrong password" },
		{ "a certificate", AUTH_CERTIFICATE, &certified, "certmapping" },
		{ "nobody", AUTH_ANONYMOUS, &certified, "tells strangers nothing" },
	};
	(void)state;

	FOR_EACH(c, cases) {
		struct connection connection = https;
		const struct outcome o = { .status = 401,
			.dated = true,
			.ahead_s = c->ahead_s,
			.schemes = "Negotiate",
			.detail = "",
			.auth = c->auth,
			.certificate = &certificate,
			ANSWERED };
		struct error e = { 0 };
		connection.method = c->method;
		if (refusal(&o, &connection, &e) == 0 || e.kind != ERROR_AUTH || !strstr(e.cause, c->cause))
			fail_msg("%s: %s", c->about, e.cause);
	}
}

static void over_plain_http_an_empty_500_means_that_clear_text_is_refused(void **state)
{
	const struct outcome o = { .status = 500, .schemes = "", .detail = "", .auth = &basic, ANSWERED };
	struct error e = { 0 };
	(void)state;

	assert_int_equal(refusal(&o, &http, &e), -1);
	assert_int_equal(e.kind, ERROR_PROTOCOL);
	assert_non_null(strstr(e.cause, "AllowUnencrypted=false"));
}

static void a_status_200_or_a_500_with_a_body_may_be_soap(void **state)
{
	static const char soap[] = "application/soap+xml;charset=UTF-8";
	const struct outcome ok = { .status = 200, .body_len = 9, .content_type = soap, SENT };
	const struct outcome fault = { .status = 500, .body_len = 9, .content_type = soap, SENT };
	struct error e = { 0 };
	(void)state;

	assert_int_equal(refusal(&ok, &https, &e), 0);
	assert_int_equal(refusal(&fault, &https, &e), 0);
	assert_int_equal(e.kind, ERROR_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_failure_has_its_kind_and_cause),
		cmocka_unit_test(a_401_says_what_was_refused_and_what_to_do),
		cmocka_unit_test(over_plain_http_an_empty_500_means_that_clear_text_is_refused),
		cmocka_unit_test(a_status_200_or_a_500_with_a_body_may_be_soap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
