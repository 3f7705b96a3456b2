#pragma once
/* contexts: both ends of real security contexts in one process, without network, KDC or domain controller. */

#include <gssapi/gssapi.h>
#include <krb5/krb5.h>
#include <stdbool.h>

/* Whether a sanitizer shall look for what is allocated and never freed: gss-ntlmssp loses a little here and there. */
void contexts_leaks_count(bool yes);

struct ends {
	gss_cred_id_t ours, theirs; /* credentials */
	gss_name_t target;
	gss_OID mechanism;
	gss_ctx_id_t client, server;
	krb5_context krb5; /* the rest: NULL for NTLM */
	krb5_ccache cache;
	krb5_keytab keytab;
	krb5_keyblock session, service;
	krb5_principal user, host;
};

/* Call once, before the first of them: makes the process' environment independent of the machine's. */
void contexts_init(void);

void ends_ntlm(struct ends *ends);                           /* only if ntlm_installed() */
void ends_kerberos(struct ends *ends, krb5_enctype enctype); /* of the ticket, the session key and the subkeys */
void ends_done(struct ends *ends);

/* The client's next token for what the server sent, GSS_C_NO_BUFFER at first. token is the caller's. */
OM_uint32 ends_ours(struct ends *ends, gss_buffer_t from_server, gss_buffer_t token);
/* The server's next token. */
OM_uint32 ends_theirs(struct ends *ends, gss_buffer_t from_client, gss_buffer_t token);
/* Until both ends stand. */
void ends_connect(struct ends *ends);
/* Drops the contexts, keeps the credentials. */
void ends_restart(struct ends *ends);
