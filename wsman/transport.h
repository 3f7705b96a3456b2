#pragma once
/* transport: carries SOAP messages to one host and back by libcurl: one easy handle, one connection, no pool, nothing
 * shared. It knows on which socket it speaks, which is where a security context lives (RFC 4559 section 6). */

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

/* Appends to url the one of the service at name: http://name:5985/wsman, brackets around IPv6 literals.
 * -1 with *e set (ERROR_LOCAL) if name is neither a host name nor an address. */
int service_url(struct str *url, const char *scheme, const char *name, uint16_t port, struct error *e);

/* Sends one message once, leaves the answer in reply. abort (may be NULL) ends it beside the deadline.
 * timeout_ms: for this message, if the deadline does not come first. 0, or -1 with *e set (refusal.h). */
int transport_post(struct transport *t, const struct str *message, struct deadline deadline, int64_t timeout_ms,
	const struct stop *abort, struct str *reply, struct error *e);
