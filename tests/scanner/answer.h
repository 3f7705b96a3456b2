#pragma once
/* answer: a host that is a list of replies: each request gets the next one, whatever it asks. */

#include "session.h"

struct replies {
	const char *const *body; /* inside s:Body */
	size_t count, next;
};

#define ROWS(rows)                                                                                                     \
	"<n:EnumerateResponse><n:EnumerationContext/><w:Items>" rows "</w:Items><w:EndOfSequence/>"                    \
	"</n:EnumerateResponse>"
#define ROW(columns) "<w:XmlFragment>" columns "</w:XmlFragment>"

/* An exchange_fn; context: struct replies. */
int answer_in_turn(void *context, const char *request, size_t len, struct str *reply, struct error *e);
/* The whole reply to a request. */
void answer_envelope(struct str *reply, const char *request, const char *body);
