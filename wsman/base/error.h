#pragma once
/* error: a failure as a value: which kind, during what, with which number, and why in words for an administrator. */

#include <stdbool.h>
#include <stdint.h>

enum error_kind { /* the kinds of the record format; names by error_kind_name() */
	ERROR_NONE,
	ERROR_DNS,      /* the name does not resolve */
	ERROR_CONNECT,  /* refused, unreachable, reset before an answer */
	ERROR_TLS,      /* handshake, name, CA */
	ERROR_AUTH,     /* not authenticated */
	ERROR_DENIED,   /* authenticated, not allowed */
	ERROR_TIMEOUT,  /* our deadline */
	ERROR_FAULT,    /* another SOAP fault; code is the WSMan number */
	ERROR_QUOTA,    /* a limit of the server, after its retries */
	ERROR_PARSE,    /* unreadable XML, base64 or text */
	ERROR_PROTOCOL, /* breaks the rules of the protocol */
	ERROR_ABORTED,  /* stopped by us (Ctrl-C) */
	ERROR_LOCAL,    /* this machine: memory, files, configuration */
	ERROR_KINDS
};

struct error {
	enum error_kind kind;
	const char
		*operation; /* a constant such as "shell create", or NULL; the innermost layer that knows it sets it */
	bool has_code;
	int64_t code;    /* the layer's own number (errno, CURLcode, HTTP status, WSMan, Win32) if has_code */
	char cause[600]; /* one sentence, UTF-8 as it came, cut at a character: escape before showing */
};

/* All of these return -1, so that a failing function can end with return error_set(...).
 * The first failure is kept: setting an error that is already set changes nothing. */
int error_set(struct error *e, enum error_kind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
int error_code(struct error *e, enum error_kind kind, int64_t code, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
int error_during(struct error *e, const char *operation); /* names the operation unless an inner layer did */
void error_clear(struct error *e);                        /* before a retry */

const char *error_kind_name(enum error_kind kind); /* "dns", "connect" ...; "local" is our own and never in a record */
enum error_kind error_kind_of(const char *name);   /* ERROR_NONE if there is no such name */
