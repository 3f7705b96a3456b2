/* http: see http.h.
 *
 * Theory of operation. libmicrohttpd calls access() at least twice for a request: with its header, with pieces of its
 * body, and at last with nothing more to come. Only then is it looked at. If the answer has to wait, the connection is
 * suspended and a thread of its own resumes it later (delay.h), whereupon libmicrohttpd calls access() again with
 * nothing to read; so an exchange remembers how far it is. No thread waits. */

#include "http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "auth.h"
#include "codec.h"
#include "delay.h"
#include "journal.h"
#include "own.h"
#include "wire.h"
#include "wsman.h"

enum {
	WORKERS = 4,
	CONNECTIONS_MAX = 16000,
	IDLE_SECONDS = 120, /* MaxPacketRetrievalTimeSeconds and http.sys */
	REQUEST_MOST = 8 << 20,
	SLOW_PIECE = 1024,
	SLOW_PIECE_MS = 20,
	SLOW_ANSWER_MS = 3000, /* simulated */
};

struct http_server {
	struct MHD_Daemon *daemon;
	const struct fleet *fleet;
	const struct options *options;
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
};

enum stage { STAGE_ASKING, STAGE_READY };

/* One request and its answer. */
struct exchange {
	struct MHD_Connection *connection;
	struct str body;
	bool too_large;
	enum stage stage;
	uint64_t began; /* clock_ms() when it was first looked at; 0: not yet */
	struct reply reply;
	size_t sent_slowly;
};

int http_bind(uint16_t *port, bool listening)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(*port) };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;

	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	/* Only loopback: by device where that is allowed; the accept policy looks at the address besides. */
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 2);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		(listening && listen(fd, 4096) < 0) || getsockname(fd, (struct sockaddr *)&address, &len) < 0) {
		fprintf(stderr, "winsim: port %u: %s\n", *port, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*port = ntohs(address.sin_port);
	return fd;
}

static enum MHD_Result only_loopback(void *server, const struct sockaddr *address, socklen_t len)
{
	const struct sockaddr_in *peer = (const struct sockaddr_in *)address;

	(void)server, (void)len;
	return address->sa_family == AF_INET && ntohl(peer->sin_addr.s_addr) >> 24 == 127 ? MHD_YES : MHD_NO;
}

/* Ends a connection with RST, as connect() to AF_UNSPEC does to any TCP socket. */
static void reset_connection(const struct link *link)
{
	struct sockaddr nowhere = { .sa_family = AF_UNSPEC };

	connect(link->fd, &nowhere, sizeof(nowhere));
}

static bool refuses_connections(struct host *host)
{
	bool refuses;

	pthread_mutex_lock(&host->lock);
	refuses = host->scenario->trouble == TROUBLE_RESET_EARLY || host_is_down(host);
	pthread_mutex_unlock(&host->lock);
	return refuses;
}

static struct link *link_new(struct http_server *server, struct MHD_Connection *connection)
{
	static atomic_ullong numbers;
	struct link *link = calloc(1, sizeof(*link));
	struct sockaddr_in local = { 0 }, peer = { 0 };
	socklen_t len = sizeof(local);

	if (!link)
		abort();
	link->number = atomic_fetch_add(&numbers, 1) + 1;
	link->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	if (getsockname(link->fd, (struct sockaddr *)&local, &len) == 0)
		link->host = fleet_at_address(server->fleet, ntohl(local.sin_addr.s_addr));
	len = sizeof(peer);
	if (getpeername(link->fd, (struct sockaddr *)&peer, &len) == 0)
		inet_ntop(AF_INET, &peer.sin_addr, link->client, sizeof(link->client));
	return link;
}

static void connection_changed(void *context, struct MHD_Connection *connection, void **socket_context,
	enum MHD_ConnectionNotificationCode code)
{
	struct link *link;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		free(*socket_context);
		journal_count(COUNT_CONNECTIONS_OPEN, -1);
		return;
	}
	*socket_context = link = link_new(context, connection);
	journal_count(COUNT_CONNECTIONS_OPEN, 1);
	if (!link->host || refuses_connections(link->host))
		reset_connection(link);
}

