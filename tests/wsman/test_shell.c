/* Tests of shell: output is joined byte by byte, and whatever happens the shell is deleted. */
#include "cases.h"
#include "script.h"
#include "shell.h"

#include <string.h>

#define CREATED                                                                                                        \
	"<x:ResourceCreated><a:Address>http://srv/wsman</a:Address><a:ReferenceParameters><w:ResourceURI>"             \
	"http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd</w:ResourceURI><w:SelectorSet>"                   \
	"<w:Selector Name='Other'>x</w:Selector><w:Selector Name='ShellID'> uuid:S-1\n</w:Selector></w:SelectorSet>"   \
	"</a:ReferenceParameters></x:ResourceCreated><rsp:Shell><rsp:ShellId>S-2</rsp:ShellId></rsp:Shell>"
#define STARTED "<rsp:CommandResponse><rsp:CommandId>C&lt;1</rsp:CommandId></rsp:CommandResponse>"
#define STREAM(name, data) "<rsp:Stream Name='" name "' CommandId='C'>" data "</rsp:Stream>"
#define STATE(state, inside)                                                                                           \
	"<rsp:CommandState CommandId='C' "                                                                             \
	"State='http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/" state "'>" inside               \
	"</rsp:CommandState>"
#define OUTPUT(streams) "<rsp:ReceiveResponse>" streams "</rsp:ReceiveResponse>"
#define DONE STATE("Done", "<rsp:ExitCode>0</rsp:ExitCode>")
#define ENDS "<rsp:Stream Name='stdout' CommandId='C' End='true'/><rsp:Stream Name='stderr' End='true'>\n</rsp:Stream>"
#define QUOTA FAULT_OF("2150859173", "w:QuotaLimit", "30 shells")
#define GONE FAULT_OF("2150858843", "w:InvalidSelectors", "no shell")

#define CREATE "transfer/Create<"
#define COMMAND "shell/Command<*>uuid:S-1<*<rsp:Command>vssadmin &lt;x&gt;</rsp:Command>"
#define RECEIVE "shell/Receive<*>uuid:S-1<*<rsp:DesiredStream CommandId=\"C&lt;1\">stdout stderr<"
#define SIGNAL(code) "shell/Signal<*>uuid:S-1<*<rsp:Signal CommandId=\"C&lt;1\"><rsp:Code>*/shell/signal/" code "<"
#define DELETE "transfer/Delete<*>uuid:S-1<*<s:Body></s:Body>"

/* Plays the lines; what shell_run() returned is checked by the caller. */
struct run {
	struct script script;
	struct session *session;
	struct shell_output output;
	struct error e;
	bool leaked;
	int rc;
};

static struct run run_with(const struct line *lines, size_t count, struct deadline deadline)
{
	struct run run = { .script = { .line = lines, .count = count } };
	/* The script moves with the structure, so it stays here until the conversation is over. */
	run.session = script_session(&run.script, deadline);
	run.rc = shell_run(run.session, 65001, "vssadmin <x>", &run.output, &run.leaked, &run.e);
	script_ended(&run.script);
	return run;
}

#define RUN(lines) run_with((lines), COUNT(lines), deadline_in(3600000, NULL))

static void run_done(struct run *run)
{
	session_free(run->session);
	shell_output_done(&run->output);
}

static void a_command_runs_from_create_to_delete(void **state)
{
	static const struct line lines[] = {
		{ "shell/cmd<*" CREATE, CREATED, 0 },
		{ COMMAND, STARTED, 0 },
		{ RECEIVE, OUTPUT(STREAM("stdout", "TWFu") STREAM("stderr", "TWE=") ENDS DONE), 0 },
		{ DELETE, "", 0 },
	};
	(void)state;
	OWN_VALUE(run_done) struct run run = RUN(lines);
	assert_int_equal(run.rc, 0);
	assert_true(run.output.done && run.output.has_exit_code);
	assert_int_equal(run.output.exit_code, 0);
	assert_string_equal(str_text(&run.output.out), "Man");
	assert_string_equal(str_text(&run.output.err), "Ma");
	assert_false(run.leaked);
}

