/* history: see history.h. Computed at each reading from the scenario and the start of the simulation, so that ten
 * thousand hosts need no memory for it. */

#include "history.h"

#include <string.h>

#include "host.h"
#include "own.h"

enum { HOUR = 3600, DAY = 24 * HOUR, NIGHTS = 14 };

#define EVENT_SYSTEM_CLSID "{4e14fba2-2e22-11d1-9964-00c04fbbb345}"
#define VSS_EVENT_CLSID "{faf53cc4-bd73-4e36-83f1-2b23f46e513e}"
#define SW_PROV_CLSID "{3e02620c-e180-44f3-b154-2473646e4cb8}"
#define VENDOR_CLSID "{7d1e1b40-4a8c-4a55-9f0e-2f5a1c3b6e01}"
#define VENDOR_PROVIDER "{9c1f4d2a-6b0e-4d6b-8f57-1f6f0a2b7e02}"
#define NOT_REGISTERED "0x800401fb, Object is not registered\r\n"
#define SHUTTING_DOWN "0x8007045b, A system shutdown is in progress.\r\n"
#define CLASS_UNKNOWN "0x80040154, Class not registered\r\n"
#define NO_SERVICE "0x80070424, The specified service does not exist as an installed service.\r\n"
#define PROVIDER_CONTEXT "\r\n\r\nOperation:\r\n   Obtain a callable interface for this provider"
#define BACKUP "Microsoft-Windows-Backup"

// clang-format off
#define BACKUP_TEMPLATE "{f11eb3ab-74a6-4eb3-9af8-2a9b2cd1e4b7}"
#define BACKUP_FAILED(hr) { BACKUP, BACKUP, 5, 2, { BACKUP_TEMPLATE, hr, hr, "%%" hr }, \
		{ "BackupTemplateID", "HRESULT", "DetailedHRESULT", "ErrorMessage" } }

enum kind {
	KIND_PUBLISHED_8193, KIND_PUBLISHED_13, KIND_SHUTDOWN_8193, KIND_SHUTDOWN_13, KIND_IDLE, KIND_CALLBACK,
	KIND_TYPELIB_8193, KIND_TYPELIB_22, KIND_TYPELIB_34, KIND_STOPPED_19, KIND_STOPPED_38, KIND_PROFILE_8193,
	KIND_PROVIDER_12292, KIND_PROVIDER_12293, KIND_SW_PROV_22, KIND_SW_PROV_12292, KIND_LOG_CLEARED,
	KIND_ENROLLMENT_13, KIND_LICENSING, KIND_BACKUP_521, KIND_BACKUP_START, KIND_BACKUP_OK, KIND_BACKUP_FAILED,
	KIND_BACKUP_VSS, KIND_BACKUP_NOTHING, KIND_WRITER_8229, KIND_MASKED_13, KIND_INCONSISTENT, KIND_HOSTILE,
};

