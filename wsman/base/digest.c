/* digest: see the header. */
#include "digest.h"

#include <openssl/evp.h>

void digest_hex(char *hex, const void *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *byte = bytes;

	for (size_t i = 0; i < len; i++) {
		*hex++ = digits[byte[i] >> 4];
		*hex++ = digits[byte[i] & 15];
	}
	*hex = '\0';
}

bool digest_of(char hex[DIGEST_DIGITS + 1], const void *bytes, size_t len)
{
	unsigned char digest[DIGEST_BYTES];
	bool done = EVP_Digest(bytes, len, digest, NULL, EVP_sha256(), NULL);

	digest_hex(hex, digest, done ? sizeof(digest) : 0);
	return done;
}
