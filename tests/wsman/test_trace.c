/* Tests of trace: what a file with conversations shows, what it never shows, and to whom. */
#include "cases.h"
#include "text.h"
#include "trace.h"
#include "xml.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOAP "xmlns:s='http://www.w3.org/2003/05/soap-envelope'"
#define ADDRESSING "xmlns='http://schemas.xmlsoap.org/ws/2004/08/addressing'"
#define WSMAN "xmlns='http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd'"
#define SHELL "xmlns='http://schemas.microsoft.com/wbem/wsman/1/windows/shell'"
#define FAULT "xmlns='http://schemas.microsoft.com/wbem/wsman/1/wsmanfault'"
#define CLASS(name) "xmlns='http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/" name "'"

/* ---- a directory for the files ---- */

static char directory[64], file[96];

static int make_directory(void **state)
{
	(void)state;
	snprintf(directory, sizeof(directory), "/tmp/test-trace-XXXXXX");
	if (!mkdtemp(directory))
		return -1;
	snprintf(file, sizeof(file), "%s/trace", directory);
	return 0;
}

static int remove_directory(void **state)
{
	(void)state;
	unlink(file);
	return rmdir(directory);
}

static struct trace *begin(void)
{
	struct error e = { 0 };
	struct trace *t = trace_new(file, &e);
	if (!t)
		fail_msg("%s", e.cause);
	return t;
}

/* Closes the trace, reads what it wrote and removes it. */
static void finish(struct trace *t, struct str *text)
{
	struct error e = { 0 };
	char piece[4096];

	if (trace_close(t, &e) < 0)
		fail_msg("%s", e.cause);
	FILE *f = fopen(file, "r");
	assert_non_null(f);
	for (size_t n; (n = fread(piece, 1, sizeof(piece), f)) > 0;)
		str_addn(text, piece, n);
	fclose(f);
	unlink(file);
	assert_false(str_failed(text));
}

static struct str str_of(const char *text)
{
	struct str s = { 0 };
	str_add(&s, text);
	return s;
}

static struct http_answer answer_of(struct str *body)
{
	return (struct http_answer){
		.outcome = { .status = 200,
			.body_len = body->len,
			.content_type = "application/soap+xml",
			.schemes = "",
			.detail = "" },
		.body = body,
		.token = "",
		.address = "192.0.2.7",
		.sent = true,
	};
}

static void trace_one(const struct str *message, const struct http_answer *answer, bool readable, struct str *text)
{
	struct trace *t = begin();
	trace_exchange(t, "srv042", message, answer, readable);
	finish(t, text);
}

/* ---- what is shown ---- */

