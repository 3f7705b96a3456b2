/* conversation: see the header. */
#include "conversation.h"

#include <curl/curl.h>
#include <libxml/parser.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "lesson.h"

enum { REQUEST_ROOM = 16 * 1024, URL_ROOM = NAME_ROOM + 32, ID_ROOM = 128, REPEATS_MAX = 1000 };

struct conversation {
	const struct conversation_access *access;
	struct conversation_tally *tally;
	CURL *curl;
	struct curl_slist *headers;
	char mark[MARKS][URL_ROOM]; /* what stands in the place of each */
	/* of the answer in hand */
	xmlParserCtxtPtr parser;
	char *keep; /* where the text of the element at hand goes; NULL: nowhere */
	size_t kept;
	bool end_of_sequence, done;
};

/* ---- the answer ---- */

static void keep_in(struct conversation *c, enum lesson_mark mark)
{
	c->keep = c->mark[mark];
	c->kept = 0;
}

static bool says_done(int attributes, const xmlChar **attribute)
{
	static const char done[] = "/Done";

	for (int i = 0; i < attributes; i++, attribute += 5) { /* name, prefix, URI, value, end of value */
		size_t len = (size_t)(attribute[4] - attribute[3]);
		if (!strcmp((const char *)attribute[0], "State") && len >= strlen(done) &&
			!memcmp(attribute[4] - strlen(done), done, strlen(done)))
			return true;
	}
	return false;
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int declared,
	const xmlChar **declarations, int attributes, int defaulted, const xmlChar **attribute)
{
	struct conversation *c = context;
	(void)prefix, (void)uri, (void)declared, (void)declarations, (void)defaulted;

	c->tally->elements++;
	if (!strcmp((const char *)name, "EnumerationContext"))
		keep_in(c, MARK_CONTEXT);
	else if (!strcmp((const char *)name, "EndOfSequence"))
		c->end_of_sequence = true;
	else if (!strcmp((const char *)name, "Selector"))
		keep_in(c, MARK_SHELL);
	else if (!strcmp((const char *)name, "CommandId"))
		keep_in(c, MARK_COMMAND);
	else if (!strcmp((const char *)name, "CommandState"))
		c->done |= says_done(attributes, attribute);
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct conversation *c = context;
	(void)name, (void)prefix, (void)uri;

	if (c->keep)
		c->keep[c->kept] = '\0';
	c->keep = NULL;
}

static void on_text(void *context, const xmlChar *text, int len)
{
	struct conversation *c = context;

	c->tally->characters += (uint64_t)len;
	if (!c->keep || c->kept + (size_t)len >= ID_ROOM)
		return;
	memcpy(c->keep + c->kept, text, (size_t)len);
	c->kept += (size_t)len;
}

static const xmlSAXHandler handlers = {
	.initialized = XML_SAX2_MAGIC,
	.startElementNs = on_start,
	.endElementNs = on_end,
	.characters = on_text,
	.ignorableWhitespace = on_text,
};

static size_t on_body(char *bytes, size_t one, size_t len, void *context)
{
	struct conversation *c = context;
	(void)one;
	return xmlParseChunk(c->parser, bytes, (int)len, 0) == 0 ? len : 0;
}

/* ---- the request ---- */

static void draw_message_id(char *id)
{
	uint32_t r[4];

	getrandom(r, sizeof(r), 0); /* a few bytes at a time cannot fail once the kernel has started */
	snprintf(id, URL_ROOM, "uuid:%08X-%04X-4%03X-8%03X-%08X%04X", r[0], r[1] >> 16, r[1] & 0xfff, r[2] >> 20, r[3],
		r[2] & 0xffff);
}

/* The bytes of the request; 0 if they do not fit. */
static size_t fill_in(const struct conversation *c, const char *request, char *into)
{
	size_t used = 0;

	for (; *request; request++) {
		bool is_mark = (unsigned char)*request < MARKS;
		const char *with = is_mark ? c->mark[(unsigned char)*request] : request;
		size_t len = is_mark ? strlen(with) : 1;
		if (used + len >= REQUEST_ROOM)
			return 0;
		memcpy(into + used, with, len);
		used += len;
	}
	return used;
}

static void count(struct conversation *c)
{
	curl_off_t in = 0;
	long headers = 0, out = 0;

	curl_easy_getinfo(c->curl, CURLINFO_SIZE_DOWNLOAD_T, &in);
	curl_easy_getinfo(c->curl, CURLINFO_HEADER_SIZE, &headers);
	curl_easy_getinfo(c->curl, CURLINFO_REQUEST_SIZE, &out);
	c->tally->requests++;
	c->tally->bytes_in += (uint64_t)(in + headers);
	c->tally->bytes_out += (uint64_t)out;
}