static void the_shell_is_asked_for_in_the_order_of_the_schema(void **state)
{
	static const struct line lines[] = {
		/* MS-WSMV 2.2.4.37 */
		{ "<w:Option Name=\"WINRS_NOPROFILE\">TRUE</w:Option><w:Option "
		  "Name=\"WINRS_CODEPAGE\">65001</w:Option>*"
		  "<rsp:Shell><rsp:IdleTimeOut>PT120.000S</rsp:IdleTimeOut><rsp:InputStreams>stdin</rsp:InputStreams>"
		  "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>",
			FAULT_OF("5", "w:AccessDenied", ""), 0 },
	};
	(void)state;
	OWN_VALUE(run_done) struct run run = RUN(lines);
	assert_int_equal(run.rc, -1);
	assert_int_equal(run.e.kind, ERROR_DENIED);
	assert_string_equal(run.e.operation, "shell create");
	assert_false(run.leaked);
}

static void silence_is_asked_again_and_bytes_join_inside_a_character(void **state)
{
	static const struct line lines[] = {
		{ CREATE, CREATED, 0 },
		{ COMMAND, STARTED, 0 },
		{ RECEIVE, TIMED_OUT, 0 },
		{ RECEIVE, TIMED_OUT, 0 },
		{ RECEIVE, OUTPUT(STREAM("stdout", "44M=") STREAM("stdout", "\r\n") STATE("Running", "")), 0 },
		{ RECEIVE, OUTPUT(STREAM("stdout", "q\n+OC") STATE("Pending", "")), 0 },
		{ RECEIVE, OUTPUT(STREAM("stdout", "\ngg== ") ENDS DONE), 0 },
		{ DELETE, "", 0 },
	};
	(void)state;
	OWN_VALUE(run_done) struct run run = RUN(lines);
	assert_int_equal(run.rc, 0);
	assert_string_equal(str_text(&run.output.out), "\xe3\x83\xab\xe3\x82\x82");
}

static void what_done_says(void **state)
{
	static const struct {
		const char *about, *answer;
		bool has_exit_code;
		uint32_t exit_code;
	} cases[] = {
		{ "zero", OUTPUT(DONE), true, 0 },
		{ "two", OUTPUT(STATE("Done", "<rsp:ExitCode>2</rsp:ExitCode>")), true, 2 },
		{ "an NTSTATUS", OUTPUT(STATE("Done", "<rsp:ExitCode>3221225786</rsp:ExitCode>")), true, 3221225786u },
		{ "the same, signed", OUTPUT(STATE("Done", "<rsp:ExitCode>-1073741510</rsp:ExitCode>")), true,
			3221225786u },
		{ "none", OUTPUT(STATE("Done", "")), false, 0 },
	};
	(void)state;
	FOR_EACH(c, cases) {
		const struct line lines[] = { { CREATE, CREATED, 0 }, { COMMAND, STARTED, 0 },
			{ RECEIVE, c->answer, 0 }, { DELETE, "", 0 } };
		OWN_VALUE(run_done) struct run run = RUN(lines);
		if (run.rc < 0 || !run.output.done || run.output.has_exit_code != c->has_exit_code ||
			run.output.exit_code != c->exit_code)
			fail_msg("%s: %d %u %s", c->about, run.rc, run.output.exit_code, run.e.cause);
	}
}

