#pragma once
/* http: one HTTP exchange after the other with one host by libcurl: one easy handle, one connection, no pool, nothing
 * shared, no redirects, no second try. Knows nothing of who we are or what a message says. */

#include "connection.h"
#include "deadline.h"
#include "error.h"
#include "own.h"
#include "refusal.h"
#include "str.h"

struct http;

/* Does not connect. NULL with *e set: ERROR_LOCAL. */
struct http *http_new(const struct connection *c, struct error *e);
void http_free(struct http *h); /* closes the connection */
CLEANUP_OF(struct http, http_free);

/* Appends to url the one of the service at name: http://name:5985/wsman, brackets around IPv6 literals.
 * -1 with *e set (ERROR_LOCAL) if name is neither a host name nor an address. */
int service_url(struct str *url, const char *scheme, const char *name, uint16_t port, struct error *e);

/* Called when the connection stands, right before the request goes out on it; socket, a number that never comes again,
 * tells one connection from the next. *header: a header line to add, or NULL; it must live until the exchange is over.
 * -1 with *e set: send nothing. */
typedef int http_ready_fn(void *context, unsigned socket, char **header, struct error *e);

struct http_request {
	char *content_type; /* header line */
	const struct str *body;
	bool fresh;   /* on a new connection */
	bool patient; /* ready() may take its time: only the deadline counts */
	struct deadline deadline;
	int64_t timeout_ms;       /* if the deadline does not come first */
	const struct stop *abort; /* ends it beside the deadline; may be NULL */
	const char *word;         /* of our scheme in WWW-Authenticate, or NULL */
	http_ready_fn *ready;
	void *context;
};

struct http_answer {
	struct outcome outcome; /* refusal.h; points into the http, valid until the next exchange */
	struct str *body;       /* the caller's; cleared first */
	const char *token;      /* behind our word in WWW-Authenticate; "" */
	const char *address;    /* IP address that was spoken to */
	uint64_t bytes_in, bytes_out;
	bool sent;   /* the request went out */
	bool closes; /* the server ends the connection behind this answer */
};

/* -1 with *e set if ready() refused or memory ran out; otherwise what happened is in answer->outcome. */
int http_exchange(struct http *h, const struct http_request *request, struct http_answer *answer, struct error *e);

/* The certificate of the server, inside ready() of a TLS connection; the caller's to X509_free(). */
X509 *http_server_certificate(const struct http *h);
