/* peer: see peer.h. */

#include "peer.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

static int read_name(const gnutls_datum_t *der, char *user, size_t room)
{
	gnutls_x509_crt_t certificate;
	int result;

	if (gnutls_x509_crt_init(&certificate) < 0)
		return -1;
	result = gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER);
	if (result >= 0)
		result = gnutls_x509_crt_get_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, 0, user, &room);
	gnutls_x509_crt_deinit(certificate);
	return result < 0 ? -1 : 0;
}

enum peer peer_certificate(void *session, char *user, size_t room)
{
	gnutls_typed_vdata_st purpose = { .type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT };
	const gnutls_datum_t *shown;
	unsigned count = 0, status = 0;

	if (!session || !(shown = gnutls_certificate_get_peers(session, &count)) || count == 0)
		return PEER_NONE;
	if (gnutls_certificate_verify_peers(session, &purpose, 1, &status) < 0 || status != 0)
		return PEER_FOREIGN;
	return read_name(shown, user, room) < 0 ? PEER_FOREIGN : PEER_TRUSTED;
}
