/* refusal: see the header. */
#include "refusal.h"
#include "session.h"

#include <errno.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CLOCK_SKEW_MAX_S = 300 }; /* Kerberos' default (RFC 4120 1.6) */

static int connect_failed(const struct outcome *o, const struct connection *c, struct error *e)
{
	if (o->proxy_status)
		return error_code(e, ERROR_CONNECT, CURLE_COULDNT_CONNECT, "the proxy refuses the way to %s: HTTP %ld",
			c->name, o->proxy_status);
	switch (o->os_errno) {
	case ECONNREFUSED:
		return error_code(e, ERROR_CONNECT, CURLE_COULDNT_CONNECT,
			"no WinRM listener on port %u: set one up by winrm quickconfig or group policy", c->port);
	case ENETUNREACH:
	case EHOSTUNREACH:
		return error_code(e, ERROR_CONNECT, CURLE_COULDNT_CONNECT,
			"no route to %s: check the network and whether the server is on",
			c->address ? c->address : c->name);
	case EADDRNOTAVAIL:
		return error_code(
			e, ERROR_CONNECT, EADDRNOTAVAIL, "this machine has no free local port: lower --forks");
	case EMFILE:
	case ENFILE:
		return error_code(
			e, ERROR_CONNECT, o->os_errno, "this machine has no free file descriptor: lower --forks");
	}
	return error_code(e, ERROR_CONNECT, CURLE_COULDNT_CONNECT, "cannot connect to port %u: %s", c->port, o->detail);
}

static int certificate_refused(const struct outcome *o, const struct connection *c, struct error *e)
{
	const struct certificate *seen = o->certificate;

	switch (o->verify_result) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return error_code(e, ERROR_TLS, o->verify_result, "a certificate expired on %s: renew it on the server",
			seen->expires);
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return error_code(e, ERROR_TLS, o->verify_result,
			"the certificate of %s is not valid yet: check the clocks", seen->name);
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		return error_code(e, ERROR_TLS, o->verify_result,
			"the certificate of %s is not trusted: give the CA that issued it by --ca-file", seen->name);
	case X509_V_OK:
	case X509_V_ERR_UNSPECIFIED: /* libcurl's value for "not checked by OpenSSL": it compares the name itself */
		if (o->result == CURLE_PEER_FAILED_VERIFICATION)
			return error_code(e, ERROR_TLS, o->result,
				"the certificate is issued for %s, not for %s: use that name or renew it", seen->name,
				c->name);
		return error_code(e, ERROR_TLS, o->result, "no TLS on port %u: %s", c->port,
			o->detail[0] ? o->detail : "handshake failed");
	}
	return error_code(e, ERROR_TLS, o->verify_result, "the certificate of %s is refused: %s", seen->name,
		X509_verify_cert_error_string(o->verify_result));
}

static int time_over(const struct outcome *o, const struct connection *c, struct error *e)
{
	if (!o->resolved)
		return error_code(e, ERROR_DNS, CURLE_COULDNT_RESOLVE_HOST,
			"the resolver did not answer for %s in time: check this machine's DNS", c->name);
	if (!o->connected)
		return error_code(e, ERROR_CONNECT, CURLE_COULDNT_CONNECT,
			"no answer from port %u: a firewall, or the server is off", c->port);
	if (!o->secured)
		return error_code(e, ERROR_TLS, CURLE_OPERATION_TIMEDOUT, "the TLS handshake did not end in time");
	return error_code(e, ERROR_TIMEOUT, CURLE_OPERATION_TIMEDOUT,
		"no answer in time: the server hangs or the link is slow; see --host-timeout");
}

static int connection_lost(const struct outcome *o, const struct connection *c, struct error *e)
{
	if (o->proxy_status)
		return connect_failed(o, c, e);
	if (!o->secured)
		return error_code(e, ERROR_TLS, o->result, "the connection was closed during the TLS handshake");
	return error_code(e, ERROR_CONNECT, CURLE_GOT_NOTHING, "the connection was lost %s",
		o->status ? "in the middle of the answer" : "before an answer came");
}

