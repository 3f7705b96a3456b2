/* shell: see the header. Create, Command, Receive until Done, Delete. A Receive during which the command printed
 * nothing is answered by a timed-out fault, which only means: ask again (MS-WSMV 3.1.4.14). Everything that is begun is
 * deleted: a shell that is left behind counts against the account's five. */
#include "shell.h"
#include "fault.h"
#include "number.h"
#include "retry.h"
#include "text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SHELL "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
#define TRANSFER "http://schemas.xmlsoap.org/ws/2004/09/transfer"

enum { SERVICE_UNAVAILABLE = 503 };
enum { ID_MAX = 128 }; /* bytes of a ShellId or CommandId */

struct shell {
	struct session *session;
	struct shell_output *output;
	char id[ID_MAX], command_id[ID_MAX]; /* "" before the host gave them */
	bool in_shell_id;                    /* inside the selector that is called ShellId */
	struct str *stream;                  /* that the element at hand belongs to; NULL: none of ours */
	bool running;                        /* the command was accepted and is not known to have ended */
};

void shell_output_done(struct shell_output *output)
{
	str_done(&output->out);
	str_done(&output->err);
	*output = (struct shell_output){ 0 };
}

static int keep_id(char id[static ID_MAX], const char *what, const char *text, size_t len, struct error *e)
{
	if (!len || len >= ID_MAX)
		return error_set(e, ERROR_PROTOCOL, "an unusable %s in the answer", what);
	memcpy(id, text, len + 1);
	return 0;
}

/* A request to this shell. */
static int ask(struct shell *sh, const char *operation, const char *action, const char *body, bool cleanup,
	const struct xml_reader *reader, struct error *e)
{
	const struct selector selector = { "ShellId", sh->id };
	const struct request request = {
		.operation = operation,
		.action = action,
		.resource_uri = SHELL "/cmd",
		.selectors = &selector,
		.selector_count = 1,
		.body = body,
		.cleanup = cleanup,
	};
	return session_exchange(sh->session, &request, reader, e);
}

/* ---- Create ---- */

static int create_start(void *context, const struct xml_element *element, struct error *e)
{
	struct shell *sh = context;
	(void)e;

	if (element->ns != NS_WSMAN || strcmp(element->name, "Selector") != 0)
		return 0;
	const char *name = xml_attribute(element, "Name");
	sh->in_shell_id = name && !strcasecmp(name, "ShellId"); /* "ShellID" in the specification */
	return 0;
}

static int create_end(void *context, const struct xml_element *element, const char *text, size_t len, struct error *e)
{
	struct shell *sh = context;

	if (!sh->in_shell_id || element->ns != NS_WSMAN || strcmp(element->name, "Selector") != 0)
		return 0;
	sh->in_shell_id = false;
	return keep_id(sh->id, "ShellId", text, len, e);
}

/* IdleTimeOut: should we die, the shell goes two minutes later. The order of elements is checked by the server. */
static int create(struct shell *sh, unsigned codepage, struct error *e)
{
	char page[16];
	snprintf(page, sizeof(page), "%u", codepage);
	const struct selector options[] = { { "WINRS_NOPROFILE", "TRUE" }, { "WINRS_CODEPAGE", page } };
	const struct xml_reader reader = { .start = create_start, .end = create_end, .context = sh };
	const struct request request = {
		.operation = "shell create",
		.action = TRANSFER "/Create",
		.resource_uri = SHELL "/cmd",
		.options = options,
		.option_count = COUNT(options),
		.body = "<rsp:Shell><rsp:IdleTimeOut>PT120.000S</rsp:IdleTimeOut><rsp:InputStreams>stdin</"
			"rsp:InputStreams>"
			"<rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>",
		.opens = true,
	};

	if (session_exchange(sh->session, &request, &reader, e) < 0)
		return -1; /* an id that was read before the answer turned out bad is deleted by close_shell() */
	if (!sh->id[0]) {
		error_set(e, ERROR_PROTOCOL, "no ShellId in the answer");
		return error_during(e, request.operation);
	}
	return 0;
}

/* ---- Command ---- */

static int command_end(void *context, const struct xml_element *element, const char *text, size_t len, struct error *e)
{
	struct shell *sh = context;

	if (element->ns == NS_SHELL && !strcmp(element->name, "CommandId"))
		return keep_id(sh->command_id, "CommandId", text, len, e);
	return 0;
}

