/* Tests of session: what is asked again and what is not, who answers whom, cleaning up; and Identify, Get and Invoke.
 */
#include "cases.h"
#include "fault.h"
#include "identify.h"
#include "script.h"
#include "wmi.h"

#include <string.h>

static const struct request question = {
	.operation = "question", .action = "urn:ask", .resource_uri = "urn:r", .body = "<ask/>", .safe = true
};

static const struct credential no_credential = { 0 };

static void a_safe_request_survives_a_lost_connection(void **state)
{
	static const struct line lines[] = {
		{ .expect = "urn:ask*<ask/>", .fail = ERROR_CONNECT },
		{ .expect = "urn:ask*<ask/>", .answer = "<ok/>" },
	};
	struct script script = SCRIPT(lines);
	OWN(session_free) struct session *s = script_session_open(&script);
	struct error e = { 0 };
	(void)state;

	assert_int_equal(session_exchange(s, &question, NULL, &e), 0);
	assert_int_equal(session_stats(s)->retries, 1);
	assert_int_equal(session_stats(s)->requests, 2);
	script_ended(&script);
}

static void each_attempt_has_its_own_message_id(void **state)
{
	static const struct line lines[] = { { "", "<ok/>", 0 }, { "", "<ok/>", 0 } };
	struct script script = SCRIPT(lines);
	OWN(session_free) struct session *s = script_session_open(&script);
	struct error e = { 0 };
	(void)state;

	assert_int_equal(session_exchange(s, &question, NULL, &e), 0);
	OWN_VALUE(str_done) struct str first = { 0 };
	str_add(&first, strstr(str_text(&script.last_request), "<a:MessageID>"));
	assert_int_equal(session_exchange(s, &question, NULL, &e), 0);
	assert_memory_not_equal(str_text(&first), strstr(str_text(&script.last_request), "<a:MessageID>"), 13 + 5 + 36);
	script_ended(&script);
}

static void what_is_not_safe_or_does_not_pass_is_asked_once(void **state)
{
	static const struct {
		const char *about;
		struct line line;
		bool safe, cleanup;
		enum error_kind kind;
		int64_t code;
	} cases[] = {
		{ "lost, not safe", { .expect = "", .fail = ERROR_CONNECT }, false, false, ERROR_CONNECT, 0 },
		{ "quota, cleaning up", { "", FAULT_OF("2150859173", "w:QuotaLimit", "30"), 0 }, true, true,
			ERROR_QUOTA, 2150859173 },
		{ "TLS", { .expect = "", .fail = ERROR_TLS }, true, false, ERROR_TLS, 0 },
		{ "rejected", { .expect = "", .fail = ERROR_AUTH }, true, false, ERROR_AUTH, 0 },
		{ "no time", { .expect = "", .fail = ERROR_TIMEOUT }, true, false, ERROR_TIMEOUT, 0 },
		{ "denied", { "", FAULT_OF("5", "w:AccessDenied", "no"), 0 }, true, false, ERROR_DENIED, 5 },
		{ "timed out there", { "", TIMED_OUT, 0 }, true, false, ERROR_TIMEOUT, 2150858793 },
		{ "quota, not safe", { "", FAULT_OF("2150859173", "w:QuotaLimit", "30"), 0 }, false, false, ERROR_QUOTA,
			2150859173 },
		{ "no XML", { "", "<?xml version='1.0'?><s:Envelope", 0 }, true, false, ERROR_PARSE, 0 },
		{ "to somebody else",
			{ "",
				"<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Header><a:RelatesTo "
				"xmlns:a='http://schemas.xmlsoap.org/ws/2004/08/addressing'>uuid:1</a:RelatesTo></"
				"s:Header>"
				"<s:Body/></s:Envelope>",
				0 },
			true, false, ERROR_PROTOCOL, 0 },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct script script = { .line = &c->line, .count = 1 };
		OWN(session_free) struct session *s = script_session_open(&script);
		struct request request = question;
		struct error e = { 0 };
		request.safe = c->safe;
		request.cleanup = c->cleanup;
		if (session_exchange(s, &request, NULL, &e) == 0)
			fail_msg("%s: no failure", c->about);
		if (e.kind != c->kind || e.code != c->code || !e.operation || strcmp(e.operation, "question") != 0)
			fail_msg("%s: %s %s", c->about, error_kind_name(e.kind), e.cause);
		script_ended(&script);
	}
}

