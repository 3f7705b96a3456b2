/* program_services: tasklist, sc and net: what they show of services, and what they do to them. */

#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "journal.h"
#include "own.h"

/* Exit codes of sc.exe are Win32 errors. */
enum {
	SC_PARAMETER = 87,
	SC_DEPENDENTS_RUNNING = 1051,
	SC_ALREADY_RUNNING = 1056,
	SC_DISABLED = 1058,
	SC_NO_SUCH_SERVICE = 1060,
	SC_CANNOT_ACCEPT = 1061,
	SC_NOT_STARTED = 1062,
	SC_USAGE = 1639,
	DEPENDENTS_MAX = 16,
};

static unsigned sc_code(enum service_result result)
{
	switch (result) {
	case SERVICE_OK:
		return 0;
	case SERVICE_DEPENDENTS_RUNNING:
		return SC_DEPENDENTS_RUNNING;
	case SERVICE_CANNOT_ACCEPT:
		return SC_CANNOT_ACCEPT;
	case SERVICE_NOT_ACTIVE:
		return SC_NOT_STARTED;
	case SERVICE_ALREADY_RUNNING:
		return SC_ALREADY_RUNNING;
	case SERVICE_DISABLED:
		return SC_DISABLED;
	default:
		return SC_PARAMETER;
	}
}

/* "svchost.exe" of a command line. */
static void image_name(const char *path, char *name, size_t room)
{
	const char *start = path + (*path == '"'), *end;

	end = strcasestr(start, ".exe");
	if (!end)
		end = start + strlen(start);
	else
		end += 4;
	for (const char *slash = end; slash > start; slash--)
		if (slash[-1] == '\\') {
			start = slash;
			break;
		}
	snprintf(name, room, "%.*s", (int)(end - start), start);
}

static void tasklist_row(struct program *p, const struct services *services, size_t first)
{
	const struct service *service = &services->service[first];
	char image[64];
	bool more = false;

	image_name(service->row->path, image, sizeof(image));
	tell(p, "\"%s\",\"%u\",\"", image, service->pid);
	for (size_t i = first; i < services->count; i++)
		if (services->service[i].pid == service->pid) {
			tell(p, "%s%s", more ? "," : "", services->service[i].row->name);
			more = true;
		}
	tell(p, "\"\r\n");
}

unsigned program_tasklist(struct program *p)
{
	const struct services *services = &p->host->services;
	const char *format = argument(p, "fo");

	if (!has_argument(p, "svc") || !format || strcasecmp(format, "csv") != 0) {
		tell_error(p, "ERROR: Invalid argument/option.\r\n");
		return 1;
	}
	if (!has_argument(p, "nh"))
		tell(p, program_language(p) == LANGUAGE_JA ? "\"イメージ名\",\"PID\",\"サービス\"\r\n"
							   : "\"Image Name\",\"PID\",\"Services\"\r\n");
	tell(p, "\"System Idle Process\",\"0\",\"N/A\"\r\n\"System\",\"4\",\"N/A\"\r\n");
	for (size_t i = 0; i < services->count; i++) {
		bool seen = services->service[i].pid == 0;
		for (size_t j = 0; j < i && !seen; j++)
			seen = services->service[j].pid == services->service[i].pid;
		if (!seen)
			tasklist_row(p, services, i);
	}
	return 0;
}

static unsigned type_number(const struct service *service)
{
	if (service->type == TYPE_OWN)
		return 0x10;
	return service->type == TYPE_SHARE ? 0x20 : 0xE0;
}

static void sc_show_state(struct program *p, const struct service *service, bool extended)
{
	tell(p, "\r\nSERVICE_NAME: %s \r\n", service->row->name);
	tell(p, "        TYPE               : %-2x  WIN32_%s_PROCESS  \r\n", type_number(service),
		service->type == TYPE_OWN ? "OWN" : "SHARE");
	tell(p, "        STATE              : %s \r\n", service->pid ? "4  RUNNING" : "1  STOPPED");
	tell(p,
		"        WIN32_EXIT_CODE    : %u  (0x%x)\r\n        SERVICE_EXIT_CODE  : 0  (0x0)\r\n"
		"        CHECKPOINT         : 0x0\r\n        WAIT_HINT          : 0x0\r\n",
		service->pid ? 0 : service->row->exit_code, service->pid ? 0 : service->row->exit_code);
	if (extended)
		tell(p, "        PID                : %u\r\n        FLAGS              : \r\n", service->pid);
}

static void sc_show_configuration(struct program *p, const struct service *service)
{
	static const char *const modes[][2] = { { "Auto", "2   AUTO_START" }, { "Manual", "3   DEMAND_START" },
		{ "Disabled", "4   DISABLED" } };
	const char *antecedent;

	tell(p, "[SC] QueryServiceConfig SUCCESS\r\n\r\nSERVICE_NAME: %s\r\n", service->row->name);
	tell(p, "        TYPE               : %x  WIN32_%s_PROCESS \r\n", type_number(service),
		service->type == TYPE_OWN ? "OWN" : "SHARE");
	FOR_EACH(mode, modes)
		if (strcmp((*mode)[0], service->start) == 0)
			tell(p, "        START_TYPE         : %s\r\n", (*mode)[1]);
	tell(p,
		"        ERROR_CONTROL      : 1   NORMAL\r\n        BINARY_PATH_NAME   : %s\r\n        "
		"LOAD_ORDER_GROUP   : \r\n"
		"        TAG                : 0\r\n        DISPLAY_NAME       : %s\r\n",
		service->row->path, service->row->display);
	for (size_t i = 0; (antecedent = service_antecedent(&p->host->services, service, i)); i++)
		tell(p, "        %-19s: %s\r\n", i ? "" : "DEPENDENCIES", antecedent);
	tell(p, "        SERVICE_START_NAME : %s\r\n", service->row->account ? service->row->account : "");
}

