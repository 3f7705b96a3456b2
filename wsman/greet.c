/* greet: see the header. */
#include "greet.h"
#include "http.h"

#include <stdio.h>
#include <string.h>

enum { OFFERS_MS = 10000 };

static const struct credential nobody = { .name = "nobody" };

static void note(struct greeting *g, const struct session_stats *stats)
{
	snprintf(g->offers, sizeof(g->offers), "%s", stats->offers);
	snprintf(g->address, sizeof(g->address), "%s", stats->address);
	g->dated = stats->dated;
	g->ahead_s = stats->ahead_s;
}

static int ask_product(const struct connection *c, struct deadline deadline, struct greeting *g, struct error *e)
{
	OWN(session_free) struct session *s = session_open(c, deadline, e);

	if (!s)
		return -1;
	int rc = identify(s, &g->product, e);
	note(g, session_stats(s));
	return rc;
}

static int send_no_header(void *context, unsigned socket, char **header, struct error *e)
{
	(void)context, (void)socket, (void)header, (void)e;
	return 0;
}

/* A request with no body and no credential is answered by the list of schemes (MS-WSMV 3.1.4.1.20). It is worth one
 * attempt: nothing depends on it. */
static void ask_offers(const struct connection *c, struct deadline deadline, struct greeting *g)
{
	static char content_type[] = "Content-Type: application/soap+xml;charset=UTF-8";
	OWN_VALUE(str_done) struct str nothing = STR(1), reply = STR(REPLY_MAX);
	struct error e = { 0 };
	OWN(http_free) struct http *http = http_new(c, &e);
	const struct http_request request = {
		.content_type = content_type,
		.body = &nothing,
		.deadline = deadline,
		.timeout_ms = OFFERS_MS,
		.abort = deadline.stop,
		.ready = send_no_header,
	};
	struct http_answer answer = { .body = &reply };

	if (http && http_exchange(http, &request, &answer, &e) == 0 && answer.outcome.status == 401)
		snprintf(g->offers, sizeof(g->offers), "%s", answer.outcome.schemes);
}

int greet(const struct connection *connection, struct deadline deadline, struct greeting *greeting, struct error *e)
{
	struct connection anonymous = *connection;

	anonymous.method = AUTH_ANONYMOUS;
	anonymous.credential = &nobody;
	*greeting = (struct greeting){ 0 };
	if (ask_product(&anonymous, deadline, greeting, e) < 0) {
		if (e->kind != ERROR_AUTH)
			return -1;
		error_clear(e); /* it tells strangers nothing but how to authenticate */
	}
	if (!greeting->offers[0])
		ask_offers(&anonymous, deadline, greeting);
	return 0;
}

bool greeting_is_windows(const struct greeting *greeting)
{
	const char *vendor = greeting->product.vendor;

	return !vendor[0] || !strncmp(vendor, "Microsoft", strlen("Microsoft"));
}
