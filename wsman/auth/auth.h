#pragma once
/* auth: how a session proves who it is, and how it protects what it says: one small table of functions per scheme.
 * Theory of operation. Windows authenticates TCP connections (RFC 4559 section 6). For a new one the transport calls
 * prepare() before connecting, begin() when the connection stands, and then sends header() with each request and hands
 * every token of the server to take(), until the context is established. From `ready` on a request may carry a message;
 * until then it has no body. A context dies with its connection: begin() makes another one, and the message is sealed
 * again. */

#include "binding.h"
#include "credential.h"
#include "deadline.h"
#include "error.h"
#include "own.h"
#include "str.h"

struct auth_target {         /* whom to prove it to; borrowed for the life of the auth */
	const char *host;    /* as in the service principal name: "srv.corp.example" */
	const char *service; /* the only one to ask a ticket for; NULL: host, HTTP, WSMAN in that order */
	bool tls;            /* messages are protected by TLS, and sealed by the scheme otherwise */
};

struct auth;

struct auth_scheme {
	const char *word; /* as the server offers it in WWW-Authenticate: "Negotiate"; NULL: it is not offered there */
	bool bound;       /* proves a connection by a conversation; otherwise each request by itself */
	bool lockable;    /* every try shows a password to the server, so that wrong ones may lock the account */
	/* Gets what it takes to begin; may block on a KDC. Forgets the context of an earlier connection. */
	int (*prepare)(struct auth *a, struct deadline deadline, struct error *e);
	/* On the new connection, before its first request. binding: NULL for none. */
	int (*begin)(struct auth *a, const struct binding *binding, struct error *e);
	/* A header line for the next request, or NULL: a token goes out once. Valid until the next call. */
	char *(*header)(struct auth *a);
	/* What the server answered to it: the base64 token behind its word. ERROR_AUTH, ERROR_PROTOCOL. */
	int (*take)(struct auth *a, const char *token, struct error *e);
	/* The server refused the proof as a whole: is there another way to prove the same (another SPN)? */
	bool (*another)(struct auth *a);
	/* Appends to sealed what is to be sent instead of the SOAP message plain. */
	int (*seal)(struct auth *a, const char *plain, size_t len, struct str *sealed, struct error *e);
	/* Turns a body of the given content type into the SOAP message, in place. -1, ERROR_PROTOCOL, if the server did
	 * not protect it as agreed or it is no SOAP at all. */
	int (*unseal)(struct auth *a, const char *content_type, struct str *body, struct error *e);
	void (*free)(struct auth *a);
};

struct auth { /* the first member of every scheme's own structure */
	const struct auth_scheme *scheme;
	const char *name; /* for reports, what it came to: "kerberos", "ntlm", "basic", "certificate", "anonymous" */
	struct str content_type; /* the whole header line of a request that carries a message */
	char spn[300];           /* that the ticket is for; "" */
	bool seals;              /* bodies are encrypted by the scheme itself */
	bool ready;              /* the next request may carry a message */
	bool established;        /* on this connection; nothing more is to be proved by either side */
	bool mutual;             /* the server has proved its identity by the scheme itself */
};

/* method: as auth_method_for() gives it. NULL with *e set: ERROR_AUTH if the credential has not what the
 * method needs, or it cannot be had for this host. */
struct auth *auth_new(enum auth_method method, const struct credential *credential, const struct auth_target *target,
	struct error *e);
void auth_free(struct auth *a);
CLEANUP_OF(struct auth, auth_free);

/* What AUTH_AUTO and AUTH_NEGOTIATE come to for a host of that name; other methods stay as they are. Kerberos (as
 * AUTH_NEGOTIATE) where a ticket can be had and the name can have an SPN, otherwise NTLM. The server has no say in it:
 * no downgrade (RELIABILITY 0.9). */
enum auth_method auth_method_for(enum auth_method wish, const struct credential *credential, const char *host);

/* Does it seal messages by itself, so that port 5985 will do? */
bool auth_method_seals(enum auth_method method);
const char *auth_method_name(enum auth_method method);             /* as --auth takes it */
int auth_method_parse(const char *name, enum auth_method *method); /* NULL: AUTH_AUTO; -1 if there is no such */

/* Call once, before the first thread: what the environment must not tell the NTLM library (RELIABILITY 0.7). */
void auth_global_init(void);
