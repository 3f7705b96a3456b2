/* conversation: what becomes of a request: HTTP as http.sys takes it, who speaks, seals, and SOAP at last. */

#include "exchange.h"

#include <string.h>
#include <strings.h>

#include "crypt.h"
#include "delay.h"
#include "journal.h"
#include "own.h"
#include "wsman.h"

enum { PLAIN_MAX = 64 << 20, ANSWERS_BETWEEN_CLOSES = 3, UUID_TEXT = 41 /* "uuid:" and 36 */ };

static bool violation(const struct link *link, const char *rule, const char *detail)
{
	journal_violation(link->host->name, rule, "%s", detail);
	return true;
}

/* A request's bytes without its MessageID: the same again means that the client repeats itself. */
static uint64_t fingerprint(const struct str *body)
{
	const char *id = strstr(str_text(body), "uuid:");
	uint64_t hash = 0;

	for (size_t i = 0; i < body->len; i++)
		if (!id || i < (size_t)(id - body->data) || i >= (size_t)(id - body->data) + UUID_TEXT)
			hash = hash * 0x100000001b3u + (unsigned char)body->data[i];
	return hash | 1;
}

/* Whether what the client sends is HTTP as http.sys takes it; fills in the refusal. */
static bool check_request(struct exchange *x, const struct link *link, const char *method, const char *url)
{
	struct reply *reply = &x->reply;
	bool chunked = exchange_header(x, "Transfer-Encoding") != NULL;

	if (strcmp(url, "/wsman") != 0 && strcmp(url, "/wsman/") != 0)
		reply->status = violation(link, "http.url", url) ? 404 : 0;
	else if (strcmp(method, "POST") != 0)
		reply->status = violation(link, "http.method", method) ? 405 : 0;
	else if (!exchange_header(x, "Content-Length") && !chunked)
		reply->status = violation(link, "http.length", "no Content-Length") ? 411 : 0;
	else if (x->too_large)
		reply->status = violation(link, "http.size", "larger than MaxEnvelopeSizekb") ? 413 : 0;
	else if (exchange_header(x, "Expect"))
		violation(link, "http.expect", exchange_header(x, "Expect"));
	return reply->status == 0;
}

/* No SOAP in clear (PROTOCOL 14.2). */
static bool check_clear(struct exchange *x, const struct link *link, const struct http_server *server)
{
	bool credentials = exchange_header(x, "Authorization") != NULL;

	if (server->tls || server->options->allow_unencrypted || x->sealed || !x->body.len)
		return true;
	violation(link, "http.clear", credentials ? "SOAP in clear, with credentials" : "SOAP in clear");
	x->reply.status = 500;
	x->reply.close = true;
	return false;
}

static bool refuse_credentials(struct exchange *x, const struct link *link, enum auth_result result)
{
	bool silent = !exchange_header(x, "Authorization");

	journal_count(COUNT_AUTHENTICATION_FAILURES, result != AUTH_CHALLENGE);
	if (result == AUTH_FORBIDDEN) {
		x->reply.status = 403;
		return false;
	}
	x->reply.status = 401;
	x->reply.challenge = true;
	x->reply.close = silent && link->host->scenario->trouble == TROUBLE_FIRST_401_CLOSES;
	return false;
}

/* Credentials; false: the reply says what is missing. */
static bool check_identity(struct exchange *x, struct link *link, const struct http_server *server)
{
	bool had_context = auth_has_context(&link->auth);
	struct auth_request request = {
		.authorization = exchange_header(x, "Authorization"),
		.host = link->host,
		.asked = exchange_header(x, "Host"),
		.tls = server->tls,
		.has_body = x->body.len != 0,
		.binding = server->binding,
	};
	enum auth_result result;

	if (server->tls)
		request.tls_session =
			MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session;
	result = auth_check(&link->auth, &request, &x->reply.authenticate);
	if (result == AUTH_OK)
		return true;
	if (x->sealed && !request.authorization && !had_context) {
		violation(link, "seal.context", "a sealed body on a connection without a context");
		x->reply.status = 400;
		return false;
	}
	return refuse_credentials(x, link, result);
}

static bool refuse_seal(struct exchange *x, const struct link *link, const char *rule, const char *detail)
{
	if (rule)
		violation(link, rule, detail);
	x->reply.status = 400;
	return false;
}