static void exchange_done(
	void *context, struct MHD_Connection *connection, void **request_context, enum MHD_RequestTerminationCode code)
{
	struct exchange *x = *request_context;

	(void)context, (void)connection, (void)code;
	if (!x)
		return;
	str_done(&x->body);
	str_done(&x->reply.body);
	free(x);
	*request_context = NULL;
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static bool violation(const struct link *link, const char *rule, const char *detail)
{
	journal_violation(link->host->name, rule, "%s", detail);
	return true;
}

/* A request's bytes without its MessageID: the same again means that the client repeats itself. */
static uint64_t fingerprint(const struct str *body)
{
	const char *id = strstr(str_text(body), "uuid:");
	uint64_t hash = 0;

	for (size_t i = 0; i < body->len; i++)
		if (!id || i < (size_t)(id - body->data) || i >= (size_t)(id - body->data) + 41)
			hash = hash * 0x100000001b3u + (unsigned char)body->data[i];
	return hash | 1;
}

/* Whether what the client sends is HTTP as http.sys takes it; fills in the refusal. */
static bool check_request(struct exchange *x, const struct link *link, const char *method, const char *url)
{
	struct reply *reply = &x->reply;
	bool chunked = header(x->connection, "Transfer-Encoding") != NULL;

	if (strcmp(url, "/wsman") != 0 && strcmp(url, "/wsman/") != 0)
		reply->status = violation(link, "http.url", url) ? 404 : 0;
	else if (strcmp(method, "POST") != 0)
		reply->status = violation(link, "http.method", method) ? 405 : 0;
	else if (!header(x->connection, "Content-Length") && !chunked)
		reply->status = violation(link, "http.length", "no Content-Length") ? 411 : 0;
	else if (x->too_large)
		reply->status = violation(link, "http.size", "larger than MaxEnvelopeSizekb") ? 413 : 0;
	else if (header(x->connection, "Expect"))
		violation(link, "http.expect", header(x->connection, "Expect"));
	return reply->status == 0;
}

static bool check_content_type(struct exchange *x, const struct link *link)
{
	const char *type = header(x->connection, "Content-Type");
	bool soap = type && strncasecmp(type, "application/soap+xml", 20) == 0;
	const char *charset = soap ? strcasestr(type, "charset=") : NULL;

	if (charset)
		charset += 8 + (charset[8] == '"');
	if (soap && (!charset || strncasecmp(charset, "utf-8", 5) == 0 || strncasecmp(charset, "utf-16", 6) == 0))
		return true;
	violation(link, "http.content-type", type ? type : "no Content-Type");
	x->reply.status = 415;
	return false;
}

/* Credentials, and no SOAP in clear (PROTOCOL 14.2); false: the reply says what is missing. */
static bool check_identity(struct exchange *x, struct link *link, const struct http_server *server, bool anonymous)
{
	const char *authorization = header(x->connection, "Authorization");
	enum auth_result result;

	if (anonymous)
		return true;
	if (!server->tls && !server->options->allow_unencrypted && x->body.len) {
		violation(link, "http.clear", authorization ? "SOAP in clear, with credentials" : "SOAP in clear");
		x->reply.status = 500;
		x->reply.close = true;
		return false;
	}
	result = auth_check(&link->auth, authorization, server->tls, server->options);
	if (result == AUTH_OK && link->host->scenario->trouble == TROUBLE_BAD_PASSWORD)
		result = AUTH_REJECTED;
	if (result == AUTH_OK)
		return true;
	journal_count(COUNT_AUTHENTICATION_FAILURES, result == AUTH_REJECTED);
	x->reply.status = 401;
	x->reply.challenge = true;
	return false;
}

/* SOAP at last. The host is locked. False: the answer has to wait for *wait_ms. */
static bool answer_soap(struct exchange *x, const struct link *link, const struct http_server *server, bool anonymous,
	unsigned *wait_ms)
{
	OWN_VALUE(str_done) struct str url = { 0 };
	uint64_t now = clock_ms();
	struct wsman_answer answer;
	struct call call = {
		.body = str_text(&x->body),
		.len = x->body.len,
		.anonymous = anonymous,
		.chunked = header(x->connection, "Transfer-Encoding") != NULL,
		.user = link->auth.user,
		.client = link->client,
		.connection = link->number,
		.waited_ms = (unsigned)(now - x->began),
	};

	str_addf(&url, "%s://%s:%u/wsman", server->tls ? "https" : "http", link->host->name, server->port);
	call.url = str_text(&url);
	wsman_answer(link->host, &call, &answer);
	x->reply.body = answer.envelope;
	x->reply.status = answer.fault ? 500 : 200;
	x->reply.content_type = "application/soap+xml;charset=UTF-8";
	x->reply.delivery = answer.reset ? DELIVER_RESET : DELIVER_WHOLE;
	*wait_ms = delay_is_stopped() ? 0 : answer.wait_ms;
	if (!answer.wait_ms)
		wire_disturb(&x->reply, link->host->scenario->trouble);
	return *wait_ms == 0;
}

/* Counts a request, once. */
static void note_request(struct exchange *x, struct link *link)
{
	uint64_t print = fingerprint(&x->body);

	x->began = clock_ms();
	journal_count(COUNT_REQUESTS, 1);
	journal_count(COUNT_BYTES_IN, (long)x->body.len);
	atomic_fetch_add(&link->host->requests, 1);
	if (link->host->broken_request == print)
		journal_count(COUNT_RETRIED, 1);
	link->host->broken_request = 0;
}

static void note_answer(const struct exchange *x, struct link *link)
{
	link->host->answers++;
	if (x->reply.delivery >= DELIVER_HALF_THEN_CLOSE || x->reply.status == 503)
		link->host->broken_request = fingerprint(&x->body);
}

/* Fills in x->reply. False: not yet, ask again after *wait_ms. The host is locked. */
static bool produce(struct exchange *x, struct link *link, const struct http_server *server, const char *method,
	const char *url, unsigned *wait_ms)
{
	const char *identify = header(x->connection, "WSMANIDENTIFY");
	bool anonymous = identify && strcasecmp(identify, "unauthenticated") == 0;

	host_wake(link->host);
	if (!x->began)
		note_request(x, link);
	str_done(&x->reply.body);
	x->reply = (struct reply){ 0 };
	if (host_is_down(link->host))
		x->reply.delivery = DELIVER_RESET;
	else if (!wire_instead(&x->reply, link->host->scenario->trouble, link->host->answers) &&
		 check_request(x, link, method, url) && check_identity(x, link, server, anonymous)) {
		if (x->body.len == 0)
			x->reply.status = 200; /* an empty leg of an authentication */
		else if (check_content_type(x, link) && !answer_soap(x, link, server, anonymous, wait_ms))
			return false;
	}
	note_answer(x, link);
	return true;
}

static unsigned latency(const struct http_server *server, const struct link *link)
{
	const struct options *o = server->options;
	unsigned ms = o->latency_ms;

	if (o->jitter_ms)
		ms += (unsigned)random() % (o->jitter_ms + 1);
	if (link->host->scenario->trouble == TROUBLE_SLOW)
		ms += options_real_ms(o, SLOW_ANSWER_MS);
	return ms;
}

/* Hands out the body piece by piece, as the delivery demands. */
static ssize_t read_body(void *context, uint64_t position, char *buffer, size_t room)
{
	struct exchange *x = context;
	const struct str *body = &x->reply.body;
	size_t stop = body->len, left;

	if (x->reply.delivery == DELIVER_HALF_THEN_CLOSE || x->reply.delivery == DELIVER_HALF_THEN_RESET)
		stop = body->len / 2;
	left = position < stop ? stop - (size_t)position : 0;
	if (left == 0 && x->reply.delivery == DELIVER_HALF_THEN_RESET)
		reset_connection(
			MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context);
	if (left == 0)
		return stop < body->len ? MHD_CONTENT_READER_END_WITH_ERROR : MHD_CONTENT_READER_END_OF_STREAM;
	if (x->reply.delivery == DELIVER_SLOWLY) {
		if (position && x->sent_slowly != position && !delay_is_stopped()) {
			x->sent_slowly = (size_t)position; /* the next call, after the pause, sends */
			delay_connection(x->connection, SLOW_PIECE_MS);
			return 0;
		}
		room = room < SLOW_PIECE ? room : SLOW_PIECE;
	}
	if (left > room)
		left = room;
	memcpy(buffer, body->data + position, left);
	return (ssize_t)left;
}

static struct MHD_Response *make_response(struct exchange *x)
{
	struct reply *reply = &x->reply;
	size_t len = reply->body.len;

	if (reply->delivery == DELIVER_WHOLE) {
		char *data = str_take(&reply->body);
		if (data)
			return MHD_create_response_from_buffer(len, data, MHD_RESPMEM_MUST_FREE);
		return MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
	}
	return MHD_create_response_from_callback(
		reply->delivery == DELIVER_CHUNKED ? MHD_SIZE_UNKNOWN : len, 16384, read_body, x, NULL);
}

static void add_headers(struct MHD_Response *response, const struct reply *reply, const struct http_server *server)
{
	const char *scheme;

	MHD_add_response_header(response, "Server", "Microsoft-HTTPAPI/2.0");
	if (reply->content_type)
		MHD_add_response_header(response, "Content-Type", reply->content_type);
	if (reply->location)
		MHD_add_response_header(response, "Location", reply->location);
	if (reply->encoding)
		MHD_add_response_header(response, "Content-Encoding", reply->encoding);
	if (reply->close)
		MHD_add_response_header(response, "Connection", "close");
	for (size_t i = 0; reply->challenge && (scheme = auth_scheme(i, server->tls, server->options)); i++)
		MHD_add_response_header(response, "WWW-Authenticate", scheme);
}

static enum MHD_Result deliver(struct exchange *x, const struct link *link, const struct http_server *server)
{
	struct MHD_Response *response;
	enum MHD_Result queued;

	if (x->reply.delivery == DELIVER_RESET) {
		reset_connection(link);
		return MHD_NO;
	}
	journal_count(COUNT_BYTES_OUT, (long)x->reply.body.len);
	response = make_response(x);
	if (!response)
		return MHD_NO;
	add_headers(response, &x->reply, server);
	queued = MHD_queue_response(x->connection, x->reply.status, response);
	MHD_destroy_response(response);
	return queued;
}

static void collect(struct exchange *x, const struct http_server *server, const char *bytes, size_t len)
{
	size_t most = (size_t)server->options->envelope_kb * 1024;

	if (x->body.len + len > most || x->body.len + len > REQUEST_MOST)
		x->too_large = true;
	else
		str_addn(&x->body, bytes, len);
}

static enum MHD_Result access_request(void *context, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *bytes, size_t *len, void **request_context)
{
	struct http_server *server = context;
	struct link *link = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
	struct exchange *x = *request_context;
	unsigned wait_ms = 0;
	bool ready;

	(void)version;
	if (!link->host)
		return MHD_NO;
	if (!x) {
		*request_context = x = calloc(1, sizeof(*x));
		if (x)
			*x = (struct exchange){ .connection = connection, .body = STR(REQUEST_MOST) };
		return x ? MHD_YES : MHD_NO;
	}
	if (*len) {
		collect(x, server, bytes, *len);
		*len = 0;
		return MHD_YES;
	}
	if (x->stage != STAGE_READY) {
		pthread_mutex_lock(&link->host->lock);
		ready = produce(x, link, server, method, url, &wait_ms);
		pthread_mutex_unlock(&link->host->lock);
		if (ready) {
			x->stage = STAGE_READY;
			wait_ms = latency(server, link);
		}
		if (wait_ms && !delay_is_stopped()) {
			delay_connection(connection, wait_ms);
			return MHD_YES;
		}
	}
	return deliver(x, link, server);
}

static void keep_quiet(void *context, const char *format, va_list args)
{
	(void)context, (void)format, (void)args;
}

struct http_server *http_start(
	const struct fleet *fleet, const struct options *options, const struct certificate *certificate, uint16_t port)
{
	struct http_server *server = calloc(1, sizeof(*server));
	int fd = http_bind(&port, true);
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, NULL },
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, NULL },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%NO_TICKETS" },
		{ MHD_OPTION_END, 0, NULL },
	};

	if (!server || fd < 0)
		return NULL;
	*server = (struct http_server){ .fleet = fleet, .options = options, .tls = certificate != NULL, .port = port };
	if (certificate) {
		flags |= MHD_USE_TLS;
		tls[0].ptr_value = (void *)str_text(&certificate->key);
		tls[1].ptr_value = (void *)str_text(&certificate->chain);
	}
	server->daemon = MHD_start_daemon(flags, port, only_loopback, server, access_request, server,
		MHD_OPTION_EXTERNAL_LOGGER, keep_quiet, NULL, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE,
		WORKERS, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS,
		MHD_OPTION_NOTIFY_CONNECTION, connection_changed, server, MHD_OPTION_NOTIFY_COMPLETED, exchange_done,
		NULL, MHD_OPTION_ARRAY, certificate ? tls : &tls[3], MHD_OPTION_END);
	if (!server->daemon) {
		fprintf(stderr, "winsim: the listener on port %u cannot start\n", port);
		close(fd);
		free(server);
		return NULL;
	}
	return server;
}

uint16_t http_port(const struct http_server *server)
{
	return server->port;
}

void http_stop(struct http_server *server)
{
	if (!server)
		return;
	MHD_stop_daemon(server->daemon);
	free(server);
}