static const struct event_kind kinds[] = {
	[KIND_PUBLISHED_8193] = { "Application", "VSS", 8193, 2, { "CoCreateInstance", NOT_REGISTERED, "@" } },
	[KIND_PUBLISHED_13] = { "Application", "VSS", 13, 2, { EVENT_SYSTEM_CLSID, "CEventSystem", NOT_REGISTERED, "@" } },
	[KIND_SHUTDOWN_8193] = { "Application", "VSS", 8193, 2, { "CoCreateInstance", SHUTTING_DOWN, "@" } },
	[KIND_SHUTDOWN_13] = { "Application", "VSS", 13, 2, { EVENT_SYSTEM_CLSID, "CEventSystem", SHUTTING_DOWN, "@" } },
	[KIND_IDLE] = { "Application", "VSS", 8224, 4, { "" } },
	[KIND_CALLBACK] = { "Application", "VSS", 8194, 2, { "0x80070005, Access is denied.\r\n", "@" } },
	[KIND_TYPELIB_8193] = { "Application", "VSS", 8193, 2, { "CoCreateInstance(CLSID_VSSEvent)", CLASS_UNKNOWN, "@" } },
	[KIND_TYPELIB_22] = { "Application", "VSS", 22, 2, { VSS_EVENT_CLSID, "VSSEvent", CLASS_UNKNOWN, "@" } },
	[KIND_TYPELIB_34] = { "Application", "VSS", 34, 2, { "@" } },
	[KIND_STOPPED_19] = { "Application", "VSS", 19, 2, { EVENT_SYSTEM_CLSID, "CEventSystem",
		"0x80070422, The service cannot be started.\r\n", "@" } },
	[KIND_STOPPED_38] = { "Application", "VSS", 38, 2, { "@" } },
	[KIND_PROFILE_8193] = { "Application", "VSS", 8193, 2, { "ConvertStringSidToSid(S-1-5-21-4204330-2207163-3107821-1104.bak)",
		"0x80070539, The security ID structure is invalid.\r\n", "@" } },
	[KIND_PROVIDER_12292] = { "Application", "VSS", 12292, 2, { VENDOR_CLSID, NO_SERVICE, PROVIDER_CONTEXT } },
	[KIND_PROVIDER_12293] = { "Application", "VSS", 12293, 2, { VENDOR_PROVIDER, "OnLoad", NO_SERVICE, PROVIDER_CONTEXT } },
	[KIND_SW_PROV_22] = { "Application", "VSS", 22, 2, { SW_PROV_CLSID, "SW_PROV", CLASS_UNKNOWN, PROVIDER_CONTEXT } },
	[KIND_SW_PROV_12292] = { "Application", "VSS", 12292, 2, { SW_PROV_CLSID, CLASS_UNKNOWN, PROVIDER_CONTEXT } },
	[KIND_LOG_CLEARED] = { "System", "Microsoft-Windows-Eventlog", 104, 4, { "Administrator", "SIM", "Application" } },
	[KIND_ENROLLMENT_13] = { "Application", "Microsoft-Windows-CertificateServicesClient-CertEnroll", 13, 2,
		{ "Local system", "Machine", "ca01.sim.example", "0x800706ba (WIN32: 1722 RPC_S_SERVER_UNAVAILABLE)" } },
	[KIND_LICENSING] = { "Application", "Microsoft-Windows-Security-SPP", 903, 4, { "" } },
	[KIND_BACKUP_521] = { "Application", BACKUP, 521, 2, { "2155348129", "%%2155348129" } },
	[KIND_BACKUP_START] = { BACKUP, BACKUP, 1, 4, { "" } },
	[KIND_BACKUP_OK] = { BACKUP, BACKUP, 4, 4, { "" } },
	[KIND_BACKUP_FAILED] = BACKUP_FAILED("2155348129"),
	[KIND_BACKUP_VSS] = { BACKUP, BACKUP, 9, 2, { "2155348129" } },
	[KIND_BACKUP_NOTHING] = BACKUP_FAILED("2155348041"),
	[KIND_MASKED_13] = { "Application", "VSS", 13, 2, { "{2222aaaa-2ee2-11d1-9944-00c04fbbb111}", "CEventSystem",
		NOT_REGISTERED, "@" } },
	[KIND_INCONSISTENT] = { "Application", "VSS", 12302, 2, { "@" } },
	[KIND_WRITER_8229] = { "Application", "VSS", 8229, 3, { "0x800423f2, The writer's timeout expired.\r\n", "@" } },
	[KIND_HOSTILE] = { "Application", "VSS", 8193, 2, { "=cmd|' /C calc'!A0<script>alert(1)</script>",
		"0x80070539, ]]>\x1b[31mred\x1b[0m \xe2\x80\xae""gnp.exe\r\n", "-->\x01\x02 <img src=x onerror=alert(1)> &amp;" } },
};

/* What a scenario adds to six nights. */
static const struct incident {
	enum events of;
	enum kind kind;
	unsigned writer; /* in its context */
	int times;       /* a night, an hour apart */
} incidents[] = {
	{ EVENTS_TYPELIB, KIND_TYPELIB_34, 0, 1 },
	{ EVENTS_TYPELIB, KIND_TYPELIB_22, 1, 1 },
	{ EVENTS_TYPELIB, KIND_TYPELIB_8193, 1, 1 },
	{ EVENTS_STOPPED, KIND_STOPPED_19, 0, 1 },
	{ EVENTS_STOPPED, KIND_STOPPED_38, 1, 1 },
	{ EVENTS_BEFORE_BOOT, KIND_PUBLISHED_13, 0, 1 },
	{ EVENTS_BEFORE_BOOT, KIND_PUBLISHED_8193, 0, 1 },
	{ EVENTS_ONLY_8193, KIND_PUBLISHED_8193, 0, 1 },
	{ EVENTS_ONLY_13, KIND_MASKED_13, 0, 1 },
	{ EVENTS_INCONSISTENT, KIND_INCONSISTENT, 0, 1 },
	{ EVENTS_NOTHING_BACKED_UP, KIND_BACKUP_NOTHING, 0, 1 },
	{ EVENTS_REBOOTS, KIND_SHUTDOWN_13, 0, 1 },
	{ EVENTS_REBOOTS, KIND_SHUTDOWN_8193, 0, 1 },
	{ EVENTS_CALLBACK, KIND_CALLBACK, 0, 20 },
	{ EVENTS_STALE_PROFILE, KIND_PROFILE_8193, 3, 1 },
	{ EVENTS_PROVIDER, KIND_PROVIDER_12292, 0, 1 },
	{ EVENTS_PROVIDER, KIND_PROVIDER_12293, 0, 1 },
	{ EVENTS_SW_PROV, KIND_SW_PROV_22, 0, 1 },
	{ EVENTS_SW_PROV, KIND_SW_PROV_12292, 0, 1 },
	{ EVENTS_HOSTILE, KIND_HOSTILE, 0, 1 },
};
// clang-format on

