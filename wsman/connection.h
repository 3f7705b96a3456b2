#pragma once
/* connection: where a WinRM endpoint is and who we are there. Plain data, borrowed for the life of a session. */

#include <stdbool.h>
#include <stdint.h>

#include "secret.h"

struct trust; /* certificates that are trusted, read once and shared by all sessions: trust.h */

enum auth_method {
	AUTH_BASIC, /* only over verified TLS, or in clear where the administrator spelled out insecure_plaintext */
};

struct credential {
	const char *name; /* as the inventory calls it, for messages; never secret */
	enum auth_method method;
	const char *user;
	const struct secret *password;
	struct guard *guard; /* shared by the run's sessions, see guard.h; NULL: none */
};

struct connection {
	const char *name;    /* DNS name or IP literal: the TLS name, the Host header, a:To */
	const char *address; /* where to connect if it is not what name resolves to; or NULL */
	uint16_t port;
	bool tls;
	bool insecure_tls;       /* do not check the certificate (then Basic is refused, RELIABILITY B) */
	bool insecure_plaintext; /* allow SOAP and Basic in clear over HTTP */
	const struct trust *trust;
	const struct credential *credential;
	const char *proxy; /* URL, or NULL for none; the environment's proxies are never used */
	unsigned connect_timeout_ms;
	unsigned operation_timeout_s; /* w:OperationTimeout: the server answers a silent Receive after so long */
};
