#pragma once
/* seal: the MIME framing of sealed messages, multipart/encrypted, byte for byte (MS-WSMV 2.2.9.1). Pure functions; the
 * cryptography is in wrap.h. */

#include "error.h"
#include "str.h"

enum {
	SEAL_HEADER_MAX = 256, /* bytes of a security header that we take from a server; all known ones have 16 to 76 */
	SEAL_PARTS_MAX = 64,   /* of one message */
};

/* "application/HTTP-SPNEGO-session-encrypted" or its sister of the scheme Kerberos (MS-WSMV 2.2.9.1). */
extern const char seal_spnego[], seal_kerberos[];

/* Appends to value the Content-Type of what seal_write() makes. */
void seal_content_type(struct str *value, const char *protocol);

/* Appends one message in one part. length: the plain bytes and their padding, as OriginalContent states it. */
void seal_write(struct str *body, const char *protocol, const void *header, size_t header_len, const void *data,
	size_t data_len, size_t length);

struct sealed_part { /* points into the body that was read */
	const char *header, *data;
	size_t header_len, data_len;
};

/* Reads a body of the given Content-Type, which must be sealed by protocol: finds ends by length, never by searching,
 * for encrypted bytes may look like a boundary. Reads more than Windows writes: a blank after "--", any letter case, no
 * TAB, no closing boundary, several parts. Fills part[0] to part[*count - 1]; room is how many fit.
 * -1, ERROR_PROTOCOL: not sealed at all (a downgrade), or cut, or lengths that do not fit. */
int seal_read(const char *content_type, const char *protocol, const struct str *body, struct sealed_part *part,
	size_t room, size_t *count, struct error *e);
