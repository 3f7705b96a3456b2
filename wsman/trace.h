#pragma once
/* trace: writes conversations to a file for those who must find out what goes wrong: after decryption, one exchange
 * after the other, and without secrets: headers and elements are shown by name from a list, all else is replaced by its
 * length and the beginning of a keyed SHA-256 (redact.h): "<redacted 1432 B sha256:ab12cd34>". Thread-safe. */

#include "error.h"
#include "http.h"
#include "own.h"

struct trace;

/* Makes the file, 0600; it must not exist. NULL with *e set: ERROR_LOCAL. */
struct trace *trace_new(const char *file, struct error *e);
/* -1 with *e set if something could not be written; t is freed in any case. */
int trace_close(struct trace *t, struct error *e);

/* Nothing if t is NULL. message: the SOAP request before sealing, or NULL for a request without one. readable: the
 * answer's body is SOAP in clear; otherwise only its length and type are told. */
void trace_exchange(
	struct trace *t, const char *host, const struct str *message, const struct http_answer *answer, bool readable);
