/* processes: how old the processes are that matter where no writer is left although EventSystem is alone: writers that
 * subscribed to an EventSystem before this one are unknown to it (DOMAIN section 10, D9). Asked only there, since no
 * other verdict needs it. */
#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "probes.h"
#include "wmi.h"

static const char *const hosts[] = { "CryptSvc", "Winmgmt" }; /* of System Writer and WMI Writer */

static int64_t pid_of(const struct service_facts *services, const char *name)
{
	const struct service *service = service_find(services, name);
	return service ? service->pid : 0;
}

static void add_term(struct str *wql, int64_t pid)
{
	if (pid)
		str_addf(wql, " OR ProcessId=%lld", (long long)pid);
}

static int64_t start_of(const struct wmi_rows *rows, int64_t pid)
{
	for (size_t i = 0; pid && i < wmi_count(rows); i++) {
		const char *id = wmi_text(rows, i, "ProcessId"), *date = wmi_text(rows, i, "CreationDate");
		if (id && date && strtoll(id, NULL, 10) == pid)
			return event_time(date);
	}
	return UNSEEN;
}

/* The list of tasklist knows no states: where it stands in for WMI, WMI is not asked again. */
static bool is_wanted(const struct facts *facts)
{
	const struct eventsystem_facts *es = &facts->eventsystem;
	return facts->vss.outcome == VSS_EMPTY && es->sharing == SHARING_ALONE && es->service->state;
}

int probe_processes(struct session *s, const struct audit_options *options, struct result *result, struct error *e)
{
	struct facts *facts = &result->facts;
	struct eventsystem_facts *es = &facts->eventsystem;
	OWN_VALUE(str_done) struct str wql = { 0 };

	(void)options;
	if (!is_wanted(facts))
		return 0;
	str_addf(&wql, "SELECT ProcessId,CreationDate FROM Win32_Process WHERE ProcessId=%lld",
		(long long)es->service->pid);
	FOR_EACH(host, hosts)
		add_term(&wql, pid_of(&facts->services, *host));
	OWN(wmi_rows_free) struct wmi_rows *rows = wmi_query(s, str_text(&wql), e);
	if (!rows)
		return -1;
	es->started = start_of(rows, es->service->pid);
	FOR_EACH(host, hosts) {
		int64_t start = start_of(rows, pid_of(&facts->services, *host));
		es->hosts_started = start > es->hosts_started ? start : es->hosts_started;
	}
	return 0;
}
