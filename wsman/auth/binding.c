/* binding: see the header. */
#include "binding.h"

#include <openssl/evp.h>
#include <string.h>

static const char prefix[] = "tls-server-end-point:";
enum { PREFIX_LEN = sizeof(prefix) - 1 };

/* The hash of the certificate's own signature; SHA-256 where that is MD5 or SHA-1, where it has none (Ed25519) and
 * where we do not know it. */
static const EVP_MD *hash_of(X509 *leaf)
{
	int nid = NID_undef;

	if (!X509_get_signature_info(leaf, &nid, NULL, NULL, NULL) || nid == NID_undef || nid == NID_md5 ||
		nid == NID_sha1)
		return EVP_sha256();
	const EVP_MD *hash = EVP_get_digestbynid(nid);
	return hash ? hash : EVP_sha256();
}

int binding_of(X509 *leaf, struct binding *b, struct error *e)
{
	unsigned len = 0;

	_Static_assert(PREFIX_LEN + EVP_MAX_MD_SIZE <= sizeof(b->data), "the longest hash fits");
	memset(b, 0, sizeof(*b));
	memcpy(b->data, prefix, PREFIX_LEN);
	if (!leaf || !X509_digest(leaf, hash_of(leaf), (unsigned char *)b->data + PREFIX_LEN, &len))
		return error_set(e, ERROR_TLS, "the server's certificate could not be hashed for the channel binding");
	b->bindings.application_data = (gss_buffer_desc){ PREFIX_LEN + len, b->data };
	return 0;
}
