/* certificate: see the header. */
#include "certificate.h"

#include <openssl/x509v3.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int seen_index;

static void make_index(void)
{
	seen_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
}

static void note_name(struct certificate *seen, X509 *x)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);

	X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, seen->name, sizeof(seen->name));
	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		if (name->type != GEN_DNS)
			continue;
		size_t len = (size_t)ASN1_STRING_length(name->d.dNSName);
		len = len < sizeof(seen->name) ? len : sizeof(seen->name) - 1;
		memcpy(seen->name, ASN1_STRING_get0_data(name->d.dNSName), len);
		seen->name[len] = '\0';
		break;
	}
	GENERAL_NAMES_free(names);
}

static int on_verify(int ok, X509_STORE_CTX *store)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct certificate *seen = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), seen_index);
	X509 *x = X509_STORE_CTX_get_current_cert(store);
	struct tm expires;

	if (seen && x && (!ok || X509_STORE_CTX_get_error_depth(store) == 0)) {
		X509 *own = X509_STORE_CTX_get0_cert(store);
		note_name(seen, own ? own : x);
		if (ASN1_TIME_to_tm(X509_get0_notAfter(x), &expires) == 1)
			strftime(seen->expires, sizeof(seen->expires), "%Y-%m-%d", &expires);
	}
	return ok;
}

void certificate_watch(SSL_CTX *context, struct certificate *seen)
{
	pthread_once(&once, make_index);
	SSL_CTX_set_ex_data(context, seen_index, seen);
	SSL_CTX_set_verify(context, SSL_CTX_get_verify_mode(context), on_verify);
}
