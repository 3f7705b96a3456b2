/* wsman: see wsman.h. */

#include "wsman.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "codec.h"
#include "edition.h"
#include "enumerate.h"
#include "invoke.h"
#include "journal.h"
#include "own.h"
#include "shell.h"
#include "subscription.h"

enum { ANSWER_MAX = 32 << 20 };

bool refuse(struct operation *op, const struct fault *fault)
{
	return complain(&op->complaint, fault, NULL, "%s", "");
}

static const struct action {
	const char *uri;
	operation_fn *run;
} actions[] = {
	{ NS_ENUMERATION "/Enumerate", enumerate_open },
	{ NS_ENUMERATION "/Pull", enumerate_pull },
	{ NS_ENUMERATION "/Release", enumerate_release },
	{ NS_TRANSFER "/Get", enumerate_get },
	{ NS_TRANSFER "/Create", shell_create },
	{ NS_TRANSFER "/Delete", shell_delete },
	{ NS_SHELL "/Command", shell_command },
	{ NS_SHELL "/Receive", shell_receive },
	{ NS_SHELL "/Send", shell_send },
	{ NS_SHELL "/Signal", shell_signal },
};

static operation_fn *operation_of(const struct request *r)
{
	if (subscription_matches(r))
		return subscription_operation(r);
	FOR_EACH(action, actions)
		if (strcmp(action->uri, r->action) == 0)
			return action->run;
	return invoke_matches(r) ? invoke_method : NULL;
}

/* A MessageID names one message for ever; the same one again is a replay. */
static void check_message_id(struct host *host, const struct request *r)
{
	uint64_t hash = hash_text(r->message_id);

	FOR_EACH(id, host->message_ids)
		if (*id == hash) {
			journal_violation(host->name, "soap.message-id-again", "%s", r->message_id);
			return;
		}
	host->message_ids[host->message_id_next++ % MESSAGE_IDS_KEPT] = hash;
}

static bool identify(struct operation *op)
{
	bool anonymous = op->call->anonymous;

	str_addf(op->body,
		"<wsmid:IdentifyResponse xmlns:wsmid=\"" NS_IDENTIFY "\"><wsmid:ProtocolVersion>" NS_WSMAN
		"</wsmid:ProtocolVersion><wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>"
		"<wsmid:ProductVersion>OS: %s SP: 0.0 Stack: 3.0</wsmid:ProductVersion>",
		anonymous ? "0.0.0" : edition_of(op->host->scenario)->version);
	if (!anonymous)
		str_add(op->body, "<wsmid:SecurityProfiles><wsmid:SecurityProfileName>http://schemas.dmtf.org/wbem/"
				  "wsman/1/wsman/secprofile/"
				  "https/basic</wsmid:SecurityProfileName></wsmid:SecurityProfiles>");
	str_add(op->body, "</wsmid:IdentifyResponse>");
	return true;
}

/* What asks for GX or GW; all else for GR (MS-WSMV 3.1.4.1.28). */
static bool changes_or_executes(const struct request *r)
{
	static const char *const reading[] = { NS_ENUMERATION "/Enumerate", NS_ENUMERATION "/Pull",
		NS_ENUMERATION "/Release", NS_TRANSFER "/Get", NS_EVENTING "/Subscribe", NS_EVENTING "/Unsubscribe" };

	FOR_EACH(action, reading)
		if (strcmp(*action, r->action) == 0)
			return strncasecmp(r->resource_uri, NS_SHELL, strlen(NS_SHELL)) == 0;
	return true;
}

