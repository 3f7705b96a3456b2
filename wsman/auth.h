#pragma once
/* auth: how a session proves who it is, and how it protects what it says: one small table of functions per scheme.
 * The transport asks for the Authorization of each request, has every body sealed, and every answer unsealed. */

#include "connection.h"
#include "error.h"
#include "own.h"
#include "str.h"

struct auth;

struct auth_scheme {
	const char *name;         /* for reports: "basic" */
	const char *word;         /* as the server offers it in WWW-Authenticate: "Basic" */
	const char *content_type; /* of what seal() makes */
	bool seals;               /* bodies are encrypted by the scheme itself */
	/* The value of the Authorization header of the next request. Valid until the next call. */
	const char *(*authorization)(struct auth *a);
	/* Appends to sealed what is to be sent instead of the SOAP message plain. */
	int (*seal)(struct auth *a, const char *plain, size_t len, struct str *sealed, struct error *e);
	/* Turns a body of the given content type into the SOAP message, in place. -1, ERROR_PROTOCOL, if the server did
	 * not protect it as agreed or it is no SOAP at all. */
	int (*unseal)(struct auth *a, const char *content_type, struct str *body, struct error *e);
	void (*free)(struct auth *a);
};

struct auth { /* the first member of every scheme's own structure */
	const struct auth_scheme *scheme;
};

/* NULL with *e set (ERROR_LOCAL) if the connection does not allow what its credential needs. */
struct auth *auth_new(const struct connection *connection, struct error *e);
void auth_free(struct auth *a);
CLEANUP_OF(struct auth, auth_free);