static int transfer_cut(const struct outcome *o, const struct connection *c, struct error *e)
{
	switch (o->cut) {
	case CUT_STOPPED:
		return error_set(e, ERROR_ABORTED, "stopped");
	case CUT_DEADLINE:
		return time_over(o, c, e);
	case CUT_REPLAY:
		return connection_lost(o, c, e);
	case CUT_HEADER:
		return error_set(e, ERROR_PROTOCOL, "the server sent too long a header: more than %d bytes or %d lines",
			HEADER_BYTES_MAX, HEADER_LINES_MAX);
	case CUT_BODY:
		return error_set(
			e, ERROR_PROTOCOL, "the server sent too long an answer: more than %d bytes", REPLY_MAX);
	case CUT_MEMORY:
	case CUT_NOT:
		break;
	}
	return error_set(e, ERROR_LOCAL, "out of memory");
}

static int transfer_failed(const struct outcome *o, const struct connection *c, struct error *e)
{
	switch (o->result) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return error_code(e, ERROR_DNS, o->result,
			"%s does not resolve: check the name or its suffix in the inventory, and the resolver if other "
			"hosts "
			"fail too",
			c->name);
	case CURLE_COULDNT_RESOLVE_PROXY:
		return error_code(e, ERROR_DNS, o->result, "the name of the proxy does not resolve");
	case CURLE_COULDNT_CONNECT:
		return connect_failed(o, c, e);
	case CURLE_OPERATION_TIMEDOUT:
		return time_over(o, c, e);
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
		return error_code(e, ERROR_TLS, o->result,
			"the server shows another key than the pinned one: its certificate was renewed, or somebody "
			"stands in between");
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_ISSUER_ERROR:
		return certificate_refused(o, c, e);
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_PARTIAL_FILE:
		return connection_lost(o, c, e);
	case CURLE_UNSUPPORTED_PROTOCOL: /* an answer in HTTP/0.9 */
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_BAD_CONTENT_ENCODING:
		return error_code(e, ERROR_PROTOCOL, o->result,
			"the answer is not HTTP: another product answers on port %u", c->port);
	case CURLE_OUT_OF_MEMORY:
		/* libcurl says so of a header line beyond 100 KB, too. */
		if (o->secured)
			return error_code(e, ERROR_PROTOCOL, o->result, "the server sent too long a header");
		return error_code(e, ERROR_LOCAL, o->result, "out of memory");
	default:
		return error_code(
			e, ERROR_LOCAL, o->result, "%s", o->detail[0] ? o->detail : curl_easy_strerror(o->result));
	}
}

/* The server looks at the clock as well, and only says 401. */
static int ticket_refused(const struct outcome *o, struct error *e)
{
	const char *spn = o->auth->spn, *offers = o->schemes[0] ? o->schemes : "nothing";

	if (o->dated && llabs(o->ahead_s) > CLOCK_SKEW_MAX_S)
		return error_code(e, ERROR_AUTH, 401,
			"the server refused the ticket for %s, and its clock is %lld s %s (limit %d): set its clock "
			"(w32tm "
			"/resync) or check VMware Tools time sync",
			spn, llabs(o->ahead_s), o->ahead_s > 0 ? "ahead of ours" : "behind ours", CLOCK_SKEW_MAX_S);
	return error_code(e, ERROR_AUTH, 401,
		"the server refused the ticket for %s: the name belongs to another account (setspn -Q %s), its clock "
		"differs from the KDC's, or it demands channel bindings and --cbt is off; it offers %s",
		spn, spn, offers);
}

