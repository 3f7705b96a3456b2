#pragma once
/* credential: who we are on the servers: one account with all it can prove itself by, shared by the sessions of a run.
 * Plain data; everything is borrowed for the run. */

#include <stdbool.h>

#include "secret.h"

enum auth_method {
	AUTH_AUTO,        /* a wish, never a connection's: see auth_method_for() */
	AUTH_KERBEROS,    /* scheme Kerberos: AP-REQ as it is */
	AUTH_NEGOTIATE,   /* scheme Negotiate: SPNEGO around Kerberos; as a wish, or NTLM where no ticket can be had */
	AUTH_NTLM,        /* scheme Negotiate: NTLM as it is, as Windows' own client sends it */
	AUTH_BASIC,       /* only over verified TLS, or in clear where the administrator spelled out that it may be */
	AUTH_CERTIFICATE, /* by TLS; a local account on the server */
	AUTH_ANONYMOUS,   /* tells nobody who we are: for what a server tells anyone (PROTOCOL: Identify) */
};

struct tickets;            /* tickets.h */
struct ntlm;               /* ntlm.h */
struct client_certificate; /* client_certificate.h */

struct credential {
	const char *name; /* as the inventory calls it, for messages; never secret */
	const char *user; /* "svc@CORP.EXAMPLE", "CORP\svc", "Administrator"; NULL: whoever the ticket is for */
	const struct secret *password;                /* NULL: none */
	enum auth_method wish;                        /* how to use it, unless a host says otherwise */
	struct tickets *tickets;                      /* NULL: no ticket can be had */
	struct ntlm *ntlm;                            /* NULL: no password, or no mechanism for it on this machine */
	const struct client_certificate *certificate; /* NULL: none */
	struct guard *guard;                          /* guard.h; of the password; NULL: none */
};
