#pragma once
/* wrap: protects messages by an established security context, in the layout that Windows reads: Kerberos by
 * gss_wrap_iov (RFC 4121; HEADER, DATA, PADDING), NTLM by gss_wrap, split behind its signature of 16 bytes. */

#include <gssapi/gssapi.h>
#include <stdbool.h>

#include "error.h"
#include "str.h"

struct sealing { /* what both directions need to know */
	gss_ctx_id_t context;
	bool ntlm;            /* the mechanism inside, whatever the scheme is called */
	const char *protocol; /* seal.h */
};

/* Appends to body the sealed and framed message. -1 with *e set: ERROR_LOCAL. */
int wrap_message(const struct sealing *s, const char *plain, size_t len, struct str *body, struct error *e);

/* Turns a body of the given Content-Type into the SOAP message, in place. -1, ERROR_PROTOCOL: it is not sealed as
 * agreed (a downgrade), damaged, truncated or replayed; body is empty then. */
int unwrap_message(const struct sealing *s, const char *content_type, struct str *body, struct error *e);