static void texts_are_shown_by_a_list(void **state)
{
	static const struct {
		const char *about, *document, *shown, *hidden;
	} cases[] = {
		{ "a header", "<Action " ADDRESSING ">urn:a</Action>", "<     <Action>urn:a</Action>\n", NULL },
		{ "the name of another namespace", "<Action xmlns='urn:x'>hunter2</Action>",
			"<redacted 7 B sha256:", "hunter2" },
		{ "an element that nobody knows", "<Password>hunter2</Password>",
			"<Password><redacted 7 B sha256:", "hunter2" },
		{ "a part of a name on the list", "<Comma " SHELL ">hunter2</Comma>", "<redacted 7 B", "hunter2" },
		{ "a password inside a shown element", "<Command " SHELL ">dir<P>hunter2</P></Command>",
			">\n<       dir\n<     </Command>", "hunter2" },
		{ "a known attribute", "<Selector " WSMAN " Name='ShellId'>A1</Selector>",
			"<Selector Name=\"ShellId\">A1</Selector>", NULL },
		{ "an attribute that nobody knows", "<Selector " WSMAN " Password='hunter2'>A1</Selector>",
			"<Selector>A1</Selector>", "hunter2" },
		{ "a namespace", "<a xmlns='urn:hunter2'/>", "<a/>", "hunter2" },
		{ "a comment and an instruction", "<a><!--hunter2--><?hunter2?></a>", "<a/>", "hunter2" },
		{ "a command", "<Command " SHELL ">vssadmin &amp; more</Command>", "<Command>vssadmin &amp; more<",
			NULL },
		{ "output, as it came", "<Stream " SHELL " Name='stdout' CommandId='C'>AAEC</Stream>",
			"<Stream Name=\"stdout\" CommandId=\"C\">AAEC</Stream>", NULL },
		{ "input of a command", "<Send " SHELL ">hunter2</Send>", "<redacted", "hunter2" },
		{ "who owns a shell", "<Owner " SHELL ">CORP\\admin</Owner>", "<redacted", "admin" },
		{ "a fault",
			"<WSManFault " FAULT " Code='5' Machine='srv'><Message>Access denied</Message></WSManFault>",
			"<WSManFault Code=\"5\" Machine=\"srv\">\n<       <Message>Access denied</Message>\n", NULL },
		{ "the state of a service", "<State>Running</State>", "<State>Running</State>", NULL },
		{ "a column of a whole instance", "<State " CLASS("Win32_Service") ">Running</State>",
			"<State>Running</State>", NULL },
		{ "the same of another class", "<State " CLASS("Win32_Account") ">hunter2</State>", "<redacted",
			"hunter2" },
		{ "a command line", "<PathName>C:\\a.exe /p hunter2</PathName>", "<PathName><redacted 19 B",
			"hunter2" },
		{ "a command line in an instance",
			"<PathName " CLASS("Win32_Service") ">C:\\a.exe /p hunter2</PathName>", "<PathName><redacted",
			"hunter2" },
		{ "what a service is called", "<DisplayName>hunter2</DisplayName>", "<redacted", "hunter2" },
		{ "the account of a service", "<StartName>CORP\\svc</StartName>", "<redacted", "svc" },
		{ "what a method returned", "<ReturnValue " CLASS("Win32_Service") ">0</ReturnValue>",
			"<ReturnValue>0</ReturnValue>", NULL },
		{ "an empty element", "<a/>", "<a/>\n", NULL },
		{ "white space between elements", "<a>\n  <b/>\n</a>", "<a>\n<       <b/>\n<     </a>\n", NULL },
	};
	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str body = { 0 }, text = { 0 };
		str_addf(&body, "<s:Envelope " SOAP ">%s</s:Envelope>", c->document);
		struct http_answer answer = answer_of(&body);
		trace_one(NULL, &answer, true, &text);
		if (!strstr(str_text(&text), c->shown))
			fail_msg("%s: there is no \"%s\" in\n%s", c->about, c->shown, str_text(&text));
		if (c->hidden && strstr(str_text(&text), c->hidden))
			fail_msg("%s: there is \"%s\" in\n%s", c->about, c->hidden, str_text(&text));
	}
}

static void an_exchange_is_a_block(void **state)
{
	OWN_VALUE(str_done) struct str message = str_of("<To " ADDRESSING ">http://srv042/</To>");
	OWN_VALUE(str_done) struct str body = str_of("<RelatesTo " ADDRESSING ">uuid:1</RelatesTo>"), text = { 0 };
	struct http_answer answer = answer_of(&body);
	const char *expect = "Z srv042 192.0.2.7\n"
			     "> POST /wsman\n"
			     ">   <To>http://srv042/</To>\n"
			     "< HTTP 200\n"
			     "< content type application/soap+xml\n"
			     "<   <RelatesTo>uuid:1</RelatesTo>\n"
			     "\n";
	int year, month, day, hour, minute, second, ms;

	(void)state;
	trace_one(&message, &answer, true, &text);
	const char *head = strstr(str_text(&text), "\n=== ");
	assert_non_null(head);
	assert_int_equal(7,
		sscanf(head, "\n=== %4d-%2d-%2dT%2d:%2d:%2d.%3dZ ", &year, &month, &day, &hour, &minute, &second, &ms));
	assert_string_equal(expect, head + strlen("\n=== 2026-11-22T12:05:41.123"));
}

