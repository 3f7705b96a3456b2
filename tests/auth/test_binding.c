/* Tests of binding: the hash of tls-server-end-point for every kind of signature, against certificates made here. */
#include "cases.h"
#include "binding.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

static EVP_PKEY *key_of(const char *type)
{
	if (!strcmp(type, "EC"))
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	if (!strncmp(type, "RSA", 3)) {
		static EVP_PKEY *rsa; /* takes long to make */
		if (!rsa)
			rsa = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
		EVP_PKEY_up_ref(rsa);
		return rsa;
	}
	return EVP_PKEY_Q_keygen(NULL, NULL, type);
}

static X509 *certificate(const char *type, const char *hash)
{
	EVP_PKEY *key = key_of(type);
	X509 *x = X509_new();
	EVP_MD_CTX *signing = EVP_MD_CTX_new();
	EVP_PKEY_CTX *parameters;

	assert_non_null(key);
	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 7);
	X509_NAME_add_entry_by_txt(
		X509_get_subject_name(x), "CN", MBSTRING_ASC, (const unsigned char *)"srv.example", -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(x));
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_set_pubkey(x, key);
	assert_int_equal(
		EVP_DigestSignInit(signing, &parameters, hash ? EVP_get_digestbyname(hash) : NULL, NULL, key), 1);
	if (!strcmp(type, "RSA-PSS"))
		assert_true(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) > 0);
	assert_true(X509_sign_ctx(x, signing) > 0);
	EVP_MD_CTX_free(signing);
	EVP_PKEY_free(key);
	return x;
}

/* Of the DER bytes, not through X509_digest(). */
static unsigned hash_der(X509 *x, const char *name, unsigned char out[EVP_MAX_MD_SIZE])
{
	unsigned char *der = NULL;
	unsigned len = 0;
	int der_len = i2d_X509(x, &der);

	assert_true(der_len > 0);
	assert_int_equal(EVP_Digest(der, (size_t)der_len, out, &len, EVP_get_digestbyname(name), NULL), 1);
	OPENSSL_free(der);
	return len;
}

static void the_hash_follows_the_signature(void **state)
{
	static const struct {
		const char *key, *signature, *expect;
	} cases[] = {
		{ "RSA", "MD5", "SHA256" },
		{ "RSA", "SHA1", "SHA256" },
		{ "RSA", "SHA224", "SHA224" },
		{ "RSA", "SHA256", "SHA256" },
		{ "RSA", "SHA384", "SHA384" },
		{ "RSA", "SHA512", "SHA512" },
		{ "RSA-PSS", "SHA1", "SHA256" },
		{ "RSA-PSS", "SHA256", "SHA256" },
		{ "RSA-PSS", "SHA384", "SHA384" },
		{ "RSA-PSS", "SHA512", "SHA512" },
		{ "EC", "SHA1", "SHA256" },
		{ "EC", "SHA256", "SHA256" },
		{ "EC", "SHA384", "SHA384" },
		{ "EC", "SHA512", "SHA512" },
		{ "ED25519", NULL, "SHA256" },
		{ "ED448", NULL, "SHA256" },
	};
	static const char prefix[] = "tls-server-end-point:";
	(void)state;
	FOR_EACH(c, cases) {
		X509 *x = certificate(c->key, c->signature);
		unsigned char expect[sizeof(prefix) - 1 + EVP_MAX_MD_SIZE];
		struct binding b;
		struct error e = { 0 };

		memcpy(expect, prefix, sizeof(prefix) - 1);
		size_t len = sizeof(prefix) - 1 + hash_der(x, c->expect, expect + sizeof(prefix) - 1);
		if (binding_of(x, &b, &e) < 0)
			fail_msg("%s with %s: %s", c->key, c->signature, e.cause);
		const gss_buffer_desc *data = &b.bindings.application_data;
		if (data->length != len || memcmp(data->value, expect, len) != 0)
			fail_msg("%s with %s: not its %s", c->key, c->signature, c->expect);
		assert_int_equal(b.bindings.initiator_addrtype, 0);
		assert_int_equal(b.bindings.initiator_address.length, 0);
		assert_int_equal(b.bindings.acceptor_addrtype, 0);
		assert_int_equal(b.bindings.acceptor_address.length, 0);
		X509_free(x);
	}
}

static void without_a_certificate_there_is_none(void **state)
{
	struct binding b;
	struct error e = { 0 };
	(void)state;

	assert_int_equal(binding_of(NULL, &b, &e), -1);
	assert_int_equal(e.kind, ERROR_TLS);
	assert_int_equal(b.bindings.application_data.length, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hash_follows_the_signature),
		cmocka_unit_test(without_a_certificate_there_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
