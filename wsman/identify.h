#pragma once
/* identify: what answers there? DSP0226 section 11, MS-WSMV 3.1.4.1.23. */

#include "session.h"

struct identity {
	char vendor[128];  /* "Microsoft Corporation" */
	char version[128]; /* "OS: 6.3.9600 SP: 0.0 Stack: 3.0" */
};

/* Authenticated like every other request. ERROR_PROTOCOL if it is not a WS-Management service. */
int identify(struct session *s, struct identity *identity, struct error *e);
