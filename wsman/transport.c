/* transport: see the header. The order of calls that matters here: libcurl connects (or reuses the connection), calls
 * on_request() with the local port, sends, then on_header() and on_body() get the answer; on_progress() runs all
 * along, at least once a second. */
#include "transport.h"
#include "auth.h"
#include "guard.h"
#include "refusal.h"
#include "trust.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	HEADERS = 4,      /* of ours */
	IDLE_MAX_S = 100, /* http.sys closes idle connections after 120 s */
	KEEPALIVE_S = 30,
	CONTENT_TYPE_ROOM = 128,
};

struct transport {
	const struct connection *connection;
	struct session_stats *stats;
	struct auth *auth;
	bool accepted; /* the server let us in; the guard need not be asked again */
	CURL *curl;
	struct curl_slist *connect_to;
	struct str url, sealed, authorization, content_type;
	struct curl_slist headers[HEADERS]; /* our own nodes: libcurl would copy the password around */
	struct certificate certificate;
	char detail[CURL_ERROR_SIZE];

	/* of the exchange in hand */
	struct deadline deadline;
	const struct stop *abort;
	struct str *reply;
	bool tls_begun;
	bool asked;   /* the request went out: once only */
	bool entered; /* the guard let us, with this turn */
	unsigned turn;
	struct error held_back; /* by the guard */
	enum cut cut;
	size_t header_bytes;
	unsigned header_lines;
	bool encoded;
	char type[CONTENT_TYPE_ROOM], schemes[SCHEMES_ROOM];
};

/* ---- libcurl's calls ---- */

/* libcurl silently repeats a request on a new connection when a kept one turns out dead. The server may have acted on
 * the first, and a security context belongs to the old socket: the session decides, not libcurl. */
static int on_request(void *context, char *remote_ip, char *local_ip, int remote_port, int local_port)
{
	struct transport *t = context;
	(void)local_ip, (void)remote_port, (void)local_port;

	if (t->asked) {
		t->cut = CUT_REPLAY;
		return CURL_PREREQFUNC_ABORT;
	}
	/* Only now: a host that cannot be reached must not hold the turn of the credential. */
	struct guard *guard = t->accepted ? NULL : t->connection->credential->guard;
	if (guard && guard_enter(guard, t->deadline, &t->turn, &t->held_back) < 0)
		return CURL_PREREQFUNC_ABORT;
	t->entered = guard != NULL;
	t->asked = true;
	strncpy(t->stats->address, remote_ip, sizeof(t->stats->address) - 1);
	return CURL_PREREQFUNC_OK;
}

static int on_progress(void *context, curl_off_t to_get, curl_off_t got, curl_off_t to_send, curl_off_t sent)
{
	struct transport *t = context;
	(void)to_get, (void)got, (void)to_send, (void)sent;

	if (t->abort && t->abort->now)
		t->cut = CUT_STOPPED;
	else if (deadline_left(t->deadline) == 0)
		t->cut = deadline_stopped(t->deadline) ? CUT_STOPPED : CUT_DEADLINE;
	return t->cut != CUT_NOT;
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

static void note_scheme(struct transport *t, const char *value, size_t len)
{
	size_t used = strlen(t->schemes);
	int word = (int)strcspn(value, " \t\r\n,");

	word = word > (int)len ? (int)len : word;
	if (word > 0 && used + (size_t)word + 3 < sizeof(t->schemes))
		snprintf(t->schemes + used, sizeof(t->schemes) - used, "%s%.*s", used ? ", " : "", word, value);
}

static size_t on_header(char *line, size_t one, size_t len, void *context)
{
	struct transport *t = context;
	const char *value;
	size_t value_len;
	(void)one;

	t->header_bytes += len;
	if (t->header_bytes > HEADER_BYTES_MAX || ++t->header_lines > HEADER_LINES_MAX) {
		t->cut = CUT_HEADER;
		return 0;
	}
	if (is_header(line, len, "Content-Type:", &value, &value_len))
		snprintf(t->type, sizeof(t->type), "%.*s", (int)value_len, value);
	else if (is_header(line, len, "Content-Encoding:", &value, &value_len))
		t->encoded |= value_len && strncasecmp(value, "identity", value_len) != 0;
	else if (is_header(line, len, "WWW-Authenticate:", &value, &value_len))
		note_scheme(t, value, value_len);
	return len;
}

static size_t on_body(char *bytes, size_t one, size_t len, void *context)
{
	struct transport *t = context;
	(void)one;

	if (len > REPLY_MAX - t->reply->len) {
		t->cut = CUT_BODY;
		return 0;
	}
	str_addn(t->reply, bytes, len);
	if (!str_failed(t->reply))
		return len;
	t->cut = CUT_MEMORY;
	return 0;
}

static CURLcode on_tls(CURL *curl, void *context, void *user)
{
	struct transport *t = user;
	(void)curl;

	t->tls_begun = true;
	if (!t->connection->insecure_tls)
		SSL_CTX_set1_cert_store(context, trust_store(t->connection->trust));
	certificate_watch(context, &t->certificate);
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

static int set_address(struct transport *t, struct error *e)
{
	const char *address = t->connection->address;
	if (!address)
		return 0;
	char entry[300];
	snprintf(entry, sizeof(entry), strchr(address, ':') ? "::[%.255s]:%u" : "::%.255s:%u", address,
		t->connection->port);
	t->connect_to = curl_slist_append(NULL, entry);
	if (!t->connect_to)
		return error_set(e, ERROR_LOCAL, "out of memory");
	return 0;
}

static void set_headers(struct transport *t)
{
	static char no_expect[] = "Expect:", plain[] = "Accept-Encoding: identity";
	char *lines[HEADERS] = { no_expect, plain, NULL, NULL }; /* the last two change with each request */

	for (int i = 0; i < HEADERS; i++)
		t->headers[i] = (struct curl_slist){ lines[i], i + 1 < HEADERS ? &t->headers[i + 1] : NULL };
}

/* Nothing of the environment, no other protocol, host or identity than the one we were told (RFC 9110 15.4). */
static CURLcode set_http(CURL *curl, const struct transport *t)
{
	const struct connection *c = t->connection;
	CURLcode rc = curl_easy_setopt(curl, CURLOPT_URL, str_text(&t->url));

	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_CONNECT_TO, t->connect_to);
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
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_HTTPHEADER, t->headers);
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

/* The store comes from trust.h: libcurl's own would be read again for each connection. */
static CURLcode set_tls(CURL *curl, struct transport *t)
{
	bool verify = !t->connection->insecure_tls;
	CURLcode rc = curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);

	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, verify ? 1L : 0L);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, verify ? 2L : 0L);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, t);
	return rc ? rc : curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, on_tls);
}

