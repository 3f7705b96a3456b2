#pragma once
/* token: what a server's token must look like before GSSAPI may see it. gss-ntlmssp 1.2.0 crashes on a CHALLENGE with
 * an empty TargetName, and nothing else stands between a hostile host and that code. Pure, strict, fuzzed. */

#include <stddef.h>

#include "error.h"

enum token_kind {
	TOKEN_NTLM,            /* a CHALLENGE as it is (MS-NLMP 2.2.1.2) */
	TOKEN_KERBEROS,        /* AP-REP or KRB-ERROR in the framing of RFC 4121 4.1 */
	TOKEN_SPNEGO_KERBEROS, /* NegTokenResp (RFC 4178 4.2.2) around it, or around nothing when it ends */
};

enum { TOKEN_MAX = 48 * 1024 }; /* bytes; an AP-REP has some hundred, a CHALLENGE less than two thousand */

/* 0 if it is well-formed and asks for no weaker protection than ours (extended session security, 128 bit, key exchange,
 * sign, seal, target information). -1, ERROR_PROTOCOL, with a cause that says what is wrong with it. */
int token_check(enum token_kind kind, const void *token, size_t len, struct error *e);

/* The KRB-ERROR (RFC 4120 5.9.1) that a token holds instead of an AP-REP; NULL if it holds none. It must have passed
 * token_check(); what is returned points into it. */
const void *token_kerberos_error(enum token_kind kind, const void *token, size_t len, size_t *error_len);
