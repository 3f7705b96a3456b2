#pragma once
/* mechanism: the object identifiers of the security mechanisms (RFC 4178, RFC 4121, MS-NLMP). */

#include <gssapi/gssapi.h>

extern const gss_OID mechanism_kerberos, mechanism_ntlm, mechanism_spnego;

enum { MECHANISM_TEXT_ROOM = 200 };

/* What GSSAPI says of a status: "major: minor", one line, cut to fit. mechanism: whose minor it is. */
void mechanism_status(char text[MECHANISM_TEXT_ROOM], OM_uint32 major, OM_uint32 minor, gss_OID mechanism);
