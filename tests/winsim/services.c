/* services: see services.h. Which services share a svchost.exe follows the -k group; from 2019 on each has its own
 * process when there is memory enough, but for a few groups that must stay together. */

#include "services.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "codec.h"
#include "own.h"

enum { STOP_MS = 300, START_MS = 200 /* simulated */, DEPENDENTS_MOST = 16, CHAIN_MOST = 8 };

struct dependency {
	const char *dependent, *antecedent;
	bool until_2012r2; /* later versions dropped it */
};

static const struct dependency dependencies[] = {
	{ "AcmeAgent", "EventSystem", false },
	{ "DFSR", "EventSystem", false },
	{ "DHCPServer", "EventSystem", false },
	{ "WINS", "EventSystem", false },
	{ "SENS", "EventSystem", false },
	{ "COMSysApp", "EventSystem", false },
	{ "COMSysApp", "SENS", false },
	{ "BITS", "EventSystem", true },
	{ "EventSystem", "RpcSs", false },
	{ "BITS", "RpcSs", false },
	{ "COMSysApp", "RpcSs", false },
	{ "RpcSs", "RpcEptMapper", false },
	{ "RpcSs", "DcomLaunch", false },
	{ "DFSR", "RpcSs", false },
	{ "DHCPServer", "RpcSs", false },
	{ "WINS", "RpcSs", false },
	{ "NTDS", "RpcSs", false },
	{ "ClusSvc", "RpcSs", false },
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

uint32_t services_new_pid(struct services *services)
{
	services->next_pid += 4 + 4 * (uint32_t)(hash_mix(services->seed, services->next_pid) % 24);
	return services->next_pid;
}

/* Puts a service into the process in which it would start now: that of its group if one runs, else a new one. */
static void enter_process(struct services *services, struct service *service, time_t now)
{
	service->ran = true;
	if (service->type != TYPE_OWN && !splits(services, service))
		for (size_t i = 0; i < services->count; i++) {
			const struct service *other = &services->service[i];
			if (other != service && other->pid && other->type != TYPE_OWN && !splits(services, other) &&
				same_group(other->row, service->row)) {
				service->pid = other->pid;
				service->process_began = other->process_began;
				return;
			}
		}
	service->pid = services_new_pid(services);
	service->process_began = now;
}

static bool installed(const struct service_row *row, const struct scenario *scenario)
{
	static const struct {
		const char *service;
		enum roles role;
	} of_roles[] = { { "AcmeAgent", ROLE_AGENT }, { "ClusSvc", ROLE_CLUSTER }, { "DFSR", ROLE_DFSR },
		{ "DHCPServer", ROLE_DHCP }, { "NTDS", ROLE_NTDS }, { "WINS", ROLE_WINS } };
	bool sql = strstr(row->path, "SQL Server") || strstr(row->name, "SQL");
	bool vmware = strstr(row->path, "VMware") || strstr(row->path, "vm3d");
	bool veeam = strstr(row->path, "Veeam");

	FOR_EACH(of_role, of_roles)
		if (strcmp(of_role->service, row->name) == 0)
			return scenario->roles & of_role->role;
	return (!sql || scenario->sql_server) && (!vmware || scenario->platform == PLATFORM_VMWARE) &&
	       (!veeam || scenario->backup == BACKUP_VEEAM);
}

static void service_init(struct service *service, const struct service_row *row)
{
	service->row = row;
	service->start = row->start;
	service->stop_ms = STOP_MS;
	service->start_ms = START_MS;
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

static int by_name(const void *a, const void *b)
{
	return strcasecmp(((const struct service *)a)->row->name, ((const struct service *)b)->row->name);
}

static void add_rows(
	struct services *services, const struct service_row *rows, size_t count, const struct scenario *scenario)
{
	for (size_t i = 0; i < count; i++)
		if (installed(&rows[i], scenario))
			service_init(&services->service[services->count++], &rows[i]);
}

int services_init(struct services *services, const struct scenario *scenario, uint64_t seed)
{
	bool old = scenario->windows == WINDOWS_2012R2;
	const struct service_row *rows = old ? services_2012r2 : services_2019;
	size_t count = old ? services_2012r2_count : services_2019_count;
	struct service *eventsystem;

	*services = (struct services){ .windows = scenario->windows,
		.grouped = scenario->little_memory,
		.next_pid = 300,
		.seed = seed,
		.time_scale = 1 };
	services->service = calloc(count + services_of_roles_count, sizeof(*services->service));
	if (!services->service)
		return -1;
	add_rows(services, rows, count, scenario);
	if (scenario->roles) {
		add_rows(services, services_of_roles, services_of_roles_count, scenario);
		qsort(services->service, services->count, sizeof(*services->service), by_name);
	}
	eventsystem = services_find(services, "EventSystem");
	if (scenario->eventsystem == EVENTSYSTEM_OWN || scenario->eventsystem == EVENTSYSTEM_OWN_RESTARTED)
		eventsystem->type = TYPE_OWN;
	if (scenario->eventsystem == EVENTSYSTEM_DISABLED || scenario->repair == REPAIR_START_DISABLED)
		eventsystem->start = "Disabled";
	for (size_t i = 0; i < services->count; i++)
		if (runs(services->service[i].row, scenario)) {
			enter_process(services, &services->service[i], 0);
			services->service[i].state = STATE_RUNNING;
		}
	if (scenario->fixed_pid)
		move_group(services, eventsystem->pid, scenario->fixed_pid);
	if (scenario->eventsystem == EVENTSYSTEM_OWN_PENDING)
		eventsystem->type = TYPE_OWN;
	if (scenario->eventsystem == EVENTSYSTEM_STOPPING)
		eventsystem->state = STATE_STOP_PENDING;
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

/* Dependents of dependents come first, each once. */
static void add_dependents(const struct services *services, const struct service *of, struct service **into,
	size_t room, size_t *count, unsigned depth)
{
	struct service *direct[DEPENDENTS_MOST];
	size_t here = service_dependents(services, of, direct, DEPENDENTS_MOST);

	for (size_t i = 0; i < here && i < DEPENDENTS_MOST && depth < CHAIN_MOST; i++) {
		bool listed = false;
		add_dependents(services, direct[i], into, room, count, depth + 1);
		for (size_t j = 0; j < *count && !listed; j++)
			listed = into[j] == direct[i];
		if (!listed && *count < room)
			into[(*count)++] = direct[i];
	}
}

size_t service_all_dependents(
	const struct services *services, const struct service *of, struct service **into, size_t room)
{
	size_t count = 0;

	add_dependents(services, of, into, room, &count, 0);
	return count;
}

/* The service control manager looks for dependents that are anything but stopped. */
static bool dependents_run(const struct services *services, const struct service *service)
{
	struct service *dependents[DEPENDENTS_MOST];
	size_t count = service_dependents(services, service, dependents, DEPENDENTS_MOST);

	for (size_t i = 0; i < count && i < DEPENDENTS_MOST; i++)
		if (dependents[i]->state != STATE_STOPPED)
			return true;
	return false;
}

static void begin(
	struct services *services, struct service *service, enum service_state state, uint64_t now, unsigned ms)
{
	service->state = state;
	service->due = now + (uint64_t)(ms / services->time_scale) + 1;
	services->pending++;
}

/* Somebody else needs it just now, and it runs when the next one looks. */
static bool late_dependent_starts(struct services *services, struct service *service)
{
	struct service *late = service->late ? services_find(services, service->late) : NULL;

	service->late = NULL;
	if (!late || late->state != STATE_STOPPED)
		return false;
	enter_process(services, late, time(NULL));
	late->state = STATE_RUNNING;
	return true;
}

enum service_result service_stop(struct services *services, struct service *service, uint64_t now, uint32_t asked_by)
{
	if (service->stop_error)
		return service->stop_error;
	if (service->state == STATE_STOPPED)
		return SERVICE_NOT_ACTIVE;
	if (service->state != STATE_RUNNING)
		return SERVICE_CANNOT_ACCEPT;
	if (!service->row->accepts_stop && strcmp(service->row->state, "Running") == 0)
		return SERVICE_INVALID_CONTROL;
	if (dependents_run(services, service) || late_dependent_starts(services, service))
		return SERVICE_DEPENDENTS_RUNNING;
	service->asked_by = asked_by;
	begin(services, service, STATE_STOP_PENDING, now, service->stop_ms);
	return SERVICE_OK;
}

static bool start_antecedents(struct services *services, struct service *service, uint64_t now)
{
	const char *antecedent;

	for (size_t i = 0; (antecedent = service_antecedent(services, service, i)); i++) {
		struct service *needed = services_find(services, antecedent);
		if (needed && needed->state == STATE_STOPPED && service_start(services, needed, now) != SERVICE_OK)
			return false;
		if (needed && needed->state == STATE_STOP_PENDING)
			return false;
	}
	return true;
}

enum service_result service_start(struct services *services, struct service *service, uint64_t now)
{
	if (service->state != STATE_STOPPED)
		return SERVICE_ALREADY_RUNNING;
	if (strcmp(service->start, "Disabled") == 0)
		return SERVICE_DISABLED;
	if (!start_antecedents(services, service, now))
		return SERVICE_DEPENDENCY_FAILED;
	if (service->start_failures) {
		service->start_failures -= service->start_failures != ALWAYS_FAILS;
		return service->start_error;
	}
	enter_process(services, service, time(NULL));
	begin(services, service, STATE_START_PENDING, now, service->start_ms);
	return SERVICE_OK;
}

enum service_result service_set_type(struct service *service, enum service_type type)
{
	if (service->config_error)
		return service->config_error;
	service->type = type;
	return SERVICE_OK;
}

void services_settle(struct services *services, uint64_t now)
{
	for (size_t i = 0; services->pending && i < services->count; i++) {
		struct service *service = &services->service[i];
		if (!service->due || now < service->due)
			continue;
		service->due = 0;
		services->pending--;
		if (service->state == STATE_STOP_PENDING) {
			service->pid = 0;
			service->stops++;
		}
		service->state = service->state == STATE_STOP_PENDING ? STATE_STOPPED : STATE_RUNNING;
	}
}

const char *service_state_text(const struct service *service)
{
	static const char *const texts[] = {
		[STATE_STOPPED] = "Stopped",
		[STATE_START_PENDING] = "Start Pending",
		[STATE_STOP_PENDING] = "Stop Pending",
		[STATE_RUNNING] = "Running",
	};

	return texts[service->state];
}

/* 1077 and the like are of those that never ran. */
unsigned service_exit_code(const struct service *service)
{
	return service->ran ? 0 : service->row->exit_code;
}

void services_reboot(struct services *services)
{
	services->next_pid = 300;
	services->seed = hash_mix(services->seed, 1);
	services->pending = 0;
	for (size_t i = 0; i < services->count; i++) {
		struct service *service = &services->service[i];
		bool comes = service->state == STATE_RUNNING || service->state == STATE_START_PENDING ||
			     strcmp(service->start, "Auto") == 0;
		service->pid = 0;
		service->due = 0;
		service->state = comes && strcmp(service->start, "Disabled") != 0 && !service->start_failures
					 ? STATE_RUNNING
					 : STATE_STOPPED;
	}
	for (size_t i = 0; i < services->count; i++)
		if (services->service[i].state == STATE_RUNNING)
			enter_process(services, &services->service[i], 0);
}
