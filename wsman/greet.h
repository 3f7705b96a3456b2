#pragma once
/* greet: what an endpoint tells anyone, without a credential: which product it is, what it may be authenticated by,
 * what time it is there. MS-WSMV 3.1.4.1.23: Identify with the header WSMANIDENTIFY: unauthenticated. */

#include "connection.h"
#include "deadline.h"
#include "identify.h"

struct greeting {
	struct identity product; /* "" where strangers are told nothing */
	char offers[64];         /* schemes, "Negotiate, Kerberos"; "" if it did not say */
	char address[64];        /* IP address that was spoken to; "" if none was reached */
	bool dated;              /* the server told its time (HTTP Date): */
	int64_t ahead_s;         /* ... by so much it is ahead of ours */
};

/* Uses connections of its own; of *connection, neither method nor credential. 0 if a WS-Management service or a demand
 * to authenticate was met; -1 with *e set otherwise, ERROR_DNS, ERROR_CONNECT, ERROR_TLS, ERROR_PROTOCOL ...; *greeting
 * then holds what was learnt. */
int greet(const struct connection *connection, struct deadline deadline, struct greeting *greeting, struct error *e);

/* Is it Windows? Others that speak WS-Management name themselves: Openwsman, OMI, management boards. */
bool greeting_is_windows(const struct greeting *greeting); /* also if it said nothing */
