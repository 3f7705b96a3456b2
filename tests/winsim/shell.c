/* shell: see shell.h. A command line runs to its end when it is sent; what it printed waits to be received. */

#include "shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmd.h"
#include "codec.h"
#include "journal.h"
#include "own.h"

enum {
	IDLE_DEFAULT_MS = 7200000,
	IDLE_LEAST_MS = 60000,
	QUOTA_LASTS_MS = 12000,   /* simulated: how long the shells of others fill the quota */
	RECEIVE_MOST = 24 * 1024, /* bytes of output in one answer */
	CHOPPED_MOST = 700,
	STREAM_MOST = 4000, /* bytes in one rsp:Stream */
};

static const unsigned control_c_exit = 0xC000013A;

struct command {
	char id[UUID_SIZE];
	struct cmd_result result;
	size_t out_sent, err_sent;
	uint64_t ready; /* clock_ms() from when there is output */
	bool interrupted, done_delivered;
};

struct shell {
	struct shell *next;
	char id[UUID_SIZE];
	unsigned codepage;
	unsigned idle_ms; /* simulated */
	uint64_t touched; /* clock_ms(); ahead of it while a Receive waits */
	bool has_command;
	struct command command;
};

static void command_done(struct command *command)
{
	cmd_result_done(&command->result);
	*command = (struct command){ 0 };
}

static void shell_free(struct shell *shell)
{
	journal_count(COUNT_OPEN_SHELLS, -1);
	command_done(&shell->command);
	free(shell);
}

void shells_drop(struct host *host)
{
	while (host->shells) {
		struct shell *shell = host->shells;
		host->shells = shell->next;
		shell_free(shell);
	}
}

void shells_expire(struct host *host)
{
	uint64_t now = clock_ms();

	for (struct shell **at = &host->shells; *at;) {
		struct shell *shell = *at;
		if (now < shell->touched + options_real_ms(host->options, shell->idle_ms)) {
			at = &shell->next;
			continue;
		}
		bool cut_off = shell->touched < host->unplugged_until; /* nobody could have closed it */
		if (!cut_off && !scenario_spoils_answers(host->scenario))
			journal_violation(
				host->name, "shell.leaked", "shell %s was left to its IdleTimeOut", shell->id);
		*at = shell->next;
		shell_free(shell);
	}
}

unsigned shells_open(const struct host *host)
{
	unsigned count = 0;

	for (const struct shell *shell = host->shells; shell; shell = shell->next)
		count++;
	return count;
}

static bool check_uri(struct operation *op)
{
	if (strcasecmp(op->request->resource_uri, NS_SHELL "/cmd") == 0)
		return true;
	return complain(&op->complaint, &fault_invalid_uri, "shell.uri", "%.120s", op->request->resource_uri);
}

/* The link that holds the shell which the request selects; NULL: *op has the fault. */
static struct shell **find_shell(struct operation *op)
{
	const char *id = request_selector(op->request, "ShellId");

	if (!check_uri(op))
		return NULL;
	if (!id) {
		complain(&op->complaint, &fault_missing_selector, "shell.selector", "no ShellId");
		return NULL;
	}
	for (struct shell **at = &op->host->shells; *at; at = &(*at)->next)
		if (strcasecmp((*at)->id, id) == 0) {
			(*at)->touched = clock_ms();
			return at;
		}
	refuse(op, &fault_selectors);
	return NULL;
}

/* The children of rsp:Shell come in exactly this order (MS-WSMV 2.2.4.37). */
static bool check_order(struct operation *op)
{
	static const char *const order[] = { "Environment", "WorkingDirectory", "Lifetime", "IdleTimeOut",
		"InputStreams", "OutputStreams" };
	size_t at = 0;

	for (xmlNode *node = first_element(op->request->body->children); node; node = first_element(node->next)) {
		while (at < COUNT(order) && !is_element(node, NS_SHELL, order[at]))
			at++;
		if (at == COUNT(order))
			return complain(&op->complaint, &fault_schema, "shell.order", "rsp:%s in the wrong place",
				(char *)node->name);
	}
	return true;
}

static bool read_idle_timeout(struct operation *op, struct shell *shell)
{
	OWN(own_free) char *text = element_text(child_element(op->request->body, NS_SHELL, "IdleTimeOut"));
	long long ms = text ? duration_ms(text) : IDLE_DEFAULT_MS;

	if (ms < IDLE_LEAST_MS || ms > 0x7fffffff)
		return complain(
			&op->complaint, &fault_invalid_parameter, "shell.idle-timeout", "IdleTimeOut \"%.40s\"", text);
	shell->idle_ms = (unsigned)ms;
	return true;
}

