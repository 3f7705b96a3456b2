/* http: see http.h.
 *
 * Theory of operation. libmicrohttpd calls access() at least twice for a request: with its header, with pieces of its
 * body, and at last with nothing more to come. Only then is it looked at. If the answer has to wait, the connection is
 * suspended and a thread of its own resumes it later (delay.h), whereupon libmicrohttpd calls access() again with
 * nothing to read; so an exchange remembers how far it is. No thread waits. */

#include "http.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "delay.h"
#include "exchange.h"
#include "journal.h"
#include "own.h"

enum {
	WORKERS = 4,
	CONNECTIONS_MAX = 16000,
	IDLE_SECONDS = 120, /* MaxPacketRetrievalTimeSeconds and http.sys */
	REQUEST_MOST = 8 << 20,
	SLOW_PIECE = 1024,
	SLOW_PIECE_MS = 20,
	SLOW_ANSWER_MS = 3000,    /* simulated */
	HEADERS_ROOM = 160 << 10, /* of a request or an answer: tickets with many groups are large */
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
	if (host->awake)
		host_wake(host); /* a planned reboot may have begun */
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
	struct link *link = *socket_context;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		auth_done(&link->auth);
		free(link);
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
	struct link *link;

	(void)context, (void)code;
	if (!x)
		return;
	if (x->ends_connection &&
		(link = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context))
		shutdown(link->fd, SHUT_RDWR);
	str_done(&x->body);
	str_done(&x->reply.body);
	str_done(&x->reply.authenticate);
	free(x);
	*request_context = NULL;
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
	if (reply->authenticate.len)
		MHD_add_response_header(response, "WWW-Authenticate", reply->authenticate.data);
	else
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
		ready = conversation_go_on(x, link, server, method, url, &wait_ms);
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
		{ MHD_OPTION_HTTPS_MEM_TRUST, 0, NULL },
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
		tls[2].ptr_value = (void *)str_text(&certificate->authority); /* asks for a certificate, needs none */
		server->binding = &certificate->binding;
	}
	server->daemon = MHD_start_daemon(flags, port, only_loopback, server, access_request, server,
		MHD_OPTION_EXTERNAL_LOGGER, keep_quiet, NULL, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE,
		WORKERS, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS,
		MHD_OPTION_NOTIFY_CONNECTION, connection_changed, server, MHD_OPTION_NOTIFY_COMPLETED, exchange_done,
		NULL, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADERS_ROOM, MHD_OPTION_ARRAY,
		certificate ? tls : &tls[4], MHD_OPTION_END);
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