static unsigned sc_fail(struct program *p, const char *what, unsigned code)
{
	tell(p, "[SC] %s FAILED %u:\r\n\r\n", what, code);
	return code;
}

static unsigned sc_configure(struct program *p, struct service *service)
{
	journal_count(COUNT_MUTATING, 1);
	for (int i = 3; i + 1 < p->argc; i += 2) {
		const char *key = p->argv[i], *value = p->argv[i + 1];
		if (strcasecmp(key, "type=") == 0 && strcasecmp(value, "own") == 0)
			service->type = TYPE_OWN;
		else if (strcasecmp(key, "type=") == 0 && strcasecmp(value, "share") == 0)
			service->type = TYPE_SHARE;
		else if (strcasecmp(key, "start=") == 0 && strcasecmp(value, "auto") == 0)
			service->start = "Auto";
		else if (strcasecmp(key, "start=") == 0 && strcasecmp(value, "demand") == 0)
			service->start = "Manual";
		else if (strcasecmp(key, "start=") == 0 && strcasecmp(value, "disabled") == 0)
			service->start = "Disabled";
		else
			return SC_USAGE;
	}
	if (p->argc < 5) /* "type=own": the blank is missing */
		return SC_USAGE;
	tell(p, "[SC] ChangeServiceConfig SUCCESS\r\n");
	return 0;
}

static unsigned sc_control(struct program *p, struct service *service, bool start)
{
	unsigned code;

	journal_count(COUNT_MUTATING, 1);
	code = sc_code(start ? service_start(&p->host->services, service) : service_stop(&p->host->services, service));
	if (code)
		return sc_fail(p, start ? "StartService" : "ControlService", code);
	sc_show_state(p, service, start);
	return 0;
}

static unsigned sc_dependents(struct program *p, const struct service *service)
{
	struct service *dependents[DEPENDENTS_MAX];
	size_t count = service_dependents(&p->host->services, service, dependents, DEPENDENTS_MAX);

	tell(p, "Enum: entriesRead  = %zu\r\n", count);
	for (size_t i = 0; i < count; i++)
		sc_show_state(p, dependents[i], false);
	return 0;
}

unsigned program_sc(struct program *p)
{
	const char *verb = p->argc > 1 ? p->argv[1] : "";
	struct service *service = p->argc > 2 ? services_find(&p->host->services, p->argv[2]) : NULL;

	if (p->argc < 3)
		return SC_USAGE;
	if (!service)
		return sc_fail(p, "OpenService", SC_NO_SUCH_SERVICE);
	if (strcasecmp(verb, "config") == 0)
		return sc_configure(p, service);
	if (strcasecmp(verb, "stop") == 0)
		return sc_control(p, service, false);
	if (strcasecmp(verb, "start") == 0)
		return sc_control(p, service, true);
	if (strcasecmp(verb, "enumdepend") == 0)
		return sc_dependents(p, service);
	if (strcasecmp(verb, "qc") == 0)
		sc_show_configuration(p, service);
	else if (strcasecmp(verb, "query") == 0 || strcasecmp(verb, "queryex") == 0)
		sc_show_state(p, service, strcasecmp(verb, "queryex") == 0);
	else
		return SC_USAGE;
	return 0;
}

static void stop_dependents(struct services *services, const struct service *service)
{
	struct service *dependents[DEPENDENTS_MAX];
	size_t count = service_dependents(services, service, dependents, DEPENDENTS_MAX);

	for (size_t i = 0; i < count && i < DEPENDENTS_MAX; i++) {
		stop_dependents(services, dependents[i]);
		service_stop(services, dependents[i]);
	}
}

static void net_say(struct program *p, const struct service *service, bool start)
{
	if (program_language(p) == LANGUAGE_JA)
		tell(p,
			start ? "%s サービスを開始します.\r\n%s サービスは正常に開始されました。\r\n\r\n"
			      : "%s サービスを停止中です.\r\n%s サービスは正常に停止されました。\r\n\r\n",
			service->row->display, service->row->display);
	else
		tell(p,
			start ? "The %s service is starting.\r\nThe %s service was started successfully.\r\n\r\n"
			      : "The %s service is stopping.\r\nThe %s service was stopped successfully.\r\n\r\n",
			service->row->display, service->row->display);
}

unsigned program_net(struct program *p)
{
	bool start = p->argc > 1 && strcasecmp(p->argv[1], "start") == 0;
	bool stop = p->argc > 1 && strcasecmp(p->argv[1], "stop") == 0;
	struct service *service = p->argc > 2 ? services_find(&p->host->services, p->argv[2]) : NULL;
	enum service_result result;

	if (!start && !stop)
		return 1;
	if (!service) {
		tell_error(p, "The service name is invalid.\r\n");
		return 2;
	}
	journal_count(COUNT_MUTATING, 1);
	if (stop && (has_argument(p, "y") || has_argument(p, "yes")))
		stop_dependents(&p->host->services, service);
	result = start ? service_start(&p->host->services, service) : service_stop(&p->host->services, service);
	if (result != SERVICE_OK) {
		tell_error(p, "System error %u has occurred.\r\n", sc_code(result));
		return 2;
	}
	net_say(p, service, start);
	return 0;
}
