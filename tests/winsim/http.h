#pragma once
/* http: the listeners of the simulated hosts: one port for HTTPS and one for HTTP, all hosts behind each, told apart by
 * the address that was connected to. */

#include "certificate.h"
#include "fleet.h"

struct http_server;

/* port 0: a free one. certificate NULL: plain HTTP. The others must outlive the server. NULL after a message. */
struct http_server *http_start(
	const struct fleet *fleet, const struct options *options, const struct certificate *certificate, uint16_t port);
uint16_t http_port(const struct http_server *server);
void http_stop(struct http_server *server); /* after delay_stop(); accepts NULL */

/* A bound TCP socket on all addresses, -1 after a message; *port gets its number. listening: or one that refuses. */
int http_bind(uint16_t *port, bool listening);
