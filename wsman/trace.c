/* trace: see the header. Each exchange is put together without a lock and written at once, in whole lines. */
#include "trace.h"
#include "redact.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum {
	EXCHANGE_MAX = 1024 * 1024, /* bytes written about one exchange */
	CUT_ROOM = 64,              /* of them for the line that says that something is missing */
};

struct trace {
	char *file;
	int fd;
	struct redact_key key;
	pthread_mutex_t lock; /* of what follows, and of writing */
	int failed;           /* errno of the first failure; nothing is written after it */
};

/* ---- an exchange ---- */

static void put_head(struct str *out, const char *host, const char *address)
{
	struct timespec now;
	struct tm tm;
	char when[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm);
	str_addf(out, "=== %s.%03ldZ ", when, now.tv_nsec / 1000000);
	redact_show(out, host);
	str_addc(out, ' ');
	redact_show(out, address);
	str_addc(out, '\n');
}

static void put_message(struct str *out, const struct redact_key *key, const char *margin, const struct str *message)
{
	if (redact_message(out, key, margin, message) < 0)
		str_addf(out, "%s<%zu bytes that are not readable as XML>\n", margin, message->len);
}

static void put_request(struct str *out, const struct redact_key *key, const struct str *message, bool sent)
{
	if (!sent) {
		str_add(out, "> (nothing was sent)\n");
		return;
	}
	str_add(out, "> POST /wsman\n");
	if (message)
		put_message(out, key, "> ", message);
	else
		str_add(out, "> (authentication, no message)\n");
}

static void put_line(struct str *out, const char *before, const char *text)
{
	if (!text[0])
		return;
	str_add(out, before);
	redact_show(out, text);
	str_addc(out, '\n');
}

static void put_header(struct str *out, const struct redact_key *key, const struct http_answer *answer)
{
	const struct outcome *o = &answer->outcome;

	if (o->proxy_status)
		str_addf(out, "< HTTP %ld from the proxy\n", o->proxy_status);
	if (o->status)
		str_addf(out, "< HTTP %ld\n", o->status);
	put_line(out, "< content type ", o->content_type);
	put_line(out, "< offers ", o->schemes);
	if (!answer->token[0])
		return;
	str_add(out, "< token ");
	redact_hide(out, key, answer->token, strlen(answer->token));
	str_addc(out, '\n');
}

static void put_body(struct str *out, const struct redact_key *key, const struct http_answer *answer, bool readable)
{
	const struct outcome *o = &answer->outcome;

	if (readable) {
		put_message(out, key, "< ", answer->body);
	} else if (o->body_len) {
		str_addf(out, "< <%zu bytes of ", o->body_len);
		redact_show(out, o->content_type[0] ? o->content_type : "an unnamed type");
		str_add(out, ">\n");
	}
}

static void put_failure(struct str *out, const struct outcome *o)
{
	static const char *const cuts[] = {
		[CUT_NOT] = "",
		[CUT_DEADLINE] = "the time for it is over",
		[CUT_STOPPED] = "stopped",
		[CUT_REPLAY] = "the connection was dead, and nothing is sent twice",
		[CUT_HEADER] = "the header is too long",
		[CUT_BODY] = "the answer is too long",
		[CUT_MEMORY] = "out of memory",
	};

	if (o->cut != CUT_NOT)
		put_line(out, "< failed: ", cuts[o->cut]);
	else if (o->result != CURLE_OK)
		put_line(out, "< failed: ", curl_easy_strerror(o->result));
}

/* Whole lines only: half a character or half a mark of ours would mislead. */
static void say_what_is_cut(struct str *out)
{
	static const char said[] = "... the rest is left out\n";

	if (!str_failed(out))
		return;
	while (out->len && out->data[out->len - 1] != '\n')
		out->len--;
	out->limit = EXCHANGE_MAX;
	out->failed = false;
	str_add(out, said);
}

static void write_out(struct trace *t, const char *bytes, size_t len)
{
	pthread_mutex_lock(&t->lock);
	while (len && !t->failed) {
		ssize_t written = write(t->fd, bytes, len);
		if (written < 0 && errno != EINTR)
			t->failed = errno;
		bytes += written < 0 ? 0 : written;
		len -= written < 0 ? 0 : (size_t)written;
	}
	pthread_mutex_unlock(&t->lock);
}

void trace_exchange(
	struct trace *t, const char *host, const struct str *message, const struct http_answer *answer, bool readable)
{
	if (!t)
		return;
	OWN_VALUE(str_done) struct str out = STR(EXCHANGE_MAX - CUT_ROOM);
	put_head(&out, host, answer->address);
	put_request(&out, &t->key, message, answer->sent);
	put_header(&out, &t->key, answer);
	put_body(&out, &t->key, answer, readable);
	put_failure(&out, &answer->outcome);
	str_addc(&out, '\n');
	say_what_is_cut(&out);
	write_out(t, str_text(&out), out.len);
}

/* ---- the file ---- */

static void trace_free(struct trace *t)
{
	if (!t)
		return;
	if (t->fd >= 0)
		close(t->fd);
	pthread_mutex_destroy(&t->lock);
	explicit_bzero(&t->key, sizeof(t->key));
	free(t->file);
	free(t);
}
CLEANUP_OF(struct trace, trace_free);

/* A link is not followed and nothing is written over: the name may lie where others write too. */
static int create(struct trace *t, struct error *e)
{
	t->fd = open(t->file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (t->fd >= 0)
		return 0;
	if (errno == EEXIST)
		return error_code(e, ERROR_LOCAL, EEXIST,
			"%.200s exists: a trace is never written over another file, name one that does not exist",
			t->file);
	return error_code(e, ERROR_LOCAL, errno, "cannot create %.200s: %s", t->file, strerror(errno));
}

struct trace *trace_new(const char *file, struct error *e)
{
	static const char about[] =
		"# Conversations of vssfleet after decryption. A text that could be a secret is replaced by its "
		"length\n"
		"# and a digest that holds within this file only; an attribute that could be one is left out.\n\n";
	OWN(trace_free) struct trace *t = calloc(1, sizeof(*t));

	if (!t) {
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	t->fd = -1;
	pthread_mutex_init(&t->lock, NULL);
	if (!(t->file = strdup(file))) {
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	if (getrandom(&t->key, sizeof(t->key), 0) != (ssize_t)sizeof(t->key)) {
		error_code(e, ERROR_LOCAL, errno, "no random bytes: %s", strerror(errno));
		return NULL;
	}
	if (create(t, e) < 0)
		return NULL;
	write_out(t, about, strlen(about));
	return TAKE(t);
}

int trace_close(struct trace *t, struct error *e)
{
	if (!t)
		return 0;
	if (close(t->fd) < 0 && !t->failed)
		t->failed = errno;
	t->fd = -1;
	int rc = t->failed ? error_code(e, ERROR_LOCAL, t->failed, "%.200s is not complete: %s", t->file,
				     strerror(t->failed))
			   : 0;
	trace_free(t);
	return rc;
}