static void count_message(struct conversation *c, size_t sent)
{
	curl_off_t received = 0;

	curl_easy_getinfo(c->curl, CURLINFO_SIZE_DOWNLOAD_T, &received);
	c->tally->messages++;
	c->tally->sent += sent;
	c->tally->received += (uint64_t)received;
}

static bool ask(struct conversation *c, const char *request)
{
	char body[REQUEST_ROOM];
	long status = 0;

	draw_message_id(c->mark[MARK_MESSAGE]);
	size_t len = fill_in(c, request, body);
	c->end_of_sequence = c->done = false;
	c->keep = NULL;
	xmlSAXHandler sax = handlers;
	c->parser = len ? xmlCreatePushParserCtxt(&sax, c, NULL, 0, NULL) : NULL;
	if (!c->parser)
		return false;
	curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len);
	CURLcode rc = curl_easy_perform(c->curl);
	count(c);
	count_message(c, len);
	curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	bool good = rc == CURLE_OK && status == 200 && xmlParseChunk(c->parser, "", 0, 1) == 0;
	xmlFreeParserCtxt(c->parser);
	return good;
}

/* ---- the conversation ---- */

/* An empty body and no Authorization. */
static bool take_leg(struct conversation *c)
{
	long status = 0;

	curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, c->headers->next);
	curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, "");
	curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)0);
	CURLcode rc = curl_easy_perform(c->curl);
	count(c);
	curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, c->headers);
	curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	return rc == CURLE_OK && status == 401;
}

/* A Pull stands for as many as lead to the end of the sequence, a Receive for those until the command is done. */
static bool ask_repeatedly(struct conversation *c, const char *request)
{
	bool pull = strstr(request, "/Pull<"), receive = strstr(request, "/Receive<");

	if (pull && c->end_of_sequence)
		return true;
	for (int i = 0; i < REPEATS_MAX; i++) {
		if (!ask(c, request))
			return false;
		if ((!pull || c->end_of_sequence) && (!receive || c->done))
			return true;
	}
	return false;
}

static CURLcode on_tls(CURL *curl, void *context, void *user)
{
	const struct conversation_access *access = ((struct conversation *)user)->access;
	(void)curl;

	SSL_CTX_set1_cert_store(context, access->store);
	if (!access->certificate)
		return CURLE_OK;
	/* 2022 asks for certificates after the handshake over TLS 1.3, and then loses them: our program stays below. */
	SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
	bool used = SSL_CTX_use_cert_and_key(context, access->certificate, access->key, NULL, 1) == 1;
	return used ? CURLE_OK : CURLE_SSL_CERTPROBLEM;
}

static void set_up(struct conversation *c, const struct target *target, struct curl_slist *connect_to)
{
	CURL *curl = c->curl;

	snprintf(c->mark[MARK_TO], URL_ROOM, "%s://%s:%u/wsman", target->tls ? "https" : "http", target->name,
		target->port);
	curl_easy_setopt(curl, CURLOPT_URL, c->mark[MARK_TO]);
	curl_easy_setopt(curl, CURLOPT_CONNECT_TO, connect_to);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, c->headers);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_POST, 1L);
	curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, (long)REQUEST_ROOM); /* the least; 64 KiB unless told */
	curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, on_tls);
	curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, c);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, c);
}

static struct curl_slist *headers_of(const struct conversation_access *access)
{
	struct curl_slist *list = curl_slist_append(NULL, access->authorization); /* first: a leg goes without */

	curl_slist_append(list, "Content-Type: application/soap+xml;charset=UTF-8");
	curl_slist_append(list, "Expect:");
	curl_slist_append(list, "Accept-Encoding: identity");
	return curl_slist_append(list, "User-Agent: vssfleet/" VSSFLEET_VERSION); /* as many bytes as the program's */
}

static struct curl_slist *connect_to(const struct target *target)
{
	char entry[ADDRESS_ROOM + 16];

	snprintf(entry, sizeof(entry), "::%s:%u", target->address, target->port);
	return target->address[0] ? curl_slist_append(NULL, entry) : NULL;
}

bool conversation_hold(const struct lesson *lesson, const struct target *target,
	const struct conversation_access *access, struct conversation_tally *tally)
{
	struct conversation c = {
		.access = access,
		.tally = tally,
		.curl = curl_easy_init(),
		.headers = headers_of(access),
	};
	struct curl_slist *to = connect_to(target);
	bool good = c.curl && c.headers;

	if (good)
		set_up(&c, target, to);
	for (unsigned i = 0; i < access->legs && good; i++)
		good = take_leg(&c);
	for (size_t i = 0; i < lesson->count && good; i++)
		good = ask_repeatedly(&c, lesson->request[i]);
	curl_easy_cleanup(c.curl);
	curl_slist_free_all(c.headers);
	curl_slist_free_all(to);
	return good;
}
