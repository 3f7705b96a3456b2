#pragma once
/* ntlm: what can be read in NTLM messages without keys, and challenges as no decent server writes them (MS-NLMP 2.2.1).
 * Decent ones come from GSSAPI (acceptor.h). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

enum ntlm_type { NTLM_NEGOTIATE = 1, NTLM_CHALLENGE, NTLM_AUTHENTICATE };

enum ntlm_flag { /* MS-NLMP 2.2.2.5 */
	NTLM_UNICODE = 0x1,
	NTLM_REQUEST_TARGET = 0x4,
	NTLM_SIGN = 0x10,
	NTLM_SEAL = 0x20,
	NTLM_NTLM = 0x200,
	NTLM_ALWAYS_SIGN = 0x8000,
	NTLM_TARGET_IS_SERVER = 0x20000,
	NTLM_EXTENDED_SECURITY = 0x80000,
	NTLM_TARGET_INFO = 0x800000,
	NTLM_VERSION = 0x2000000,
	NTLM_128 = 0x20000000,
	NTLM_KEY_EXCHANGE = 0x40000000,
};

/* The message of that type in a token, at its start or wrapped in SPNEGO; *left: bytes from there on. NULL: none. */
const unsigned char *ntlm_find(const void *token, size_t len, enum ntlm_type type, size_t *left);
/* Whether an AUTHENTICATE message names a channel: an AV pair 0x000A that is not all zero. */
bool ntlm_names_channel(const unsigned char *message, size_t len);

/* A CHALLENGE with a random server challenge; target: "" for an empty TargetName. */
void ntlm_add_challenge(struct str *out, uint32_t flags, const char *target);
/* A NegTokenResp (RFC 4178 4.2.2) that takes NTLM and carries a token. */
void ntlm_add_spnego(struct str *out, const struct str *token);