static int not_authenticated(const struct outcome *o, const struct connection *c, struct error *e)
{
	const char *word = o->auth->scheme->word, *offers = o->schemes[0] ? o->schemes : "nothing";

	if (word && !strcasestr(o->schemes, word))
		return error_code(e, ERROR_AUTH, 401,
			"the server does not accept %s, it offers %s: enable it there or choose another by --auth",
			word, offers);
	switch (c->method) {
	case AUTH_KERBEROS:
	case AUTH_NEGOTIATE:
		return ticket_refused(o, e);
	case AUTH_NTLM:
		return error_code(e, ERROR_AUTH, 401,
			"the server refused user %s after NTLM: wrong password, a locked or disabled account, NTLM "
			"disabled there, or channel bindings demanded and --cbt off; it offers %s",
			c->credential->user, offers);
	case AUTH_CERTIFICATE:
		return error_code(e, ERROR_AUTH, 401,
			"the server maps the client certificate to no account: see winrm/config/service/certmapping "
			"and Auth\\Certificate there; it offers %s",
			offers);
	case AUTH_BASIC:
		return error_code(e, ERROR_AUTH, 401,
			"the server refused user %s: check name and password (Basic needs a local account; it offers "
			"%s)",
			c->credential->user, offers);
	case AUTH_ANONYMOUS:
	case AUTH_AUTO:
		break;
	}
	return error_code(e, ERROR_AUTH, 401, "the server tells strangers nothing; it offers %s", offers);
}

static int server_broken(const struct outcome *o, const struct connection *c, struct error *e)
{
	if (!o->body_len && !c->tls && !o->auth->seals)
		return error_code(e, ERROR_PROTOCOL, 500,
			"the server refuses unencrypted messages (AllowUnencrypted=false): use HTTPS, port 5986");
	return error_code(e, ERROR_PROTOCOL, 500,
		"WinRM itself fails there (HTTP 500 without SOAP): restart the service, look for updates");
}

static bool is_text(const struct outcome *o)
{
	return !strncasecmp(o->content_type, "text/", 5);
}

static int status_refused(const struct outcome *o, const struct connection *c, struct error *e)
{
	switch (o->status) {
	case 401:
		return not_authenticated(o, c, e);
	case 400:
		return error_code(e, ERROR_PROTOCOL, 400, "the server could not read the request (HTTP 400)");
	case 403:
		if (c->method == AUTH_CERTIFICATE)
			return error_code(e, ERROR_AUTH, 403,
				"the server does not accept the client certificate (HTTP 403): it must trust its CA "
				"for "
				"clients, and the certificate must not be expired or revoked");
		return error_code(e, ERROR_PROTOCOL, 403,
			"access is forbidden before WinRM (HTTP 403): a proxy or web server stands in between");
	case 404:
		return error_code(e, ERROR_PROTOCOL, 404,
			"no WinRM at /wsman (HTTP 404): another URL prefix or another web server");
	case 411:
		return error_code(
			e, ERROR_PROTOCOL, 411, "a proxy in between removed the length of the request (HTTP 411)");
	case 413:
		return error_code(e, ERROR_PROTOCOL, 413,
			"the request is larger than the server takes (HTTP 413): raise MaxEnvelopeSizekb");
	case 500:
		return server_broken(o, c, e);
	case 503:
		return error_code(e, ERROR_CONNECT, 503,
			"WinRM is stopped or overloaded there (HTTP 503): check the service and MaxConnections");
	}
	if (o->status >= 300 && o->status < 400)
		return error_code(e, ERROR_PROTOCOL, o->status,
			"the server redirects (HTTP %ld), which is not followed with a password: a proxy or web server "
			"answers on "
			"port %u",
			o->status, c->port);
	return error_code(e, ERROR_PROTOCOL, o->status, "unexpected HTTP status %ld", o->status);
}

int refusal(const struct outcome *o, const struct connection *c, struct error *e)
{
	if (o->cut != CUT_NOT)
		return transfer_cut(o, c, e);
	if (o->result != CURLE_OK)
		return transfer_failed(o, c, e);
	if (o->encoded)
		return error_set(e, ERROR_PROTOCOL, "the answer is compressed, which was not asked for");
	if (o->status == 200 || (o->status == 500 && o->body_len && !is_text(o)))
		return 0;
	return status_refused(o, c, e);
}

bool refusal_passes(const struct error *e)
{
	return e->kind == ERROR_QUOTA || (e->kind == ERROR_CONNECT && e->code != CURLE_COULDNT_CONNECT);
}
