#pragma once
/* auth: who speaks on a connection. Windows authenticates connections, not requests (PROTOCOL 14); Basic alone comes
 * with each request. Schemes that need a conversation keep it here, with the connection. */

#include <stdbool.h>

#include "options.h"
#include "str.h"

struct auth {
	bool authenticated;
	char user[128]; /* as it was proved */
};

enum auth_result { AUTH_OK, AUTH_CHALLENGE, AUTH_REJECTED };

/* header: the value of Authorization, or NULL. tls: the connection is encrypted. */
enum auth_result auth_check(struct auth *auth, const char *header, bool tls, const struct options *options);

/* The i-th WWW-Authenticate header of a 401, or NULL. */
const char *auth_scheme(size_t i, bool tls, const struct options *options);
