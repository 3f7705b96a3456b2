#pragma once
/* wire: what a troubled host makes of a good answer before it goes out. */

#include "scenario.h"
#include "str.h"

enum delivery {
	DELIVER_WHOLE,
	DELIVER_CHUNKED,
	DELIVER_SLOWLY,
	DELIVER_HALF_THEN_CLOSE,
	DELIVER_HALF_THEN_RESET,
	DELIVER_RESET, /* nothing at all */
};

struct reply {
	unsigned status;
	struct str body;
	const char *content_type; /* NULL: none */
	const char *location, *encoding;
	bool close;
	bool challenge;          /* with WWW-Authenticate headers */
	struct str authenticate; /* the one to send, with a token; empty: those of all schemes, if challenge */
	enum delivery delivery;
};

/* Changes a reply with a SOAP envelope as the trouble demands; others are left alone. */
void wire_disturb(struct reply *reply, enum trouble trouble);
/* The reply of a host that never gets as far as SOAP; false: the trouble is of another kind. */
bool wire_instead(struct reply *reply, enum trouble trouble, unsigned answers_before);
