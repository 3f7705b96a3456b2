/* trust: see the header. */
#include "trust.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

struct trust {
	X509_STORE *store;
};

static int load(X509_STORE *store, const char *ca_file, struct error *e)
{
	if (ca_file && X509_STORE_load_file(store, ca_file) == 1)
		return 0;
	if (!ca_file && X509_STORE_set_default_paths(store) == 1)
		return 0;
	char reason[160];
	ERR_error_string_n(ERR_peek_last_error(), reason, sizeof(reason));
	ERR_clear_error();
	return error_set(e, ERROR_LOCAL, "no certificates can be read from %s: %s",
		ca_file ? ca_file : "the system's store", reason);
}

/* The first to look at a certificate's extensions decodes them for all: here, before there are threads. */
static void decode_extensions(X509_STORE *store)
{
	STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);

	for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
		X509 *certificate = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
		if (certificate)
			X509_check_purpose(certificate, -1, 0);
	}
}

struct trust *trust_new(const char *ca_file, struct error *e)
{
	OWN(trust_free) struct trust *t = calloc(1, sizeof(*t));

	if (!t || !(t->store = X509_STORE_new())) {
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	/* An intermediate or a server's own certificate in the CA file is trusted as it stands, as with curl --cacert.
	 */
	X509_STORE_set_flags(t->store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
	if (load(t->store, ca_file, e) < 0)
		return NULL;
	decode_extensions(t->store);
	return TAKE(t);
}

void trust_free(struct trust *t)
{
	if (!t)
		return;
	X509_STORE_free(t->store);
	free(t);
}

X509_STORE *trust_store(const struct trust *t)
{
	return t->store;
}
