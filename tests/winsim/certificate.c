/* certificate: see certificate.h. */

#include "certificate.h"

#include <stdio.h>
#include <string.h>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "own.h"

enum { VALID_SECONDS = 30 * 86400, BACKDATED_SECONDS = 3600 };

static X509 *unsigned_certificate(EVP_PKEY *key, const char *name)
{
	X509 *x = X509_new();
	X509_NAME *subject = X509_get_subject_name(x);
	unsigned char serial[8];

	RAND_bytes(serial, sizeof(serial));
	serial[0] &= 0x7f;
	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), (uint64_t)serial[0] << 32 | serial[1] << 8 | serial[2]);
	X509_gmtime_adj(X509_getm_notBefore(x), -BACKDATED_SECONDS);
	X509_gmtime_adj(X509_getm_notAfter(x), VALID_SECONDS);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
	X509_set_pubkey(x, key);
	return x;
}

static bool extend(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;
	bool added;

	X509V3_set_ctx(&context, issuer, x, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	added = extension && X509_add_ext(x, extension, -1);
	X509_EXTENSION_free(extension);
	return added;
}

static X509 *make_authority(EVP_PKEY *key)
{
	X509 *ca = unsigned_certificate(key, "winsim test authority");

	X509_set_issuer_name(ca, X509_get_subject_name(ca));
	if (extend(ca, ca, NID_basic_constraints, "critical,CA:TRUE") &&
		extend(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign") &&
		extend(ca, ca, NID_subject_key_identifier, "hash") && X509_sign(ca, key, EVP_sha256()))
		return ca;
	X509_free(ca);
	return NULL;
}

/* Names inside the wildcard need not be listed: ten thousand of them would be a certificate of 300 KB. */
static void add_names(const struct fleet *fleet, struct str *names)
{
	str_add(names, "DNS:*.sim.example");
	for (size_t i = 0; i < fleet->count; i++) {
		const char *dot = strchr(fleet->host[i].name, '.');
		if (!dot || strcmp(dot, ".sim.example") != 0)
			str_addf(names, ",DNS:%s", fleet->host[i].name);
	}
}

static X509 *make_leaf(EVP_PKEY *key, X509 *ca, EVP_PKEY *ca_key, const struct fleet *fleet)
{
	OWN_VALUE(str_done) struct str names = { 0 };
	X509 *leaf = unsigned_certificate(key, "*.sim.example");

	add_names(fleet, &names);
	X509_set_issuer_name(leaf, X509_get_subject_name(ca));
	if (extend(leaf, ca, NID_basic_constraints, "critical,CA:FALSE") &&
		extend(leaf, ca, NID_key_usage, "critical,digitalSignature") &&
		extend(leaf, ca, NID_ext_key_usage, "serverAuth") &&
		extend(leaf, ca, NID_authority_key_identifier, "keyid") &&
		extend(leaf, ca, NID_subject_alt_name, str_text(&names)) && X509_sign(leaf, ca_key, EVP_sha256()))
		return leaf;
	X509_free(leaf);
	return NULL;
}

static void take_text(BIO *bio, struct str *out)
{
	char *data;
	long len = BIO_get_mem_data(bio, &data);

	str_addn(out, data, len > 0 ? (size_t)len : 0);
}

static int write_authority(X509 *ca, const char *dir)
{
	OWN_VALUE(str_done) struct str path = { 0 };
	FILE *file;
	bool written;

	str_addf(&path, "%s/ca.pem", dir);
	file = fopen(str_text(&path), "w");
	written = file && PEM_write_X509(file, ca);
	if (file && fclose(file) != 0)
		written = false;
	return written ? 0 : -1;
}

int certificate_make(struct certificate *certificate, const struct fleet *fleet, const char *dir)
{
	EVP_PKEY *ca_key = EVP_EC_gen("P-256"), *key = EVP_EC_gen("P-256");
	X509 *ca = ca_key ? make_authority(ca_key) : NULL;
	X509 *leaf = ca && key ? make_leaf(key, ca, ca_key, fleet) : NULL;
	BIO *key_text = BIO_new(BIO_s_mem()), *chain_text = BIO_new(BIO_s_mem());
	int result = -1;

	*certificate = (struct certificate){ 0 };
	if (leaf && PEM_write_bio_PrivateKey(key_text, key, NULL, NULL, 0, NULL, NULL) &&
		PEM_write_bio_X509(chain_text, leaf) && write_authority(ca, dir) == 0) {
		take_text(key_text, &certificate->key);
		take_text(chain_text, &certificate->chain);
		result = 0;
	} else {
		fprintf(stderr, "winsim: no certificate could be made in %s\n", dir);
	}
	BIO_free(key_text);
	BIO_free(chain_text);
	X509_free(leaf);
	X509_free(ca);
	EVP_PKEY_free(key);
	EVP_PKEY_free(ca_key);
	return result;
}

void certificate_done(struct certificate *certificate)
{
	str_wipe(&certificate->key);
	str_done(&certificate->chain);
}
