/* certificate: see certificate.h. */

#include "certificate.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

static X509 *make_authority(EVP_PKEY *key, const char *name)
{
	X509 *ca = unsigned_certificate(key, name);

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

/* names: subjectAltName; usage: serverAuth or clientAuth. */
static X509 *make_leaf(
	EVP_PKEY *key, X509 *ca, EVP_PKEY *ca_key, const char *subject, const char *names, const char *usage)
{
	X509 *leaf = unsigned_certificate(key, subject);

	X509_set_issuer_name(leaf, X509_get_subject_name(ca));
	if (extend(leaf, ca, NID_basic_constraints, "critical,CA:FALSE") &&
		extend(leaf, ca, NID_key_usage, "critical,digitalSignature") &&
		extend(leaf, ca, NID_ext_key_usage, usage) && extend(leaf, ca, NID_authority_key_identifier, "keyid") &&
		extend(leaf, ca, NID_subject_alt_name, names) && X509_sign(leaf, ca_key, EVP_sha256()))
		return leaf;
	X509_free(leaf);
	return NULL;
}

/* ---- writing ---- */

/* PEM of a certificate or of a key; the other is NULL. */
static bool add_pem(struct str *out, X509 *certificate, EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data;
	long len;

	if (!bio || (certificate && !PEM_write_bio_X509(bio, certificate)) ||
		(key && !PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL))) {
		BIO_free(bio);
		return false;
	}
	len = BIO_get_mem_data(bio, &data);
	str_addn(out, data, len > 0 ? (size_t)len : 0);
	BIO_free(bio);
	return !str_failed(out);
}

static bool write_pem(const char *dir, const char *name, mode_t mode, X509 *certificate, EVP_PKEY *key)
{
	OWN_VALUE(str_done) struct str path = { 0 };
	OWN_VALUE(str_wipe) struct str text = { 0 };
	bool written;
	int fd;

	str_addf(&path, "%s/%s", dir, name);
	if (!add_pem(&text, certificate, key))
		return false;
	fd = open(str_text(&path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	written = fd >= 0 && write(fd, text.data, text.len) == (ssize_t)text.len;
	return fd >= 0 && close(fd) == 0 && written;
}

/* ---- what there is ---- */

struct authority {
	EVP_PKEY *key;
	X509 *certificate;
};

static struct authority authority_new(const char *name)
{
	struct authority a = { .key = EVP_EC_gen("P-256") };

	a.certificate = a.key ? make_authority(a.key, name) : NULL;
	return a;
}

static void authority_free(struct authority *a)
{
	X509_free(a->certificate);
	EVP_PKEY_free(a->key);
}

/* The server's own; its signature is SHA-256, and so is the hash of its binding. */
static bool make_server(struct certificate *certificate, const struct authority *by, const struct fleet *fleet)
{
	OWN_VALUE(str_done) struct str names = { 0 };
	EVP_PKEY *key = EVP_EC_gen("P-256");
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned len;
	X509 *leaf;
	bool made;

	add_names(fleet, &names);
	leaf = key ? make_leaf(key, by->certificate, by->key, "*.sim.example", str_text(&names), "serverAuth") : NULL;
	made = leaf && add_pem(&certificate->key, NULL, key) && add_pem(&certificate->chain, leaf, NULL) &&
	       add_pem(&certificate->authority, by->certificate, NULL) && X509_digest(leaf, EVP_sha256(), hash, &len);
	if (made) {
		str_add(&certificate->binding, "tls-server-end-point:");
		str_addn(&certificate->binding, hash, len);
	}
	X509_free(leaf);
	EVP_PKEY_free(key);
	return made;
}

/* A client's: the UPN is what Windows maps to an account. */
static bool make_client(const struct authority *by, const char *dir, const char *name, const char *user)
{
	OWN_VALUE(str_done) struct str names = { 0 }, pem = { 0 }, key_file = { 0 };
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *leaf;
	bool made;

	str_addf(&names, "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:%s@localhost", user);
	str_addf(&pem, "%s.pem", name);
	str_addf(&key_file, "%s.key", name);
	leaf = key ? make_leaf(key, by->certificate, by->key, user, str_text(&names), "clientAuth") : NULL;
	made = leaf && write_pem(dir, str_text(&pem), 0644, leaf, NULL) &&
	       write_pem(dir, str_text(&key_file), 0600, NULL, key);
	X509_free(leaf);
	EVP_PKEY_free(key);
	return made;
}

int certificate_make(struct certificate *certificate, const struct fleet *fleet, const struct options *options)
{
	OWN_VALUE(authority_free) struct authority ours = authority_new("winsim test authority");
	OWN_VALUE(authority_free) struct authority theirs = authority_new("an authority nobody knows");

	*certificate = (struct certificate){ 0 };
	if (ours.certificate && theirs.certificate && make_server(certificate, &ours, fleet) &&
		write_pem(options->dir, "ca.pem", 0644, ours.certificate, NULL) &&
		make_client(&ours, options->dir, "client", options->user) &&
		make_client(&theirs, options->dir, "stranger", options->user))
		return 0;
	fprintf(stderr, "winsim: no certificate could be made in %s\n", options->dir);
	return -1;
}

void certificate_done(struct certificate *certificate)
{
	str_wipe(&certificate->key);
	str_done(&certificate->chain);
	str_done(&certificate->authority);
	str_done(&certificate->binding);
}
