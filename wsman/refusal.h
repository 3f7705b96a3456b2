#pragma once
/* refusal: what it means when no SOAP answer was had: libcurl's results and HTTP's statuses as kinds of error, each
 * with one cause and one action (PROTOCOL of WinRM: MS-WSMV 3.1.4.1.20, HTTP.sys). */

#include <curl/curl.h>

#include "auth.h"
#include "certificate.h"
#include "connection.h"
#include "error.h"

enum { /* of one answer */
	HEADER_BYTES_MAX = 64 * 1024,
	HEADER_LINES_MAX = 200,
};

enum { SCHEMES_ROOM = 64 }; /* for the words of WWW-Authenticate */

enum cut { /* why a callback of ours ended the transfer */
	CUT_NOT,
	CUT_DEADLINE, /* the time of the host or of this request is over */
	CUT_STOPPED,  /* Ctrl-C */
	CUT_REPLAY,   /* libcurl was about to send the request a second time */
	CUT_HEADER,   /* too many header lines or bytes */
	CUT_BODY,     /* more than REPLY_MAX */
	CUT_MEMORY,
};

struct outcome { /* of one HTTP exchange */
	CURLcode result;
	enum cut cut;
	long status; /* 0: none was had */
	long os_errno, verify_result;
	long proxy_status;                 /* with which the proxy refused; 0 */
	bool resolved, connected, secured; /* how far it came: DNS, TCP, and TLS if there is to be TLS */
	bool encoded;                      /* Content-Encoding */
	bool dated;                        /* the server told its time: */
	int64_t ahead_s;                   /* ... by so much its clock is ahead of ours */
	size_t body_len;
	const char *content_type; /* "" */
	const char *schemes;      /* that the server offers, "Negotiate, Kerberos"; "" */
	const struct auth *auth;  /* how we proved who we are */
	const char *detail;       /* libcurl's own words; "" */
	const struct certificate *certificate;
};

/* 0 if the answer may be a SOAP message (status 200, or 500 with a body); else -1 with *e set. */
int refusal(const struct outcome *o, const struct connection *c, struct error *e);

/* Is it a failure that passes: a lost connection, a busy service, a quota? Not: nobody listens there. */
bool refusal_passes(const struct error *e);