static void an_answer_that_cannot_be_used_is_no_output_and_ends_the_command(void **state)
{
	static const struct {
		const char *about;
		struct line line;
		enum error_kind kind;
	} cases[] = {
		{ "a fault", { RECEIVE, FAULT_OF("2147942606", "w:InternalError", "no"), 0 }, ERROR_FAULT },
		{ "a lost answer", { .expect = RECEIVE, .fail = ERROR_CONNECT }, ERROR_CONNECT },
		{ "no base64", { RECEIVE, OUTPUT(STREAM("stdout", "TWFu") STREAM("stdout", "T") DONE), 0 },
			ERROR_PARSE },
		{ "an exit code that is none",
			{ RECEIVE, OUTPUT(STREAM("stdout", "TWFu") STATE("Done", "<rsp:ExitCode>x</rsp:ExitCode>")),
				0 },
			ERROR_PROTOCOL },
		{ "cut XML", { RECEIVE, "<?xml version='1.0'?><s:Envelope><s:Body>", 0 }, ERROR_PARSE },
	};
	(void)state;
	FOR_EACH(c, cases) {
		const struct line lines[] = {
			{ CREATE, CREATED, 0 },
			{ COMMAND, STARTED, 0 },
			{ RECEIVE, OUTPUT(STREAM("stdout", "eHl6") STATE("Running", "")), 0 },
			c->line,
			{ SIGNAL("ctrl_c"), "<rsp:SignalResponse/>", 0 },
			{ SIGNAL("terminate"), "<rsp:SignalResponse/>", 0 },
			{ DELETE, "", 0 },
		};
		OWN_VALUE(run_done) struct run run = RUN(lines);
		if (run.rc == 0 || run.e.kind != c->kind || run.output.done || run.output.has_exit_code || run.leaked)
			fail_msg("%s: %d %s %s", c->about, run.rc, error_kind_name(run.e.kind), run.e.cause);
		if (strcmp(str_text(&run.output.out), "xyz") != 0)
			fail_msg("%s: output is \"%s\"", c->about, str_text(&run.output.out));
	}
}

/* A host that answers nothing but that there is nothing: played until the deadline of the session passes. */
struct hang {
	struct session *session;
	struct str seen;
	unsigned receives;
};

static int hang(void *context, const char *request, size_t len, struct str *reply, struct error *e)
{
	static const struct {
		const char *action, *name, *answer;
	} answers[] = {
		{ "transfer/Create<", "create ", CREATED },
		{ "shell/Command<", "command ", STARTED },
		{ "shell/Receive<", "receive ", TIMED_OUT },
		{ "signal/ctrl_c<", "ctrl_c ", "" },
		{ "signal/terminate<", "terminate ", "" },
		{ "transfer/Delete<", "delete ", "" },
	};
	struct hang *h = context;
	(void)len, (void)e;

	FOR_EACH(a, answers) {
		if (!strstr(request, a->action))
			continue;
		str_add(&h->seen, a->name);
		str_addf(reply,
			"<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'"
			" xmlns:a='http://schemas.xmlsoap.org/ws/2004/08/addressing'"
			" xmlns:x='http://schemas.xmlsoap.org/ws/2004/09/transfer'"
			" xmlns:w='http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd'"
			" xmlns:rsp='http://schemas.microsoft.com/wbem/wsman/1/windows/shell'><s:Body>%s</"
			"s:Body></s:Envelope>",
			a->answer);
		if (strstr(a->name, "receive") && ++h->receives == 2)
			session_set_deadline(h->session, deadline_in(-1, session_deadline(h->session).stop));
	}
	return 0;
}

static void a_command_that_hangs_is_ended_and_its_shell_deleted(void **state)
{
	struct hang h = { 0 };
	struct shell_output output;
	struct error e = { 0 };
	bool leaked;
	(void)state;

	h.session = session_scripted("srv", hang, &h, deadline_in(3600000, NULL));
	assert_int_equal(shell_run(h.session, 437, "vssadmin", &output, &leaked, &e), -1);
	assert_int_equal(e.kind, ERROR_TIMEOUT);
	assert_string_equal(e.cause, "the command did not end in time");
	assert_false(output.done);
	assert_false(leaked);
	assert_string_equal(str_text(&h.seen), "create command receive receive ctrl_c terminate delete ");
	shell_output_done(&output);
	session_free(h.session);
	str_done(&h.seen);
}

static int abort_at_receive(void *context, const char *request, size_t len, struct str *reply, struct error *e)
{
	struct hang *h = context;
	if (strstr(request, "shell/Receive<")) {
		((struct stop *)session_deadline(h->session).stop)->now = true;
		return error_set(e, ERROR_ABORTED, "stopped");
	}
	return hang(context, request, len, reply, e);
}

static void an_abort_leaves_the_shell_and_says_so(void **state)
{
	struct stop stop = { .wake_fd = -1 };
	struct hang h = { 0 };
	struct shell_output output;
	struct error e = { 0 };
	bool leaked;
	(void)state;

	h.session = session_scripted("srv", abort_at_receive, &h, deadline_in(3600000, &stop));
	assert_int_equal(shell_run(h.session, 437, "vssadmin", &output, &leaked, &e), -1);
	assert_int_equal(e.kind, ERROR_ABORTED);
	assert_true(leaked);
	assert_string_equal(str_text(&h.seen), "create command ");
	shell_output_done(&output);
	session_free(h.session);
	str_done(&h.seen);
}