static bool read_codepage(struct operation *op, struct shell *shell)
{
	static const unsigned known[] = { 437, 850, 852, 866, 932, 936, 949, 950, 1250, 1252, 65001 };
	const char *text = request_option(op->request, "WINRS_CODEPAGE");

	shell->codepage =
		text ? (unsigned)strtoul(text, NULL, 10) : language_oem_codepage(op->host->scenario->language);
	FOR_EACH(codepage, known)
		if (*codepage == shell->codepage)
			return true;
	return complain(&op->complaint, &fault_invalid_parameter, "shell.codepage", "WINRS_CODEPAGE \"%.40s\"", text);
}

static bool check_quota(struct operation *op)
{
	struct host *host = op->host;
	bool old = host->scenario->trouble == TROUBLE_SHELL_QUOTA_OLD;

	if (scenario_has_no_shell(host->scenario))
		return refuse(op, &fault_shell_disabled);
	if ((old || host->scenario->trouble == TROUBLE_SHELL_QUOTA) && !host->quota_until)
		host->quota_until = clock_ms() + options_real_ms(host->options, QUOTA_LASTS_MS);
	if (clock_ms() < host->quota_until || shells_open(host) >= host->options->max_shells)
		return refuse(op, old ? &fault_shell_quota_old : &fault_shell_quota);
	return true;
}

static void add_created(struct operation *op, const struct shell *shell)
{
	str_addf(op->body,
		"<x:ResourceCreated><a:Address>%s</a:Address><a:ReferenceParameters><w:ResourceURI>" NS_SHELL
		"/cmd</w:ResourceURI><w:SelectorSet><w:Selector Name=\"ShellId\">%s</w:Selector></w:SelectorSet>"
		"</a:ReferenceParameters></x:ResourceCreated>",
		op->call->url, shell->id);
	str_addf(op->body,
		"<rsp:Shell><rsp:ShellId>%s</rsp:ShellId><rsp:ResourceUri>" NS_SHELL
		"/cmd</rsp:ResourceUri><rsp:Owner>%s</rsp:Owner><rsp:ClientIP>%s</rsp:ClientIP>"
		"<rsp:IdleTimeOut>PT%u.%03uS</rsp:IdleTimeOut><rsp:InputStreams>stdin</rsp:InputStreams>"
		"<rsp:OutputStreams>stdout stderr</rsp:OutputStreams><rsp:ShellRunTime>P0DT0H0M0S</rsp:ShellRunTime>"
		"<rsp:ShellInactivity>P0DT0H0M0S</rsp:ShellInactivity></rsp:Shell>",
		shell->id, op->call->user, op->call->client, shell->idle_ms / 1000, shell->idle_ms % 1000);
}

bool shell_create(struct operation *op)
{
	struct shell wanted = { .touched = clock_ms() };
	struct shell *shell;

	if (!check_uri(op))
		return false;
	if (!is_element(op->request->body, NS_SHELL, "Shell"))
		return complain(&op->complaint, &fault_schema, "shell.body", "Create without rsp:Shell");
	repair_audit_begins(op->host);
	if (!check_order(op) || !read_idle_timeout(op, &wanted) || !read_codepage(op, &wanted) || !check_quota(op))
		return false;
	shell = malloc(sizeof(*shell));
	if (!shell)
		abort();
	*shell = wanted;
	uuid_random(shell->id);
	shell->next = op->host->shells;
	op->host->shells = shell;
	journal_count(COUNT_OPEN_SHELLS, 1);
	journal_count(COUNT_SHELLS_CREATED, 1);
	add_created(op, shell);
	return true;
}

bool shell_delete(struct operation *op)
{
	struct shell **at = find_shell(op);
	struct shell *shell;

	if (!at)
		return false;
	shell = *at;
	*at = shell->next;
	shell_free(shell);
	return true;
}

