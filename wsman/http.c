/* http: see the header. The order of calls that matters here: libcurl connects (on_socket()) or reuses the connection,
 * calls on_request(), sends, then on_header() and on_body() get the answer; on_progress() runs all along, at least once
 * a second. A header line that is put into the list inside on_request() still goes out with that request, but a body
 * does not: Content-Length was fixed before. */
#include "http.h"
#include "client_certificate.h"
#include "session.h"
#include "trust.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

enum {
	HEADERS = 4,      /* of ours: two constants, the content type, and what ready() adds */
	IDLE_MAX_S = 100, /* http.sys closes idle connections after 120 s */
	KEEPALIVE_S = 30,
	CONTENT_TYPE_ROOM = 160,
};

struct http {
	const struct connection *connection;
	CURL *curl;
	unsigned sockets; /* opened so far */
	struct curl_slist *connect_to;
	struct str url;
	struct curl_slist headers[HEADERS]; /* our own nodes: libcurl would copy the password around */
	struct certificate certificate;
	char detail[CURL_ERROR_SIZE];

	/* of the exchange in hand */
	const struct http_request *request;
	struct str *body;
	struct error refused; /* by ready() */
	bool tls_begun;
	bool asked; /* the request went out: once only */
	enum cut cut;
	size_t header_bytes;
	unsigned header_lines;
	bool encoded, dated, closes;
	int64_t ahead_s;
	char address[64];
	char type[CONTENT_TYPE_ROOM], schemes[SCHEMES_ROOM];
	struct str token;
};

/* ---- libcurl's calls ---- */

static curl_socket_t on_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct http *h = context;
	(void)purpose;

	h->sockets++;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* libcurl silently repeats a request on a new connection when a kept one turns out dead. The server may have acted on
 * the first, and a security context belongs to the old socket: the session decides, not libcurl. */
static int on_request(void *context, char *remote_ip, char *local_ip, int remote_port, int local_port)
{
	struct http *h = context;
	char *header = NULL;
	(void)local_ip, (void)remote_port, (void)local_port;

	if (h->asked) {
		h->cut = CUT_REPLAY;
		return CURL_PREREQFUNC_ABORT;
	}
	strncpy(h->address, remote_ip, sizeof(h->address) - 1);
	if (h->request->ready(h->request->context, h->sockets, &header, &h->refused) < 0)
		return CURL_PREREQFUNC_ABORT;
	h->headers[HEADERS - 2].next = header ? &h->headers[HEADERS - 1] : NULL;
	h->headers[HEADERS - 1].data = header;
	h->asked = true;
	return CURL_PREREQFUNC_OK;
}

static int on_progress(void *context, curl_off_t to_get, curl_off_t got, curl_off_t to_send, curl_off_t sent)
{
	struct http *h = context;
	(void)to_get, (void)got, (void)to_send, (void)sent;

	if (h->request->abort && h->request->abort->now)
		h->cut = CUT_STOPPED;
	else if (deadline_left(h->request->deadline) == 0)
		h->cut = deadline_stopped(h->request->deadline) ? CUT_STOPPED : CUT_DEADLINE;
	return h->cut != CUT_NOT;
}

static bool is_header(const char *line, size_t len, const char *name, const char **value, size_t *value_len)
{
	size_t skip = strlen(name);

	if (len < skip || strncasecmp(line, name, skip) != 0)
		return false;
	while (skip < len && strchr(" \t", line[skip]))
		skip++;
	while (len > skip && strchr(" \t\r\n", line[len - 1]))
		len--;
	*value = line + skip;
	*value_len = len - skip;
	return true;
}

/* One challenge: "Negotiate", or "Negotiate TOKEN" in answer to ours, or 'Basic realm="..."'. */
static void note_challenge(struct http *h, const char *value, size_t len)
{
	size_t used = strlen(h->schemes), word = 0;

	while (word < len && value[word] != ' ' && value[word] != '\t')
		word++;
	if (word == 0 || memchr(value, '=', word)) /* a parameter of the one before */
		return;
	if (used + word + 3 < sizeof(h->schemes))
		snprintf(h->schemes + used, sizeof(h->schemes) - used, "%s%.*s", used ? ", " : "", (int)word, value);
	const char *ours = h->request->word;
	if (!ours || strlen(ours) != word || strncasecmp(value, ours, word) != 0 || h->token.len)
		return;
	while (word < len && (value[word] == ' ' || value[word] == '\t'))
		word++;
	str_addn(&h->token, value + word, len - word);
}

