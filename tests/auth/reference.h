#pragma once
/* reference: sealing by NTLM and by Kerberos with RC4, written from their specifications and sharing nothing with the
 * libraries: two ends that share one library would agree on any mistake of its. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

enum { REFERENCE_KEY = 16 }; /* bytes */

struct reference_ntlm { /* one direction of a context with extended session security, 128 bit and key exchange */
	unsigned char sign_key[REFERENCE_KEY], seal_key[REFERENCE_KEY];
	struct rc4 {
		unsigned char s[256], i, j;
	} stream;
	uint32_t sequence;
};
void reference_ntlm_begin(struct reference_ntlm *n, const void *exported_session_key, bool to_server);
/* Appends signature and data of the next message (MS-NLMP 3.4.4.2, 3.4.3). */
void reference_ntlm_seal(struct reference_ntlm *n, const void *plain, size_t len, struct str *out);

/* Appends a Wrap token of RFC 4757 7.3 from the acceptor, framed by RFC 2743 3.1. */
void reference_rc4_wrap(const void *key, uint32_t sequence, const void *plain, size_t len, struct str *out);
