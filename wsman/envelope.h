#pragma once
/* envelope: writes a request as a SOAP message (MS-WSMV 3.1.4.1; header rules in DSP0226 section 5). */

#include "session.h"

/* Prefixes that are declared on s:Envelope, for use in request.body:
 * s SOAP, a addressing, w wsman, p Microsoft's wsman, n enumeration, x transfer, rsp shell. */

enum { MESSAGE_ID_LEN = 5 + 36 }; /* "uuid:" and the UUID */

/* A new one; -1 with *e set (ERROR_LOCAL) if the kernel gives no random bytes. */
int message_id_new(char id[static MESSAGE_ID_LEN + 1], struct error *e);

/* Appends the message. to: the URL of the service. timeout_ms becomes w:OperationTimeout. Fails through out only. */
void envelope_write(
	struct str *out, const struct request *request, const char *to, const char *message_id, int64_t timeout_ms);
