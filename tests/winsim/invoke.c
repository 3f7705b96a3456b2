/* invoke: see invoke.h. */

#include "invoke.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "journal.h"
#include "own.h"

/* A method: what it takes, and what it does; the value is its ReturnValue. */
struct method {
	const char *class_name, *name;
	unsigned (*run)(struct host *host, struct service *service, const xmlNode *input);
};

bool invoke_matches(const struct request *r)
{
	size_t len = strlen(r->resource_uri);

	return strncasecmp(r->resource_uri, CIMV2 "/", strlen(CIMV2 "/")) == 0 &&
	       strncmp(r->action, r->resource_uri, len) == 0 && r->action[len] == '/';
}

static char *parameter(const xmlNode *input, const char *name)
{
	for (const xmlNode *node = input ? input->children : NULL; node; node = node->next)
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

static unsigned service_change(struct host *host, struct service *service, const xmlNode *input)
{
	OWN(own_free) char *type = parameter(input, "ServiceType");
	OWN(own_free) char *start = parameter(input, "StartMode");

	(void)host;
	if (type && strcmp(type, "16") != 0 && strcmp(type, "32") != 0)
		return SERVICE_INVALID_PARAMETER;
	if (start && !start_mode(start))
		return SERVICE_INVALID_PARAMETER;
	if (type)
		service->type = strcmp(type, "16") == 0 ? TYPE_OWN : TYPE_SHARE;
	if (start)
		service->start = start_mode(start);
	return SERVICE_OK;
}

static unsigned stop(struct host *host, struct service *service, const xmlNode *input)
{
	(void)input;
	return service_stop(&host->services, service);
}

static unsigned start(struct host *host, struct service *service, const xmlNode *input)
{
	(void)input;
	return service_start(&host->services, service);
}

static unsigned interrogate(struct host *host, struct service *service, const xmlNode *input)
{
	(void)host, (void)input;
	return service->pid ? SERVICE_OK : SERVICE_NOT_ACTIVE;
}

static unsigned reboot(struct host *host, struct service *service, const xmlNode *input)
{
	(void)service, (void)input;
	host_reboot(host);
	return 0;
}

static const struct method methods[] = {
	{ "Win32_Service", "Change", service_change },
	{ "Win32_Service", "StopService", stop },
	{ "Win32_Service", "StartService", start },
	{ "Win32_Service", "InterrogateService", interrogate },
	{ "Win32_OperatingSystem", "Reboot", reboot },
	{ "Win32_OperatingSystem", "Win32Shutdown", reboot },
};

/* The body's namespace must be the class URI, its element METHOD_INPUT (PROTOCOL 8). */
static bool check_body(struct operation *op, const char *method)
{
	const xmlNode *body = op->request->body;
	char input[96];

	snprintf(input, sizeof(input), "%s_INPUT", method);
	if (body && is_element(body, op->request->resource_uri, input))
		return true;
	return complain(&op->complaint, &fault_schema, "invoke.body", "%s in namespace %.100s",
		body ? (const char *)body->name : "(none)", body && body->ns ? (const char *)body->ns->href : "(none)");
}

bool invoke_method(struct operation *op)
{
	const struct request *r = op->request;
	const char *class_name = r->resource_uri + strlen(CIMV2 "/");
	const char *name = r->action + strlen(r->resource_uri) + 1;
	const char *key = request_selector(r, "Name");
	struct service *service = key ? services_find(&op->host->services, key) : NULL;

	FOR_EACH(method, methods) {
		if (strcasecmp(method->class_name, class_name) != 0 || strcmp(method->name, name) != 0)
			continue;
		if (!check_body(op, name))
			return false;
		if (strcmp(method->class_name, "Win32_Service") == 0 && !service)
			return complain(&op->complaint, &fault_unreachable, "invoke.selector", "no service \"%.60s\"",
				key ? key : "");
		journal_count(COUNT_MUTATING, method->run != interrogate);
		str_addf(op->body, "<p:%s_OUTPUT xmlns:p=\"%s\"><p:ReturnValue>%u</p:ReturnValue></p:%s_OUTPUT>", name,
			r->resource_uri, method->run(op->host, service, r->body), name);
		return true;
	}
	return complain(&op->complaint, &fault_action, "invoke.method", "%.160s", r->action);
}