static void a_quota_that_the_deadline_cannot_wait_for_ends_at_once(void **state)
{
	static const struct {
		const char *about;
		struct line line[3];
		size_t count;
		int64_t code;
	} cases[] = {
		{ "shells", { { CREATE, QUOTA, 0 } }, 1, 2150859173 },
		{ "operations: the own shell goes first",
			{ { CREATE, CREATED, 0 }, { COMMAND, FAULT_OF("2150859174", "w:InternalError", "15"), 0 },
				{ DELETE, "", 0 } },
			3, 2150859174 },
	};
	(void)state;
	FOR_EACH(c, cases) {
		int64_t before = clock_ms();
		OWN_VALUE(run_done) struct run run = run_with(c->line, c->count, deadline_in(4000, NULL));
		if (run.rc == 0 || run.e.kind != ERROR_QUOTA || run.e.code != c->code || clock_ms() - before > 3000)
			fail_msg("%s: %d %s", c->about, run.rc, run.e.cause);
	}
}

static void a_shell_that_vanished_before_it_printed_is_made_again_once(void **state)
{
	static const struct line again[] = {
		{ CREATE, CREATED, 0 },
		{ COMMAND, GONE, 0 },
		{ DELETE, GONE, 0 },
		{ CREATE, CREATED, 0 },
		{ COMMAND, STARTED, 0 },
		{ RECEIVE, OUTPUT(STREAM("stdout", "TWFu") DONE), 0 },
		{ DELETE, FAULT_OF("995", "w:InternalError", "aborted"), 0 },
	};
	static const struct line twice[] = {
		{ CREATE, CREATED, 0 },
		{ COMMAND, GONE, 0 },
		{ DELETE, GONE, 0 },
		{ CREATE, CREATED, 0 },
		{ COMMAND, GONE, 0 },
		{ DELETE, GONE, 0 },
	};
	static const struct line late[] = {
		{ CREATE, CREATED, 0 },
		{ COMMAND, STARTED, 0 },
		{ RECEIVE, OUTPUT(STREAM("stdout", "TWFu") STATE("Running", "")), 0 },
		{ RECEIVE, GONE, 0 },
		{ SIGNAL("ctrl_c"), GONE, 0 },
		{ SIGNAL("terminate"), GONE, 0 },
		{ DELETE, GONE, 0 },
	};
	(void)state;
	OWN_VALUE(run_done) struct run first = RUN(again);
	assert_int_equal(first.rc, 0);
	assert_false(first.leaked);
	assert_string_equal(str_text(&first.output.out), "Man");
	assert_int_equal(session_stats(first.session)->retries, 1);

	OWN_VALUE(run_done) struct run second = RUN(twice);
	assert_int_equal(second.rc, -1);
	assert_true(second.e.code == 2150858843);

	OWN_VALUE(run_done) struct run third = RUN(late);
	assert_int_equal(third.rc, -1);
	assert_string_equal(str_text(&third.output.out), "Man");
	assert_false(third.output.done);
}

static void a_command_whose_answer_was_lost_is_not_given_again(void **state)
{
	static const struct line lines[] = { { CREATE, CREATED, 0 }, { .expect = COMMAND, .fail = ERROR_CONNECT },
		{ DELETE, "", 0 } };
	(void)state;
	OWN_VALUE(run_done) struct run run = RUN(lines);
	assert_int_equal(run.rc, -1);
	assert_int_equal(run.e.kind, ERROR_CONNECT);
	assert_string_equal(run.e.operation, "shell command");
}

static void a_create_whose_answer_was_lost_is_tried_again(void **state)
{
	static const struct line lines[] = {
		{ .expect = CREATE, .fail = ERROR_CONNECT },
		{ CREATE, CREATED, 0 },
		{ COMMAND, STARTED, 0 },
		{ RECEIVE, OUTPUT(DONE), 0 },
		{ DELETE, "", 0 },
	};
	(void)state;
	OWN_VALUE(run_done) struct run run = RUN(lines);
	assert_int_equal(run.rc, 0);
	assert_int_equal(session_stats(run.session)->retries, 1);
}