static int start_command(struct shell *sh, const char *command, struct error *e)
{
	OWN_VALUE(str_done) struct str body = STR(REQUEST_MAX);
	const struct xml_reader reader = { .end = command_end, .context = sh };

	str_add(&body, "<rsp:CommandLine><rsp:Command>");
	xml_escape(&body, command);
	str_add(&body, "</rsp:Command></rsp:CommandLine>");
	if (str_failed(&body))
		return error_set(e, ERROR_LOCAL, "the command line is too long");
	if (ask(sh, "shell command", SHELL "/Command", str_text(&body), false, &reader, e) < 0)
		return -1;
	if (!sh->command_id[0]) {
		error_set(e, ERROR_PROTOCOL, "no CommandId in the answer");
		return error_during(e, "shell command");
	}
	sh->running = true;
	return 0;
}

/* ---- Receive ---- */

static int read_state(struct shell *sh, const struct xml_element *element)
{
	const char *state = xml_attribute(element, "State");
	sh->output->done |= state && !strcmp(state + strspn(state, " \t\r\n"), SHELL "/CommandState/Done");
	return 0;
}

static int receive_start(void *context, const struct xml_element *element, struct error *e)
{
	struct shell *sh = context;
	(void)e;

	if (element->ns != NS_SHELL)
		return 0;
	if (!strcmp(element->name, "CommandState"))
		return read_state(sh, element);
	if (!strcmp(element->name, "Stream")) {
		const char *name = xml_attribute(element, "Name");
		sh->stream = !name                     ? NULL
			     : !strcmp(name, "stdout") ? &sh->output->out
			     : !strcmp(name, "stderr") ? &sh->output->err
						       : NULL;
	}
	return 0;
}

static int add_output(struct str *stream, const char *text, size_t len, struct error *e)
{
	if (base64_decode(stream, text, len) == 0)
		return 0;
	if (str_failed(stream))
		return error_set(e, ERROR_PROTOCOL, "the command printed more than %d bytes", SHELL_OUTPUT_MAX);
	return error_set(e, ERROR_PARSE, "the output is not valid base64");
}

/* ExitCode is an unsigned number, from some versions a negative one for the same 32 bits. */
static int read_exit_code(struct shell_output *output, const char *text, struct error *e)
{
	bool negative = *text == '-';
	if (!number_read(text + negative, &output->exit_code))
		return error_set(e, ERROR_PROTOCOL, "the exit code is no number: %.40s", text);
	if (negative)
		output->exit_code = -output->exit_code;
	output->has_exit_code = true;
	return 0;
}

static int receive_end(void *context, const struct xml_element *element, const char *text, size_t len, struct error *e)
{
	struct shell *sh = context;

	if (element->ns != NS_SHELL)
		return 0;
	if (!strcmp(element->name, "Stream") && sh->stream)
		return add_output(sh->stream, text, len, e);
	if (!strcmp(element->name, "ExitCode"))
		return read_exit_code(sh->output, text, e);
	return 0;
}

static void cut_back(struct str *stream, size_t len)
{
	stream->len = len;
	stream->failed = false;
	if (stream->data)
		stream->data[len] = '\0';
}

/* Not safe to repeat: a lost answer has taken its part of the output with it. */
static int receive(struct shell *sh, struct error *e)
{
	char body[ID_MAX * 6 + 160];
	OWN_VALUE(str_done) struct str id = STR(ID_MAX * 6);
	const struct xml_reader reader = { .start = receive_start, .end = receive_end, .context = sh };
	struct shell_output *o = sh->output;
	size_t out = o->out.len, err = o->err.len;

	xml_escape(&id, sh->command_id);
	snprintf(body, sizeof(body),
		"<rsp:Receive><rsp:DesiredStream CommandId=\"%s\">stdout stderr</rsp:DesiredStream></rsp:Receive>",
		str_text(&id));
	if (ask(sh, "shell receive", SHELL "/Receive", body, false, &reader, e) == 0)
		return 0;
	/* What a refused answer left behind is not output. */
	cut_back(&o->out, out);
	cut_back(&o->err, err);
	o->done = o->has_exit_code = false;
	return -1;
}

