#pragma once
/* certificate: a certification authority that lives as long as the simulation, and what it signs. */

#include "fleet.h"
#include "str.h"

struct certificate {
	struct str key, chain; /* PEM, for the server */
	struct str authority;  /* PEM, who vouches for clients */
	struct str binding;    /* tls-server-end-point of the server's certificate (RFC 5929) */
};

/* For *.sim.example and the names of all hosts outside of it. Writes DIR/ca.pem; for the user's account DIR/client.pem
 * and client.key, and DIR/stranger.pem and stranger.key, the same from an authority that nobody knows. 0, or -1 after a
 * message on stderr. */
int certificate_make(struct certificate *certificate, const struct fleet *fleet, const struct options *options);
void certificate_done(struct certificate *certificate);
