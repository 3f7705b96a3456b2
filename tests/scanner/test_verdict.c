/* verdict: the rows of the scenario catalogue (DOMAIN section 22) that facts can express, and the promise that a fact
 * that is missing never improves a verdict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services.h"
#include "verdict.h"
#include "writers.h"

enum { NOW = 1795176000, HOUR = 3600, WINDOW_H = 168, BOOTED_H = 240 };

/* A host in short. Writers: a letter each (see letters), a state if it is not 1, ! for a last error. Events:
 * id:hr/class@hours-ago, class E CEventSystem, e its name under a masked CLSID, V VSSEvent, P the provider of Azure, N
 * a vendor's; * provoked by the probe. */
struct scene {
	const char *about;
	enum vss_outcome outcome; /* VSS_UNSEEN: VSS_WRITERS if there are any, else VSS_EMPTY */
	const char *writers;
	const char *shares; /* names in the process of EventSystem; NULL: alone */
	const char *type;   /* NULL: "Share Process" */
	const char *state;  /* NULL: Running */
	const char *mode;   /* NULL: Auto */
	const char *also;   /* other services: name=StartMode, a + behind it: running */
	const char *events;
	const char *version; /* NULL: 6.3.9600 */
	const char *product; /* of the backup; NULL: wsb */
	bool backup_runs, no_services, few_services, no_row, no_events, truncated, duplicate;
	int log_h;              /* the log reaches back so far; 0: over the whole window */
	int boot_h;             /* last start; 0: BOOTED_H ago, UNSEEN: nobody knows */
	const char *hypervisor; /* NULL: vmware */
	int memory_mb;          /* 0: unknown */
	bool is_dc;
	int es_h, hosts_h; /* EventSystem, and the hosts of writers, started so long ago; 0: unknown */
	const char *good;  /* the last good set, letters as in writers */
	int waiting_h;     /* since when earlier runs saw writers wait */
	int failure_h;     /* a backup failed so long ago; 0: none */
	int success_h;     /* and another succeeded; 0: none */
	uint32_t failure_hr;
	int exit_code;              /* of vssadmin; 0: 2 where it failed */
	const char *policy_service; /* a role of it ... */
	const char *policy_writer;  /* ... expects this */
	enum verdict verdict;
	const char *cause;
	enum confidence confidence;
	const char *marks;  /* W E S: + match, - no match, ? unknown */
	const char *reason; /* a part of it */
};

static const struct {
	char letter;
	const char *name, *id;
} letters[] = {
	{ 'S', "System Writer", "e8132975-6f93-4464-a53e-1050253ae220" },
	{ 'A', "ASR Writer", "be000cbe-11fe-4426-9c58-531aa6355fc4" },
	{ 'R', "Registry Writer", "afbab4a2-367d-4d15-a586-71dbb18f8485" },
	{ 'W', "WMI Writer", "a6ad56c2-b509-4e6c-bb19-49d8f43532f0" },
	{ 'C', "COM+ REGDB Writer", "542da469-d3e1-473c-9f4f-7847f01fc64f" },
	{ 'O', "Shadow Copy Optimization Writer", "4dc3bdd4-ab48-4d07-adb0-3bee2926fd7f" },
	{ 'T', "Task Scheduler Writer", "d61d61c8-d73a-4eee-8cdd-f6f9786b7124" },
	{ 'M', "VSS Metadata Store Writer", "75dfb225-e2e4-4d39-9ac9-ffaff65ddf06" },
	{ 'P', "Performance Counters Writer", "0bada1de-01a9-4625-8278-69e735f39dd2" },
	{ 'Q', "SqlServerWriter", "a65faa63-5ea8-4ebc-9dbd-a0c4db26912a" },
	{ 'D', "ADAM (instance) Writer", "dd846aaa-a1b6-42a8-aaf8-03dcb6114bfd" },
	{ 'X', "O'Brien: \"X\"", "11111111-2222-3333-4444-555555555555" },
};

static void add_writers(struct vss_facts *vss, const char *spec)
{
	size_t stable = 0;

	vss->writer = calloc(strlen(spec) + 1, sizeof(*vss->writer));
	for (const char *at = spec; *at;) {
		struct writer *w = &vss->writer[vss->count++];
		char *end;
		FOR_EACH(l, letters)
			if (l->letter == *at) {
				w->name = strdup(l->name);
				snprintf(w->id, sizeof(w->id), "%s", l->id);
			}
		assert_non_null(w->name);
		snprintf(w->instance_id, sizeof(w->instance_id), "7f4f6a3a-%04zx-4c5e-9a0b-eacf897c2bb2", vss->count);
		const struct known_writer *known = writer_known(w->id, w->name);
		w->service = known ? known->service : NULL;
		w->express = known && known->express;
		w->state = (int)strtol(at + 1, &end, 10);
		w->state = end == at + 1 ? 1 : w->state;
		w->error_free = *end != '!';
		w->last_error = strdup(w->error_free ? "エラーなし" : "Retryable error");
		w->state_text = strdup("x");
		w->complete = true;
		stable += w->state == 1 && w->error_free;
		at = end + (*end == '!');
		at += *at == ' ';
	}
	vss->error_free_known = stable >= 3;
	for (size_t i = 0; i < vss->count; i++)
		vss->writer[i].error_free &= vss->error_free_known;
}

static void remember(struct last_good *good, const struct scene *c)
{
	good->time = NOW - 30 * HOUR;
	good->waiting_since = c->waiting_h ? NOW - c->waiting_h * HOUR : UNSEEN;
	good->writer = calloc(strlen(c->good ? c->good : "") + 1, sizeof(*good->writer));
	for (const char *at = c->good ? c->good : ""; *at; at += strspn(at + 1, " ") + 1)
		FOR_EACH(l, letters)
			if (l->letter == *at) {
				struct good_writer *w = &good->writer[good->count++];
				w->name = strdup(l->name);
				snprintf(w->id, sizeof(w->id), "%s", l->id);
			}
}

static char *word(const char *text)
{
	return text ? strdup(text) : NULL;
}

static void add_service(struct service_facts *list, const char *name, const char *state, const char *mode,
	const char *type, int64_t pid)
{
	list->service = realloc(list->service, (list->count + 1) * sizeof(*list->service));
	list->service[list->count++] = (struct service){ .name = word(name),
		.state = word(state),
		.start_mode = word(mode),
		.service_type = word(type),
		.path = strdup("C:\\Windows\\system32\\svchost.exe -k LocalService"),
		.pid = pid };
}

