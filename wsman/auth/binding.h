#pragma once
/* binding: ties a security context to the TLS connection under it: tls-server-end-point of RFC 5929 section 4.1, which
 * defeats whoever relays our tokens. */

#include <gssapi/gssapi.h>
#include <openssl/x509.h>

#include "error.h"

struct binding {
	char data[128];                              /* "tls-server-end-point:" and the hash */
	struct gss_channel_bindings_struct bindings; /* points to data: do not copy the struct */
};

/* leaf: the server's own certificate. -1 with *e set: ERROR_TLS. */
int binding_of(X509 *leaf, struct binding *b, struct error *e);