static void what_is_no_message_is_told_in_words(void **state)
{
	static const struct {
		const char *about;
		struct outcome outcome;
		const char *token, *body;
		bool readable, unsent;
		const char *shown;
	} cases[] = {
		{ .about = "a challenge",
			.outcome = { .status = 401, .schemes = "Negotiate, Kerberos" },
			.token = "TlRMTVNTUAAC",
			.shown = "< HTTP 401\n< offers Negotiate, Kerberos\n< token <redacted 12 B sha256:" },
		{ .about = "a body in another language",
			.outcome = { .status = 403, .content_type = "text/html" },
			.body = "<h1>hunter2</h1>",
			.shown = "< <16 bytes of text/html>\n" },
		{ .about = "a body without a type",
			.outcome = { .status = 500 },
			.body = "hunter2",
			.shown = "< <7 bytes of an unnamed type>\n" },
		{ .about = "an answer that is no XML",
			.outcome = { .status = 200 },
			.body = "<Envelope><Password>hunter2",
			.readable = true,
			.shown = "< HTTP 200\n< <27 bytes that are not readable as XML>\n" },
		{ .about = "an answer that is flawed at its end",
			.outcome = { .status = 200 },
			.body = "<State>hunter2</State><",
			.readable = true,
			.shown = "< <23 bytes that are not readable as XML>\n" },
		{ .about = "a connection refused",
			.outcome = { .result = CURLE_COULDNT_CONNECT },
			.unsent = true,
			.shown = "> (nothing was sent)\n< failed: Couldn't connect to server\n" },
		{ .about = "a proxy that refuses",
			.outcome = { .result = CURLE_RECV_ERROR, .proxy_status = 407 },
			.unsent = true,
			.shown = "< HTTP 407 from the proxy\n< failed: " },
		{ .about = "a deadline",
			.outcome = { .result = CURLE_ABORTED_BY_CALLBACK, .cut = CUT_DEADLINE },
			.shown = "< failed: the time for it is over\n" },
		{ .about = "no message", .outcome = { .status = 200 }, .shown = "> (authentication, no message)\n" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str body = str_of(c->body), text = { 0 };
		struct http_answer answer = answer_of(&body);
		answer.outcome = c->outcome;
		answer.outcome.body_len = body.len;
		answer.outcome.content_type = c->outcome.content_type ? c->outcome.content_type : "";
		answer.outcome.schemes = c->outcome.schemes ? c->outcome.schemes : "";
		answer.token = c->token ? c->token : "";
		answer.sent = !c->unsent;
		trace_one(NULL, &answer, c->readable, &text);
		if (!strstr(str_text(&text), c->shown))
			fail_msg("%s: there is no \"%s\" in\n%s", c->about, c->shown, str_text(&text));
		if (strstr(str_text(&text), "hunter2") || (c->token && strstr(str_text(&text), c->token)))
			fail_msg("%s: a secret is in\n%s", c->about, str_text(&text));
	}
}

/* ---- hostile answers ---- */

static void nothing_from_a_host_steers_a_terminal_or_forges_a_line(void **state)
{
	static const char *const bad[] = { "\x1b", "\r", "\x7f", "\xc2\x9b", "\xc2\x85", "\xe2\x80\xae", "\xe2\x80\xa8",
		"\xe2\x81\xa6", "\n===", "\n> ", "\t", "\xff" };
	static const char document[] =
		"<State x='' Name='&#x9b;\xe2\x81\xa6'>a&#10;=== b&#13;c&#9;d\x7f\xc2\x85\xc2\x9b"
		"2J\xe2\x80\xae\xe2\x80\xa8&lt;redacted 1 B&gt;&#10;&gt; POST</State>";
	OWN_VALUE(str_done) struct str body = str_of(document), text = { 0 };
	struct http_answer answer = answer_of(&body);

	(void)state;
	answer.outcome.content_type = "text/\x1b[2J\n=== forged\n> \xff\xc2\x9b";
	answer.outcome.schemes = "Ba\x1b]0;x\x07\rsic";
	trace_one(NULL, &answer, true, &text);
	char *block = strstr(text.data, "=== ");
	assert_non_null(block);
	char *request = strstr(block, "\n> POST");
	assert_non_null(request);
	request[1] = '-'; /* ours */
	char *none = strstr(block, "\n> (auth");
	assert_non_null(none);
	none[1] = '-';
	FOR_EACH(b, bad)
		if (strstr(block, *b))
			fail_msg("number %zu came through:\n%s", (size_t)(b - bad), block);
	assert_null(strstr(block, "<redacted"));
	assert_non_null(strstr(block, "&lt;redacted"));
	assert_true(utf8_valid(block, strlen(block)));
}

static void an_exchange_is_bounded_and_cut_at_a_line(void **state)
{
	enum { ELEMENTS = 40000, BYTES = 1024 * 1024 };
	OWN_VALUE(str_done) struct str body = STR(4 << 20), text = STR(4 << 20);
	static const char last[] = "... the rest is left out\n";

	(void)state;
	str_add(&body, "<a>");
	for (int i = 0; i < ELEMENTS; i++)
		str_add(&body, "<State>\"\"</State>");
	str_add(&body, "</a>");
	struct http_answer answer = answer_of(&body);
	trace_one(NULL, &answer, true, &text);
	assert_in_range(text.len, BYTES / 2, BYTES + 1024);
	assert_string_equal(last, text.data + text.len - strlen(last));
	assert_memory_equal("</State>\n", text.data + text.len - strlen(last) - 9, 9);
}

/* A dictionary of passwords must not fit the digests of a file that is passed around. */
static void digests_tell_equal_texts_within_one_file_only(void **state)
{
	OWN_VALUE(str_done)
	struct str body = str_of("<r><x>hunter2</x><x>hunter2</x></r>"), first = { 0 }, second = { 0 };
	struct http_answer answer = answer_of(&body);

	(void)state;
	trace_one(NULL, &answer, true, &first);
	trace_one(NULL, &answer, true, &second);
	const char *one = strstr(str_text(&first), "sha256:"), *other = strstr(str_text(&second), "sha256:");
	assert_non_null(one);
	assert_non_null(other);
	const char *again = strstr(one + 1, "sha256:");
	assert_non_null(again);
	assert_memory_equal(one, again, strlen("sha256:01234567>"));
	assert_memory_not_equal(one, other, strlen("sha256:01234567>"));
}

/* ---- the file ---- */

static void the_file_is_for_its_owner_only(void **state)
{
	struct stat st;
	mode_t before = umask(0);
	struct trace *t = begin();
	(void)state;

	umask(before);
	assert_int_equal(0, stat(file, &st));
	assert_int_equal(0600, st.st_mode & 07777);
	OWN_VALUE(str_done) struct str text = { 0 };
	finish(t, &text);
}

static void assert_refused(const char *why)
{
	struct error e = { 0 };

	assert_null(trace_new(file, &e));
	assert_int_equal(ERROR_LOCAL, e.kind);
	if (!strstr(e.cause, why) || !strstr(e.cause, file))
		fail_msg("%s", e.cause);
}

static void a_file_that_exists_is_left_alone(void **state)
{
	struct stat st;
	int fd = open(file, O_WRONLY | O_CREAT, 0644);
	(void)state;

	assert_int_equal(4, write(fd, "mine", 4));
	close(fd);
	assert_refused("exists");
	assert_int_equal(0, stat(file, &st));
	assert_int_equal(4, st.st_size);
	unlink(file);
}

static void a_link_is_not_followed(void **state)
{
	char target[128];
	struct stat st;
	(void)state;

	snprintf(target, sizeof(target), "%s/target", directory);
	assert_int_equal(0, symlink(target, file));
	assert_refused("exists");
	assert_int_equal(-1, stat(target, &st));
	unlink(file);
}

static void a_folder_that_is_missing_is_told(void **state)
{
	(void)state;
	assert_int_equal(0, rmdir(directory));
	assert_refused("No such file");
	assert_int_equal(0, mkdir(directory, 0700));
}

static void a_full_disk_is_told_at_the_end(void **state)
{
	struct rlimit before, small;
	struct error e = { 0 };
	OWN_VALUE(str_done) struct str body = str_of("<a/>");
	struct http_answer answer = answer_of(&body);
	struct trace *t = begin();
	(void)state;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	small = (struct rlimit){ 300, before.rlim_max };
	setrlimit(RLIMIT_FSIZE, &small);
	for (int i = 0; i < 5; i++)
		trace_exchange(t, "srv042", NULL, &answer, true);
	int rc = trace_close(t, &e);
	setrlimit(RLIMIT_FSIZE, &before);
	unlink(file);
	assert_int_equal(-1, rc);
	assert_int_equal(ERROR_LOCAL, e.kind);
	assert_int_equal(EFBIG, e.code);
	assert_non_null(strstr(e.cause, "not complete"));
}

static void nothing_is_traced_without_a_trace(void **state)
{
	struct error e = { 0 };
	struct http_answer answer = { 0 };
	(void)state;

	trace_exchange(NULL, "srv042", NULL, &answer, false);
	assert_int_equal(0, trace_close(NULL, &e));
}

/* ---- many at once ---- */

enum { THREADS = 8, EXCHANGES = 100 };

static struct trace *shared;

static void *trace_many(void *host)
{
	OWN_VALUE(str_done) struct str body = { 0 };

	str_addf(&body, "<a><Name>%s</Name></a>", (const char *)host);
	struct http_answer answer = answer_of(&body);
	for (int i = 0; i < EXCHANGES; i++)
		trace_exchange(shared, host, &body, &answer, true);
	return NULL;
}

static void count_blocks(const char *at, const char *host)
{
	char head[128], rest[512];
	size_t blocks = 0;

	snprintf(head, sizeof(head), "Z %.15s 192.0.2.7\n", host);
	snprintf(rest, sizeof(rest),
		"> POST /wsman\n>   <a>\n>     <Name>%s</Name>\n>   </a>\n"
		"< HTTP 200\n< content type application/soap+xml\n<   <a>\n<     <Name>%s</Name>\n<   </a>\n\n",
		host, host);
	while ((at = strstr(at, head))) {
		at += strlen(head);
		if (strncmp(at, rest, strlen(rest)) != 0)
			fail_msg("%s: blocks mix:\n%.400s", host, at);
		blocks++;
	}
	assert_int_equal(EXCHANGES, blocks);
}

static void blocks_of_many_threads_do_not_mix(void **state)
{
	static char hosts[THREADS][16];
	pthread_t threads[THREADS];
	OWN_VALUE(str_done) struct str text = { 0 };
	(void)state;

	shared = begin();
	for (int i = 0; i < THREADS; i++) {
		snprintf(hosts[i], sizeof(hosts[i]), "srv%d", i);
		assert_int_equal(0, pthread_create(&threads[i], NULL, trace_many, hosts[i]));
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	finish(shared, &text);
	FOR_EACH(host, hosts)
		count_blocks(str_text(&text), *host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_shown_by_a_list),
		cmocka_unit_test(an_exchange_is_a_block),
		cmocka_unit_test(what_is_no_message_is_told_in_words),
		cmocka_unit_test(nothing_from_a_host_steers_a_terminal_or_forges_a_line),
		cmocka_unit_test(an_exchange_is_bounded_and_cut_at_a_line),
		cmocka_unit_test(digests_tell_equal_texts_within_one_file_only),
		cmocka_unit_test(the_file_is_for_its_owner_only),
		cmocka_unit_test(a_file_that_exists_is_left_alone),
		cmocka_unit_test(a_link_is_not_followed),
		cmocka_unit_test(a_folder_that_is_missing_is_told),
		cmocka_unit_test(a_full_disk_is_told_at_the_end),
		cmocka_unit_test(nothing_is_traced_without_a_trace),
		cmocka_unit_test(blocks_of_many_threads_do_not_mix),
	};
	xml_global_init();
	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