/* Puts what was sealed in the place of the body. */
static bool unseal(struct exchange *x, struct link *link, const struct http_server *server)
{
	struct str plain = STR(PLAIN_MAX);
	struct sealed message;
	bool read, opened;

	journal_count(COUNT_SEALED_REQUESTS, 1);
	if (!auth_has_context(&link->auth))
		return refuse_seal(x, link, "seal.context", "a sealed body without NTLM or Kerberos");
	read = seal_read(&message, exchange_header(x, "Content-Type"), str_text(&x->body), x->body.len);
	for (size_t i = 0; i < message.deviations; i++)
		violation(link, message.deviation[i].rule, message.deviation[i].detail);
	if (!read)
		return refuse_seal(x, link, NULL, NULL);
	if (message.protocol != link->auth.protocol)
		return refuse_seal(x, link, "seal.protocol", "another protocol than the scheme of Authorization");
	if (server->tls)
		violation(link, "seal.tls", "sealed inside of TLS");
	opened = crypt_open(&link->auth, &message, link->host->name, &plain);
	str_done(&x->body);
	x->body = plain;
	return opened || refuse_seal(x, link, NULL, NULL);
}

static bool check_content_type(struct exchange *x, const struct link *link)
{
	const char *type = exchange_header(x, "Content-Type");
	bool soap = type && strncasecmp(type, "application/soap+xml", 20) == 0;
	const char *charset = soap ? strcasestr(type, "charset=") : NULL;

	if (charset)
		charset += 8 + (charset[8] == '"');
	if (soap && (!charset || strncasecmp(charset, "utf-8", 5) == 0 || strncasecmp(charset, "utf-16", 6) == 0))
		return true;
	violation(link, "http.content-type", type ? type : "no Content-Type");
	x->reply.status = 415;
	return false;
}

/* How a host of that scenario frames its sealed answers. */
static enum seal_variant variant_of(enum trouble trouble)
{
	switch (trouble) {
	case TROUBLE_SEAL_BLANK_IN_BOUNDARY:
		return SEAL_BLANK_IN_BOUNDARY;
	case TROUBLE_SEAL_OTHER_CASE:
		return SEAL_OTHER_CASE;
	case TROUBLE_SEAL_OPEN_END:
		return SEAL_OPEN_END;
	case TROUBLE_SEAL_NO_TABS:
		return SEAL_NO_TABS;
	case TROUBLE_SEAL_WRONG_LENGTH:
		return SEAL_LENGTH_TOO_LARGE;
	case TROUBLE_SEAL_CUT:
		return SEAL_CUT;
	default:
		return SEAL_PLAIN_FRAMING;
	}
}

static bool breaks_seals(enum trouble trouble)
{
	return trouble == TROUBLE_SEAL_WRONG_LENGTH || trouble == TROUBLE_SEAL_CUT || trouble == TROUBLE_SEAL_DAMAGED ||
	       trouble == TROUBLE_SEAL_MISSING;
}

/* The answer goes out as the request came in. A host that breaks seals frames also what nobody sealed: with zeros for a
 * signature, so that no client may take it for an answer. */
static bool seal_answer(struct exchange *x, struct link *link, enum trouble trouble)
{
	static const unsigned char zeros[16];
	OWN_VALUE(str_done) struct str header = { 0 }, data = STR(PLAIN_MAX);
	struct reply *reply = &x->reply;
	struct str body = STR(PLAIN_MAX);
	struct sealed message = { .protocol = link->auth.protocol };

	if (!x->sealed)
		str_addn(&header, zeros, sizeof(zeros));
	if (x->sealed ? !crypt_close(&link->auth, &reply->body, &header, &data)
		      : (str_addn(&data, reply->body.data, reply->body.len), str_failed(&data)))
		return false;
	if (trouble == TROUBLE_SEAL_DAMAGED && data.len)
		data.data[data.len / 2] ^= 0x10;
	strncpy(message.original, reply->content_type, sizeof(message.original) - 1);
	message.header = (const unsigned char *)header.data;
	message.header_len = header.len;
	message.data = (const unsigned char *)data.data;
	message.length = data.len;
	seal_write(&body, &message, variant_of(trouble));
	str_done(&reply->body);
	reply->body = body;
	reply->content_type = seal_content_type(message.protocol);
	return true;
}

