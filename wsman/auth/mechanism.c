/* mechanism: see the header. */
#include "mechanism.h"

#include <stdio.h>
#include <string.h>

static gss_OID_desc kerberos = { 9, "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02" };
static gss_OID_desc ntlm = { 10, "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a" };
static gss_OID_desc spnego = { 6, "\x2b\x06\x01\x05\x05\x02" };
const gss_OID mechanism_kerberos = &kerberos, mechanism_ntlm = &ntlm, mechanism_spnego = &spnego;

static void append(char text[MECHANISM_TEXT_ROOM], OM_uint32 status, int kind, gss_OID mechanism)
{
	gss_buffer_desc words = GSS_C_EMPTY_BUFFER;
	OM_uint32 ignored, more = 0;
	size_t used = strlen(text);

	if (gss_display_status(&ignored, status, kind, mechanism, &more, &words) != GSS_S_COMPLETE)
		return;
	snprintf(text + used, MECHANISM_TEXT_ROOM - used, "%s%.*s", used ? ": " : "", (int)words.length,
		(const char *)words.value);
	gss_release_buffer(&ignored, &words);
}

void mechanism_status(char text[MECHANISM_TEXT_ROOM], OM_uint32 major, OM_uint32 minor, gss_OID mechanism)
{
	text[0] = '\0';
	append(text, major, GSS_C_GSS_CODE, GSS_C_NO_OID);
	if (minor)
		append(text, minor, GSS_C_MECH_CODE, mechanism);
}
