#pragma once
/* auth: who speaks on a connection. Windows authenticates connections, not requests (PROTOCOL 14): a context of NTLM or
 * Kerberos lives as long as its connection. Basic and a client certificate alone come with each request. */

#include <stdbool.h>
#include <stdint.h>

#include <gssapi/gssapi.h>

#include "host.h"
#include "peer.h"
#include "seal.h"

enum mechanism { MECHANISM_NONE, MECHANISM_BASIC, MECHANISM_CERTIFICATE, MECHANISM_NTLM, MECHANISM_KERBEROS };

struct auth {
	enum mechanism mechanism; /* what proved the user; none: nobody yet */
	char user[128];           /* as it was proved */
	gss_ctx_id_t context;     /* of NTLM or Kerberos, maybe unfinished */
	enum seal_protocol protocol;
	int enctype;       /* of Kerberos' session key */
	uint32_t sequence; /* of the next NTLM signature that the client makes */
	bool bound;        /* to the TLS channel */
	unsigned answered; /* requests that the context has answered */
};

enum auth_result {
	AUTH_OK,
	AUTH_CHALLENGE, /* no credentials, or not all yet */
	AUTH_REJECTED,
	AUTH_FORBIDDEN, /* a certificate that nobody trusts: 403 */
};

/* What a request brings with it. */
struct auth_request {
	const char *authorization; /* the header, or NULL */
	const char *asked;         /* the Host header: as whom the client knows us; or NULL */
	struct host *host;         /* locked */
	bool tls, has_body;
	const struct str *binding; /* channel binding of the certificate that was shown; NULL without TLS */
	void *tls_session;
};

/* header: gets the WWW-Authenticate header that goes with the answer, 200 or 401; empty: none, or with a 401 the list
 * of schemes. */
enum auth_result auth_check(struct auth *auth, const struct auth_request *request, struct str *header);
void auth_done(struct auth *auth); /* forgets all; accepts a zeroed value */

static inline bool auth_has_context(const struct auth *auth)
{
	return auth->mechanism == MECHANISM_NTLM || auth->mechanism == MECHANISM_KERBEROS;
}

/* The i-th WWW-Authenticate header of a 401, or NULL. */
const char *auth_scheme(size_t i, bool tls, const struct options *options);
