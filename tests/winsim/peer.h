#pragma once
/* peer: the certificate that a client showed in its TLS handshake. */

#include <stddef.h>

enum peer { PEER_NONE, PEER_FOREIGN /* no authority of ours, or not for clients */, PEER_TRUSTED };

/* session: what libmicrohttpd calls a GnuTLS session. PEER_TRUSTED: user gets the common name. */
enum peer peer_certificate(void *session, char *user, size_t room);