/* Several may stand in one line, between commas (RFC 9110 11.6.1). */
static void note_challenges(struct http *h, const char *value, size_t len)
{
	bool quoted = false;

	for (size_t begin = 0, at = 0; at <= len; at++) {
		quoted ^= at < len && value[at] == '"';
		if (at < len && (quoted || value[at] != ','))
			continue;
		while (begin < at && (value[begin] == ' ' || value[begin] == '\t'))
			begin++;
		size_t end = at;
		while (end > begin && (value[end - 1] == ' ' || value[end - 1] == '\t'))
			end--;
		note_challenge(h, value + begin, end - begin);
		begin = at + 1;
	}
}

static void note_date(struct http *h, const char *value, size_t len)
{
	char text[64];

	snprintf(text, sizeof(text), "%.*s", (int)len, value);
	time_t theirs = curl_getdate(text, NULL);
	h->dated = theirs != -1;
	if (h->dated)
		h->ahead_s = (int64_t)theirs - (int64_t)time(NULL);
}

static size_t on_header(char *line, size_t one, size_t len, void *context)
{
	struct http *h = context;
	const char *value;
	size_t value_len;
	(void)one;

	h->header_bytes += len;
	if (h->header_bytes > HEADER_BYTES_MAX || ++h->header_lines > HEADER_LINES_MAX) {
		h->cut = CUT_HEADER;
		return 0;
	}
	if (is_header(line, len, "Content-Type:", &value, &value_len))
		snprintf(h->type, sizeof(h->type), "%.*s", (int)value_len, value);
	else if (is_header(line, len, "Content-Encoding:", &value, &value_len))
		h->encoded |= value_len && strncasecmp(value, "identity", value_len) != 0;
	else if (is_header(line, len, "WWW-Authenticate:", &value, &value_len))
		note_challenges(h, value, value_len);
	else if (is_header(line, len, "Connection:", &value, &value_len))
		h->closes |= value_len == strlen("close") && !strncasecmp(value, "close", value_len);
	else if (is_header(line, len, "Date:", &value, &value_len))
		note_date(h, value, value_len);
	return len;
}

static size_t on_body(char *bytes, size_t one, size_t len, void *context)
{
	struct http *h = context;
	(void)one;

	if (len > REPLY_MAX - h->body->len) {
		h->cut = CUT_BODY;
		return 0;
	}
	str_addn(h->body, bytes, len);
	if (!str_failed(h->body))
		return len;
	h->cut = CUT_MEMORY;
	return 0;
}

static CURLcode on_tls(CURL *curl, void *context, void *user)
{
	struct http *h = user;
	const struct connection *c = h->connection;
	(void)curl;

	h->tls_begun = true;
	if (c->trust)
		SSL_CTX_set1_cert_store(context, trust_store(c->trust));
	certificate_watch(context, &h->certificate);
	if (c->method == AUTH_CERTIFICATE && client_certificate_use(c->credential->certificate, context) < 0)
		return CURLE_SSL_CERTPROBLEM;
	return CURLE_OK;
}

/* ---- setting up ---- */

int service_url(struct str *url, const char *scheme, const char *name, uint16_t port, struct error *e)
{
	CURLU *parts = curl_url();
	char number[8], host[256 + 2], *whole = NULL;
	bool ipv6 = strchr(name, ':') != NULL;

	snprintf(number, sizeof(number), "%u", port);
	snprintf(host, sizeof(host), ipv6 ? "[%.255s]" : "%.255s", name);
	bool good = parts && strlen(name) <= 253 && !curl_url_set(parts, CURLUPART_SCHEME, scheme, 0) &&
		    !curl_url_set(parts, CURLUPART_HOST, host, 0) && !curl_url_set(parts, CURLUPART_PORT, number, 0) &&
		    !curl_url_set(parts, CURLUPART_PATH, "/wsman", 0) && !curl_url_get(parts, CURLUPART_URL, &whole, 0);
	if (good)
		str_add(url, whole);
	curl_free(whole);
	curl_url_cleanup(parts);
	if (good && !str_failed(url))
		return 0;
	return error_set(e, ERROR_LOCAL, "%.100s is neither a host name nor an address", name);
}

static int set_address(struct http *h, struct error *e)
{
	const char *address = h->connection->address;
	if (!address)
		return 0;
	char entry[300];
	snprintf(entry, sizeof(entry), strchr(address, ':') ? "::[%.255s]:%u" : "::%.255s:%u", address,
		h->connection->port);
	h->connect_to = curl_slist_append(NULL, entry);
	if (!h->connect_to)
		return error_set(e, ERROR_LOCAL, "out of memory");
	return 0;
}

