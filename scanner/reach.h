#pragma once
/* reach: how a host of the inventory is reached: its own variables where it has some, the run's settings elsewhere. */

#include "connection.h"
#include "error.h"
#include "host.h"

struct fleet_access {       /* the run's settings; everything is borrowed for the run */
	const char *scheme; /* "https", "http"; NULL: as port and authentication need it */
	uint16_t port;      /* 0: 5986 or 5985 */
	const char *proxy;
	const char *pinned_key;
	bool tls13, insecure_tls, insecure_plaintext, no_cbt;
	const struct trust *trust; /* the run's */
	const struct host_trust {  /* of hosts that name a CA file of their own */
		const char *ca_file;
		const struct trust *trust;
	} * host_trust;
	size_t host_trust_count;
	const struct credential *credential; /* found by user */
	size_t credential_count;
	const struct credential *named; /* of the file for --credentials, found by name */
	size_t named_count;
	const struct credential *credential_default; /* of hosts that name none; NULL: none */
	struct trace *trace;                         /* NULL: none */
	unsigned connect_timeout_ms, operation_timeout_s;
};

/* -1 with *e set (ERROR_AUTH, ERROR_LOCAL) if the host asks for what this run cannot give. */
int reach(const struct host *host, const struct fleet_access *access, struct connection *connection, struct error *e);
