/* strange: see strange.h. None of these ever lets anybody in, whatever the scheme: the client has to give up. */

#include "strange.h"

#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "codec.h"
#include "ntlm.h"
#include "own.h"

enum { GARBAGE_BYTES = 200, OVERSIZED_BYTES = 48000 };

/* What Windows offers (MS-NLMP 2.2.2.5), and what is left without the flags that sealing needs. */
static const uint32_t usual_flags = NTLM_UNICODE | NTLM_REQUEST_TARGET | NTLM_SIGN | NTLM_SEAL | NTLM_NTLM |
				    NTLM_ALWAYS_SIGN | NTLM_TARGET_IS_SERVER | NTLM_EXTENDED_SECURITY |
				    NTLM_TARGET_INFO | NTLM_VERSION | NTLM_128 | NTLM_KEY_EXCHANGE;
static const uint32_t weak_flags = NTLM_UNICODE | NTLM_REQUEST_TARGET | NTLM_SIGN | NTLM_NTLM | NTLM_TARGET_IS_SERVER |
				   NTLM_TARGET_INFO | NTLM_VERSION;

static void add_garbage(struct str *out, size_t len)
{
	unsigned char bytes[256];

	for (; len; len -= len < sizeof(bytes) ? len : sizeof(bytes)) {
		if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
			return;
		str_addn(out, bytes, len < sizeof(bytes) ? len : sizeof(bytes));
	}
}

/* DER that begins as a NegTokenResp and then promises more than there is. */
static void add_garbage_spnego(struct str *out)
{
	str_addn(out, "\xa1\x81\xf0\x30\x81\xed\xa0\x03\x0a\x01\x01\xa1\x84\xff\xff\xff\xff\x06\x0a\x2b\x06", 21);
	add_garbage(out, GARBAGE_BYTES);
}

/* A challenge in the client's own dress: bare, or in SPNEGO if it came so. */
static void add_challenge(struct str *out, const char *authorization, uint32_t flags, const char *target)
{
	OWN_VALUE(str_done) struct str challenge = { 0 };
	const char *token = strchr(authorization, ' ');

	ntlm_add_challenge(&challenge, flags, target);
	if (token && strncmp(token + 1, "TlRMTVNTUA", 10) == 0) /* "NTLMSSP" in Base64 */
		str_addn(out, challenge.data, challenge.len);
	else
		ntlm_add_spnego(out, &challenge);
}

bool strange_challenge(enum trouble trouble, const char *authorization, struct str *header)
{
	OWN_VALUE(str_done) struct str token = { 0 };

	switch (trouble) {
	case TROUBLE_NTLM_EMPTY_TARGET:
		add_challenge(&token, authorization, usual_flags, "");
		break;
	case TROUBLE_WEAK_CHALLENGE:
		add_challenge(&token, authorization, weak_flags, "WINSIM");
		break;
	case TROUBLE_ENDLESS_LEGS:
		add_challenge(&token, authorization, usual_flags, "WINSIM");
		break;
	case TROUBLE_GARBAGE_TOKEN:
		add_garbage(&token, GARBAGE_BYTES);
		break;
	case TROUBLE_GARBAGE_SPNEGO:
		add_garbage_spnego(&token);
		break;
	case TROUBLE_OVERSIZED_HEADER:
		add_garbage(&token, OVERSIZED_BYTES);
		break;
	default:
		return false;
	}
	str_add(header, strncasecmp(authorization, "Kerberos ", 9) == 0 ? "Kerberos " : "Negotiate ");
	base64_add(header, token.data, token.len);
	return true;
}
