/* session: see the header. A request is written, sent, answered and read here, by the wire or by a test's script alike.
 */
#include "session.h"
#include "envelope.h"
#include "http.h"
#include "refusal.h"
#include "reply.h"
#include "retry.h"
#include "transport.h"

#include <stdlib.h>
#include <sys/random.h>

enum {
	ANSWER_MARGIN_MS = 10000, /* our timer beyond w:OperationTimeout: the server's own fault should come first */
	LEAVE_MS = 1000,          /* of the deadline, for that fault to travel */
	OPERATION_MIN_MS = 500,   /* 2008 R2 raises anything less to this */
	OPERATION_DEFAULT_S = 60,
	JITTER_MS = 1000,
	REPLY_KEPT =
		16 *
		1024, /* bytes: hosts mostly wait, a thousand at once, and not with their largest answer in memory */
};

struct session {
	struct transport *transport; /* or */
	exchange_fn *exchange;
	void *context;
	struct deadline deadline;
	struct deadline reserve; /* once the deadline has passed: until then cleaning up may take; at_ms 0: not begun */
	unsigned operation_timeout_s;
	struct session_stats stats;
	struct str url, message, reply;
};

static struct session *session_new(struct deadline deadline)
{
	struct session *s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->deadline = deadline;
	s->operation_timeout_s = OPERATION_DEFAULT_S;
	s->message.limit = REQUEST_MAX;
	s->reply.limit = REPLY_MAX;
	return s;
}

struct session *session_open(const struct connection *connection, struct deadline deadline, struct error *e)
{
	OWN(session_free) struct session *s = session_new(deadline);

	if (!s) {
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	if (connection->operation_timeout_s)
		s->operation_timeout_s = connection->operation_timeout_s;
	const char *scheme = connection->tls ? "https" : "http";
	if (service_url(&s->url, scheme, connection->name, connection->port, e) < 0)
		return NULL;
	if (!(s->transport = transport_new(connection, &s->stats, e)))
		return NULL;
	return TAKE(s);
}

struct session *session_scripted(const char *name, exchange_fn *exchange, void *context, struct deadline deadline)
{
	OWN(session_free) struct session *s = session_new(deadline);
	struct error e = { 0 };

	if (!s || service_url(&s->url, "http", name, 5985, &e) < 0)
		return NULL;
	s->exchange = exchange;
	s->context = context;
	s->stats.scheme = s->stats.auth = "script";
	return TAKE(s);
}

void session_free(struct session *s)
{
	if (!s)
		return;
	transport_free(s->transport);
	str_done(&s->url);
	str_done(&s->message);
	str_done(&s->reply);
	free(s);
}

const struct session_stats *session_stats(const struct session *s)
{
	return &s->stats;
}

struct deadline session_deadline(const struct session *s)
{
	return s->deadline;
}

void session_set_deadline(struct session *s, struct deadline deadline)
{
	s->deadline = deadline;
	s->reserve = (struct deadline){ 0 };
}

unsigned session_operation_timeout(const struct session *s)
{
	return s->operation_timeout_s;
}

/* ---- asking again ---- */

void session_retry_now(struct session *s, struct error *e)
{
	error_clear(e);
	s->stats.retries++;
}

/* Hosts that were refused together must not come back together. */
static int64_t pause_ms(unsigned attempt, const struct error *e)
{
	static const int64_t pauses_ms[RETRIES_MAX] = { 5000, 10000, 15000, 20000 };
	uint16_t random = 0;

	if (attempt == 0 && e->kind == ERROR_CONNECT && e->code != 503)
		return 0; /* a kept connection that had died: a new one is all it takes */
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) != sizeof(random))
		random = (uint16_t)clock_ms();
	return pauses_ms[attempt] + random % JITTER_MS;
}