static void set_headers(struct http *h)
{
	static char no_expect[] = "Expect:", plain[] = "Accept-Encoding: identity";
	char *lines[HEADERS] = { no_expect, plain, NULL, NULL }; /* the last two change with each request */

	for (int i = 0; i < HEADERS; i++)
		h->headers[i] = (struct curl_slist){ lines[i], i + 1 < HEADERS ? &h->headers[i + 1] : NULL };
}

/* Nothing of the environment, no other protocol, host or identity than the one we were told (RFC 9110 15.4). */
static CURLcode set_http(CURL *curl, const struct http *h)
{
	const struct connection *c = h->connection;
	CURLcode rc = curl_easy_setopt(curl, CURLOPT_URL, str_text(&h->url));

	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_CONNECT_TO, h->connect_to);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, c->tls ? "https" : "http");
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, c->tls ? "https" : "http");
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_HTTP09_ALLOWED, 0L);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_PROXY, c->proxy ? c->proxy : "");
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_NOPROXY, c->proxy ? "" : "*");
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_HTTPPROXYTUNNEL, c->proxy ? 1L : 0L);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_HTTPHEADER, h->headers);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_USERAGENT, "vssfleet/" VSSFLEET_VERSION);
	return rc ? rc : curl_easy_setopt(curl, CURLOPT_POST, 1L);
}

static CURLcode set_connection(CURL *curl, const struct connection *c)
{
	CURLcode rc = curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	rc = rc ? rc
		: curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, 16384L); /* 64 KiB otherwise, per host in flight */
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_SSL_SESSIONID_CACHE, 0L); /* one connection: nothing to resume */
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);          /* do not wait for a silent DNS */

	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_MAXCONNECTS, 1L);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_MAXAGE_CONN, (long)IDLE_MAX_S);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_TCP_KEEPIDLE, (long)KEEPALIVE_S);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_TCP_KEEPINTVL, (long)KEEPALIVE_S);
	return rc ? rc : curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)c->connect_timeout_ms);
}

/* 2022 loses client certificates over TLS 1.3, where they may be asked for after the handshake only. */
static long tls_versions(const struct connection *c)
{
	long most = c->method == AUTH_CERTIFICATE ? CURL_SSLVERSION_MAX_TLSv1_2 : CURL_SSLVERSION_MAX_DEFAULT;
	return c->tls13 ? (long)CURL_SSLVERSION_TLSv1_3 : CURL_SSLVERSION_TLSv1_2 | most;
}

/* The store comes from trust.h: libcurl's own would be read again for each connection. A pinned key stands for CA and
 * name: it is what servers with certificates of their own making are known by. */
static CURLcode set_tls(CURL *curl, struct http *h)
{
	const struct connection *c = h->connection;
	bool verify = !c->insecure_tls && !c->pinned_key;
	CURLcode rc = curl_easy_setopt(curl, CURLOPT_SSLVERSION, tls_versions(c));

	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, verify ? 1L : 0L);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, verify ? 2L : 0L);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_PINNEDPUBLICKEY, c->pinned_key);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, h);
	return rc ? rc : curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, on_tls);
}

static CURLcode set_calls(CURL *curl, struct http *h)
{
	CURLcode rc = curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, h->detail);

	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, h);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, on_request);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_PREREQDATA, h);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_XFERINFODATA, h);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_HEADERDATA, h);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	return rc ? rc : curl_easy_setopt(curl, CURLOPT_WRITEDATA, h);
}

static int set_up(struct http *h, struct error *e)
{
	const struct connection *c = h->connection;

	if (service_url(&h->url, c->tls ? "https" : "http", c->name, c->port, e) < 0 || set_address(h, e) < 0)
		return -1;
	set_headers(h);
	CURLcode rc = set_http(h->curl, h);
	rc = rc ? rc : set_connection(h->curl, c);
	rc = rc || !c->tls ? rc : set_tls(h->curl, h);
	rc = rc ? rc : set_calls(h->curl, h);
	if (rc)
		return error_code(e, ERROR_LOCAL, rc, "libcurl: %s", curl_easy_strerror(rc));
	return 0;
}

struct http *http_new(const struct connection *c, struct error *e)
{
	OWN(http_free) struct http *h = calloc(1, sizeof(*h));