static void cleaning_up_is_asked_once_more_after_a_lost_connection(void **state)
{
	static const struct line lost[] = { { .expect = "", .fail = ERROR_CONNECT },
		{ .expect = "", .fail = ERROR_CONNECT } },
				 closed[] = { { .expect = "", .fail = ERROR_CONNECT },
					 { .expect = "", .answer = "<ok/>" } };
	struct script twice = SCRIPT(lost), well = SCRIPT(closed);
	OWN(session_free) struct session *s = script_session_open(&twice);
	OWN(session_free) struct session *t = script_session_open(&well);
	struct request request = question;
	struct error e = { 0 };
	(void)state;

	request.cleanup = true;
	assert_int_equal(session_exchange(t, &request, NULL, &e), 0);
	assert_int_equal(session_exchange(s, &request, NULL, &e), -1);
	assert_int_equal(e.kind, ERROR_CONNECT);
	script_ended(&twice);
	script_ended(&well);
}

static void a_pause_that_the_deadline_does_not_allow_is_not_begun(void **state)
{
	static const struct line lines[] = { { "urn:ask", FAULT_OF("2150859174", "w:InternalError", "15"), 0 } };
	struct script script = SCRIPT(lines);
	OWN(session_free) struct session *s = script_session(&script, deadline_in(4000, NULL));
	struct error e = { 0 };
	(void)state;

	int64_t before = clock_ms();
	assert_int_equal(session_exchange(s, &question, NULL, &e), -1);
	assert_int_equal(e.kind, ERROR_QUOTA);
	assert_true(clock_ms() - before < 3000);
	assert_int_equal(session_stats(s)->retries, 0);
	script_ended(&script);
}

static void after_the_deadline_nothing_is_sent_but_cleaning_up(void **state)
{
	static const struct line lines[] = { { "urn:clean*<w:OperationTimeout>PT", "", 0 } };
	struct script script = SCRIPT(lines);
	OWN(session_free) struct session *s = script_session(&script, deadline_in(-1, NULL));
	const struct request cleanup = {
		.operation = "cleanup", .action = "urn:clean", .resource_uri = "urn:r", .body = "", .cleanup = true
	};
	struct error e = { 0 };
	(void)state;

	assert_int_equal(session_exchange(s, &question, NULL, &e), -1);
	assert_int_equal(e.kind, ERROR_TIMEOUT);
	error_clear(&e);
	assert_int_equal(session_exchange(s, &cleanup, NULL, &e), 0);
	script_ended(&script);
}

static void an_abort_sends_nothing_at_all(void **state)
{
	struct stop stop = { .now = true, .wake_fd = -1 };
	struct script script = { 0 };
	OWN(session_free) struct session *s = script_session(&script, deadline_in(60000, &stop));
	const struct request cleanup = {
		.operation = "cleanup", .action = "urn:c", .resource_uri = "urn:r", .cleanup = true
	};
	struct error e = { 0 };
	(void)state;

	assert_int_equal(session_exchange(s, &question, NULL, &e), -1);
	assert_int_equal(e.kind, ERROR_ABORTED);
	error_clear(&e);
	assert_int_equal(session_exchange(s, &cleanup, NULL, &e), -1);
	assert_int_equal(e.kind, ERROR_ABORTED);
	script_ended(&script);
}

