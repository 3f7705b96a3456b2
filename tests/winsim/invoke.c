/* invoke: see invoke.h. */

#include "invoke.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "own.h"
#include "process.h"

/* What a method is called with. */
struct invocation {
	struct host *host;
	struct service *service; /* NULL unless it is one of Win32_Service */
	const xmlNode *input;
	struct str *output; /* what stands before the ReturnValue */
};

struct method {
	const char *class_name, *name;
	const char *parameters; /* all that it takes, with a blank behind each */
	unsigned (*run)(struct invocation *i);
};

bool invoke_matches(const struct request *r)
{
	size_t len = strlen(r->resource_uri);

	return strncasecmp(r->resource_uri, CIMV2 "/", strlen(CIMV2 "/")) == 0 &&
	       strncmp(r->action, r->resource_uri, len) == 0 && r->action[len] == '/';
}

static char *parameter(const struct invocation *i, const char *name)
{
	for (const xmlNode *node = i->input->children; node; node = node->next)
		if (node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0)
			return element_text(node);
	return NULL;
}

static const char *start_mode(const char *text)
{
	static const char *const modes[][2] = { { "Automatic", "Auto" }, { "Manual", "Manual" },
		{ "Disabled", "Disabled" } };

	FOR_EACH(mode, modes)
		if (strcasecmp((*mode)[0], text) == 0)
			return (*mode)[1];
	return NULL;
}

static unsigned service_change(struct invocation *i)
{
	OWN(own_free) char *type = parameter(i, "ServiceType");
	OWN(own_free) char *start = parameter(i, "StartMode");

	host_changed(i->host, "config %s %s", i->service->row->name,
		!type                     ? "start"
		: strcmp(type, "16") == 0 ? "own"
		: strcmp(type, "32") == 0 ? "share"
					  : "type");
	if (type && strcmp(type, "16") != 0 && strcmp(type, "32") != 0)
		return SERVICE_INVALID_PARAMETER;
	if (start && !start_mode(start))
		return SERVICE_INVALID_PARAMETER;
	if (i->service->config_error)
		return i->service->config_error;
	if (type)
		service_set_type(i->service, strcmp(type, "16") == 0 ? TYPE_OWN : TYPE_SHARE);
	if (start)
		i->service->start = start_mode(start);
	return SERVICE_OK;
}

static unsigned stop(struct invocation *i)
{
	host_changed(i->host, "stop %s", i->service->row->name);
	return service_stop(&i->host->services, i->service, clock_ms(), 0);
}

static unsigned start(struct invocation *i)
{
	host_changed(i->host, "start %s", i->service->row->name);
	return service_start(&i->host->services, i->service, clock_ms());
}

static unsigned interrogate(struct invocation *i)
{
	return i->service->state == STATE_STOPPED   ? SERVICE_NOT_ACTIVE
	       : i->service->state == STATE_RUNNING ? SERVICE_OK
						    : SERVICE_CANNOT_ACCEPT;
}

static unsigned reboot(struct invocation *i)
{
	enum { SHUTDOWN_IS_SCHEDULED = 1190 };

	host_changed(i->host, "reboot");
	return host_plan_reboot(i->host, clock_ms() + 1, true) ? 0 : SHUTDOWN_IS_SCHEDULED;
}

static unsigned create(struct invocation *i)
{
	OWN(own_free) char *line = parameter(i, "CommandLine");
	OWN(own_free) char *directory = parameter(i, "CurrentDirectory");
	enum process_result result = PROCESS_DENIED;
	uint32_t pid = 0;

	host_changed(i->host, "create %.60s", line ? line : "");
	if (i->host->scenario->repair != REPAIR_CREATE_DENIED)
		result = process_create(i->host, line, directory && *directory ? directory : NULL, &pid);
	if (result == PROCESS_OK) {
		str_addf(i->output, "<p:ProcessId>%u</p:ProcessId>", pid);
		repair_process_created(i->host);
	} else {
		str_add(i->output, "<p:ProcessId xsi:nil=\"true\" "
				   "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"/>");
	}
	return result;
}

// clang-format off
static const struct method methods[] = {
	{ "Win32_Service", "Change", "DisplayName PathName ServiceType ErrorControl StartMode DesktopInteract StartName "
	  "StartPassword LoadOrderGroup LoadOrderGroupDependencies ServiceDependencies ", service_change },
	{ "Win32_Service", "StopService", "", stop },
	{ "Win32_Service", "StartService", "", start },
	{ "Win32_Service", "InterrogateService", "", interrogate },
	{ "Win32_OperatingSystem", "Reboot", "", reboot },
	{ "Win32_OperatingSystem", "Win32Shutdown", "Flags Reserved ", reboot },
	{ "Win32_Process", "Create", "CommandLine CurrentDirectory ProcessStartupInformation ", create },
};
// clang-format on

static bool takes(const struct method *method, const char *name)
{
	const char *at = method->parameters;
	size_t len = strlen(name);

	while (*at && (strncmp(at, name, len) != 0 || at[len] != ' '))
		at += strcspn(at, " ") + 1;
	return *at != '\0';
}

static bool complain_of(struct operation *op, const xmlNode *node)
{
	return complain(&op->complaint, &fault_schema, "invoke.body", "%s in namespace %.100s",
		node ? (const char *)node->name : "(none)", node && node->ns ? (const char *)node->ns->href : "(none)");
}

/* The body's namespace must be the class URI, its element METHOD_INPUT (PROTOCOL 8), and so with all inside of it. */
static bool check_body(struct operation *op, const struct method *method)
{
	const xmlNode *body = op->request->body;
	char input[96];

	snprintf(input, sizeof(input), "%s_INPUT", method->name);
	if (!body || !is_element(body, op->request->resource_uri, input))
		return complain_of(op, body);
	for (xmlNode *node = first_element(body->children); node; node = first_element(node->next))
		if (!is_element(node, op->request->resource_uri, (const char *)node->name) ||
			!takes(method, (const char *)node->name))
			return complain_of(op, node);
	return true;
}

/* Win32_Service has its Name for a key, a static method none. */
static bool check_selectors(struct operation *op, const struct method *method, struct service **service)
{
	const char *key = request_selector(op->request, "Name");
	bool of_service = strcmp(method->class_name, "Win32_Service") == 0;

	*service = of_service && key ? services_find(&op->host->services, key) : NULL;
	if (of_service && !*service)
		return complain(
			&op->complaint, &fault_unreachable, "invoke.selector", "no service \"%.60s\"", key ? key : "");
	if (method->run == create && op->request->selector_count)
		return complain(&op->complaint, &fault_unreachable, "invoke.selector", "Create is static");
	return true;
}

bool invoke_method(struct operation *op)
{
	const struct request *r = op->request;
	const char *class_name = r->resource_uri + strlen(CIMV2 "/");
	const char *name = r->action + strlen(r->resource_uri) + 1;
	OWN_VALUE(str_done) struct str output = { 0 };
	struct invocation i = { .host = op->host, .input = r->body, .output = &output };
	unsigned value;

	FOR_EACH(method, methods) {
		if (strcasecmp(method->class_name, class_name) != 0 || strcmp(method->name, name) != 0)
			continue;
		if (!check_body(op, method) || !check_selectors(op, method, &i.service))
			return false;
		value = method->run(&i);
		str_addf(op->body, "<p:%s_OUTPUT xmlns:p=\"%s\">%s<p:ReturnValue>%u</p:ReturnValue></p:%s_OUTPUT>",
			name, r->resource_uri, str_text(&output), value, name);
		return true;
	}
	return complain(&op->complaint, &fault_action, "invoke.method", "%.160s", r->action);
}