	if (!h || !(h->curl = curl_easy_init())) {
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	h->connection = c;
	if (set_up(h, e) < 0)
		return NULL;
	return TAKE(h);
}

void http_free(struct http *h)
{
	if (!h)
		return;
	curl_easy_cleanup(h->curl);
	curl_slist_free_all(h->connect_to);
	str_done(&h->url);
	str_done(&h->token);
	free(h);
}

X509 *http_server_certificate(const struct http *h)
{
	const struct curl_tlssessioninfo *tls = NULL;

	if (curl_easy_getinfo(h->curl, CURLINFO_TLS_SSL_PTR, &tls) != CURLE_OK || !tls || !tls->internals)
		return NULL;
	return SSL_get1_peer_certificate(tls->internals);
}

/* ---- one exchange ---- */

static void begin(struct http *h, const struct http_request *r)
{
	int64_t left = deadline_left(r->deadline);

	h->request = r;
	h->tls_begun = h->asked = h->encoded = h->dated = h->closes = false;
	error_clear(&h->refused);
	h->cut = CUT_NOT;
	h->header_bytes = h->header_lines = 0;
	h->type[0] = h->schemes[0] = h->detail[0] = '\0';
	str_clear(h->body);
	str_clear(&h->token);
	h->headers[HEADERS - 2].data = r->content_type;
	curl_easy_setopt(h->curl, CURLOPT_FRESH_CONNECT, r->fresh ? 1L : 0L);
	curl_easy_setopt(h->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body->len);
	curl_easy_setopt(h->curl, CURLOPT_POSTFIELDS, str_text(r->body));
	curl_easy_setopt(
		h->curl, CURLOPT_TIMEOUT_MS, (long)(left < r->timeout_ms || r->patient ? left : r->timeout_ms));
}

/* libcurl counts what goes out together with the headers as theirs: requests of our size do. */
static void count(const struct http *h, struct http_answer *answer)
{
	curl_off_t body_in = 0;
	long header_in = 0, out = 0;

	curl_easy_getinfo(h->curl, CURLINFO_SIZE_DOWNLOAD_T, &body_in);
	curl_easy_getinfo(h->curl, CURLINFO_HEADER_SIZE, &header_in);
	curl_easy_getinfo(h->curl, CURLINFO_REQUEST_SIZE, &out);
	answer->sent = h->asked;
	answer->closes = h->closes;
	answer->bytes_in = (uint64_t)(body_in + header_in);
	answer->bytes_out = (uint64_t)out;
}

static struct outcome outcome_of(struct http *h, CURLcode result)
{
	struct outcome o = {
		.result = result,
		.cut = h->cut,
		.resolved = h->asked,
		.connected = h->asked,
		.secured = h->asked,
		.encoded = h->encoded,
		.dated = h->dated,
		.ahead_s = h->ahead_s,
		.body_len = h->body->len,
		.content_type = h->type,
		.schemes = h->schemes,
		.detail = h->detail,
		.certificate = &h->certificate,
	};
	curl_off_t resolved_us = 0, connected_us = 0;
	curl_easy_getinfo(h->curl, CURLINFO_NAMELOOKUP_TIME_T, &resolved_us);
	curl_easy_getinfo(h->curl, CURLINFO_CONNECT_TIME_T, &connected_us);
	o.resolved |= resolved_us > 0;
	o.connected |= connected_us > 0 || h->tls_begun; /* libcurl's time of connecting includes TLS */
	o.secured |= connected_us > 0 && !h->connection->tls;
	curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &o.status);
	curl_easy_getinfo(h->curl, CURLINFO_OS_ERRNO, &o.os_errno);
	curl_easy_getinfo(h->curl, CURLINFO_SSL_VERIFYRESULT, &o.verify_result);
	curl_easy_getinfo(h->curl, CURLINFO_HTTP_CONNECTCODE, &o.proxy_status);
	if (o.proxy_status < 300)
		o.proxy_status = 0;
	return o;
}

int http_exchange(struct http *h, const struct http_request *request, struct http_answer *answer, struct error *e)
{
	h->body = answer->body;
	begin(h, request);
	CURLcode result = curl_easy_perform(h->curl);
	count(h, answer);
	answer->address = h->address;
	answer->token = str_text(&h->token);
	answer->outcome = outcome_of(h, result);
	if (h->refused.kind != ERROR_NONE) {
		*e = h->refused;
		return -1;
	}
	return 0;
}