static CURLcode set_calls(CURL *curl, struct transport *t)
{
	CURLcode rc = curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, t->detail);

	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, on_request);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_PREREQDATA, t);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_HEADERDATA, t);
	rc = rc ? rc : curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	return rc ? rc : curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
}

static int set_up(struct transport *t, struct error *e)
{
	const struct connection *c = t->connection;

	if (service_url(&t->url, c->tls ? "https" : "http", c->name, c->port, e) < 0 || set_address(t, e) < 0)
		return -1;
	str_addf(&t->content_type, "Content-Type: %s", t->auth->scheme->content_type);
	set_headers(t);
	CURLcode rc = set_http(t->curl, t);
	rc = rc ? rc : set_connection(t->curl, c);
	rc = rc || !c->tls ? rc : set_tls(t->curl, t);
	rc = rc ? rc : set_calls(t->curl, t);
	if (rc || str_failed(&t->content_type))
		return error_code(e, ERROR_LOCAL, rc, "libcurl: %s", curl_easy_strerror(rc ? rc : CURLE_OUT_OF_MEMORY));
	return 0;
}

struct transport *transport_new(const struct connection *c, struct session_stats *stats, struct error *e)
{
	if (!c->tls && !c->insecure_plaintext) {
		error_set(e, ERROR_LOCAL, "plain HTTP would show everything to the network: use HTTPS, port 5986");
		return NULL;
	}
	if (c->tls && !c->insecure_tls && !c->trust) {
		error_set(e, ERROR_LOCAL, "no certificates to check the server against");
		return NULL;
	}
	OWN(transport_free) struct transport *t = calloc(1, sizeof(*t));
	if (!t || !(t->curl = curl_easy_init())) {
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	t->connection = c;
	t->stats = stats;
	if (!(t->auth = auth_new(c, e)) || set_up(t, e) < 0)
		return NULL;
	stats->scheme = c->tls ? "https" : "http";
	stats->auth = t->auth->scheme->name;
	stats->sealed = t->auth->scheme->seals;
	return TAKE(t);
}

void transport_free(struct transport *t)
{
	if (!t)
		return;
	curl_easy_cleanup(t->curl);
	curl_slist_free_all(t->connect_to);
	auth_free(t->auth);
	str_done(&t->url);
	str_done(&t->sealed);
	str_done(&t->content_type);
	str_wipe(&t->authorization);
	free(t);
}

/* ---- one exchange ---- */

static int begin(struct transport *t, const struct str *message, int64_t timeout_ms, struct error *e)
{
	int64_t left = deadline_left(t->deadline);
	/* libcurl's timer also counts while the guard holds us back. */
	bool waits_for_turn = !t->accepted && t->connection->credential->guard;

	if (left == 0)
		return error_set(e, deadline_stopped(t->deadline) ? ERROR_ABORTED : ERROR_TIMEOUT,
			deadline_stopped(t->deadline) ? "stopped" : "the time for this host is over");
	t->tls_begun = t->asked = t->entered = t->encoded = false;
	error_clear(&t->held_back);
	t->cut = CUT_NOT;
	t->header_bytes = t->header_lines = 0;
	t->type[0] = t->schemes[0] = t->detail[0] = '\0';
	str_clear(t->reply);
	str_clear(&t->sealed);
	str_clear(&t->authorization);
	if (t->auth->scheme->seal(t->auth, str_text(message), message->len, &t->sealed, e) < 0)
		return -1;
	const char *authorization = t->auth->scheme->authorization(t->auth);
	str_reserve(&t->authorization, strlen("Authorization: ") + strlen(authorization));
	str_addf(&t->authorization, "Authorization: %s", authorization);
	if (str_failed(&t->authorization))
		return error_set(e, ERROR_LOCAL, "out of memory");
	t->headers[2].data = t->content_type.data;
	t->headers[3].data = t->authorization.data;
	curl_easy_setopt(t->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->sealed.len);
	curl_easy_setopt(t->curl, CURLOPT_POSTFIELDS, str_text(&t->sealed));
	curl_easy_setopt(t->curl, CURLOPT_TIMEOUT_MS, (long)(left < timeout_ms || waits_for_turn ? left : timeout_ms));
	return 0;
}

/* libcurl counts what goes out together with the headers as theirs: requests of our size do. */
static void count(struct transport *t)
{
	curl_off_t body_in = 0;
	long header_in = 0, out = 0;

	curl_easy_getinfo(t->curl, CURLINFO_SIZE_DOWNLOAD_T, &body_in);
	curl_easy_getinfo(t->curl, CURLINFO_HEADER_SIZE, &header_in);
	curl_easy_getinfo(t->curl, CURLINFO_REQUEST_SIZE, &out);
	t->stats->requests += t->asked;
	t->stats->bytes_in += (uint64_t)(body_in + header_in);
	t->stats->bytes_out += (uint64_t)out;
}

static struct outcome outcome_of(struct transport *t, CURLcode result)
{
	struct outcome o = {
		.result = result,
		.cut = t->cut,
		.resolved = t->asked,
		.connected = t->asked,
		.secured = t->asked,
		.encoded = t->encoded,
		.body_len = t->reply->len,
		.content_type = t->type,
		.schemes = t->schemes,
		.word = t->auth->scheme->word,
		.detail = t->detail,
		.certificate = &t->certificate,
	};
	curl_off_t resolved_us = 0, connected_us = 0;
	curl_easy_getinfo(t->curl, CURLINFO_NAMELOOKUP_TIME_T, &resolved_us);
	curl_easy_getinfo(t->curl, CURLINFO_CONNECT_TIME_T, &connected_us);
	o.resolved |= resolved_us > 0;
	o.connected |= connected_us > 0 || t->tls_begun; /* libcurl's time of connecting includes TLS */
	o.secured |= connected_us > 0 && !t->connection->tls;
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &o.status);
	curl_easy_getinfo(t->curl, CURLINFO_OS_ERRNO, &o.os_errno);
	curl_easy_getinfo(t->curl, CURLINFO_SSL_VERIFYRESULT, &o.verify_result);
	curl_easy_getinfo(t->curl, CURLINFO_HTTP_CONNECTCODE, &o.proxy_status);
	if (o.proxy_status < 300)
		o.proxy_status = 0;
	return o;
}

