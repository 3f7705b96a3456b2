#pragma once
/* connection: where a WinRM endpoint is and who we are there. Plain data, borrowed for the life of a session. */

#include <stdbool.h>
#include <stdint.h>

#include "credential.h"
#include "error.h"

struct trust; /* certificates that are trusted, read once and shared by all sessions: trust.h */
struct trace; /* where conversations are written to: trace.h */

struct connection {
	const char *name;    /* DNS name or IP literal: the TLS name, the Host header, a:To, the SPN */
	const char *address; /* where to connect if it is not what name resolves to; or NULL */
	uint16_t port;
	bool tls;
	bool tls13;              /* take no older version than 1.3; else 1.2 will do */
	bool insecure_tls;       /* do not check the certificate (then Basic is refused, RELIABILITY B) */
	bool insecure_plaintext; /* allow SOAP and Basic in clear over HTTP */
	bool no_cbt;             /* send no channel bindings: a proxy that breaks TLS open is in between */
	const char *pinned_key;  /* "sha256//BASE64" of the server's public key, instead of CA and name; or NULL */
	const struct trust *trust;
	const struct credential *credential;
	enum auth_method method; /* as auth_method_for() gives it */
	const char *spn_host;    /* another name in the SPN; NULL: name */
	const char *spn_service; /* the only service to ask a ticket for; NULL: host, HTTP, WSMAN in that order */
	const char *proxy;       /* URL, or NULL for none; the environment's proxies are never used */
	struct trace *trace;     /* NULL: none */
	unsigned connect_timeout_ms;
	unsigned operation_timeout_s; /* w:OperationTimeout: the server answers a silent Receive after so long */
};

/* Will TLS tell us that we speak to the right server? */
bool connection_verifies(const struct connection *c);

/* -1 with *e set if the connection would show a password or messages to others (ERROR_AUTH), or lacks what it needs
 * (ERROR_LOCAL). */
int connection_check(const struct connection *c, struct error *e);
