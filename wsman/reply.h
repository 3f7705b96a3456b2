#pragma once
/* reply: reads a SOAP answer: checks its frame, picks out a fault, and hands the elements inside s:Body on. */

#include "fault.h"
#include "str.h"
#include "xml.h"

/* message_id: of the request; a different a:RelatesTo is refused. NULL: not checked. Texts reach the reader trimmed.
 * Returns 0; or -1 with *e set: a fault (fault_to_error()), ERROR_PARSE, ERROR_PROTOCOL or the reader's own. */
int reply_read(const struct str *bytes, const char *message_id, const struct xml_reader *reader, struct error *e);
