#pragma once
/* redact: writes down what was said so that a person can read it and no secret is in it: by a list of what may be
 * shown. Text from a host can neither forge a line nor steer a terminal. */

#include <stdbool.h>

#include "str.h"

struct redact_key { /* random; without it nobody can try out passwords on the digests */
	unsigned char bytes[16];
};

/* Appends text with markup escaped, and U+FFFD for controls and what is no UTF-8. */
void redact_show(struct str *out, const char *text);
/* Appends "<redacted 1432 B sha256:ab12cd34>"; the digest is keyed: equal texts are told under one key only. */
void redact_hide(struct str *out, const struct redact_key *key, const char *text, size_t len);
/* Appends a SOAP message, one element a line, each line after margin: names of elements, texts and attributes on the
 * list, other texts hidden, other attributes left out. -1 if it is not well-formed: nothing is added then, since
 * nobody knows what a flawed document would be read as. */
int redact_message(struct str *out, const struct redact_key *key, const char *margin, const struct str *message);