static void the_server_is_asked_to_answer_before_the_deadline(void **state)
{
	static const struct {
		const char *about;
		int64_t deadline_ms;
		const char *expect;
	} cases[] = {
		{ "time enough", 3600000, "<w:OperationTimeout>PT60.000S<" },
		{ "less than the timeout", 9500, "<w:OperationTimeout>PT8." },
		{ "almost over", 1400, "<w:OperationTimeout>PT0.500S<" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		const struct line line = { c->expect, "<ok/>", 0 };
		struct script script = { .line = &line, .count = 1 };
		OWN(session_free)
		struct session *s = script_session(&script, deadline_in(c->deadline_ms, NULL));
		struct error e = { 0 };
		if (session_exchange(s, &question, NULL, &e) < 0)
			fail_msg("%s: %s", c->about, e.cause);
		script_ended(&script);
	}
}

static void what_would_show_the_password_is_refused_before_connecting(void **state)
{
	char typed[] = "secret";
	OWN(secret_free) struct secret *password = secret_new(typed, strlen(typed));
	const struct credential basic = { .user = "audit", .password = password };
	const struct credential colon = { .user = "a:b", .password = password };
	struct {
		const char *about;
		struct connection connection;
		const char *cause; /* NULL: allowed */
		bool local;        /* else it is about authentication */
	} cases[] = {
		{ "plain HTTP", { .name = "srv", .port = 5985, .credential = &basic }, "use HTTPS" },
		{ "plain HTTP, spelled out",
			{ .name = "srv", .port = 5985, .credential = &basic, .insecure_plaintext = true }, NULL },
		{ "no certificates", { .name = "srv", .port = 5986, .tls = true, .credential = &basic }, "certificates",
			true },
		{ "an unchecked certificate",
			{ .name = "srv", .port = 5986, .tls = true, .insecure_tls = true, .credential = &basic },
			"Basic is refused" },
		{ "an unchecked certificate, plain text allowed",
			{ .name = "srv",
				.port = 5986,
				.tls = true,
				.insecure_tls = true,
				.insecure_plaintext = true,
				.credential = &basic },
			"Basic is refused" },
		{ "a user that Basic cannot carry",
			{ .name = "srv", .port = 5985, .insecure_plaintext = true, .credential = &colon }, "colon" },
		{ "nobody", { .name = "srv", .port = 5985, .insecure_plaintext = true, .credential = &no_credential },
			"a user and a password" },
		{ "a name that is none",
			{ .name = "srv/../x", .port = 5985, .insecure_plaintext = true, .credential = &basic },
			"neither", true },
		{ "a name with a user in it",
			{ .name = "me@srv", .port = 5985, .insecure_plaintext = true, .credential = &basic }, "neither",
			true },
		{ "an IPv6 address",
			{ .name = "fe80::1", .port = 5985, .insecure_plaintext = true, .credential = &basic }, NULL },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct error e = { 0 };
		c->connection.method = AUTH_BASIC;
		OWN(session_free) struct session *s = session_open(&c->connection, deadline_in(1000, NULL), &e);
		if ((s != NULL) != (c->cause == NULL))
			fail_msg("%s: %s", c->about, s ? "allowed" : e.cause);
		if (c->cause && (e.kind != (c->local ? ERROR_LOCAL : ERROR_AUTH) || !strstr(e.cause, c->cause)))
			fail_msg("%s: %s", c->about, e.cause);
	}
}

static void identify_names_the_product(void **state)
{
	static const char identity_ns[] = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd";
	static const struct line lines[] = {
		{ "<s:Header></s:Header><s:Body><i:Identify",
			"<i:IdentifyResponse xmlns:i='http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd'>"
			"<i:ProtocolVersion>x</i:ProtocolVersion><i:ProductVendor> Microsoft "
			"Corporation</i:ProductVendor>"
			"<i:ProductVersion>OS: 6.3.9600 SP: 0.0 Stack: 3.0</i:ProductVersion></i:IdentifyResponse>",
			0 },
		{ identity_ns, "<other/>", 0 },
	};
	struct script script = SCRIPT(lines);
	OWN(session_free) struct session *s = script_session_open(&script);
	struct identity identity;
	struct error e = { 0 };
	(void)state;

	assert_int_equal(identify(s, &identity, &e), 0);
	assert_string_equal(identity.vendor, "Microsoft Corporation");
	assert_string_equal(identity.version, "OS: 6.3.9600 SP: 0.0 Stack: 3.0");
	assert_int_equal(identify(s, &identity, &e), -1);
	assert_int_equal(e.kind, ERROR_PROTOCOL);
	script_ended(&script);
}

static void a_method_gives_its_return_value_or_an_error(void **state)
{
	static const struct {
		const char *about, *answer;
		enum error_kind fail, kind;
		uint32_t value;
	} cases[] = {
		{ "done",
			"<p:StopService_OUTPUT xmlns:p='urn:p'><p:ReturnValue>0</p:ReturnValue></p:StopService_OUTPUT>",
			0, 0, 0 },
		{ "refused",
			"<p:StopService_OUTPUT xmlns:p='urn:p'><p:ReturnValue> 3 "
			"</p:ReturnValue></p:StopService_OUTPUT>",
			0, 0, 3 },
		{ "no number", "<p:O xmlns:p='urn:p'><p:ReturnValue>x</p:ReturnValue></p:O>", 0, ERROR_PROTOCOL, 0 },
		{ "nil", "<p:O xmlns:p='urn:p'><p:ReturnValue xsi:nil='true'/></p:O>", 0, ERROR_PROTOCOL, 0 },
		{ "nothing", "", 0, ERROR_PROTOCOL, 0 },
		{ "a lost answer is not asked for again", NULL, ERROR_CONNECT, ERROR_CONNECT, 0 },
	};
	(void)state;
	FOR_EACH(c, cases) {
		const struct line line = {
			"wmi/root/cimv2/Win32_Service<*Win32_Service/StopService*Name=\"Name\">EventSystem<*"
			"<p:StopService_INPUT xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wmi/root/"
			"cimv2/Win32_Service\"><p:X>1</p:X></p:StopService_INPUT>",
			c->answer, c->fail
		};
		struct script script = { .line = &line, .count = 1 };
		OWN(session_free) struct session *s = script_session_open(&script);
		struct error e = { 0 };
		uint32_t value = 99;
		int rc = wmi_invoke(s, "Win32_Service", &(struct selector){ "Name", "EventSystem" }, "StopService",
			"<p:X>1</p:X>", &value, &e);
		if (rc != (c->kind ? -1 : 0) || e.kind != c->kind || value != (c->kind ? 99 : c->value))
			fail_msg("%s: %d %u %s", c->about, rc, value, e.cause);
		script_ended(&script);
	}
}

static void get_reads_one_instance(void **state)
{
	static const struct line lines[] = {
		{ "transfer/Get*<w:Selector Name=\"Name\">EventSystem</w:Selector>*<s:Body></s:Body>",
			"<p:Win32_Service xmlns:p='urn:p'><p:Name>EventSystem</p:Name><p:ProcessId>816</p:ProcessId>"
			"<p:Nothing xsi:nil='true'/></p:Win32_Service>",
			0 },
		{ "transfer/Get", "", 0 },
	};
	struct script script = SCRIPT(lines);
	OWN(session_free) struct session *s = script_session_open(&script);
	const struct selector key = { "Name", "EventSystem" };
	struct error e = { 0 };
	(void)state;

	OWN(wmi_rows_free) struct wmi_rows *rows = wmi_get(s, "Win32_Service", &key, 1, &e);
	assert_non_null(rows);
	assert_int_equal(wmi_count(rows), 1);
	assert_string_equal(wmi_text(rows, 0, "processid"), "816");
	assert_null(wmi_text(rows, 0, "Nothing"));
	assert_null(wmi_get(s, "Win32_Service", &key, 1, &e));
	assert_int_equal(e.kind, ERROR_PROTOCOL);
	script_ended(&script);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_safe_request_survives_a_lost_connection),
		cmocka_unit_test(each_attempt_has_its_own_message_id),
		cmocka_unit_test(what_is_not_safe_or_does_not_pass_is_asked_once),
		cmocka_unit_test(cleaning_up_is_asked_once_more_after_a_lost_connection),
		cmocka_unit_test(a_pause_that_the_deadline_does_not_allow_is_not_begun),
		cmocka_unit_test(after_the_deadline_nothing_is_sent_but_cleaning_up),
		cmocka_unit_test(an_abort_sends_nothing_at_all),
		cmocka_unit_test(the_server_is_asked_to_answer_before_the_deadline),
		cmocka_unit_test(what_would_show_the_password_is_refused_before_connecting),
		cmocka_unit_test(identify_names_the_product),
		cmocka_unit_test(a_method_gives_its_return_value_or_an_error),
		cmocka_unit_test(get_reads_one_instance),
	};
	xml_global_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