static void add_services(struct facts *facts, const struct scene *c)
{
	struct service_facts *list = &facts->services;
	bool stopped = c->state && !strcmp(c->state, "Stopped");
	char *names = strdup(c->shares ? c->shares : ""), *also = strdup(c->also ? c->also : ""), *rest = NULL;
	struct error e = { 0 };

	list->seen = true;
	for (int i = 0; i < (c->few_services ? 5 : 110); i++)
		add_service(list, "Stopped", "Stopped", "Manual", "Own Process", 0);
	if (!c->no_row)
		add_service(list, "EVENTSYSTEM", c->state ? c->state : "Running", c->mode ? c->mode : "Auto",
			c->type ? c->type : "Share Process", stopped ? 0 : 816);
	for (char *name = strtok_r(names, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
		add_service(list, name, "Running", "Auto", "Share Process", 816);
	for (char *name = strtok_r(also, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
		char *mode = strchr(name, '=');
		bool runs = mode[strlen(mode) - 1] == '+';
		*mode++ = '\0';
		mode[strlen(mode) - runs] = '\0';
		add_service(list, name, runs ? "Running" : "Stopped", mode, "Own Process", runs ? 4000 : 0);
	}
	free(names);
	free(also);
	assert_int_equal(eventsystem_group(list, &facts->eventsystem, &e), 0);
}

static void add_event(struct event_facts *events, const char *spec)
{
	char *at;
	struct event event = { .record_id = 1000 - (int64_t)events->count };

	event.id = (unsigned)strtoul(spec, &at, 10);
	if (*at == ':')
		event.hr = (uint32_t)strtoul(at + 1, &at, 16);
	char class = *at == '/' ? at[1] : ' ';
	at += class == ' ' ? 0 : 2;
	assert_int_equal(*at, '@');
	event.time = NOW - strtol(at + 1, &at, 10) * HOUR;
	event.live = *at == '*';
	snprintf(event.clsid, sizeof(event.clsid), "%s",
		class == 'E'   ? "4e14fba2-2e22-11d1-9964-00c04fbbb345"
		: class == 'e' ? "2222aaaa-2ee2-11d1-9944-00c04fbbb111"
		: class == 'V' ? "faf53cc4-bd73-4e36-83f1-2b23f46e513e"
		: class == 'P' ? "3e02620c-e180-44f3-b154-2473646e4cb8"
		: class == 'N' ? "39c5c28c-aaaa-bbbb-cccc-000000000001"
			       : "");
	event.text = strdup(class == 'e' || class == 'E' ? "{...}; CEventSystem" : "CoCreateInstance");
	events->event = realloc(events->event, (events->count + 1) * sizeof(event));
	events->event[events->count++] = event;
}

static void add_events(struct event_facts *events, const struct scene *c)
{
	char *specs = strdup(c->events ? c->events : ""), *rest = NULL;

	events->seen = true;
	events->truncated = c->truncated;
	events->window_h = WINDOW_H;
	events->covered_from = NOW - (c->log_h ? c->log_h : WINDOW_H) * HOUR;
	for (char *spec = strtok_r(specs, " ", &rest); spec; spec = strtok_r(NULL, " ", &rest))
		add_event(events, spec);
	free(specs);
}

static void build(struct facts *facts, const struct scene *c)
{
	facts_init(facts);
	facts->environment.version = strdup(c->version ? c->version : "6.3.9600");
	facts->environment.build = strdup(c->version && !strncmp(c->version, "10.", 3) ? c->version + 5 : "9600");
	facts->environment.product_type = c->is_dc ? 2 : 3;
	facts->environment.hypervisor = c->hypervisor ? c->hypervisor : "vmware";
	facts->environment.memory = c->memory_mb ? (int64_t)c->memory_mb << 20 : UNSEEN;
	facts->environment.server_time = NOW;
	facts->environment.last_boot = c->boot_h == UNSEEN ? UNSEEN : NOW - (c->boot_h ? c->boot_h : BOOTED_H) * HOUR;
	facts->vss.outcome = c->outcome != VSS_UNSEEN ? c->outcome : c->writers ? VSS_WRITERS : VSS_EMPTY;
	facts->vss.exit_code = c->exit_code ? c->exit_code : c->outcome == VSS_FAILED ? 2 : 0;
	facts->vss.duplicate_instance = c->duplicate;
	if (c->writers)
		add_writers(&facts->vss, c->writers);
	if (!c->no_services)
		add_services(facts, c);
	facts->eventsystem.started = c->es_h ? NOW - c->es_h * HOUR : UNSEEN;
	facts->eventsystem.hosts_started = c->hosts_h ? NOW - c->hosts_h * HOUR : UNSEEN;
	if (!c->no_events)
		add_events(&facts->events, c);
	facts->backup.last_failure = c->failure_h ? NOW - c->failure_h * HOUR : UNSEEN;
	facts->backup.last_success = c->success_h ? NOW - c->success_h * HOUR : UNSEEN;
	facts->backup.failure_hr = c->failure_hr;
	facts->backup.seen = true;
	facts->backup.product = c->product ? c->product : "wsb";
	facts->backup.schedule = "daily";
	facts->backup.running = c->no_services   ? BACKUP_RUNNING_UNKNOWN
				: c->backup_runs ? BACKUP_RUNNING_YES
						 : BACKUP_RUNNING_NO;
}

#define MIN "S A R W C O"
#define ALL MIN " T M P"
#define NEIGHBOURS "nsi netprofm FontCache"
#define BURST "8193:800401fb@2 13:800401fb/E@2 8193:800401fb@26 13:800401fb/E@26"
#define SERVER_2019 "10.0.17763"

// clang-format off
static const struct scene scenes[] = {
	{ "1: 2019, all stable, alone", .writers = ALL, .version = SERVER_2019,
		.verdict = VERDICT_HEALTHY, .marks = "W-E-S-", .reason = "9 writers, all stable; EventSystem is alone" },
	{ "2: the published case", .shares = NEIGHBOURS, .events = BURST,
		.verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_CONFIRMED, .marks = "W+E+S+",
		.reason = "No VSS writer is listed; EventSystem shares process 816 with FontCache, netprofm, nsi; "
			  "2 x 8193 and 2 x 13 with 0x800401fb in the last 168 h." },
	{ "3: the same on 2016 and Hyper-V", .shares = NEIGHBOURS, .events = BURST, .version = "10.0.14393",
		.hypervisor = "hyperv", .verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_CONFIRMED, .marks = "W+E+S+",
		.reason = "differs from the published case (hyperv, 10.0.14393)" },
	{ "66: the same on a physical server", .shares = NEIGHBOURS, .events = BURST, .hypervisor = "none",
		.verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_CONFIRMED, .marks = "W+E+S+" },
	{ "70: a backup failed at the time of 8193", .shares = NEIGHBOURS, .events = BURST, .failure_h = 26,
		.verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_CONFIRMED, .marks = "W+E+S+",
		.reason = "a backup failed at that time." },
	{ "70: and it was VSS that failed it", .shares = NEIGHBOURS, .events = BURST, .failure_h = 26,
		.failure_hr = 0x807800a1, .verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_CONFIRMED, .marks = "W+E+S+",
		.reason = "a backup failed at that time (0x807800a1)" },
	{ "70: a backup failed at another time", .shares = NEIGHBOURS, .events = BURST, .failure_h = 27,
		.failure_hr = 0x807800a1, .verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_CONFIRMED, .marks = "W+E+S+",
		.reason = "in the last 168 h." },
	{ "4: the log has rolled over", .shares = NEIGHBOURS, .log_h = 20,
		.verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_PROBABLE, .marks = "W+E?S+",
		.reason = "only reaches back to " },
	{ "5: events older than the last start", .shares = NEIGHBOURS, .events = BURST, .boot_h = 1,
		.verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_PROBABLE, .marks = "W+E+S+",
		.reason = "older than the last start" },
	{ "5: the same, but our own question provoked one", .shares = NEIGHBOURS, .events = "8193:800401fb@0* " BURST,
		.boot_h = 1, .verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_CONFIRMED, .marks = "W+E+S+",
		.reason = "1 provoked by this look" },
	{ "6: empty, own process, alone", .type = "Own Process",
		.verdict = VERDICT_WRITERS_MISSING, .marks = "W+E-S-",
		.reason = "to this account although EventSystem is alone in its process; look at the VSS event class, the COM+ "
			  "event database, COM access rights and the writers' registration; no matching event" },
	{ "6: the same, and all processes are as old as Windows", .type = "Own Process", .es_h = 240, .hosts_h = 240,
		.verdict = VERDICT_WRITERS_MISSING, .cause = "D8 not_visible", .marks = "W+E-S-",
		.reason = "nothing failed: zero writers visible to this account although EventSystem is alone in its process; "
			  "look at the VSS event class, the COM+ event database, COM access rights and the writers' registration" },
	{ "7: own is configured, not restarted", .type = "Own Process", .shares = NEIGHBOURS, .events = BURST,
		.verdict = VERDICT_FIX_PENDING, .marks = "W+E+S+", .reason = "still missing" },
	{ "8: empty, 2019 split", .version = SERVER_2019, .verdict = VERDICT_WRITERS_MISSING, .marks = "W+E-S-",
		.reason = "alone in its process" },
	{ "9: empty, 2019 with little memory, grouped", .version = SERVER_2019, .shares = NEIGHBOURS, .events = BURST,
		.memory_mb = 2048, .verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_CONFIRMED, .marks = "W+E+S+",
		.reason = "grouping is active (RAM <= 3.5 GB)" },
	{ "9: the same with more memory", .version = SERVER_2019, .shares = NEIGHBOURS, .events = BURST, .memory_mb = 8192,
		.verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_CONFIRMED, .marks = "W+E+S+",
		.reason = "SvcHostSplitDisable" },
	{ "10: permission refused", VSS_FAILED, .shares = NEIGHBOURS, .verdict = VERDICT_UNKNOWN, .marks = "W?E-S+",
		.reason = "failed, exit code 2; often an account without an elevated token" },
	{ "11: an unexpected error, and all else matches", VSS_FAILED, .shares = NEIGHBOURS, .events = BURST,
		.verdict = VERDICT_UNKNOWN, .marks = "W?E+S+", .reason = "everything else matches the published case" },
	{ "12: an error, and the event database is damaged", VSS_FAILED, .events = "12302@3", .version = "6.0.6002",
		.verdict = VERDICT_UNKNOWN, .marks = "W?E-S-", .reason = "KB 940184" },
	{ "12: the same, and nobody knows when Windows started", VSS_FAILED, .events = "12302@3", .boot_h = UNSEEN,
		.verdict = VERDICT_UNKNOWN, .marks = "W?E-S-",
		.reason = "by an event that may be older than the last start, the COM+ event database" },
	{ "13: nothing printed", VSS_UNREADABLE, .shares = NEIGHBOURS, .events = BURST,
		.verdict = VERDICT_UNKNOWN, .marks = "W?E+S+" },
	{ "15: cut", VSS_UNREADABLE, .verdict = VERDICT_UNKNOWN, .marks = "W?E-S-" },
	{ "16: hangs", VSS_TIMEOUT, .verdict = VERDICT_UNKNOWN, .marks = "W?E-S-", .reason = "timeout" },
	{ "empty, but behind unknown lines", VSS_EMPTY_UNVERIFIED, .shares = NEIGHBOURS, .events = BURST,
		.verdict = VERDICT_UNKNOWN, .marks = "W?E+S+" },
	{ "34: no vssadmin there", VSS_FAILED, .version = "10.0.17763", .exit_code = 9009, .verdict = VERDICT_UNKNOWN,
		.marks = "W?E-S-", .reason = "exit code 9009; there is no vssadmin on this Windows" },
	{ "34: nor with another exit code", VSS_FAILED, .version = "10.0.17763", .exit_code = 1,
		.verdict = VERDICT_UNKNOWN, .marks = "W?E-S-", .reason = "there is no vssadmin on this Windows" },
	{ "a list that is not whole", VSS_PARTIAL, .writers = ALL, .version = SERVER_2019,
		.verdict = VERDICT_UNKNOWN, .marks = "W-E-S-", .reason = "partial" },
	{ "23: SQL failed, no error event", .writers = ALL " Q10!", .verdict = VERDICT_VSS_FAULT, .cause = "writer_failed",
		.marks = "W-E-S-", .reason = "SqlServerWriter [10] Retryable error (service SQLWriter); may be left" },
	{ "23: SQL failed, and an event says so", .writers = ALL " Q10!", .events = "8229:800423f2@3",
		.verdict = VERDICT_VSS_FAULT, .cause = "writer_failed", .marks = "W-E-S-", .reason = "(service SQLWriter)." },
	{ "24: stable with an error", .writers = ALL " Q1!", .verdict = VERDICT_VSS_FAULT, .cause = "last_error",
		.marks = "W-E-S-", .reason = "ended with an error: SqlServerWriter" },
	{ "25: a backup runs", .writers = "S5 A5 R5 W C O", .shares = NEIGHBOURS, .backup_runs = true,
		.verdict = VERDICT_BUSY, .marks = "W-E-S+" },
	{ "25: the backup of another product", .writers = "S5 A5 R5 W C O", .product = "veeam",
		.verdict = VERDICT_BUSY, .marks = "W-E-S-" },
	{ "25: frozen by whomever", .writers = "S2 A2 R2 W C O", .verdict = VERDICT_BUSY, .marks = "W-E-S-" },
	{ "26: waiting, and nobody backs up", .writers = "S5 A5 R5 W5 C5 O5", .verdict = VERDICT_VSS_FAULT,
		.cause = "writer_stuck", .marks = "W-E-S-", .reason = "aborted" },
	{ "26: waiting, and nobody knows who backs up", .writers = "S5 A R W C O", .no_services = true,
		.verdict = VERDICT_UNKNOWN, .marks = "W-E-S?" },
	{ "25: frozen, and nobody knows who backs up", .writers = "S2 A R W C O", .no_services = true,
		.verdict = VERDICT_UNKNOWN, .marks = "W-E-S?" },
	{ "26: waiting for more than a day, and a backup product is there", .writers = "S5 A5 R5 W5 C5 O5",
		.product = "veeam", .waiting_h = 25, .verdict = VERDICT_VSS_FAULT, .cause = "writer_stuck", .marks = "W-E-S-",
		.reason = "stuck after an aborted backup" },
	{ "26: waiting for less than a day", .writers = "S5 A5 R5 W5 C5 O5", .product = "veeam", .waiting_h = 23,
		.verdict = VERDICT_BUSY, .marks = "W-E-S-" },
	{ "26: waiting for days while wbengine works", .writers = "S5 A5 R5 W5 C5 O5", .backup_runs = true,
		.waiting_h = 50, .verdict = VERDICT_BUSY, .marks = "W-E-S-" },
	{ "27: a 2003 guest after a backup by its host", .writers = "S9 R9 W9 C9", .version = "5.2.3790",
		.verdict = VERDICT_VSS_FAULT, .cause = "writer_failed", .marks = "W-E-S-",
		.reason = "for information only: expected on Server 2003 after a backup by the virtualization host (KB 2952783)" },
	{ "28: only the System Writer is missing", .writers = "A R W C O", .verdict = VERDICT_VSS_FAULT,
		.cause = "writer_missing", .marks = "W-E-S-", .reason = "CAPI2 513" },
	{ "29: those inside VSS are missing", .writers = "S W T M P", .shares = NEIGHBOURS, .events = BURST,
		.verdict = VERDICT_VSS_FAULT, .cause = "vss_hosted_missing", .marks = "W-E+S+" },
	{ "71: System Writer is missing on a VMware domain controller after 0x80780049", .writers = "A R W C O",
		.is_dc = true, .failure_h = 3, .failure_hr = 0x80780049, .verdict = VERDICT_VSS_FAULT,
		.cause = "writer_missing", .marks = "W-E-S-", .reason = "vsock" },
	{ "71: System Writer had an error on a VMware domain controller after 0x80780049", .writers = "S1! A R W C O",
		.is_dc = true, .failure_h = 3, .success_h = 30, .failure_hr = 0x80780049, .verdict = VERDICT_VSS_FAULT,
		.cause = "last_error", .marks = "W-E-S-", .reason = "vsock" },
	{ "71: a backup has succeeded since", .writers = "A R W C O", .is_dc = true, .failure_h = 30, .success_h = 3,
		.failure_hr = 0x80780049, .verdict = VERDICT_VSS_FAULT, .cause = "writer_missing", .marks = "W-E-S-",
		.reason = "Microsoft.NET\\Framework." },
	{ "a writer of the last good set is missing", .writers = MIN, .good = MIN " X", .verdict = VERDICT_VSS_FAULT,
		.cause = "last_good_writer_missing", .marks = "W-E-S-", .reason = "are not any more: O'Brien" },
	{ "a writer of the last good set is missing and its service runs", .writers = MIN, .good = MIN " Q",
		.also = "SQLWriter=Auto+", .verdict = VERDICT_VSS_FAULT, .cause = "last_good_writer_missing",
		.marks = "W-E-S-" },
	{ "a writer of the last good set is missing and its service is stopped", .writers = MIN, .good = MIN " Q",
		.also = "SQLWriter=Manual", .verdict = VERDICT_HEALTHY, .marks = "W-E-S-" },
	{ "a writer of the last good set is missing and its service is gone", .writers = MIN, .good = MIN " Q T",
		.verdict = VERDICT_HEALTHY, .marks = "W-E-S-" },
	{ "the last good set is there", .writers = ALL " Q", .good = ALL " Q", .verdict = VERDICT_HEALTHY,
		.marks = "W-E-S-" },
	{ "the policy expects a writer of a role that is here", .writers = ALL, .also = "MSSQLSERVER=Auto+",
		.policy_service = "mssql*", .policy_writer = "SqlServerWriter", .verdict = VERDICT_VSS_FAULT,
		.cause = "policy_writer_missing", .marks = "W-E-S-", .reason = "the policy expects here are not listed: Sql" },
	{ "the same by its class id", .writers = ALL, .policy_writer = "a65faa63-5ea8-4ebc-9dbd-a0c4db26912a",
		.verdict = VERDICT_VSS_FAULT, .cause = "policy_writer_missing", .marks = "W-E-S-", .reason = "SqlServerWriter" },
	{ "the policy expects a writer of a role that is not here", .writers = ALL, .policy_service = "MSSQL*",
		.policy_writer = "SqlServerWriter", .verdict = VERDICT_HEALTHY, .marks = "W-E-S-" },
	{ "the policy expects a writer that is listed", .writers = ALL " Q", .policy_writer = "SqlServerWriter",
		.verdict = VERDICT_HEALTHY, .marks = "W-E-S-" },
	{ "30: two ADAM writers", .writers = ALL " D D", .verdict = VERDICT_HEALTHY, .marks = "W-E-S-" },
	{ "32: a third-party writer", .writers = ALL " X", .verdict = VERDICT_HEALTHY, .marks = "W-E-S-" },
	{ "one instance twice", .writers = ALL, .duplicate = true, .verdict = VERDICT_VSS_FAULT,
		.cause = "duplicate_instance", .marks = "W-E-S-" },
	{ "only express writers, shared", .writers = "T M P", .shares = NEIGHBOURS, .events = BURST,
		.verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_PROBABLE, .marks = "W+E+S+", .reason = "Only express" },
	{ "33: none visible to this account", .version = SERVER_2019, .verdict = VERDICT_WRITERS_MISSING,
		.marks = "W+E-S-", .reason = "to this account" },
	{ "33: none visible, nothing failed, nothing was restarted", .version = SERVER_2019, .es_h = 240, .hosts_h = 240,
		.verdict = VERDICT_WRITERS_MISSING, .cause = "D8 not_visible", .marks = "W+E-S-",
		.reason = "zero writers visible to this account" },
	{ "none visible, but a writer failed", .version = SERVER_2019, .es_h = 240, .hosts_h = 240,
		.events = "8193:80070005@3", .verdict = VERDICT_WRITERS_MISSING, .marks = "W+E-S-" },
	{ "none visible, but the log does not reach back", .version = SERVER_2019, .es_h = 240, .hosts_h = 240,
		.log_h = 20, .verdict = VERDICT_WRITERS_MISSING, .marks = "W+E?S-" },
	{ "EventSystem is younger than the hosts of writers", .type = "Own Process", .es_h = 2, .hosts_h = 240,
		.events = "8193:800401fb@3", .verdict = VERDICT_WRITERS_MISSING, .cause = "D9 eventsystem_restarted",
		.marks = "W+E+S-", .reason = "restart CryptSvc and Winmgmt" },
	{ "36: EventSystem is stopped", .state = "Stopped", .verdict = VERDICT_WRITERS_MISSING,
		.cause = "D4 eventsystem_stopped", .marks = "W+E-S-", .reason = "EventSystem is stopped" },
	{ "37: EventSystem is disabled", .state = "Stopped", .mode = "Disabled", .events = "38@3 19@3",
		.verdict = VERDICT_WRITERS_MISSING, .cause = "D4 eventsystem_disabled", .marks = "W+E-S-" },
	{ "writers yet, but EventSystem is stopped", .writers = ALL, .state = "Stopped", .verdict = VERDICT_VSS_FAULT,
		.cause = "eventsystem_stopped", .marks = "W-E-S-" },
	{ "COMSysApp is disabled", .shares = NEIGHBOURS, .also = "COMSysApp=Disabled", .events = BURST,
		.verdict = VERDICT_WRITERS_MISSING, .cause = "D4 comsysapp_disabled", .marks = "W+E+S+" },
	{ "VSS is disabled", .shares = NEIGHBOURS, .also = "VSS=Disabled", .verdict = VERDICT_WRITERS_MISSING,
		.cause = "D5 vss_disabled", .marks = "W+E-S+" },
	{ "38: EventSystem is stopping", .writers = ALL, .state = "Stop Pending", .shares = NEIGHBOURS,
		.verdict = VERDICT_UNKNOWN, .marks = "W-E-S?", .reason = "changing state" },
	{ "38: the same without writers", .state = "Stop Pending", .shares = NEIGHBOURS, .events = BURST,
		.verdict = VERDICT_UNKNOWN, .marks = "W+E+S?" },
	{ "39: EventSystem is not in the list", .writers = ALL, .no_row = true, .verdict = VERDICT_UNKNOWN,
		.marks = "W-E-S?", .reason = "it is missing from the list of 110 services." },
	{ "39: and there are few others", .writers = ALL, .no_row = true, .few_services = true, .verdict = VERDICT_UNKNOWN,
		.marks = "W-E-S?", .reason = "from the list of 5 services, which are too few to be all of them" },
	{ "40: the list of services is cut", .writers = ALL, .no_services = true, .verdict = VERDICT_UNKNOWN,
		.marks = "W-E-S?", .reason = "services is not known" },
	{ "40: the same without writers", .no_services = true, .events = BURST, .verdict = VERDICT_UNKNOWN,
		.marks = "W+E+S?" },
	{ "41: 2012 R2, neighbours stopped", .writers = MIN, .also = "FontCache=Manual", .verdict = VERDICT_HEALTHY,
		.marks = "W-E-S-", .reason = "may share it again: " },
	{ "45: 8193 only", .shares = NEIGHBOURS, .events = "8193:800401fb@2", .verdict = VERDICT_AFFECTED,
		.confidence = CONFIDENCE_CONFIRMED, .marks = "W+E+S+", .reason = "1 x 8193 only" },
	{ "46: 13 only", .shares = NEIGHBOURS, .events = "13:800401fb/E@2", .verdict = VERDICT_AFFECTED,
		.confidence = CONFIDENCE_CONFIRMED, .marks = "W+E+S+", .reason = "1 x 13 only" },
	{ "13 of another class does not count", .shares = NEIGHBOURS, .events = "13:800401fb@2",
		.verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_PROBABLE, .marks = "W+E-S+" },
	{ "47: shutdown noise, writers fine", .writers = ALL, .shares = NEIGHBOURS,
		.events = "13:8007045b/E@2 8193:8007045b@2", .verdict = VERDICT_SHARED, .marks = "W-E-S+",
		.reason = "(2 of ordinary shutdowns not counted)" },
	{ "48: shutdown noise, no writers", .shares = NEIGHBOURS, .events = "13:8007045b/E@2 8193:8007045b@2",
		.verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_PROBABLE, .marks = "W+E-S+", .reason = "not counted" },
	{ "49: the event class is lost", .shares = NEIGHBOURS, .events = "8193:80040154/V@2 22:80040154/V@2 34@2",
		.verdict = VERDICT_WRITERS_MISSING, .cause = "D2 event_class_lost", .marks = "W+E-S+",
		.reason = "KB 2009533" },
	{ "the class was lost before the last start", .shares = NEIGHBOURS, .events = "34@20", .boot_h = 10,
		.verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_PROBABLE, .marks = "W+E-S+",
		.reason = "with FontCache, netprofm, nsi; no matching event" },
	{ "the class was lost, and nobody knows when Windows started", .shares = NEIGHBOURS, .events = "34@2",
		.boot_h = UNSEEN, .verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_PROBABLE, .marks = "W+E-S+",
		.reason = "by an event that may be older than the last start, the event class of VSS is not registered" },
	{ "the same, beside the published case", .shares = NEIGHBOURS, .events = "22:80040154/V@2 " BURST,
		.boot_h = UNSEEN, .verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_PROBABLE, .marks = "W+E+S+",
		.reason = "by an event that may be older" },
	{ "the same, but our own question provoked it", .shares = NEIGHBOURS, .events = "8193:80040154/V@0*",
		.boot_h = UNSEEN, .verdict = VERDICT_WRITERS_MISSING, .cause = "D2 event_class_lost", .marks = "W+E-S+" },
	{ "the same, and EventSystem is alone", .type = "Own Process", .events = "34@2", .boot_h = UNSEEN,
		.es_h = 240, .hosts_h = 240, .verdict = VERDICT_WRITERS_MISSING, .marks = "W+E-S-",
		.reason = "by an event that may be older than the last start, the event class of VSS is not registered" },
	{ "safe mode, and nobody knows when Windows started", .shares = NEIGHBOURS, .events = "18@3", .boot_h = UNSEEN,
		.verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_PROBABLE, .marks = "W+E-S+" },
	{ "the event database, and nobody knows when Windows started", .shares = NEIGHBOURS, .events = "12302@3",
		.boot_h = UNSEEN, .verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_PROBABLE, .marks = "W+E-S+",
		.reason = "the COM+ event database looks damaged" },
	{ "12: the event database", .shares = NEIGHBOURS, .events = "12302@3", .verdict = VERDICT_WRITERS_MISSING,
		.cause = "D3 event_database", .marks = "W+E-S+" },
	{ "12302 beside the published case", .shares = NEIGHBOURS, .events = "12302@3 " BURST,
		.verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_CONFIRMED, .marks = "W+E+S+" },
	{ "safe mode", .shares = NEIGHBOURS, .events = "18@3", .verdict = VERDICT_WRITERS_MISSING, .cause = "D6 safe_mode",
		.marks = "W+E-S+" },
	{ "a domain controller without NTDS", .shares = NEIGHBOURS, .events = "27@3", .verdict = VERDICT_WRITERS_MISSING,
		.cause = "D7 ntds_stopped", .marks = "W+E-S+" },
	{ "the Registry Writer does not answer", .shares = NEIGHBOURS, .events = "12347@3",
		.verdict = VERDICT_WRITERS_MISSING, .cause = "D10 writer_registration", .marks = "W+E-S+" },
	{ "50: a stale profile key", .writers = ALL, .events = "8193:80070539@3", .verdict = VERDICT_HEALTHY,
		.marks = "W-E-S-" },
	{ "51: an agent that may not be called back", .writers = ALL, .events = "8194:80070005@1 8194:80070005@2",
		.verdict = VERDICT_HEALTHY, .marks = "W-E-S-" },
	{ "52: SW_PROV on Azure", .writers = ALL, .events = "22:80040154/P@3 12292:80040154/P@3",
		.verdict = VERDICT_HEALTHY, .marks = "W-E-S-" },
	{ "53: a vendor's provider", .writers = ALL, .events = "12292:80070424/N@3 12292:80070424@4",
		.verdict = VERDICT_VSS_FAULT, .cause = "provider", .marks = "W-E-S-",
		.reason = "(12292, {39c5c28c-aaaa-bbbb-cccc-000000000001}, 0x80070424); the writers are fine" },
	{ "53: of which nothing is told", .writers = ALL, .events = "12292@3", .verdict = VERDICT_VSS_FAULT,
		.cause = "provider", .marks = "W-E-S-", .reason = "(12292); the writers are fine" },
	{ "53: the same by 12293", .writers = ALL, .shares = NEIGHBOURS, .events = "12293:80070424@3",
		.verdict = VERDICT_VSS_FAULT, .cause = "provider", .marks = "W-E-S+", .reason = "(12293, 0x80070424)" },
	{ "53: before the last start", .writers = ALL, .events = "12292:80070424@20", .boot_h = 10,
		.verdict = VERDICT_HEALTHY, .marks = "W-E-S-" },
	{ "56: the CLSID is masked, the name is not", .shares = NEIGHBOURS, .events = "13:800401fb/e@2",
		.verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_CONFIRMED, .marks = "W+E+S+" },
	{ "57: more events than were fetched, none of ours", .writers = ALL, .shares = NEIGHBOURS, .truncated = true,
		.verdict = VERDICT_SHARED, .marks = "W-E?S+", .reason = "among the newest" },
	{ "59: the log was cleared yesterday", .shares = NEIGHBOURS, .log_h = 24, .verdict = VERDICT_AFFECTED,
		.confidence = CONFIDENCE_PROBABLE, .marks = "W+E?S+" },
	{ "61: it happened, and healed by a restart", .writers = ALL, .shares = NEIGHBOURS, .events = BURST, .boot_h = 1,
		.verdict = VERDICT_AT_RISK, .marks = "W-E+S+", .reason = "it will recur" },
	{ "63: only what we provoked", .shares = NEIGHBOURS, .events = "8193:800401fb@0* 13:800401fb/E@0*",
		.verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_CONFIRMED, .marks = "W+E+S+",
		.reason = "0x800401fb: 2 provoked by this look" },
	{ "events outside of the window", .writers = ALL, .shares = NEIGHBOURS, .events = "8193:800401fb@169",
		.verdict = VERDICT_SHARED, .marks = "W-E-S+" },
	{ "shared, as Windows up to 2016 is", .writers = ALL, .shares = NEIGHBOURS, .verdict = VERDICT_SHARED,
		.marks = "W-E-S+" },
	{ "writers fine, own is configured, not restarted", .writers = ALL, .type = "Own Process", .shares = NEIGHBOURS,
		.events = BURST, .verdict = VERDICT_FIX_PENDING, .marks = "W-E+S+" },
	{ "the same without events", .writers = ALL, .type = "Own Process", .shares = NEIGHBOURS,
		.verdict = VERDICT_FIX_PENDING, .marks = "W-E-S+" },
	{ "writers fine, but the events could not be read", .writers = ALL, .no_events = true,
		.verdict = VERDICT_UNKNOWN, .marks = "W-E?S-", .reason = "events could not be read" },
	{ "99: own, alone, writers back", .writers = MIN, .type = "Own Process", .events = BURST,
		.verdict = VERDICT_HEALTHY, .marks = "W-E+S-" },
};
// clang-format on

static const char *mark_of(enum checkpoint checkpoint)
{
	return checkpoint == CHECKPOINT_MATCH ? "+" : checkpoint == CHECKPOINT_NO_MATCH ? "-" : "?";
}

static struct judgement judge(const struct facts *facts, const struct scene *c)
{
	char *service = (char *)c->policy_service, *writer = (char *)c->policy_writer;
	struct policy_role role = { (char *)"sql", &service, service != NULL, &writer, writer != NULL };
	struct policy policy = { .role = &role, .role_count = 1 };

	return verdict_of(facts, writer ? &policy : NULL);
}

static void expect_judgement(const struct scene *c, const struct judgement *j)
{
	char marks[16];

	snprintf(marks, sizeof(marks), "W%sE%sS%s", mark_of(j->writers), mark_of(j->events), mark_of(j->eventsystem));
	if (j->verdict != c->verdict || j->confidence != c->confidence || strcmp(marks, c->marks) != 0)
		fail_msg("%s: %s (%d), %s: %s", c->about, verdict_name(j->verdict), j->confidence, marks, j->reason);
	if (!j->cause != !c->cause || (c->cause && strcmp(j->cause, c->cause) != 0))
		fail_msg("%s: cause %s", c->about, j->cause ? j->cause : "none");
	if (c->reason && !strstr(j->reason, c->reason))
		fail_msg("%s: %s", c->about, j->reason);
}

static void verdict_follows_from_the_facts(void **state)
{
	(void)state;
	FOR_EACH(c, scenes) {
		OWN_VALUE(facts_done) struct facts facts;
		OWN_VALUE(last_good_done) struct last_good good = { 0 };

		build(&facts, c);
		if (c->good || c->waiting_h) {
			remember(&good, c);
			facts.last_good = &good;
		}
		struct judgement j = judge(&facts, c);
		expect_judgement(c, &j);
	}
}

/* The numbers of a sentence, in their order of size. */
static size_t numbers_of(const char *text, long numbers[64])
{
	size_t count = 0;

	for (; *text && count < 64; text++)
		if (*text >= '0' && *text <= '9')
			numbers[count++] = strtol(text, (char **)&text, 16), text--;
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k && numbers[k] < numbers[k - 1]; k--) {
			long n = numbers[k];
			numbers[k] = numbers[k - 1];
			numbers[k - 1] = n;
		}
	return count;
}

static bool ends_with(const char *text, const char *end)
{
	return strlen(text) >= strlen(end) && !strcmp(text + strlen(text) - strlen(end), end);
}

static void both_languages_say_the_same(void **state)
{
	(void)state;
	FOR_EACH(c, scenes) {
		OWN_VALUE(facts_done) struct facts facts;
		long english[64], japanese[64];

		build(&facts, c);
		struct judgement j = judge(&facts, c), again = judge(&facts, c);
		size_t count = numbers_of(j.reason, english);
		if (!ends_with(j.reason, ".") || !ends_with(j.reason_ja, "。"))
			fail_msg("%s: no sentence: %s %s", c->about, j.reason, j.reason_ja);
		if (numbers_of(j.reason_ja, japanese) != count || memcmp(english, japanese, count * sizeof(long)) != 0)
			fail_msg("%s:\n%s\n%s", c->about, j.reason, j.reason_ja);
		if (!strcmp(j.reason, j.reason_ja) || strcmp(j.reason, again.reason) ||
			strcmp(j.reason_ja, again.reason_ja))
			fail_msg("%s: %s", c->about, j.reason_ja);
	}
}

static void the_published_case_in_japanese(void **state)
{
	static const struct scene published = { "2", .shares = NEIGHBOURS, .events = BURST };
	OWN_VALUE(facts_done) struct facts facts;

	(void)state;
	build(&facts, &published);
	assert_string_equal(verdict_of(&facts, NULL).reason_ja,
		"VSS ライターが一つもありません。EventSystem が共有するプロセス 816 の同居サービス: "
		"FontCache、netprofm、nsi。"
		"直近 168 時間に 0x800401fb の 8193 が 2 件、13 が 2 件。");
}

static bool is_good(enum verdict verdict)
{
	return verdict == VERDICT_HEALTHY || verdict == VERDICT_SHARED || verdict == VERDICT_BUSY;
}

static void forget(struct facts *facts, int what)
{
	switch (what) {
	case 0:
		vss_facts_done(&facts->vss);
		break;
	case 1:
		event_facts_done(&facts->events);
		break;
	case 2:
		free(facts->eventsystem.shared_with);
		facts->eventsystem = (struct eventsystem_facts){ 0 };
		service_facts_done(&facts->services);
		facts->backup.running = BACKUP_RUNNING_UNKNOWN;
		break;
	case 3:
		facts->environment.last_boot = UNSEEN;
		break;
	case 4:
		facts->environment.server_time = UNSEEN;
		break;
	case 5:
		facts->events.covered_from = UNSEEN;
		break;
	case 6:
		facts->vss.error_free_known = false;
		for (size_t i = 0; i < facts->vss.count; i++)
			facts->vss.writer[i].error_free = false;
		break;
	case 7:
		facts->environment.product_type = UNSEEN;
		facts->environment.hypervisor = facts->backup.product = facts->backup.schedule = NULL;
		break;
	case 8: /* as from tasklist */
		for (size_t i = 0; i < facts->services.count; i++) {
			free(facts->services.service[i].service_type);
			facts->services.service[i].service_type = NULL;
		}
		facts->eventsystem.own_type = false;
		break;
	case 9:
		facts->backup.running = BACKUP_RUNNING_UNKNOWN;
		break;
	case 10: /* as from an output that was cut */
		facts->vss.outcome = facts->vss.count ? VSS_PARTIAL : VSS_UNREADABLE;
		break;
	}
}
enum { FORGETTABLE = 11 };

static void a_missing_fact_never_improves_a_verdict(void **state)
{
	(void)state;
	FOR_EACH(c, scenes)
		for (int first = 0; first < FORGETTABLE; first++)
			for (int second = first; second < FORGETTABLE; second++) {
				OWN_VALUE(facts_done) struct facts facts;
				build(&facts, c);
				struct judgement whole = verdict_of(&facts, NULL);
				forget(&facts, first);
				forget(&facts, second);
				struct judgement less = verdict_of(&facts, NULL);
				if (is_good(less.verdict) && less.verdict != whole.verdict)
					fail_msg("%s: %s without %d and %d, but %s", c->about,
						verdict_name(less.verdict), first, second, verdict_name(whole.verdict));
				if (less.confidence > whole.confidence && whole.verdict == VERDICT_AFFECTED)
					fail_msg("%s: surer without %d and %d", c->about, first, second);
			}
}

static void a_writer_without_its_last_error_proves_no_health(void **state)
{
	(void)state;
	FOR_EACH(c, scenes) {
		OWN_VALUE(facts_done) struct facts facts;
		build(&facts, c);
		enum verdict whole = verdict_of(&facts, NULL).verdict;
		if (whole != VERDICT_HEALTHY && whole != VERDICT_SHARED)
			continue;
		struct writer *first = &facts.vss.writer[0];
		free(first->last_error);
		first->last_error = NULL;
		first->error_free = false;
		if (is_good(verdict_of(&facts, NULL).verdict))
			fail_msg("%s", c->about);
	}
}

static void nothing_known_is_unknown(void **state)
{
	struct facts facts;

	(void)state;
	facts_init(&facts);
	struct judgement j = verdict_of(&facts, NULL);
	assert_int_equal(j.verdict, VERDICT_UNKNOWN);
	assert_false(j.missing_known);
	assert_true(j.writers == CHECKPOINT_UNKNOWN && j.environment == CHECKPOINT_UNKNOWN &&
		    j.events == CHECKPOINT_UNKNOWN && j.eventsystem == CHECKPOINT_UNKNOWN);
}

static void environment_is_the_published_one_only_in_every_point(void **state)
{
	static const struct {
		const char *about, *version;
		int type;
		const char *hypervisor, *product, *schedule;
		enum checkpoint expect;
	} cases[] = {
		{ "2012 R2 on VMware, daily", "6.3.9600", 3, "vmware", "wsb", "daily", CHECKPOINT_MATCH },
		{ "a domain controller", "6.3.9600", 2, "vmware", "wsb", "daily", CHECKPOINT_MATCH },
		{ "66: Hyper-V", "6.3.9600", 3, "hyperv", "wsb", "daily", CHECKPOINT_NO_MATCH },
		{ "67: Windows 8.1", "6.3.9600", 1, "vmware", "wsb", "daily", CHECKPOINT_NO_MATCH },
		{ "2016", "10.0.14393", 3, "vmware", "wsb", "daily", CHECKPOINT_NO_MATCH },
		{ "69: weekly", "6.3.9600", 3, "vmware", "wsb", "weekly", CHECKPOINT_NO_MATCH },
		{ "72: Veeam", "6.3.9600", 3, "vmware", "veeam", NULL, CHECKPOINT_NO_MATCH },
		{ "schedule unknown", "6.3.9600", 3, "vmware", "wsb", NULL, CHECKPOINT_UNKNOWN },
		{ "type unknown", "6.3.9600", UNSEEN, "vmware", "wsb", "daily", CHECKPOINT_UNKNOWN },
		{ "platform unknown", "6.3.9600", 3, NULL, "wsb", "daily", CHECKPOINT_UNKNOWN },
	};

	(void)state;
	FOR_EACH(c, cases) {
		struct facts facts;
		facts_init(&facts);
		facts.environment.version = (char *)c->version;
		facts.environment.product_type = c->type;
		facts.environment.hypervisor = c->hypervisor;
		facts.backup.product = c->product;
		facts.backup.schedule = c->schedule;
		struct judgement j = verdict_of(&facts, NULL);
		if (j.environment != c->expect)
			fail_msg("%s: %s", c->about, checkpoint_name(j.environment));
	}
}

static void missing_names_the_minimum_that_is_not_listed(void **state)
{
	static const struct scene none = { "none", .shares = NEIGHBOURS }, some = { "some", .writers = "S A R T" };
	OWN_VALUE(facts_done) struct facts empty, part;

	(void)state;
	build(&empty, &none);
	build(&part, &some);
	struct judgement all = verdict_of(&empty, NULL), three = verdict_of(&part, NULL);
	assert_true(all.missing_known && all.missing_count == 6);
	assert_true(three.missing_known && three.missing_count == 3);
	assert_string_equal(three.missing[0], "WMI Writer");
	assert_string_equal(three.missing[2], "Shadow Copy Optimization Writer");
}

static void the_policy_narrows_the_window(void **state)
{
	static const struct scene old = { "old", .writers = ALL, .shares = NEIGHBOURS, .events = "8193:800401fb@30" };
	OWN_VALUE(facts_done) struct facts facts;
	struct policy day = { .window_h = 24 };

	(void)state;
	build(&facts, &old);
	assert_int_equal(verdict_of(&facts, NULL).verdict, VERDICT_AT_RISK);
	assert_int_equal(verdict_of(&facts, &day).verdict, VERDICT_SHARED);
}

static void reasons_stay_whole_utf8_in_their_bounds(void **state)
{
	OWN_VALUE(facts_done) struct facts facts;
	static const struct scene failing = { "failing", .writers = "S7! A7! R7! W C O Q" };

	(void)state;
	build(&facts, &failing);
	for (size_t i = 0; i < 3; i++) {
		free(facts.vss.writer[i].name);
		facts.vss.writer[i].name = calloc(1, 3001);
		for (size_t k = 0; k < 1000; k++)
			memcpy(facts.vss.writer[i].name + 3 * k, "ラ", 3);
	}
	struct judgement j = verdict_of(&facts, NULL);
	assert_int_equal(j.verdict, VERDICT_VSS_FAULT);
	assert_true(strlen(j.reason) < sizeof(j.reason) && strlen(j.reason_ja) < sizeof(j.reason_ja));
	assert_non_null(strstr(j.reason, "ラ..."));
}

static void names_go_there_and_back(void **state)
{
	(void)state;
	for (int i = 0; i < VERDICTS; i++)
		assert_int_equal(verdict_of_name(verdict_name((enum verdict)i)), i);
	assert_int_equal(verdict_of_name("well"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdict_follows_from_the_facts),
		cmocka_unit_test(both_languages_say_the_same),
		cmocka_unit_test(the_published_case_in_japanese),
		cmocka_unit_test(a_missing_fact_never_improves_a_verdict),
		cmocka_unit_test(a_writer_without_its_last_error_proves_no_health),
		cmocka_unit_test(nothing_known_is_unknown),
		cmocka_unit_test(environment_is_the_published_one_only_in_every_point),
		cmocka_unit_test(missing_names_the_minimum_that_is_not_listed),
		cmocka_unit_test(the_policy_narrows_the_window),
		cmocka_unit_test(reasons_stay_whole_utf8_in_their_bounds),
		cmocka_unit_test(names_go_there_and_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
