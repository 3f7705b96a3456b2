/* program_services: tasklist, and net, which waits for what it asked for. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "own.h"
#include "process.h"
#include "program_sc.h"

enum {
	NOT_STARTED = 3521,
	ALREADY_STARTED = 2182,
	DEPENDENTS_MAX = 32,
	LOOK_EVERY_MS = 250,
	NET_WAITS_MS = 25000, /* for a service that says nothing */
};

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

/* Whether /fi "SERVICES eq NAME", "PID eq N" or "IMAGENAME eq NAME" lets the process of a service through. */
static bool passes(const struct program *p, const struct services *services, const struct service *service)
{
	const char *filter = argument(p, "fi");
	char image[64];

	if (!filter)
		return true;
	if (strncasecmp(filter, "PID eq ", 7) == 0)
		return strtoul(filter + 7, NULL, 10) == service->pid;
	image_name(service->row->path, image, sizeof(image));
	if (strncasecmp(filter, "IMAGENAME eq ", 13) == 0)
		return strcasecmp(filter + 13, image) == 0;
	for (size_t i = 0; i < services->count; i++)
		if (services->service[i].pid == service->pid &&
			strcasecmp(services->service[i].row->name, filter + 12) == 0)
			return true;
	return false;
}

static bool knows_filter(const struct program *p)
{
	static const char *const filters[] = { "SERVICES eq ", "PID eq ", "IMAGENAME eq " };
	const char *filter = argument(p, "fi");

	FOR_EACH(f, filters)
		if (filter && strncasecmp(filter, *f, strlen(*f)) == 0)
			return true;
	return !has_argument(p, "fi");
}

unsigned program_tasklist(struct program *p)
{
	const struct services *services = &p->host->services;
	const char *format = argument(p, "fo");
	bool filtered = has_argument(p, "fi"), found = false;

	if (!has_argument(p, "svc") || !knows_filter(p) || !format || strcasecmp(format, "csv") != 0) {
		tell_error(p, "ERROR: Invalid argument/option.\r\n");
		return 1;
	}
	if (!has_argument(p, "nh"))
		tell(p, program_language(p) == LANGUAGE_JA ? "\"イメージ名\",\"PID\",\"サービス\"\r\n"
							   : "\"Image Name\",\"PID\",\"Services\"\r\n");
	if (!filtered)
		tell(p, "\"System Idle Process\",\"0\",\"N/A\"\r\n\"System\",\"4\",\"N/A\"\r\n");
	for (size_t i = 0; i < services->count; i++) {
		bool seen = services->service[i].pid == 0;
		for (size_t j = 0; j < i && !seen; j++)
			seen = services->service[j].pid == services->service[i].pid;
		if (seen || !passes(p, services, &services->service[i]))
			continue;
		found = true;
		tasklist_row(p, services, i);
	}
	if (filtered && !found)
		tell(p, program_language(p) == LANGUAGE_JA
				? "情報: 指定された条件に一致するタスクは実行されていません。\r\n"
				: "INFO: No tasks are running which match the specified criteria.\r\n");
	for (const struct process *process = p->host->processes; process && !filtered; process = process->next)
		tell(p, "\"cmd.exe\",\"%u\",\"N/A\"\r\n", process->pid);
	return 0;
}

/* Waits until a service is in the state; false: too long, or killed. */
static bool reaches(struct program *p, const struct service *service, enum service_state state)
{
	for (unsigned waited = 0; service->state != state; waited += LOOK_EVERY_MS)
		if (waited >= NET_WAITS_MS || !program_wait(p, LOOK_EVERY_MS))
			return false;
	return true;
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

static unsigned net_fail(struct program *p, const struct service *service, unsigned code)
{
	bool ja = program_language(p) == LANGUAGE_JA;

	if (code == NOT_STARTED)
		tell_error(p,
			ja ? "%s サービスは開始されていません。\r\n\r\n" : "The %s service is not started.\r\n\r\n",
			service->row->display);
	else if (code == ALREADY_STARTED)
		tell_error(p, ja ? "要求したサービスは既に開始されています。\r\n\r\n"
				 : "The requested service has already been started.\r\n\r\n");
	else
		tell_error(p,
			ja ? "システム エラー %u が発生しました。\r\n\r\n%s\r\n\r\n"
			   : "System error %u has occurred.\r\n\r\n%s\r\n\r\n",
			code, error_text(p, code));
	return 2;
}

static unsigned net_start(struct program *p, struct service *service)
{
	enum service_result result;

	if (service->state != STATE_STOPPED)
		return net_fail(p, service, ALREADY_STARTED);
	host_changed(p->host, "start %s", service->row->name);
	result = service_start(&p->host->services, service, program_clock(p));
	if (result != SERVICE_OK)
		return net_fail(p, service, sc_code(result));
	if (!reaches(p, service, STATE_RUNNING))
		return 2;
	net_say(p, service, true);
	return 0;
}

/* One that runs, without its dependents. */
static unsigned net_stop_one(struct program *p, struct service *service)
{
	enum service_result result;
	uint32_t pid;

	host_changed(p->host, "stop %s", service->row->name);
	program_is_detached(p, &pid);
	result = service_stop(&p->host->services, service, program_clock(p), pid);
	if (result != SERVICE_OK)
		return net_fail(p, service, sc_code(result));
	if (!reaches(p, service, STATE_STOPPED)) {
		tell_error(p, "The service could not be stopped.\r\n\r\n");
		return 2;
	}
	net_say(p, service, false);
	return 0;
}

static unsigned net_stop(struct program *p, struct service *service)
{
	bool yes = has_argument(p, "y") || has_argument(p, "yes");
	struct service *dependents[DEPENDENTS_MAX];
	size_t count = service_all_dependents(&p->host->services, service, dependents, DEPENDENTS_MAX);
	unsigned code = 0;

	if (service->state == STATE_STOPPED)
		return net_fail(p, service, NOT_STARTED);
	for (size_t i = 0; i < count && code == 0; i++) {
		if (dependents[i]->state == STATE_STOPPED)
			continue;
		if (!yes) { /* it asks, and nobody answers */
			tell(p, "The following services are dependent on the %s service.\r\n", service->row->display);
			tell_error(p, "No valid response was provided.\r\n");
			return 2;
		}
		code = net_stop_one(p, dependents[i]);
	}
	return code ? code : net_stop_one(p, service);
}

unsigned program_net(struct program *p)
{
	bool start = p->argc > 1 && strcasecmp(p->argv[1], "start") == 0;
	bool stop = p->argc > 1 && strcasecmp(p->argv[1], "stop") == 0;
	struct service *service = p->argc > 2 ? services_find(&p->host->services, p->argv[2]) : NULL;

	if (!start && !stop)
		return 1;
	if (!service) {
		tell_error(p, "The service name is invalid.\r\n");
		return 2;
	}
	return start ? net_start(p, service) : net_stop(p, service);
}
