#pragma once
/* ticket_source: where the ticket-granting ticket of one identity comes from: the user's credential cache, a client
 * keytab, or a password. */

#include "realm_pause.h"
#include "tickets.h"

/* Looks at files only. *client is whom the tickets will be for, to be freed with the context. -1: ERROR_LOCAL. */
int ticket_source_open(
	const struct tickets_source *source, krb5_context context, krb5_principal *client, struct error *e);

struct granting {
	krb5_ccache cache; /* in memory: only ticket-granting tickets; the caller's to destroy */
	int64_t end_ms;    /* of CLOCK_MONOTONIC */
};

/* Has the ticket-granting ticket: at most one AS exchange with a secret in it. name: of client, for messages.
 * -1 with *e set: ERROR_AUTH with the krb5_error_code. */
int ticket_source_grant(const struct tickets_source *source, struct realm_pause *pause, krb5_principal client,
	const char *name, struct granting *granting, struct error *e);

/* Both with the errors of libkrb5. client may be NULL. */
krb5_error_code ticket_source_keytab(const char *file, krb5_context context, krb5_keytab *keytab);
krb5_error_code ticket_source_cache(
	const struct tickets_source *source, krb5_context context, krb5_principal client, krb5_ccache *cache);

bool ticket_is_granting(const krb5_creds *ticket); /* of any realm */

/* The cache is somebody else's, who may renew it at any time. */
bool ticket_source_is_cache(const struct tickets_source *source);
