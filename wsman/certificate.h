#pragma once
/* certificate: notes what the server's certificate says while OpenSSL checks it, so that a refusal can name it. */

#include <openssl/ssl.h>

struct certificate {
	char name[128];   /* whom the server's own certificate is issued for: first DNS name, else common name; "" */
	char expires[16]; /* of the certificate that failed, or the server's own: "2026-11-22"; "" */
};

/* Fills *seen during handshakes of connections made from context; seen must outlive them. Checks are not changed. */
void certificate_watch(SSL_CTX *context, struct certificate *seen);
