#pragma once
/* acceptor: the server's side of NTLM, Kerberos and SPNEGO, by GSSAPI, a leg at a time. */

#include "auth.h"
#include "fleet.h"

/* Credentials of the simulated servers: NTLM_USER_FILE for gss-ntlmssp in DIR, the keytab for Kerberos. Sets
 * environment variables, so no other thread may run yet. 0, or -1 after a message on stderr. */
int acceptor_start(const struct options *options, const struct fleet *fleet);
void acceptor_stop(void);

enum leg { LEG_DONE, LEG_MORE, LEG_REFUSED };

/* Takes the client's token; *answer gets the server's. LEG_DONE: mechanism, user and enctype of auth are set.
 * raw_kerberos: the scheme was Kerberos, which carries nothing else. */
enum leg acceptor_leg(struct auth *auth, const struct auth_request *request, bool raw_kerberos, const struct str *token,
	struct str *answer);