/* Command and Arguments joined as Windows hands them to cmd.exe /c. */
static bool read_line(struct operation *op, struct str *line)
{
	const xmlNode *body = op->request->body;
	xmlNode *node;

	if (!is_element(body, NS_SHELL, "CommandLine") || !child_element(body, NS_SHELL, "Command"))
		return complain(
			&op->complaint, &fault_schema, "shell.body", "Command without rsp:CommandLine/rsp:Command");
	for (node = first_element(body->children); node; node = first_element(node->next)) {
		OWN(own_free) char *text = element_text(node);
		if (!is_element(node, NS_SHELL, "Command") && !is_element(node, NS_SHELL, "Arguments"))
			return complain(&op->complaint, &fault_schema, "shell.body", "rsp:%s in rsp:CommandLine",
				(char *)node->name);
		str_addf(line, "%s%s", line->len ? " " : "", text);
	}
	if (line->len == 0)
		return complain(&op->complaint, &fault_invalid_parameter, "shell.command", "an empty command");
	if (line->len > 8191)
		return complain(&op->complaint, &fault_not_found, "shell.command", "a command line of %zu characters",
			line->len);
	return true;
}

bool shell_command(struct operation *op)
{
	struct shell **at = find_shell(op);
	OWN_VALUE(str_done) struct str line = { 0 };
	struct command *command;

	if (!at || !read_line(op, &line))
		return false;
	command = &(*at)->command;
	if ((*at)->has_command && !command->done_delivered)
		return complain(&op->complaint, &fault_busy, "shell.one-command", "the last command is not done");
	command_done(command);
	uuid_random(command->id);
	(*at)->has_command = true;
	journal_count(COUNT_COMMANDS, 1);
	cmd_run(op->host, (*at)->codepage, str_text(&line), &command->result);
	command->ready = clock_ms() + options_real_ms(op->host->options, command->result.delay_ms);
	str_addf(op->body, "<rsp:CommandResponse><rsp:CommandId>%s</rsp:CommandId></rsp:CommandResponse>", command->id);
	return true;
}

/* The command that a request names in its body; NULL: *op has the fault. */
static struct command *find_command(struct operation *op, struct shell *shell, const xmlNode *holder)
{
	xmlChar *id = holder ? xmlGetNoNsProp(holder, (const xmlChar *)"CommandId") : NULL;
	bool same = id && shell->has_command && strcasecmp((char *)id, shell->command.id) == 0;

	if (!id)
		complain(&op->complaint, &fault_schema, "shell.command-id", "no CommandId");
	else if (!same)
		refuse(op, &fault_selectors);
	xmlFree(id);
	return same ? &shell->command : NULL;
}

/* Pieces of uneven size, so that characters, line ends and GUIDs are cut anywhere. */
static void add_stream(struct operation *op, const struct command *command, const char *name, const struct str *bytes,
	size_t *sent, size_t most)
{
	size_t stop = bytes->len - *sent > most ? *sent + most : bytes->len;

	while (*sent < stop) {
		size_t piece = 1 + hash_mix(op->host->seed, *sent) % STREAM_MOST;
		if (piece > stop - *sent)
			piece = stop - *sent;
		str_addf(op->body, "<rsp:Stream Name=\"%s\" CommandId=\"%s\">", name, command->id);
		base64_add(op->body, bytes->data + *sent, piece);
		str_add(op->body, "</rsp:Stream>");
		*sent += piece;
	}
}

static void add_end(struct operation *op, struct command *command)
{
	unsigned exit_code = command->interrupted ? control_c_exit : command->result.exit_code;

	str_addf(op->body,
		"<rsp:Stream Name=\"stdout\" CommandId=\"%s\" End=\"true\"></rsp:Stream>"
		"<rsp:Stream Name=\"stderr\" CommandId=\"%s\" End=\"true\"></rsp:Stream>"
		"<rsp:CommandState CommandId=\"%s\" State=\"" NS_SHELL
		"/CommandState/Done\"><rsp:ExitCode>%u</rsp:ExitCode>"
		"</rsp:CommandState>",
		command->id, command->id, command->id, exit_code);
	command->done_delivered = true;
}

/* What there is to say now; false: nothing yet. */
static bool add_output(struct operation *op, struct command *command)
{
	struct cmd_result *result = &command->result;
	size_t most = op->host->scenario->trouble == TROUBLE_CHOPPED_OUTPUT ? CHOPPED_MOST : RECEIVE_MOST;
	bool waiting = command->out_sent < result->out.len || command->err_sent < result->err.len;

	if (clock_ms() < command->ready && !command->interrupted)
		return false;
	if (!waiting && result->hangs && !command->interrupted)
		return false;
	str_add(op->body, "<rsp:ReceiveResponse>");
	add_stream(op, command, "stdout", &result->out, &command->out_sent, most);
	add_stream(op, command, "stderr", &result->err, &command->err_sent, most);
	waiting = command->out_sent < result->out.len || command->err_sent < result->err.len;
	if (waiting || (result->hangs && !command->interrupted))
		str_addf(op->body,
			"<rsp:CommandState CommandId=\"%s\" State=\"" NS_SHELL
			"/CommandState/Running\"></rsp:CommandState>",
			command->id);
	else
		add_end(op, command);
	str_add(op->body, "</rsp:ReceiveResponse>");
	return true;
}

