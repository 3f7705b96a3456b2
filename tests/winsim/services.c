/* services: see services.h. Which services share a svchost.exe follows the -k group; from 2019 on each has its own
 * process when there is memory enough, but for a few groups that must stay together. */

#include "services.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "codec.h"
#include "own.h"

struct dependency {
	const char *dependent, *antecedent;
	bool until_2012r2; /* later versions dropped it */
};

static const struct dependency dependencies[] = {
	{ "SENS", "EventSystem", false },
	{ "COMSysApp", "EventSystem", false },
	{ "COMSysApp", "SENS", false },
	{ "BITS", "EventSystem", true },
	{ "EventSystem", "RpcSs", false },
	{ "BITS", "RpcSs", false },
	{ "COMSysApp", "RpcSs", false },
	{ "RpcSs", "RpcEptMapper", false },
	{ "RpcSs", "DcomLaunch", false },
	{ "CryptSvc", "RpcSs", false },
	{ "Winmgmt", "RpcSs", false },
	{ "VSS", "RpcSs", false },
	{ "swprv", "RpcSs", false },
	{ "netprofm", "RpcSs", false },
	{ "netprofm", "NlaSvc", false },
	{ "NlaSvc", "nsi", false },
	{ "Dhcp", "nsi", false },
	{ "Dnscache", "nsi", false },
	{ "LanmanWorkstation", "nsi", false },
	{ "WinHttpAutoProxySvc", "Dhcp", false },
	{ "MpsSvc", "BFE", false },
};

/* Groups that stay in one process although the host could split them. */
static const char *const never_split[] = { "BFE", "MpsSvc", "RpcEptMapper", "RpcSs" };

struct service *services_find(const struct services *services, const char *name)
{
	for (size_t i = 0; i < services->count; i++)
		if (strcasecmp(services->service[i].row->name, name) == 0)
			return &services->service[i];
	return NULL;
}

const char *service_type_text(const struct service *service)
{
	switch (service->type) {
	case TYPE_OWN:
		return "Own Process";
	case TYPE_SHARE:
		return "Share Process";
	default:
		return service->row->type;
	}
}

bool service_shares_process(const struct services *services, const struct service *service)
{
	for (size_t i = 0; service->pid && i < services->count; i++)
		if (&services->service[i] != service && services->service[i].pid == service->pid)
			return true;
	return false;
}

static bool splits(const struct services *services, const struct service *service)
{
	if (services->windows < WINDOWS_2019 || services->grouped || !strcasestr(service->row->path, "svchost.exe"))
		return false;
	FOR_EACH(name, never_split)
		if (strcasecmp(*name, service->row->name) == 0)
			return false;
	return true;
}

static bool same_group(const struct service_row *a, const struct service_row *b)
{
	return strcasecmp(a->path, b->path) == 0 &&
	       strcasecmp(a->account ? a->account : "", b->account ? b->account : "") == 0;
}

/* The process in which a service would start now: that of its group if one runs, else a new one. */
static uint32_t process_for(struct services *services, const struct service *service)
{
	if (service->type != TYPE_OWN && !splits(services, service))
		for (size_t i = 0; i < services->count; i++) {
			const struct service *other = &services->service[i];
			if (other != service && other->pid && other->type != TYPE_OWN && !splits(services, other) &&
				same_group(other->row, service->row))
				return other->pid;
		}
	services->next_pid += 4 + 4 * (uint32_t)(hash_mix(services->seed, services->next_pid) % 24);
	return services->next_pid;
}

static bool installed(const struct service_row *row, const struct scenario *scenario)
{
	bool sql = strstr(row->path, "SQL Server") || strstr(row->name, "SQL");
	bool vmware = strstr(row->path, "VMware") || strstr(row->path, "vm3d");
	bool veeam = strstr(row->path, "Veeam");

	return (!sql || scenario->sql_server) && (!vmware || scenario->platform == PLATFORM_VMWARE) &&
	       (!veeam || scenario->backup == BACKUP_VEEAM);
}

static void service_init(struct service *service, const struct service_row *row)
{
	service->row = row;
	service->start = row->start;
	service->type = strcmp(row->type, "Own Process") == 0     ? TYPE_OWN
			: strcmp(row->type, "Share Process") == 0 ? TYPE_SHARE
								  : TYPE_AS_LISTED;
}

/* The group of EventSystem before 2019. */
static bool in_local_service(const struct service_row *row)
{
	static const char group[] = " -k LocalService";
	size_t len = strlen(row->path);

	return len >= strlen(group) && strcmp(row->path + len - strlen(group), group) == 0;
}

