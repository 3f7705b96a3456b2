#pragma once
/* certificate: a certification authority that lives as long as the simulation, and the server certificate it signs. */

#include "fleet.h"
#include "str.h"

struct certificate {
	struct str key, chain; /* PEM, for the server */
};

/* For *.sim.example and the names of all hosts outside of it. Writes DIR/ca.pem. 0, or -1 after a message on stderr. */
int certificate_make(struct certificate *certificate, const struct fleet *fleet, const char *dir);
void certificate_done(struct certificate *certificate);
