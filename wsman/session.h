#pragma once
/* session: a conversation with one host: one libcurl easy handle, one connection, one deadline, one request at a time.
 * Belongs to one thread. Everything above it (enumerate, shell, ...) goes through session_exchange(). */

#include <time.h>

#include "connection.h"
#include "deadline.h"
#include "error.h"
#include "own.h"
#include "str.h"
#include "xml.h"

enum {
	REPLY_MAX = 768 * 1024,     /* bytes of one reply: MaxEnvelopeSize plus framing */
	ENVELOPE_MAX = 512000,      /* w:MaxEnvelopeSize that we ask for; the server clamps it (MS-WSMV 3.1.4.1.7) */
	REQUEST_MAX = 64 * 1024,    /* bytes of one request of ours */
	BODY_DEPTH = 3,             /* of the elements directly inside s:Body */
	CLEANUP_RESERVE_MS = 10000, /* for Signal, Delete and Release after the deadline has passed */
};

struct session;

/* What the wire carries, for tests: takes a whole SOAP request, leaves the whole reply (any HTTP status; the fault is
 * in the body). Returns 0, or -1 with *e set if no SOAP reply was had. */
typedef int exchange_fn(void *context, const char *request, size_t len, struct str *reply, struct error *e);

struct session_stats {
	unsigned requests, retries;
	uint64_t bytes_in, bytes_out; /* bodies and headers, as libcurl counts them */
	const char *scheme, *auth;    /* "https", "kerberos": constants */
	bool sealed, server_authenticated;
	char spn[300];    /* that the ticket was for; "" */
	char offers[64];  /* schemes that the server offered with its last 401; "" */
	bool dated;       /* the server told its time (HTTP Date) ... */
	int64_t ahead_s;  /* ... by so much it is ahead of ours */
	char address[64]; /* the IP address that was spoken to; "" before the first connection */
};

/* Does not connect yet. The connection must outlive the session. NULL with *e set: ERROR_LOCAL. */
struct session *session_open(const struct connection *connection, struct deadline deadline, struct error *e);
/* A session whose wire is a function; name is used in a:To. */
struct session *session_scripted(const char *name, exchange_fn *exchange, void *context, struct deadline deadline);
void session_free(struct session *s); /* closes the connection (MS-WSMV note 22: an idle one counts for two minutes) */
CLEANUP_OF(struct session, session_free);

const struct session_stats *session_stats(const struct session *s);
struct deadline session_deadline(const struct session *s);
void session_set_deadline(struct session *s, struct deadline deadline); /* a shorter one for a part, or the reserve */
unsigned session_operation_timeout(const struct session *s);            /* seconds */

/* One request. Strings are borrowed for the call; values are escaped here. */
struct selector {
	const char *name, *value;
};
struct request {
	const char *operation;    /* for errors: "shell create" */
	const char *action;       /* a:Action URI */
	const char *resource_uri; /* NULL: no addressing at all (Identify) */
	const struct selector *selectors;
	size_t selector_count;
	const struct selector *options; /* w:OptionSet */
	size_t option_count;
	const char *subscription; /* e:Identifier of WS-Eventing; NULL for none */
	const char *body;         /* XML inside s:Body, already escaped; "" for none */
	bool safe;  /* asking twice does no harm: it is repeated on a lost connection, 503 and quota faults */
	bool opens; /* the host keeps something open once it has answered: that answer is awaited in the reserve too */
	bool cleanup; /* runs in the reserve after the deadline has passed; repeated once, on a lost connection */
};

/* Sends the request and hands the elements inside the reply's s:Body to reader (see xml.h; they begin at depth
 * BODY_DEPTH, texts are trimmed). Faults of either shape become *e
 * with code = the WSMan number: 2150858793 is ERROR_TIMEOUT with that code, access ERROR_DENIED, quotas ERROR_QUOTA
 * after back-off inside the deadline, else ERROR_FAULT. 0 or -1. On -1 what the reader got must not be used. */
int session_exchange(struct session *s, const struct request *r, const struct xml_reader *reader, struct error *e);