time_t history_end(void)
{
	static time_t start;

	if (!start)
		start = time(NULL);
	return start;
}

static void add(struct event_list *list, enum kind kind, time_t when, unsigned writer)
{
	if (list->count < HISTORY_MAX)
		list->event[list->count++] = (struct event){
			.kind = &kinds[kind],
			.when = when,
			.milliseconds = (unsigned)(list->count * 137 % 1000),
			.writer = writer,
		};
}

/* One night's backup of Windows Server Backup, as the published case logs it, or a good one. */
static void add_backup(struct event_list *list, const struct host *host, time_t when, bool failed)
{
	if (!host_has_server_backup(host))
		return;
	add(list, KIND_BACKUP_START, when, 0);
	for (unsigned writer = 0; failed && writer < 2; writer++) {
		add(list, KIND_PUBLISHED_13, when + 19, writer);
		add(list, KIND_PUBLISHED_8193, when + 19, writer);
	}
	if (failed) {
		add(list, KIND_BACKUP_521, when + 21, 0);
		add(list, KIND_BACKUP_VSS, when + 21, 0);
		add(list, KIND_BACKUP_FAILED, when + 21, 0);
		return;
	}
	if (host->scenario->writers == WRITERS_ONE_FAILED)
		add(list, KIND_WRITER_8229, when + 60, 0);
	add(list, KIND_BACKUP_OK, when + 1260, 0);
	add(list, KIND_IDLE, when + 1500, 0);
}

static void add_shutdown(struct event_list *list, time_t when)
{
	for (unsigned writer = 0; writer < 2; writer++) {
		add(list, KIND_SHUTDOWN_13, when, writer);
		add(list, KIND_SHUTDOWN_8193, when, writer);
	}
}

static void add_incidents(struct event_list *list, const struct host *host, time_t when)
{
	for (int hour = 0; hour < 24 && when < history_end(); hour++, when += HOUR)
		FOR_EACH(incident, incidents)
			if (incident->of == host->scenario->events && hour < incident->times)
				add(list, incident->kind, when, incident->writer);
}

/* Two weeks with a backup each night; the published fault begins four nights ago. */
static void add_nights(struct event_list *list, const struct host *host)
{
	bool published = host->scenario->events == EVENTS_PUBLISHED;

	add_shutdown(list, history_end() - (NIGHTS + 1) * DAY);
	for (int night = NIGHTS; night > 0; night--) {
		time_t when = history_end() - night * DAY + DAY / 2 + (time_t)(host->seed % HOUR);
		if (night % 5 == 0)
			add(list, KIND_ENROLLMENT_13, when - 4000, 0);
		add(list, KIND_LICENSING, when - 3000, 0);
		add_backup(list, host, when, published && night <= 4);
		if (night <= 6)
			add_incidents(list, host, when + 1800);
	}
}

/* The small log of a busy host reaches back an hour, one that was cleared yesterday twenty: neither has what happened.
 */
static void add_remains(struct event_list *list, bool cleared)
{
	int apart = cleared ? HOUR / 3 : HOUR / 60;

	if (cleared)
		add(list, KIND_LOG_CLEARED, history_end() - 60 * apart, 0);
	for (int i = 60; i > 0; i--)
		add(list, KIND_LICENSING, history_end() - i * apart, 0);
}

void history_add(const struct host *host, struct event_list *list)
{
	enum events events = host->scenario->events;

	if (events == EVENTS_ROLLED_OVER || events == EVENTS_CLEARED)
		add_remains(list, events == EVENTS_CLEARED);
	else
		add_nights(list, host);
}

void history_add_failed_subscriptions(struct host *host)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	for (unsigned writer = 0; writer < 2; writer++)
		for (int i = 0; i < 2; i++)
			host_log(host, &(struct event){
					       .kind = &kinds[i ? KIND_PUBLISHED_8193 : KIND_PUBLISHED_13],
					       .when = now.tv_sec,
					       .milliseconds = (unsigned)(now.tv_nsec / 1000000),
					       .writer = writer,
				       });
}
