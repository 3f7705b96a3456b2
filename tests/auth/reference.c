/* reference: see the header. */
#include "reference.h"
#include "own.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

static void rc4_key(struct rc4 *r, const unsigned char *key, size_t len)
{
	r->i = r->j = 0;
	for (int i = 0; i < 256; i++)
		r->s[i] = (unsigned char)i;
	for (int i = 0, j = 0; i < 256; i++) {
		j = (j + r->s[i] + key[(size_t)i % len]) & 0xff;
		unsigned char other = r->s[i];
		r->s[i] = r->s[j];
		r->s[j] = other;
	}
}

static void rc4(struct rc4 *r, void *bytes, size_t len)
{
	for (unsigned char *byte = bytes; len--; byte++) {
		r->j = (unsigned char)(r->j + r->s[++r->i]);
		unsigned char other = r->s[r->i];
		r->s[r->i] = r->s[r->j];
		r->s[r->j] = other;
		*byte ^= r->s[(r->s[r->i] + r->s[r->j]) & 0xff];
	}
}

static void md5(const struct str *bytes, unsigned char out[REFERENCE_KEY])
{
	EVP_Digest(bytes->data, bytes->len, out, NULL, EVP_md5(), NULL);
}

static void hmac_md5(const void *key, const void *bytes, size_t len, unsigned char out[REFERENCE_KEY])
{
	HMAC(EVP_md5(), key, REFERENCE_KEY, bytes, len, out, NULL);
}

/* MS-NLMP 3.4.5.2 and 3.4.5.3; the constants end in a NUL that counts. */
static void derive(unsigned char out[REFERENCE_KEY], const void *key, const char *constant)
{
	OWN_VALUE(str_done) struct str both = { 0 };

	str_addn(&both, key, REFERENCE_KEY);
	str_addn(&both, constant, strlen(constant) + 1);
	md5(&both, out);
}

void reference_ntlm_begin(struct reference_ntlm *n, const void *key, bool to_server)
{
	derive(n->sign_key, key,
		to_server ? "session key to client-to-server signing key magic constant"
			  : "session key to server-to-client signing key magic constant");
	derive(n->seal_key, key,
		to_server ? "session key to client-to-server sealing key magic constant"
			  : "session key to server-to-client sealing key magic constant");
	rc4_key(&n->stream, n->seal_key, REFERENCE_KEY);
	n->sequence = 0;
}

static void le32(unsigned char at[4], uint32_t n)
{
	for (int i = 0; i < 4; i++)
		at[i] = (unsigned char)(n >> 8 * i);
}

static void be32(unsigned char at[4], uint32_t n)
{
	for (int i = 0; i < 4; i++)
		at[3 - i] = (unsigned char)(n >> 8 * i);
}

void reference_ntlm_seal(struct reference_ntlm *n, const void *plain, size_t len, struct str *out)
{
	OWN_VALUE(str_done) struct str numbered = { 0 };
	unsigned char signature[16] = { 1 }, mac[REFERENCE_KEY];

	le32(signature + 12, n->sequence++);
	str_addn(&numbered, signature + 12, 4);
	str_addn(&numbered, plain, len);
	hmac_md5(n->sign_key, numbered.data, numbered.len, mac);
	rc4(&n->stream, numbered.data + 4, len);
	rc4(&n->stream, mac, 8);
	memcpy(signature + 4, mac, 8);
	str_addn(out, signature, sizeof(signature));
	str_addn(out, numbered.data + 4, len);
}

static const unsigned char wrap_header[] = { 0x02, 0x01, 0x11, 0x00, 0x10, 0x00, 0xff, 0xff };
enum { WRAP_SALT = 13, WRAP_TOKEN = 32 };

static void wrap_checksum(const unsigned char *key, const unsigned char *confounder, const void *plain, size_t len,
	unsigned char out[REFERENCE_KEY])
{
	OWN_VALUE(str_done) struct str signed_bytes = { 0 };
	unsigned char sign_key[REFERENCE_KEY], salt[4], digest[REFERENCE_KEY];

	hmac_md5(key, "signaturekey", sizeof("signaturekey"), sign_key);
	le32(salt, WRAP_SALT);
	str_addn(&signed_bytes, salt, sizeof(salt));
	str_addn(&signed_bytes, wrap_header, sizeof(wrap_header));
	str_addn(&signed_bytes, confounder, 8);
	str_addn(&signed_bytes, plain, len);
	md5(&signed_bytes, digest);
	hmac_md5(sign_key, digest, sizeof(digest), out);
}

/* The stream under a key that is derived twice: for its purpose, then for one message. */
static void wrap_stream(struct rc4 *stream, const unsigned char *key, const void *salt, size_t len)
{
	unsigned char derived[REFERENCE_KEY];

	hmac_md5(key, "\0\0\0", 4, derived);
	hmac_md5(derived, salt, len, derived);
	rc4_key(stream, derived, sizeof(derived));
}

static void frame(struct str *out, size_t content)
{
	static const unsigned char oid[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02 };
	const size_t len = sizeof(oid) + content;

	str_addc(out, 0x60);
	if (len > 0x7f) {
		str_addc(out, (char)0x82);
		str_addc(out, (char)(len >> 8));
	}
	str_addc(out, (char)len);
	str_addn(out, oid, sizeof(oid));
}

void reference_rc4_wrap(const void *key, uint32_t sequence, const void *plain, size_t len, struct str *out)
{
	unsigned char numbered[8] = { [4] = 0xff, 0xff, 0xff, 0xff }; /* the direction: from the acceptor */
	unsigned char confounder[8] = "confound", checksum[REFERENCE_KEY], local[REFERENCE_KEY];
	struct rc4 stream;

	be32(numbered, sequence);
	wrap_checksum(key, confounder, plain, len, checksum);
	for (int i = 0; i < REFERENCE_KEY; i++)
		local[i] = ((const unsigned char *)key)[i] ^ 0xf0;
	frame(out, WRAP_TOKEN + len);
	str_addn(out, wrap_header, sizeof(wrap_header));
	unsigned char sealed_number[8];
	memcpy(sealed_number, numbered, sizeof(sealed_number));
	wrap_stream(&stream, key, checksum, 8);
	rc4(&stream, sealed_number, sizeof(sealed_number));
	str_addn(out, sealed_number, sizeof(sealed_number));
	str_addn(out, checksum, 8);
	wrap_stream(&stream, local, numbered, 4);
	rc4(&stream, confounder, sizeof(confounder));
	str_addn(out, confounder, sizeof(confounder));
	str_addn(out, plain, len);
	rc4(&stream, out->data + out->len - len, len);
}
