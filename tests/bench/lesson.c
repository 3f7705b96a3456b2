/* lesson: has one host audited by the program's own probes and prints what they asked (lesson.h), so that the floor
 * moves the same requests whatever an audit comes to ask.
 * Usage: lesson SCHEME NAME ADDRESS PORT CA-FILE USER PASSWORD-FILE */
#include "lesson.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "transport.h"
#include "trust.h"
#include "wsman.h"

enum { DEADLINE_MS = 300000, CONNECT_MS = 30000, WINDOW_H = 168, VSSADMIN_S = 120 };

struct lesson {
	struct transport *transport;
	struct deadline deadline;
	struct str previous;
};

/* What stands between begin and the next end, if it is there, gives way to the mark. */
static void put_mark(struct str *text, const char *begin, const char *end, enum lesson_mark mark)
{
	const char *from = strstr(str_text(text), begin), *to = from ? strstr(from + strlen(begin), end) : NULL;
	struct str marked = { 0 };

	if (!to)
		return;
	from += strlen(begin);
	str_addn(&marked, text->data, (size_t)(from - text->data));
	str_addc(&marked, (char)mark);
	str_add(&marked, to);
	str_done(text);
	*text = marked;
}

/* Pulls and Receives follow each other with nothing but marks to tell them apart: one of them stands for all. */
static void write_down(struct lesson *lesson, const char *request)
{
	OWN_VALUE(str_done) struct str text = { 0 };

	str_add(&text, request);
	put_mark(&text, "<a:To>", "<", MARK_TO);
	put_mark(&text, "<a:MessageID>", "<", MARK_MESSAGE);
	put_mark(&text, "<n:EnumerationContext>", "<", MARK_CONTEXT);
	put_mark(&text, "<w:Selector Name=\"ShellId\">", "<", MARK_SHELL);
	put_mark(&text, "CommandId=\"", "\"", MARK_COMMAND);
	if (!strcmp(str_text(&text), str_text(&lesson->previous)))
		return;
	fwrite(text.data, 1, text.len + 1, stdout);
	str_done(&lesson->previous);
	lesson->previous = text;
	text = (struct str){ 0 };
}

static int exchange(void *context, const char *request, size_t len, struct str *reply, struct error *e)
{
	struct lesson *lesson = context;
	OWN_VALUE(str_done) struct str message = STR(REQUEST_MAX);

	str_addn(&message, request, len);
	write_down(lesson, request);
	return transport_post(lesson->transport, &message, lesson->deadline, DEADLINE_MS, NULL, reply, e);
}

static int audit(const struct connection *connection, struct error *e)
{
	struct session_stats stats = { 0 };
	struct lesson lesson = { .deadline = deadline_in(DEADLINE_MS, NULL) };
	const struct audit_options options = { .window_h = WINDOW_H, .vssadmin_timeout_s = VSSADMIN_S };
	OWN(transport_free) struct transport *transport = transport_new(connection, &stats, e);
	OWN(session_free)
	struct session *s = session_scripted(connection->name, exchange, &lesson, lesson.deadline);
	OWN(result_free) struct result *result = calloc(1, sizeof(*result));

	if (!transport)
		return -1;
	if (!s || !result)
		return error_set(e, ERROR_LOCAL, "out of memory");
	lesson.transport = transport;
	facts_init(&result->facts);
	audit_host(s, &options, result);
	str_done(&lesson.previous);
	if (!result->error_count && !result->fallback_count)
		return 0;
	if (result->error_count)
		*e = result->errors[0].error;
	return result->error_count ? -1 : error_set(e, ERROR_PROTOCOL, "the audit needed %s", result->fallbacks[0]);
}

static struct secret *read_password(const char *path)
{
	char line[SECRET_MAX] = "";
	FILE *file = fopen(path, "r");

	if (!file)
		return NULL;
	if (fgets(line, sizeof(line), file))
		line[strcspn(line, "\r\n")] = '\0';
	fclose(file);
	return secret_new(line, strlen(line));
}

int main(int argc, char **argv)
{
	struct error e = { 0 };

	if (argc != 8) {
		fprintf(stderr, "usage: lesson SCHEME NAME ADDRESS PORT CA-FILE USER PASSWORD-FILE\n");
		return 2;
	}
	OWN(secret_free) struct secret *password = read_password(argv[7]);
	OWN(trust_free) struct trust *trust = wsman_global_init(&e) == 0 ? trust_new(argv[5], &e) : NULL;
	const struct credential credential = { .name = "lesson", .user = argv[6], .password = password };
	const struct connection connection = {
		.name = argv[2],
		.address = argv[3],
		.port = (uint16_t)atoi(argv[4]),
		.tls = !strcmp(argv[1], "https"),
		.insecure_plaintext = true,
		.trust = trust,
		.credential = &credential,
		.method = AUTH_BASIC,
		.connect_timeout_ms = CONNECT_MS,
	};
	if (trust && password && audit(&connection, &e) == 0)
		return 0;
	fprintf(stderr, "lesson: %s: %s\n", argv[2], e.cause[0] ? e.cause : "no password");
	return 1;
}