bool session_retry(struct session *s, unsigned attempt, struct error *e)
{
	if (!refusal_passes(e) || attempt >= RETRIES_MAX)
		return false;
	if (e->kind == ERROR_CONNECT && e->code != 503 && s->transport && transport_proof_is_pending(s->transport))
		return false;
	int64_t pause = pause_ms(attempt, e);
	if (deadline_left(s->deadline) <= pause || !deadline_wait(s->deadline, pause)) {
		const struct stop *stop = s->deadline.stop;
		if (stop && (stop->at_ms || stop->now)) { /* it might have passed: the host was not asked to the end */
			error_clear(e);
			error_set(e, ERROR_ABORTED, "stopped while waiting to ask again");
		}
		return false;
	}
	session_retry_now(s, e);
	return true;
}

/* Closing what is closed already does no harm (2150858843), and a kept connection may just have died. */
static bool clean_up_again(struct session *s, const struct request *r, unsigned attempt, struct error *e)
{
	if (!r->cleanup || attempt || e->kind != ERROR_CONNECT || e->code == 503 || !refusal_passes(e))
		return false;
	session_retry_now(s, e);
	return true;
}

/* ---- one request ---- */

/* All that cleans up after a deadline shares one reserve. */
static struct deadline deadline_of(struct session *s, const struct request *r)
{
	struct deadline deadline = s->deadline;

	if (r->opens)
		deadline.grace_ms = CLEANUP_RESERVE_MS;
	if (!r->cleanup)
		return deadline;
	if (deadline_left(s->deadline) > CLEANUP_RESERVE_MS)
		return s->deadline;
	if (!s->reserve.at_ms || deadline_left(s->deadline) > 0)
		s->reserve = deadline_reserve(s->deadline, CLEANUP_RESERVE_MS);
	return s->reserve;
}

static int64_t operation_ms(const struct session *s, struct deadline deadline)
{
	deadline.grace_ms = 0;
	int64_t most = (int64_t)s->operation_timeout_s * 1000, left = deadline_left(deadline) - LEAVE_MS;
	return left > most ? most : left < OPERATION_MIN_MS ? OPERATION_MIN_MS : left;
}

static int carry(struct session *s, struct deadline deadline, int64_t timeout_ms, struct error *e)
{
	struct deadline to_begin = deadline;

	to_begin.grace_ms = 0;
	if (deadline_left(to_begin) == 0 || deadline_aborted(s->deadline)) {
		bool stopped = deadline_stopped(s->deadline);
		return error_set(e, stopped ? ERROR_ABORTED : ERROR_TIMEOUT, "%s",
			stopped ? "stopped" : "the time for this host is over");
	}
	if (s->transport)
		return transport_post(s->transport, &s->message, deadline, timeout_ms, s->deadline.stop, &s->reply, e);
	s->stats.requests++;
	s->stats.bytes_out += s->message.len;
	str_clear(&s->reply);
	int rc = s->exchange(s->context, str_text(&s->message), s->message.len, &s->reply, e);
	s->stats.bytes_in += s->reply.len;
	return rc;
}

static int ask(struct session *s, const struct request *r, const struct xml_reader *reader, struct error *e)
{
	char id[MESSAGE_ID_LEN + 1];
	struct deadline deadline = deadline_of(s, r);
	int64_t timeout_ms = operation_ms(s, deadline);

	if (message_id_new(id, e) < 0)
		return -1;
	str_clear(&s->message);
	envelope_write(&s->message, r, str_text(&s->url), id, timeout_ms);
	if (str_failed(&s->message))
		return error_set(e, ERROR_LOCAL, "the request is larger than %d bytes", REQUEST_MAX);
	if (carry(s, deadline, timeout_ms + ANSWER_MARGIN_MS, e) < 0)
		return -1;
	if (str_failed(&s->reply))
		return error_set(e, ERROR_PROTOCOL, "the answer is larger than %d bytes", REPLY_MAX);
	int rc = reply_read(&s->reply, r->resource_uri ? id : NULL, reader, e);
	if (s->reply.room > REPLY_KEPT)
		str_done(&s->reply);
	return rc;
}

int session_exchange(struct session *s, const struct request *r, const struct xml_reader *reader, struct error *e)
{
	for (unsigned attempt = 0;; attempt++) {
		if (ask(s, r, reader, e) == 0)
			return 0;
		if ((r->safe && !r->cleanup && session_retry(s, attempt, e)) || clean_up_again(s, r, attempt, e))
			continue;
		return error_during(e, r->operation);
	}
}
