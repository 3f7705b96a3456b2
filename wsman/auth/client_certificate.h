#pragma once
/* client_certificate: the certificate and key that prove who we are to a server, read once for all sessions of a run.
 * Thread-safe for reading once made. */

#include <openssl/ssl.h>

#include "error.h"
#include "own.h"
#include "secret.h"

struct client_certificate;

/* PEM files; the certificate's may hold intermediates behind it. The key's must be ours or root's and closed to others
 * (0600); passphrase: of an encrypted key, or NULL. NULL with *e set: ERROR_LOCAL. */
struct client_certificate *client_certificate_new(
	const char *certificate_file, const char *key_file, const struct secret *passphrase, struct error *e);
void client_certificate_free(struct client_certificate *c);
CLEANUP_OF(struct client_certificate, client_certificate_free);

int client_certificate_use(const struct client_certificate *c, SSL_CTX *tls); /* -1: it does not fit */