static void dress_answer(struct exchange *x, struct link *link)
{
	enum trouble trouble = link->host->scenario->trouble;

	if (trouble != TROUBLE_GZIP)
		wire_disturb(&x->reply, trouble);
	if ((x->sealed && trouble != TROUBLE_SEAL_MISSING) || (!x->sealed && breaks_seals(trouble)))
		if (!seal_answer(x, link, trouble))
			x->reply.delivery = DELIVER_RESET;
	if (trouble == TROUBLE_GZIP)
		wire_disturb(&x->reply, trouble);
	link->answers++;
	link->auth.answered++;
	x->ends_connection = trouble == TROUBLE_CLOSES_BETWEEN && link->answers >= ANSWERS_BETWEEN_CLOSES &&
			     !link->host->enumerations &&
			     !link->host->subscriptions; /* those are bound to the connection */
}

/* SOAP at last. False: the answer has to wait for *wait_ms. */
static bool answer_soap(struct exchange *x, struct link *link, const struct http_server *server, unsigned *wait_ms)
{
	OWN_VALUE(str_done) struct str url = { 0 };
	uint64_t now = clock_ms();
	struct wsman_answer answer;
	struct call call = {
		.body = str_text(&x->body),
		.len = x->body.len,
		.anonymous = x->anonymous,
		.chunked = exchange_header(x, "Transfer-Encoding") != NULL,
		.user = link->auth.user,
		.client = link->client,
		.connection = link->number,
		.waited_ms = (unsigned)(now - x->began),
	};

	str_addf(&url, "%s://%s:%u/wsman", server->tls ? "https" : "http", link->host->name, server->port);
	call.url = str_text(&url);
	wsman_answer(link->host, &call, &answer);
	str_done(&x->reply.body);
	x->reply.body = answer.envelope;
	x->reply.status = answer.fault ? 500 : 200;
	x->reply.content_type = "application/soap+xml;charset=UTF-8";
	x->reply.delivery = answer.reset ? DELIVER_RESET : DELIVER_WHOLE;
	*wait_ms = delay_is_stopped() ? 0 : answer.wait_ms;
	if (!answer.wait_ms && !answer.reset)
		dress_answer(x, link);
	if (answer.cut)
		x->reply.delivery = DELIVER_HALF_THEN_RESET;
	return *wait_ms == 0;
}

/* Whether the client says the same again after we broke the answer; once the body can be read. */
static void note_repetition(const struct exchange *x, struct link *link)
{
	if (link->host->broken_request == fingerprint(&x->body))
		journal_count(COUNT_RETRIED, 1);
	link->host->broken_request = 0;
}

static void note_request(struct exchange *x, struct link *link)
{
	x->began = clock_ms();
	journal_count(COUNT_REQUESTS, 1);
	journal_count(COUNT_BYTES_IN, (long)x->body.len);
	atomic_fetch_add(&link->host->requests, 1);
	if (x->body.len && !x->sealed)
		note_repetition(x, link);
}

static void note_answer(const struct exchange *x, struct link *link)
{
	link->host->answers++;
	if (x->body.len && (x->reply.delivery >= DELIVER_HALF_THEN_CLOSE || x->reply.status == 503))
		link->host->broken_request = fingerprint(&x->body);
}

/* Everything before SOAP, once for a request. False: the reply is already there. */
static bool let_in(
	struct exchange *x, struct link *link, const struct http_server *server, const char *method, const char *url)
{
	const char *identify = exchange_header(x, "WSMANIDENTIFY");

	x->anonymous = identify && strcasecmp(identify, "unauthenticated") == 0;
	x->sealed = seal_is_content_type(exchange_header(x, "Content-Type")) && x->body.len;
	note_request(x, link);
	if (wire_instead(&x->reply, link->host->scenario->trouble, link->host->answers) ||
		!check_request(x, link, method, url))
		return false;
	if (!x->anonymous && (!check_clear(x, link, server) || !check_identity(x, link, server)))
		return false;
	if (x->body.len == 0) {
		x->reply.status = 200; /* an empty leg of an authentication */
		return false;
	}
	if (!x->sealed)
		return check_content_type(x, link);
	if (!unseal(x, link, server))
		return false;
	note_repetition(x, link);
	return true;
}

bool conversation_go_on(struct exchange *x, struct link *link, const struct http_server *server, const char *method,
	const char *url, unsigned *wait_ms)
{
	host_wake(link->host);
	if (x->stage == STAGE_UNSEEN && !host_is_down(link->host) && let_in(x, link, server, method, url))
		x->stage = STAGE_ASKING;
	if (host_is_down(link->host))
		x->reply.delivery = DELIVER_RESET;
	else if (x->stage == STAGE_ASKING && !answer_soap(x, link, server, wait_ms))
		return false;
	note_answer(x, link);
	return true;
}