static int exchange(struct transport *t, const struct str *message, int64_t timeout_ms, struct error *e)
{
	if (begin(t, message, timeout_ms, e) < 0)
		return -1;
	CURLcode result = curl_easy_perform(t->curl);
	count(t);
	if (t->held_back.kind != ERROR_NONE) {
		*e = t->held_back;
		return -1;
	}
	struct outcome o = outcome_of(t, result);
	if (refusal(&o, t->connection, e) < 0)
		return -1;
	return t->auth->scheme->unseal(t->auth, t->type, t->reply, e);
}

int transport_post(struct transport *t, const struct str *message, struct deadline deadline, int64_t timeout_ms,
	const struct stop *abort, struct str *reply, struct error *e)
{
	t->deadline = deadline;
	t->abort = abort;
	t->reply = reply;
	t->entered = false;
	int rc = exchange(t, message, timeout_ms, e);
	/* Where the scheme is not even offered, nobody looked at the password. */
	bool rejected = rc < 0 && e->kind == ERROR_AUTH && strcasestr(t->schemes, t->auth->scheme->word);
	t->accepted = rc == 0 || (t->accepted && !rejected);
	if (rc == 0)
		t->stats->server_authenticated = t->connection->tls && !t->connection->insecure_tls;
	if (t->entered)
		guard_leave(t->connection->credential->guard, t->turn,
			rc == 0    ? GUARD_ACCEPTED
			: rejected ? GUARD_REJECTED
				   : GUARD_UNTRIED);
	return rc;
}