static bool receive_for_ever(struct operation *op, const struct command *command)
{
	char more[12 * 1024];

	memset(more, '.', sizeof(more));
	str_addf(op->body, "<rsp:ReceiveResponse><rsp:Stream Name=\"stdout\" CommandId=\"%s\">", command->id);
	base64_add(op->body, more, sizeof(more));
	str_addf(op->body,
		"</rsp:Stream><rsp:CommandState CommandId=\"%s\" State=\"" NS_SHELL "/CommandState/Running\">"
		"</rsp:CommandState></rsp:ReceiveResponse>",
		command->id);
	return true;
}

bool shell_receive(struct operation *op)
{
	struct shell **at = find_shell(op);
	const xmlNode *body = op->request->body;
	const xmlNode *desired =
		is_element(body, NS_SHELL, "Receive") ? child_element(body, NS_SHELL, "DesiredStream") : NULL;
	unsigned allowed_ms = options_real_ms(op->host->options, op->request->timeout_ms);
	struct command *command;
	uint64_t now = clock_ms();

	command = at ? find_command(op, *at, desired) : NULL;
	if (!command)
		return false;
	if (op->host->scenario->trouble == TROUBLE_ENDLESS_RECEIVE)
		return receive_for_ever(op, command);
	if (command->done_delivered)
		return refuse(op, &fault_selectors);
	if (op->host->scenario->vssadmin == VSSADMIN_CUT && command->result.cut &&
		command->out_sent == command->result.out.len) {
		op->reset = true;
		return true;
	}
	if (add_output(op, command)) {
		op->cut = op->host->repair.shell_breaks;
		op->host->repair.shell_broke |= op->cut;
		op->host->repair.shell_breaks = false;
		return true;
	}
	if (op->call->waited_ms >= allowed_ms)
		return refuse(op, &fault_timed_out);
	op->wait_ms = allowed_ms - op->call->waited_ms;
	if (command->ready > now && command->ready - now < op->wait_ms)
		op->wait_ms = (unsigned)(command->ready - now);
	op->wait_ms += op->wait_ms == 0;
	(*at)->touched = now + op->wait_ms;
	return true;
}

bool shell_send(struct operation *op)
{
	struct shell **at = find_shell(op);
	const xmlNode *body = op->request->body;
	const xmlNode *stream = is_element(body, NS_SHELL, "Send") ? child_element(body, NS_SHELL, "Stream") : NULL;
	OWN(own_free) char *text = element_text(stream);
	OWN_VALUE(str_done) struct str bytes = { 0 };

	if (!at || !find_command(op, *at, stream))
		return false;
	if (base64_decode(&bytes, text ? text : "") < 0)
		return complain(&op->complaint, &fault_invalid_parameter, "shell.send", "not Base64");
	str_add(op->body, "<rsp:SendResponse/>");
	return true;
}

bool shell_signal(struct operation *op)
{
	struct shell **at = find_shell(op);
	const xmlNode *body = op->request->body;
	const xmlNode *signal = is_element(body, NS_SHELL, "Signal") ? body : NULL;
	OWN(own_free) char *code = element_text(child_element(signal, NS_SHELL, "Code"));
	struct command *command = at ? find_command(op, *at, signal) : NULL;

	if (!command)
		return false;
	if (code && strcmp(code, NS_SHELL "/signal/terminate") == 0) {
		command_done(command);
		(*at)->has_command = false;
	} else if (code &&
		   (strcmp(code, NS_SHELL "/signal/ctrl_c") == 0 || strcmp(code, NS_SHELL "/signal/ctrl_break") == 0)) {
		command->interrupted = !command->done_delivered;
	} else {
		return complain(
			&op->complaint, &fault_invalid_parameter, "shell.signal", "Code \"%.100s\"", code ? code : "");
	}
	str_add(op->body, "<rsp:SignalResponse/>");
	return true;
}