/* In the published case exactly four services live in the process of EventSystem. */
static bool runs(const struct service_row *row, const struct scenario *scenario)
{
	if (scenario->windows == WINDOWS_2012R2 && strcmp(row->name, "WinHttpAutoProxySvc") == 0)
		return false;
	if (strcmp(row->name, "EventSystem") == 0 &&
		(scenario->eventsystem == EVENTSYSTEM_STOPPED || scenario->eventsystem == EVENTSYSTEM_DISABLED))
		return false;
	if (scenario->eventsystem == EVENTSYSTEM_LEFT_ALONE && strcmp(row->name, "EventSystem") != 0 &&
		in_local_service(row))
		return false;
	if (strcmp(row->name, "wbengine") == 0 && scenario->writers == WRITERS_IN_BACKUP)
		return true;
	return strcmp(row->state, "Running") == 0;
}

static void move_group(struct services *services, uint32_t from, uint32_t to)
{
	for (size_t i = 0; i < services->count; i++)
		if (services->service[i].pid == from)
			services->service[i].pid = to;
}

int services_init(struct services *services, const struct scenario *scenario, uint64_t seed)
{
	bool old = scenario->windows == WINDOWS_2012R2;
	const struct service_row *rows = old ? services_2012r2 : services_2019;
	size_t count = old ? services_2012r2_count : services_2019_count;
	struct service *eventsystem;

	*services = (struct services){
		.windows = scenario->windows, .grouped = scenario->little_memory, .next_pid = 300, .seed = seed
	};
	services->service = calloc(count, sizeof(*services->service));
	if (!services->service)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (installed(&rows[i], scenario))
			service_init(&services->service[services->count++], &rows[i]);
	eventsystem = services_find(services, "EventSystem");
	if (scenario->eventsystem == EVENTSYSTEM_OWN || scenario->eventsystem == EVENTSYSTEM_OWN_RESTARTED)
		eventsystem->type = TYPE_OWN;
	if (scenario->eventsystem == EVENTSYSTEM_DISABLED)
		eventsystem->start = "Disabled";
	for (size_t i = 0; i < services->count; i++)
		if (runs(services->service[i].row, scenario))
			services->service[i].pid = process_for(services, &services->service[i]);
	if (scenario->fixed_pid)
		move_group(services, eventsystem->pid, scenario->fixed_pid);
	if (scenario->eventsystem == EVENTSYSTEM_OWN_PENDING)
		eventsystem->type = TYPE_OWN;
	return 0;
}

void services_done(struct services *services)
{
	free(services->service);
	*services = (struct services){ 0 };
}

static bool dependency_holds(const struct services *services, const struct dependency *d)
{
	return !d->until_2012r2 || services->windows <= WINDOWS_2012R2;
}

size_t service_dependents(const struct services *services, const struct service *of, struct service **into, size_t room)
{
	size_t count = 0;

	FOR_EACH(d, dependencies) {
		struct service *dependent = services_find(services, d->dependent);
		if (!dependent || strcasecmp(d->antecedent, of->row->name) != 0 || !dependency_holds(services, d))
			continue;
		if (count < room)
			into[count] = dependent;
		count++;
	}
	return count;
}

const char *service_antecedent(const struct services *services, const struct service *of, size_t i)
{
	FOR_EACH(d, dependencies)
		if (strcasecmp(d->dependent, of->row->name) == 0 && dependency_holds(services, d) && i-- == 0)
			return d->antecedent;
	return NULL;
}

static bool dependents_run(const struct services *services, const struct service *service)
{
	struct service *dependents[16];
	size_t count = service_dependents(services, service, dependents, COUNT(dependents));

	for (size_t i = 0; i < count && i < COUNT(dependents); i++)
		if (dependents[i]->pid)
			return true;
	return false;
}

enum service_result service_stop(struct services *services, struct service *service)
{
	if (!service->pid)
		return SERVICE_NOT_ACTIVE;
	if (!service->row->accepts_stop && strcmp(service->row->state, "Running") == 0)
		return SERVICE_CANNOT_ACCEPT;
	if (dependents_run(services, service))
		return SERVICE_DEPENDENTS_RUNNING;
	service->pid = 0;
	return SERVICE_OK;
}

enum service_result service_start(struct services *services, struct service *service)
{
	const char *antecedent;

	if (service->pid)
		return SERVICE_ALREADY_RUNNING;
	if (strcmp(service->start, "Disabled") == 0)
		return SERVICE_DISABLED;
	for (size_t i = 0; (antecedent = service_antecedent(services, service, i)); i++) {
		struct service *needed = services_find(services, antecedent);
		if (needed && !needed->pid)
			service_start(services, needed);
	}
	service->pid = process_for(services, service);
	return SERVICE_OK;
}

void services_reboot(struct services *services)
{
	OWN(own_free) bool *ran = calloc(services->count, sizeof(*ran));

	services->next_pid = 300;
	services->seed = hash_mix(services->seed, 1);
	for (size_t i = 0; ran && i < services->count; i++) {
		struct service *service = &services->service[i];
		ran[i] = service->pid || strcmp(service->start, "Auto") == 0;
		service->pid = 0;
	}
	for (size_t i = 0; ran && i < services->count; i++)
		if (ran[i] && strcmp(services->service[i].start, "Disabled") != 0)
			services->service[i].pid = process_for(services, &services->service[i]);
}
