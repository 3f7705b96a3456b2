#pragma once
/* crypt: sealed bytes in and out of the context of a connection, and a look at their raw layout: both ends of a test
 * may share one GSS library, so that its mistakes would cancel out. */

#include "auth.h"

/* Unseals what was read from the client. Layouts that Windows would not understand are journaled for that host
 * (PROTOCOL 18). false: it cannot be unsealed. */
bool crypt_open(struct auth *auth, const struct sealed *message, const char *host, struct str *plain);

/* Seals plain bytes into header and data; *data keeps them. false: the context cannot. */
bool crypt_close(struct auth *auth, const struct str *plain, struct str *header, struct str *data);