static int collect(struct shell *sh, struct error *e)
{
	while (!sh->output->done) {
		if (receive(sh, e) == 0)
			continue;
		if (e->kind != ERROR_TIMEOUT || e->code != FAULT_OPERATION_TIMED_OUT)
			return -1;
		if (deadline_left(session_deadline(sh->session)) == 0) {
			bool stopped = deadline_stopped(session_deadline(sh->session));
			error_clear(e);
			error_set(e, stopped ? ERROR_ABORTED : ERROR_TIMEOUT, "%s",
				stopped ? "stopped" : "the command did not end in time");
			return error_during(e, "shell receive");
		}
		error_clear(e);
	}
	sh->running = false;
	return 0;
}

/* ---- cleaning up ---- */

static void signal_command(struct shell *sh, const char *code)
{
	OWN_VALUE(str_done) struct str body = { 0 };
	struct error ignored = { 0 }; /* Delete follows, and ends the command too */

	str_add(&body, "<rsp:Signal CommandId=\"");
	xml_escape(&body, sh->command_id);
	str_addf(&body, "\"><rsp:Code>" SHELL "/signal/%s</rsp:Code></rsp:Signal>", code);
	ask(sh, "shell signal", SHELL "/Signal", str_text(&body), true, NULL, &ignored);
}

/* False if the shell may still be there. */
static bool delete_shell(struct shell *sh)
{
	struct error e = { 0 };

	if (ask(sh, "shell delete", TRANSFER "/Delete", "", true, NULL, &e) == 0)
		return true;
	return e.has_code && (e.code == FAULT_SHELL_GONE || e.code == FAULT_ABORTED);
}

/* A command that hangs gets the chance to end by itself. One that is done needs no Signal: Delete ends it all. */
static bool close_shell(struct shell *sh)
{
	if (!sh->id[0])
		return true;
	if (deadline_aborted(session_deadline(sh->session)))
		return false;
	if (sh->running) {
		signal_command(sh, "ctrl_c");
		signal_command(sh, "terminate");
	}
	return delete_shell(sh);
}

/* The host said that it did nothing: asking again does no harm. */
static bool refused(const struct error *e)
{
	return e->kind == ERROR_QUOTA || (e->kind == ERROR_CONNECT && e->has_code && e->code == SERVICE_UNAVAILABLE);
}

/* Create went out and its answer was lost: there may be a shell whose name we do not know. */
static bool may_have_created(const struct shell *sh, const struct error *e)
{
	return !sh->id[0] && !refused(e) && e->kind != ERROR_DENIED && e->kind != ERROR_FAULT &&
	       e->kind != ERROR_AUTH && e->kind != ERROR_LOCAL;
}

static bool run_once(struct shell *sh, unsigned codepage, const char *command, bool *leaked, struct error *e)
{
	bool created = create(sh, codepage, e) == 0;
	bool unknown = !created && may_have_created(sh, e);
	bool done = created && start_command(sh, command, e) == 0 && collect(sh, e) == 0;

	if ((!close_shell(sh) || unknown) && leaked)
		*leaked = true;
	return done;
}

/* Again from the start: refused before the command ran (quota, busy), or the shell vanished before it printed. */
static bool again(struct shell *sh, unsigned attempt, bool *recreated, struct error *e)
{
	if (sh->output->out.len || sh->output->err.len)
		return false;
	if (e->has_code && e->code == FAULT_SHELL_GONE && !*recreated) {
		*recreated = true;
		session_retry_now(sh->session, e);
		return true;
	}
	if (may_have_created(sh, e) && e->kind == ERROR_CONNECT &&
		attempt == 0) { /* once: each try may leave a shell */
		session_retry_now(sh->session, e);
		return true;
	}
	return refused(e) && session_retry(sh->session, attempt, e);
}

int shell_run(struct session *s, unsigned codepage, const char *command, struct shell_output *output, bool *leaked,
	struct error *e)
{
	bool recreated = false;

	*output = (struct shell_output){ .out = STR(SHELL_OUTPUT_MAX), .err = STR(SHELL_OUTPUT_MAX) };
	if (leaked)
		*leaked = false;
	for (unsigned attempt = 0;; attempt++) {
		struct shell sh = { .session = s, .output = output };
		if (run_once(&sh, codepage, command, leaked, e))
			return 0;
		if (!again(&sh, attempt, &recreated, e))
			return -1;
	}
}
