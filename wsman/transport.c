/* transport: see the header. Theory of operation: a message waits until the connection has a security context, then it
 * is sealed and goes out once. PREREQ of libcurl (http.h: ready) tells which connection that will be: if it is not the
 * one of the context, nothing is sent, and all begins again on a new one. So sealed bytes are never replayed, and what
 * is sent a second time here was provably not read the first time: it never left, or was answered by 401. */
#include "transport.h"
#include "auth.h"
#include "guard.h"
#include "http.h"
#include "refusal.h"
#include "trace.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	CONTEXTS_MAX = 5, /* for one message: each SPN, and kept connections that had died */
	REQUESTS_MAX = 6, /* for one context: tokens and the message */
};

struct transport {
	const struct connection *connection;
	struct session_stats *stats;
	struct http *http;
	struct auth *auth;
	struct binding binding;
	unsigned socket; /* of http.h, that has the context */
	bool begun;      /* there is a context, established or on the way */
	bool accepted;   /* the server let us in; the guard need not be asked again */
	struct str sealed;

	/* of the message in hand */
	struct http_request request;
	struct http_answer answer;
	bool entered;  /* the guard let us, with this turn */
	unsigned turn; /* 0: the guard is open to all */
	bool moved;    /* not sent: the connection is another than that of the context */
	bool proving;  /* the request bore a token or password */
	bool rejected; /* the server looked at the password and said no */
};

/* ---- when the connection stands ---- */

static int begin_context(struct transport *t, struct error *e)
{
	bool bind = t->connection->tls && t->auth->scheme->bound && !t->connection->no_cbt;

	if (bind) {
		X509 *certificate = http_server_certificate(t->http);
		int rc = binding_of(certificate, &t->binding, e);
		X509_free(certificate);
		if (rc < 0)
			return -1;
	}
	return t->auth->scheme->begin(t->auth, bind ? &t->binding : NULL, e);
}

/* Only now: a host that cannot be reached must not hold the turn of the credential. */
static int enter(struct transport *t, struct error *e)
{
	struct guard *guard = t->connection->credential->guard;

	if (t->accepted || t->entered || !guard || !t->auth->scheme->lockable)
		return 0;
	if (guard_enter(guard, t->request.deadline, &t->turn, e) < 0)
		return -1;
	t->entered = true;
	return 0;
}

static int on_ready(void *context, unsigned socket, char **header, struct error *e)
{
	struct transport *t = context;

	t->moved = t->begun && t->auth->scheme->bound && socket != t->socket;
	if (t->moved)
		return error_code(e, ERROR_CONNECT, CURLE_GOT_NOTHING,
			"the server or a proxy closes the connection in the middle of the authentication");
	if (enter(t, e) < 0 || (!t->begun && begin_context(t, e) < 0))
		return -1;
	t->begun = true;
	t->socket = socket;
	*header = t->auth->scheme->header(t->auth);
	t->proving = *header != NULL;
	return 0;
}

/* ---- one request ---- */

static void note_answer(struct transport *t)
{
	const struct http_answer *answer = &t->answer;
	struct session_stats *stats = t->stats;

	stats->requests += answer->sent;
	stats->bytes_in += answer->bytes_in;
	stats->bytes_out += answer->bytes_out;
	if (answer->sent)
		strncpy(stats->address, answer->address, sizeof(stats->address) - 1);
	if (answer->outcome.status == 401)
		snprintf(stats->offers, sizeof(stats->offers), "%s", answer->outcome.schemes);
	if (answer->outcome.dated) {
		stats->dated = true;
		stats->ahead_s = answer->outcome.ahead_s;
	}
	snprintf(stats->spn, sizeof(stats->spn), "%s", t->auth->spn);
	stats->auth = t->auth->name;
}

static int send_request(struct transport *t, const struct str *message, struct error *e)
{
	struct auth *a = t->auth;

	if (deadline_left(t->request.deadline) == 0)
		return error_set(e, deadline_stopped(t->request.deadline) ? ERROR_ABORTED : ERROR_TIMEOUT,
			deadline_stopped(t->request.deadline) ? "stopped" : "the time for this host is over");
	str_clear(&t->sealed);
	if (a->ready && a->scheme->seal(a, str_text(message), message->len, &t->sealed, e) < 0)
		return -1;
	t->request.body = &t->sealed;
	t->request.fresh = a->scheme->bound && !t->begun;
	t->request.patient = !t->accepted && !t->entered && a->scheme->lockable && t->connection->credential->guard;
	t->moved = t->proving = false;
	int rc = http_exchange(t->http, &t->request, &t->answer, e);
	note_answer(t);
	t->answer.outcome.auth = a;
	return rc;
}

/* ---- what the answer means ---- */

enum step {
	STEP_FAILED,
	STEP_NEXT,  /* the authentication goes on on this connection */
	STEP_AGAIN, /* from the beginning; the message was not read */
	STEP_DONE,  /* t->answer.body is the SOAP answer */
};

/* 401 to what? To a request without a token: the server has forgotten us. To our proof: it does not like it. */
static enum step refused(struct transport *t, bool with_message, struct error *e)
{
	struct outcome *o = &t->answer.outcome;
	struct auth *a = t->auth;
	bool offered = !a->scheme->word || !o->schemes[0] || strcasestr(o->schemes, a->scheme->word);