static void a_shell_that_cannot_be_deleted_is_reported_beside_the_result(void **state)
{
	static const struct line lines[] = {
		{ CREATE, CREATED, 0 },
		{ COMMAND, STARTED, 0 },
		{ RECEIVE, OUTPUT(STREAM("stdout", "TWFu") DONE), 0 },
		{ .expect = DELETE, .fail = ERROR_CONNECT },
		{ .expect = DELETE, .fail = ERROR_CONNECT },
	};
	(void)state;
	OWN_VALUE(run_done) struct run run = RUN(lines);
	assert_int_equal(run.rc, 0);
	assert_true(run.leaked);
	assert_string_equal(str_text(&run.output.out), "Man");
}

static void an_answer_without_ids_is_refused(void **state)
{
	static const struct line no_shell[] = { { CREATE, "<x:ResourceCreated/>", 0 } };
	static const struct line no_command[] = { { CREATE, CREATED, 0 }, { COMMAND, "", 0 }, { DELETE, "", 0 } };
	(void)state;

	OWN_VALUE(run_done) struct run first = RUN(no_shell);
	assert_int_equal(first.e.kind, ERROR_PROTOCOL);
	assert_string_equal(first.e.cause, "no ShellId in the answer");
	OWN_VALUE(run_done) struct run second = RUN(no_command);
	assert_int_equal(second.e.kind, ERROR_PROTOCOL);
	assert_string_equal(second.e.cause, "no CommandId in the answer");
}

/* Prints for ever, 300,000 bytes at a time. */
static int flood(void *context, const char *request, size_t len, struct str *reply, struct error *e)
{
	if (!strstr(request, "shell/Receive<"))
		return hang(context, request, len, reply, e);
	str_add(reply, "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'"
		       " xmlns:rsp='http://schemas.microsoft.com/wbem/wsman/1/windows/shell'><s:Body>"
		       "<rsp:ReceiveResponse><rsp:Stream Name='stdout'>");
	for (int i = 0; i < 100000; i++)
		str_add(reply, "TWFu");
	str_add(reply, "</rsp:Stream></rsp:ReceiveResponse></s:Body></s:Envelope>");
	return 0;
}

static void output_beyond_the_limit_ends_the_command(void **state)
{
	struct hang h = { 0 };
	struct shell_output output;
	struct error e = { 0 };
	(void)state;

	h.session = session_scripted("srv", flood, &h, deadline_in(3600000, NULL));
	assert_int_equal(shell_run(h.session, 437, "vssadmin", &output, NULL, &e), -1);
	assert_int_equal(e.kind, ERROR_PROTOCOL);
	assert_false(output.done);
	assert_int_equal(output.out.len, SHELL_OUTPUT_MAX / 300000 * 300000);
	assert_string_equal(str_text(&h.seen), "create command ctrl_c terminate delete ");
	shell_output_done(&output);
	session_free(h.session);
	str_done(&h.seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_runs_from_create_to_delete),
		cmocka_unit_test(the_shell_is_asked_for_in_the_order_of_the_schema),
		cmocka_unit_test(silence_is_asked_again_and_bytes_join_inside_a_character),
		cmocka_unit_test(what_done_says),
		cmocka_unit_test(an_answer_that_cannot_be_used_is_no_output_and_ends_the_command),
		cmocka_unit_test(a_command_that_hangs_is_ended_and_its_shell_deleted),
		cmocka_unit_test(an_abort_leaves_the_shell_and_says_so),
		cmocka_unit_test(a_quota_that_the_deadline_cannot_wait_for_ends_at_once),
		cmocka_unit_test(a_shell_that_vanished_before_it_printed_is_made_again_once),
		cmocka_unit_test(a_command_whose_answer_was_lost_is_not_given_again),
		cmocka_unit_test(a_create_whose_answer_was_lost_is_tried_again),
		cmocka_unit_test(a_shell_that_cannot_be_deleted_is_reported_beside_the_result),
		cmocka_unit_test(an_answer_without_ids_is_refused),
		cmocka_unit_test(output_beyond_the_limit_ends_the_command),
	};
	xml_global_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
