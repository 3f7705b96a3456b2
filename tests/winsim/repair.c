/* repair: see repair.h. */

#include "repair.h"

#include <string.h>

#include "history.h"
#include "host.h"
#include "process.h"
#include "shell.h"

enum {
	SLOW_STOP_MS = 20000,
	HANGING_STOP_MS = 180000,
	LATE_STARTS = 3,
	RELAPSE_AFTER_MS = 90000,
	NETWORK_DOWN_MS = 15000,
	DOWN_MS = 20000,
	SLOW_DOWN_MS = 120000,
};

static void fail_starts(struct service *service, unsigned times)
{
	service->start_failures = times;
	service->start_error = SERVICE_TIMEOUT;
}

void repair_prepare(struct host *host)
{
	struct service *eventsystem = services_find(&host->services, "EventSystem");

	switch (host->scenario->repair) {
	case REPAIR_CONFIG_DENIED:
		eventsystem->config_error = SERVICE_DENIED;
		break;
	case REPAIR_CONFIG_INVALID:
		eventsystem->config_error = SERVICE_INVALID_PARAMETER;
		break;
	case REPAIR_STOP_DENIED:
		eventsystem->stop_error = SERVICE_DENIED;
		break;
	case REPAIR_SLOW_STOP:
		eventsystem->stop_ms = SLOW_STOP_MS;
		break;
	case REPAIR_HANGING_STOP:
		eventsystem->stop_ms = HANGING_STOP_MS;
		break;
	case REPAIR_DEPENDENT_HANGS:
		services_find(&host->services, "SENS")->stop_ms = HANGING_STOP_MS;
		break;
	case REPAIR_START_FAILS:
		fail_starts(eventsystem, LATE_STARTS);
		break;
	case REPAIR_START_NEVER:
		fail_starts(eventsystem, ALWAYS_FAILS);
		break;
	case REPAIR_LATE_DEPENDENT:
		eventsystem->late = "BITS";
		break;
	default:
		break;
	}
}

static void begin_backup(struct host *host)
{
	struct service *engine = services_find(&host->services, "wbengine");

	if (engine && engine->state == STATE_STOPPED) {
		engine->pid = services_new_pid(&host->services);
		engine->state = STATE_RUNNING;
		engine->ran = true;
	}
}

static void eventsystem_stopped(struct host *host, const struct service *eventsystem, uint64_t now)
{
	struct repair_state *state = &host->repair;

	if (!eventsystem->asked_by || state->disturbed)
		return;
	if (host->scenario->repair == REPAIR_DIES)
		host->unplugged_until = now + options_real_ms(host->options, NETWORK_DOWN_MS) + 1;
	else if (host->scenario->repair == REPAIR_SCRIPT_KILLED)
		process_kill(host, eventsystem->asked_by);
	else if (host->scenario->repair == REPAIR_BACKUP_MEETS)
		begin_backup(host);
	else
		return;
	state->disturbed = true;
}

static void watch_for_relapse(struct host *host, const struct service *eventsystem, uint64_t now)
{
	struct repair_state *state = &host->repair;

	if (eventsystem->state == STATE_RUNNING && eventsystem->pid != state->watched) {
		state->relapsed = false;
		state->relapses_at = 0;
		state->watched = eventsystem->pid;
		if (host_is_repaired(host))
			state->relapses_at = now + options_real_ms(host->options, RELAPSE_AFTER_MS) + 1;
	}
	if (!state->relapses_at || now < state->relapses_at)
		return;
	state->relapses_at = 0;
	state->relapsed = true;
	history_add_failed_subscriptions(host);
}

void repair_settle(struct host *host, uint64_t now)
{
	const struct service *eventsystem = services_find(&host->services, "EventSystem");

	if (eventsystem->stops != host->repair.stops_seen) {
		host->repair.stops_seen = eventsystem->stops;
		eventsystem_stopped(host, eventsystem, now);
	}
	if (host->scenario->repair == REPAIR_RELAPSES)
		watch_for_relapse(host, eventsystem, now);
}

void repair_process_created(struct host *host)
{
	if (host->scenario->repair == REPAIR_CUT_SHELL && !host->repair.shell_broke)
		host->repair.shell_breaks = true;
}

void repair_writers_listed(struct host *host)
{
	host->repair.listed = true;
}

void repair_audit_begins(struct host *host)
{
	if (host->scenario->repair != REPAIR_BACKUP_STARTS || !host->repair.listed || host->repair.backup_runs ||
		shells_open(host))
		return;
	host->repair.backup_runs = true;
	begin_backup(host);
}

unsigned repair_down_ms(const struct host *host)
{
	switch (host->scenario->repair) {
	case REPAIR_NEVER_RETURNS:
		return 0;
	case REPAIR_SLOW_BOOT:
		return SLOW_DOWN_MS;
	default:
		return DOWN_MS;
	}
}