static bool run(struct operation *op)
{
	const struct request *r = op->request;
	operation_fn *operation;

	if (r->identify)
		return identify(op);
	if (op->call->anonymous)
		return complain(&op->complaint, &fault_access_denied, "identify.anonymous",
			"%.120s without credentials", r->action);
	if (op->host->scenario->trouble == TROUBLE_DENIED ||
		(op->host->scenario->trouble == TROUBLE_READ_ONLY && changes_or_executes(r)))
		return refuse(op, &fault_access_denied);
	if (op->call->chunked && strstr(r->resource_uri, "/windows/shell"))
		return complain(&op->complaint, &fault_unsupported, "http.chunked", "a chunked shell request");
	if (op->call->waited_ms == 0)
		check_message_id(op->host, r);
	operation = operation_of(r);
	if (!operation)
		return complain(
			&op->complaint, &fault_action, "soap.action", "%.80s of %.80s", r->action, r->resource_uri);
	return operation(op);
}

static void envelope_open(
	struct str *out, const struct host *host, const struct request *r, const char *action, const struct str *header)
{
	char id[UUID_SIZE], other[UUID_SIZE];

	uuid_random(id);
	uuid_random(other);
	str_add(out, "<s:Envelope xml:lang=\"en-US\" xmlns:s=\"" NS_SOAP "\" xmlns:a=\"" NS_ADDRESSING
		     "\" xmlns:x=\"" NS_TRANSFER "\" xmlns:e=\"" NS_EVENTING "\" xmlns:n=\"" NS_ENUMERATION
		     "\" xmlns:w=\"" NS_WSMAN "\" xmlns:rsp=\"" NS_SHELL "\" xmlns:p=\"" NS_MICROSOFT "\"><s:Header>");
	if (!r->identify) {
		str_addf(out, "<a:Action>%s</a:Action><a:MessageID>uuid:%s</a:MessageID><a:To>" ANONYMOUS "</a:To>",
			action, id);
		if (r->message_id) {
			str_add(out, "<a:RelatesTo>");
			if (host->scenario->trouble == TROUBLE_WRONG_RELATES_TO)
				str_addf(out, "uuid:%s", other);
			else
				xml_add(out, r->message_id);
			str_add(out, "</a:RelatesTo>");
		}
	}
	if (header)
		str_addn(out, str_text(header), header->len);
	str_add(out, "</s:Header><s:Body>");
}

static void add_answer(
	struct wsman_answer *answer, const struct host *host, const struct request *r, const struct operation *op)
{
	OWN_VALUE(str_done) struct str action = { 0 };

	xml_add(&action, r->action ? r->action : "");
	str_add(&action, "Response");
	envelope_open(&answer->envelope, host, r, str_text(&action), op->header);
	str_addn(&answer->envelope, str_text(op->body), op->body->len);
	str_add(&answer->envelope, "</s:Body></s:Envelope>");
}

static void add_fault(struct wsman_answer *answer, const struct host *host, const struct request *r,
	const struct complaint *complaint, const char *provider_text)
{
	answer->fault = true;
	if (complaint->rule)
		journal_violation(host->name, complaint->rule, "%s", complaint->detail);
	envelope_open(&answer->envelope, host, r, complaint->fault->action, NULL);
	fault_add(&answer->envelope, complaint->fault, host->name, host->scenario->language, provider_text);
	str_add(&answer->envelope, "</s:Body></s:Envelope>");
}

void wsman_answer(struct host *host, const struct call *call, struct wsman_answer *answer)
{
	OWN_VALUE(request_done) struct request request = { 0 };
	OWN_VALUE(str_done) struct str body = STR(ANSWER_MAX), header = { 0 };
	struct operation op = { .host = host, .request = &request, .call = call, .body = &body, .header = &header };
	bool well;

	*answer = (struct wsman_answer){ .envelope = STR(2 * (size_t)ANSWER_MAX) };
	str_reserve(&body, 4096);
	well = request_read(
		       &request, call->body, call->len, (size_t)host->options->envelope_kb * 1024, &op.complaint) &&
	       run(&op);
	answer->wait_ms = op.wait_ms;
	answer->reset = op.reset;
	answer->cut = op.cut;
	if (op.wait_ms || op.reset)
		return;
	str_reserve(&answer->envelope, body.len + 1500);
	if (well)
		add_answer(answer, host, &request, &op);
	else
		add_fault(answer, host, &request, &op.complaint, op.provider_text);
}