	o->result = CURLE_OK; /* 401 says all, even if its body was cut */
	o->cut = CUT_NOT;
	refusal(o, t->connection, e);
	if (a->scheme->bound && !t->proving)
		return STEP_AGAIN;
	if (offered && a->scheme->another(a))
		return STEP_AGAIN;
	/* Before a challenge, or where the scheme is not even offered, nobody looked at the password. */
	t->rejected = a->scheme->lockable && with_message && (a->scheme->bound || offered);
	return STEP_FAILED;
}

static enum step token_taken(struct transport *t, struct error *e)
{
	struct auth *a = t->auth;

	if (a->scheme->take(a, t->answer.token, e) == 0)
		return STEP_NEXT;
	error_during(e, "authenticate");
	return e->kind == ERROR_AUTH && a->scheme->another(a) ? STEP_AGAIN : STEP_FAILED;
}

static enum step read_answer(struct transport *t, bool with_message, struct error *e)
{
	const struct outcome *o = &t->answer.outcome;
	struct auth *a = t->auth;
	bool whole = o->result == CURLE_OK && o->cut == CUT_NOT;
	enum step step = STEP_NEXT;

	if (whole && a->scheme->bound && t->answer.token[0] && !a->established)
		step = token_taken(t, e);
	else if (o->status == 401)
		return refused(t, with_message, e);
	if (step != STEP_NEXT || o->status == 401)
		return step;
	if (refusal(o, t->connection, e) < 0)
		return STEP_FAILED;
	if (!a->established) {
		error_set(e, ERROR_AUTH, "the server lets us in without having proved who it is: not trusted");
		return STEP_FAILED;
	}
	if (!with_message)
		return STEP_NEXT;
	return a->scheme->unseal(a, o->content_type, t->answer.body, e) < 0 ? STEP_FAILED : STEP_DONE;
}

/* Authenticates if need be, and carries the message on that connection. */
static enum step carry(struct transport *t, const struct str *message, struct error *e)
{
	if (!t->begun && t->auth->scheme->prepare(t->auth, t->request.deadline, e) < 0)
		return STEP_FAILED;
	for (unsigned i = 0; i < REQUESTS_MAX; i++) {
		bool with_message = t->auth->ready;
		if (send_request(t, message, e) < 0)
			return t->moved ? STEP_AGAIN : STEP_FAILED;
		enum step step = read_answer(t, with_message, e);
		trace_exchange(t->connection->trace, t->connection->name, with_message ? message : NULL, &t->answer,
			step == STEP_DONE);
		if (step != STEP_NEXT && e->kind != ERROR_NONE && (!with_message || e->kind == ERROR_AUTH))
			error_during(e, "authenticate");
		if (step != STEP_NEXT)
			return step;
	}
	error_set(e, ERROR_PROTOCOL, "the server never ends the authentication");
	return STEP_FAILED;
}

static int converse(struct transport *t, const struct str *message, struct error *e)
{
	struct error refused = { 0 }, why;

	for (unsigned i = 0; i < CONTEXTS_MAX; i++) {
		error_clear(&why);
		enum step step = carry(t, message, &why);
		t->begun &= step == STEP_DONE && !t->answer.closes;
		if (step == STEP_DONE)
			return 0;
		/* That no other name has a ticket is not why the first was refused. */
		if (t->proving && refused.kind == ERROR_NONE)
			refused = why;
		if (step == STEP_FAILED)
			break;
	}
	*e = refused.kind != ERROR_NONE && why.kind == ERROR_AUTH ? refused : why;
	return -1;
}

bool transport_proof_is_pending(const struct transport *t)
{
	return t->auth->scheme->lockable && t->proving && t->turn != 0;
}

int transport_post(struct transport *t, const struct str *message, struct deadline deadline, int64_t timeout_ms,
	const struct stop *abort, struct str *reply, struct error *e)
{
	t->request.deadline = deadline;
	t->request.timeout_ms = timeout_ms;
	t->request.abort = abort;
	t->answer.body = reply;
	t->entered = t->rejected = t->proving = false;
	t->turn = 0;
	int rc = converse(t, message, e);
	t->accepted = rc == 0 || (t->accepted && !t->rejected);
	if (rc == 0)
		t->stats->server_authenticated = t->auth->mutual || connection_verifies(t->connection);
	if (t->connection->credential->guard && (t->entered || t->rejected))
		guard_leave(t->connection->credential->guard, t->turn,
			rc == 0       ? GUARD_ACCEPTED
			: t->rejected ? GUARD_REJECTED
				      : GUARD_UNTRIED);
	return rc;
}

/* ---- making one ---- */

struct transport *transport_new(const struct connection *c, struct session_stats *stats, struct error *e)
{
	if (connection_check(c, e) < 0)
		return NULL;
	OWN(transport_free) struct transport *t = calloc(1, sizeof(*t));
	if (!t) {
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	const struct auth_target target = {
		.host = c->spn_host ? c->spn_host : c->name,
		.service = c->spn_service,
		.tls = c->tls,
	};
	t->connection = c;
	t->stats = stats;
	if (!(t->auth = auth_new(c->method, c->credential, &target, e)) || !(t->http = http_new(c, e)))
		return NULL;
	t->request.content_type = t->auth->content_type.data;
	t->request.word = t->auth->scheme->word;
	t->request.ready = on_ready;
	t->request.context = t;
	stats->scheme = c->tls ? "https" : "http";
	stats->auth = t->auth->name;
	stats->sealed = t->auth->seals;
	return TAKE(t);
}

void transport_free(struct transport *t)
{
	if (!t)
		return;
	http_free(t->http);
	auth_free(t->auth);
	str_done(&t->sealed);
	free(t);
}
