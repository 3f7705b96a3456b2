#pragma once
/* transport: carries SOAP messages to one host and back: authenticates the connection (auth.h), seals what goes out and
 * unseals what comes back, and knows on which socket it speaks, for that is where a security context lives. */

#include "connection.h"
#include "deadline.h"
#include "error.h"
#include "own.h"
#include "session.h"
#include "str.h"

struct transport;

/* Does not connect. stats is borrowed and kept up to date. NULL with *e set: ERROR_LOCAL. */
struct transport *transport_new(const struct connection *c, struct session_stats *stats, struct error *e);
void transport_free(struct transport *t); /* closes the connection */
CLEANUP_OF(struct transport, transport_free);

/* Did the last message bear a proof of a password that nobody has accepted yet? If it was lost, another try might be
 * one too many for the account. */
bool transport_proof_is_pending(const struct transport *t);

/* Sends one message once, leaves the answer in reply. abort (may be NULL) ends it beside the deadline.
 * timeout_ms: for this message, if the deadline does not come first. 0, or -1 with *e set (refusal.h). */
int transport_post(struct transport *t, const struct str *message, struct deadline deadline, int64_t timeout_ms,
	const struct stop *abort, struct str *reply, struct error *e);
