#pragma once
/* exchange: a connection and a request on it, between the listeners (http.c) and what is said (conversation.c). */

#include <arpa/inet.h>

#include <microhttpd.h>

#include "auth.h"
#include "fleet.h"
#include "wire.h"

struct http_server {
	struct MHD_Daemon *daemon;
	const struct fleet *fleet;
	const struct options *options;
	const struct str *binding; /* of the certificate; NULL without TLS */
	bool tls;
	uint16_t port;
};

/* One TCP connection. */
struct link {
	struct host *host; /* NULL: nobody has that address */
	uint64_t number;
	struct auth auth;
	char client[INET_ADDRSTRLEN];
	int fd;
	unsigned answers; /* SOAP answers given on it */
};

enum stage { STAGE_UNSEEN, STAGE_ASKING /* let in; SOAP has not answered yet */, STAGE_READY };

/* One request and its answer. */
struct exchange {
	struct MHD_Connection *connection;
	struct str body; /* unsealed once it is STAGE_ASKING */
	bool too_large, anonymous, sealed;
	enum stage stage;
	uint64_t began; /* clock_ms() when it was first looked at */
	struct reply reply;
	size_t sent_slowly;
	bool ends_connection; /* closes it once the answer is out, without a word in the answer */
};

static inline const char *exchange_header(const struct exchange *x, const char *name)
{
	return MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name);
}

/* Fills in x->reply. False: not yet, ask again after *wait_ms. The host is locked. */
bool conversation_go_on(struct exchange *x, struct link *link, const struct http_server *server, const char *method,
	const char *url, unsigned *wait_ms);
