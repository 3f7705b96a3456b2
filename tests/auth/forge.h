#pragma once
/* forge: a Kerberos service ticket as a KDC would write it (RFC 4120 5.3), by whoever knows the service's key. */

#include <krb5/krb5.h>

/* A ticket for client at server, both in server's realm, that holds session and is encrypted by service. Stores it in
 * cache, which it initializes. Valid for an hour. */
void forge_ticket(krb5_context krb5, krb5_ccache cache, krb5_principal client, krb5_principal server,
	const krb5_keyblock *service, const krb5_keyblock *session);
