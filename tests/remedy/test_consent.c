/* Tests of consent: one row for each rule, what can be forced, and which rule comes first. */
#include "cases.h"
#include "consent.h"
#include "looks.h"

#include <stdlib.h>
#include <string.h>

#define SHARED .type = "Share Process", .shares = "FontCache netprofm nsi", .pid = 816
#define PENDING .verdict = VERDICT_FIX_PENDING, .shares = "FontCache netprofm nsi", .pid = 816
#define AFFECTED .verdict = VERDICT_AFFECTED, SHARED, .vss = VSS_EMPTY, .writers = ""
#define LOST(why) .verdict = VERDICT_WRITERS_MISSING, .cause = (why), .vss = VSS_EMPTY, .writers = ""
#define ROLE .stops = "COMSysApp DFSR SENS DHCPServer EventSystem"
#define GO RESULT_NONE, NULL, NULL
#define SKIPPED(why, message) RESULT_SKIPPED, why, message
#define DEFERRED(why, message) RESULT_DEFERRED, why, message

enum { FORCE = 1, NO_RESTART = 2, REQUIRED = 4, R_ROLE = 8, R_CLUSTER = 16, R_PENDING = 32, R_USERS = 64 };

struct row {
	const char *about;
	enum action action;
	unsigned with;
	const char *revert_to;
	struct glance glance;
	enum repair_result result;
	const char *reason, *message; /* a part of it */
};

static void check(const struct row *row,
	struct consent (*consent)(const struct survey *look, const struct consent_options *options))
{
	struct survey look;
	const struct consent_options options = { .action = row->action,
		.restart = !(row->with & NO_RESTART),
		.force = row->with & FORCE,
		.isolate_required = row->with & REQUIRED,
		.allow = (row->with & R_ROLE ? ALLOW_ROLE : 0u) | (row->with & R_CLUSTER ? ALLOW_CLUSTER : 0u) |
			 (row->with & R_PENDING ? ALLOW_PENDING_REBOOT : 0u) | (row->with & R_USERS ? ALLOW_USERS : 0u),
		.revert_to = row->revert_to };

	look_make(&look, &row->glance);
	struct consent c = consent(&look, &options);
	const char *result = repair_result_name(c.result), *reason = c.reason ? c.reason : "none";
	bool same = c.result == row->result && !strcmp(reason, row->reason ? row->reason : "none") &&
		    strstr(c.message, row->message ? row->message : "") && !*c.message == !row->reason;
	look_done(&look);
	if (!same)
		fail_msg("%s: %s (%s): %s", row->about, result ? result : "go", reason, c.message);
}
#define CHECK(rows) CHECK_BY(consent_of, rows)
#define CHECK_BY(consent, rows)                                                                                        \
	do {                                                                                                           \
		FOR_EACH(row, rows)                                                                                    \
			check(row, consent);                                                                           \
	} while (0)

// clang-format off
static void isolating_needs_a_reason(void **state)
{
	static const struct row rows[] = {
		{ "affected", ACTION_ISOLATE, 0, NULL, { AFFECTED }, GO },
		{ "at risk", ACTION_ISOLATE, 0, NULL, { .verdict = VERDICT_AT_RISK, SHARED }, GO },
		{ "fix pending", ACTION_ISOLATE, 0, NULL, { PENDING }, GO },
		{ "fix pending, without a restart", ACTION_ISOLATE, NO_RESTART, NULL, { PENDING }, SKIPPED("configured", "leave out --no-restart") },
		{ "own and alone", ACTION_ISOLATE, 0, NULL, { .verdict = VERDICT_HEALTHY }, SKIPPED("isolated", "already isolated: type own, process 1025") },
		{ "own and alone, forced", ACTION_ISOLATE, FORCE, NULL, { .verdict = VERDICT_HEALTHY }, SKIPPED("isolated", NULL) },
		{ "own and alone, a backup at work", ACTION_ISOLATE, 0, NULL, { .verdict = VERDICT_BUSY, .backup_runs = true }, SKIPPED("isolated", NULL) },
		{ "split by Windows", ACTION_ISOLATE, 0, NULL, { .verdict = VERDICT_HEALTHY, .type = "Share Process" }, SKIPPED("isolated", "nothing to repair") },
		{ "split by Windows, forced", ACTION_ISOLATE, FORCE, NULL, { .verdict = VERDICT_HEALTHY, .type = "Share Process" }, GO },
		{ "shared", ACTION_ISOLATE, 0, NULL, { .verdict = VERDICT_SHARED, SHARED }, DEFERRED("verdict", "isolate_required") },
		{ "shared, forced", ACTION_ISOLATE, FORCE, NULL, { .verdict = VERDICT_SHARED, SHARED }, GO },
		{ "shared, the policy wants it", ACTION_ISOLATE, REQUIRED, NULL, { .verdict = VERDICT_SHARED, SHARED }, GO },
		{ "unknown", ACTION_ISOLATE, 0, NULL, { .verdict = VERDICT_UNKNOWN, SHARED }, DEFERRED("unchecked", "Thus says the judgement.") },
		{ "unknown, forced", ACTION_ISOLATE, FORCE, NULL, { .verdict = VERDICT_UNKNOWN, SHARED }, GO },
		{ "unknown, the policy wants it", ACTION_ISOLATE, REQUIRED, NULL, { .verdict = VERDICT_UNKNOWN, SHARED }, DEFERRED("unchecked", NULL) },
		{ "the process is unknown", ACTION_ISOLATE, FORCE, NULL, { .verdict = VERDICT_UNKNOWN, .no_services = true }, DEFERRED("unchecked", "type and process") },
		{ "the type is unknown", ACTION_ISOLATE, FORCE, NULL, { .verdict = VERDICT_UNKNOWN, .type = "", .shares = "nsi" }, DEFERRED("unchecked", NULL) },
		{ "unreachable", ACTION_ISOLATE, 0, NULL, { .unreachable = true }, DEFERRED("unchecked", "could not be asked") },
		{ "unreachable, forced", ACTION_ISOLATE, FORCE, NULL, { .unreachable = true }, DEFERRED("unchecked", NULL) },
		{ "a domain controller", ACTION_ISOLATE, 0, NULL, { AFFECTED, .product_type = 2 }, GO },
	};
	(void)state;
	CHECK(rows);
}

static void another_cause_is_named_with_its_cure(void **state)
{
	static const struct row rows[] = {
		{ "D2", ACTION_ISOLATE, 0, NULL, { LOST("D2 event_class_lost"), SHARED }, DEFERRED("cause", "KB 2009533") },
		{ "D2, forced", ACTION_ISOLATE, FORCE, NULL, { LOST("D2 event_class_lost"), SHARED }, DEFERRED("cause", "does not help") },
		{ "D4", ACTION_ISOLATE, FORCE, NULL, { LOST("D4 comsysapp_disabled"), SHARED }, DEFERRED("cause", "enable and start the service") },
		{ "D5", ACTION_ISOLATE, FORCE, NULL, { LOST("D5 vss_disabled"), SHARED }, DEFERRED("cause", "start= demand") },
		{ "D6", ACTION_ISOLATE, FORCE, NULL, { LOST("D6 safe_mode"), SHARED }, DEFERRED("cause", "start Windows normally") },
		{ "D7", ACTION_ISOLATE, FORCE, NULL, { LOST("D7 ntds_stopped"), SHARED }, DEFERRED("cause", "start NTDS") },
		{ "D3", ACTION_ISOLATE, 0, NULL, { LOST("D3 event_database"), SHARED }, DEFERRED("cause", "event subscriptions") },
		{ "D3, forced", ACTION_ISOLATE, FORCE, NULL, { LOST("D3 event_database"), SHARED }, GO },
		{ "D8", ACTION_ISOLATE, 0, NULL, { LOST("D8 not_visible") }, DEFERRED("cause", "dcomcnfg") },
		{ "D8, forced", ACTION_ISOLATE, FORCE, NULL, { LOST("D8 not_visible") }, GO },
		{ "D9", ACTION_ISOLATE, 0, NULL, { LOST("D9 eventsystem_restarted") }, DEFERRED("cause", "restart CryptSvc and Winmgmt") },
		{ "D9, forced", ACTION_ISOLATE, FORCE, NULL, { LOST("D9 eventsystem_restarted") }, GO },
		{ "D10", ACTION_ISOLATE, 0, NULL, { LOST("D10 writer_registration"), SHARED }, DEFERRED("cause", "restart the server (fix reboot --force)") },
		{ "D10 is not D1", ACTION_ISOLATE, FORCE, NULL, { LOST("D10 writer_registration"), SHARED }, GO },
		{ "D10 and a reboot", ACTION_REBOOT, FORCE, NULL, { LOST("D10 writer_registration"), SHARED }, GO },
		{ "D5 and a reboot", ACTION_REBOOT, FORCE, NULL, { LOST("D5 vss_disabled"), SHARED }, DEFERRED("cause", "fix reboot does not help") },
		{ "no cause", ACTION_ISOLATE, 0, NULL, { LOST(NULL) }, DEFERRED("cause", "although EventSystem is alone") },
		{ "no cause, forced", ACTION_ISOLATE, FORCE, NULL, { LOST(NULL) }, GO },
		{ "a fault", ACTION_ISOLATE, 0, NULL, { .verdict = VERDICT_VSS_FAULT, .cause = "writer_failed", SHARED }, DEFERRED("cause", "Thus says") },
		{ "a fault, forced", ACTION_ISOLATE, FORCE, NULL, { .verdict = VERDICT_VSS_FAULT, SHARED }, DEFERRED("cause", "does not cure") },
		{ "a fault and a reboot", ACTION_REBOOT, 0, NULL, { .verdict = VERDICT_VSS_FAULT }, DEFERRED("cause", "--force") },
		{ "a fault and a reboot, forced", ACTION_REBOOT, FORCE, NULL, { .verdict = VERDICT_VSS_FAULT }, GO },
	};
	(void)state;
	CHECK(rows);
}

static void nothing_is_touched_during_a_backup(void **state)
{
	static const struct row rows[] = {
		{ "busy", ACTION_ISOLATE, FORCE, NULL, { .verdict = VERDICT_BUSY, SHARED }, DEFERRED("backup", NULL) },
		{ "a backup runs", ACTION_ISOLATE, FORCE, NULL, { AFFECTED, .backup_runs = true }, DEFERRED("backup", "is running") },
		{ "a writer waits for freeze", ACTION_ISOLATE, FORCE, NULL, { .verdict = VERDICT_AT_RISK, SHARED, .writers = "A:1,B:2" }, DEFERRED("backup", "B is in state [2]") },
		{ "a writer waits for completion", ACTION_ISOLATE, FORCE, NULL, { .verdict = VERDICT_UNKNOWN, SHARED, .writers = "B:5" }, DEFERRED("backup", "[5]") },
		{ "a writer has failed, none waits", ACTION_ISOLATE, 0, NULL, { .verdict = VERDICT_AT_RISK, SHARED, .writers = "A:1,B:6" }, GO },
		{ "not even without a restart", ACTION_ISOLATE, FORCE | NO_RESTART, NULL, { AFFECTED, .backup_runs = true }, DEFERRED("backup", NULL) },
		{ "restart of the group", ACTION_RESTART_GROUP, FORCE, NULL, { AFFECTED, .backup_runs = true }, DEFERRED("backup", NULL) },
		{ "reboot", ACTION_REBOOT, FORCE, NULL, { AFFECTED, .backup_runs = true }, DEFERRED("backup", NULL) },
		{ "revert", ACTION_REVERT, FORCE, "Share Process", { .verdict = VERDICT_HEALTHY, .backup_runs = true }, DEFERRED("backup", NULL) },
	};
	(void)state;
	CHECK(rows);
}

static void nothing_is_begun_that_a_backup_would_meet(void **state)
{
	static const struct row rows[] = {
		{ "an hour before it", ACTION_ISOLATE, 0, NULL, { AFFECTED, .backup_in = 60 }, GO },
		{ "half an hour before it", ACTION_ISOLATE, FORCE, NULL, { AFFECTED, .backup_in = 30 }, DEFERRED("backup", "in 30 minutes") },
		{ "it has just begun", ACTION_ISOLATE, FORCE, NULL, { AFFECTED, .backup_in = -3 }, DEFERRED("backup", "has just begun") },
		{ "a type that is only configured", ACTION_ISOLATE, NO_RESTART, NULL, { AFFECTED, .backup_in = 10 }, GO },
		{ "restart of the group", ACTION_RESTART_GROUP, FORCE, NULL, { AFFECTED, .backup_in = 10 }, DEFERRED("backup", NULL) },
		{ "reboot", ACTION_REBOOT, FORCE, NULL, { AFFECTED, .backup_in = 10 }, DEFERRED("backup", NULL) },
		{ "revert", ACTION_REVERT, FORCE, "Share Process", { .verdict = VERDICT_HEALTHY, .backup_in = 10 }, DEFERRED("backup", NULL) },
		{ "nothing to do anyway", ACTION_ISOLATE, 0, NULL, { .verdict = VERDICT_HEALTHY, .backup_in = 10 }, SKIPPED("isolated", NULL) },
	};
	(void)state;
	CHECK(rows);
}

static void a_backup_is_known_whatever_is_asked_for(void **state)
{
	static const struct {
		const char *about;
		struct glance glance;
		bool backup;
	} cases[] = {
		{ "nothing", { AFFECTED }, false },
		{ "a program", { AFFECTED, .backup_runs = true }, true },
		{ "a writer in state 1", { .verdict = VERDICT_AT_RISK, .writers = "A:1" }, false },
		{ "a writer in state 2", { .verdict = VERDICT_AT_RISK, .writers = "A:1,B:2" }, true },
		{ "a writer in state 5", { .verdict = VERDICT_AT_RISK, .writers = "A:5" }, true },
		{ "a writer in state 6", { .verdict = VERDICT_AT_RISK, .writers = "A:6" }, false },
		{ "the verdict", { .verdict = VERDICT_BUSY }, true },
		{ "a healthy server", { .verdict = VERDICT_HEALTHY }, false },
		{ "nobody answers", { .unreachable = true }, false },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct survey look;
		look_make(&look, &c->glance);
		bool backup = consent_is_backing_up(&look);
		look_done(&look);
		if (backup != c->backup)
			fail_msg("%s", c->about);
	}
}

static void eventsystem_must_be_able_to_come_back(void **state)
{
	static const struct row rows[] = {
		{ "disabled while it runs", ACTION_ISOLATE, FORCE, NULL, { AFFECTED, .mode = "Disabled" }, DEFERRED("disabled", "start= auto") },
		{ "disabled and stopped", ACTION_ISOLATE, FORCE, NULL, { LOST("D4 eventsystem_disabled"), .mode = "Disabled", .state = "Stopped" }, DEFERRED("disabled", NULL) },
		{ "stopped", ACTION_ISOLATE, FORCE, NULL, { LOST("D4 eventsystem_stopped"), .state = "Stopped" }, DEFERRED("stopped", "sc.exe start EventSystem") },
		{ "stopping", ACTION_ISOLATE, FORCE, NULL, { .verdict = VERDICT_UNKNOWN, .state = "Stop Pending" }, DEFERRED("changing", "Stop Pending") },
		{ "stopped: restart of the group", ACTION_RESTART_GROUP, FORCE, NULL, { LOST(NULL), .state = "Stopped" }, DEFERRED("stopped", NULL) },
		{ "stopped: revert", ACTION_REVERT, 0, "Share Process", { .verdict = VERDICT_UNKNOWN, .state = "Stopped" }, DEFERRED("stopped", NULL) },
		{ "a disabled one would be stopped", ACTION_ISOLATE, FORCE | R_ROLE, NULL, { AFFECTED, .stops = "COMSysApp BITS SENS EventSystem", .also = "COMSysApp SENS=disabled BITS=Disabled" }, DEFERRED("disabled", "would stop BITS, SENS, disabled while running") },
		{ "a disabled one, no restart", ACTION_ISOLATE, NO_RESTART, NULL, { AFFECTED, .also = "COMSysApp SENS=Disabled" }, GO },
		{ "a disabled one that is not stopped", ACTION_ISOLATE, 0, NULL, { AFFECTED, .also = "COMSysApp SENS CryptSvc=Disabled" }, GO },
		{ "one of the group is disabled", ACTION_RESTART_GROUP, 0, NULL, { AFFECTED, .stops = "SENS EventSystem Themes", .also = "SENS Themes=Disabled" }, DEFERRED("disabled", "Themes") },
		{ "a disabled one: revert", ACTION_REVERT, 0, "Share Process", { .verdict = VERDICT_HEALTHY, .also = "COMSysApp SENS=Disabled" }, DEFERRED("disabled", "SENS") },
		{ "a disabled one: reboot", ACTION_REBOOT, 0, NULL, { AFFECTED, .also = "COMSysApp SENS=Disabled" }, GO },
		{ "one that is started on demand", ACTION_ISOLATE, 0, NULL, { AFFECTED, .also = "COMSysApp=Manual SENS" }, GO },
		{ "stopping: reboot", ACTION_REBOOT, FORCE, NULL, { .verdict = VERDICT_UNKNOWN, .state = "Stop Pending" }, GO },
	};
	(void)state;
	CHECK(rows);
}

static void a_restart_spares_roles_clusters_and_updates(void **state)
{
	static const struct row rows[] = {
		{ "stops unknown", ACTION_ISOLATE, FORCE, NULL, { AFFECTED, .stops = "?" }, DEFERRED("stops_unknown", "not known") },
		{ "stops unknown, no restart", ACTION_ISOLATE, NO_RESTART, NULL, { AFFECTED, .stops = "?" }, GO },
		{ "stops unknown: the group", ACTION_RESTART_GROUP, NO_RESTART, NULL, { AFFECTED, .stops = "?" }, DEFERRED("stops_unknown", NULL) },
		{ "stops unknown: reboot", ACTION_REBOOT, 0, NULL, { AFFECTED, .stops = "?" }, GO },
		{ "stops unknown: revert", ACTION_REVERT, 0, "Share Process", { .verdict = VERDICT_HEALTHY, .stops = "?" }, DEFERRED("stops_unknown", NULL) },
		{ "a role", ACTION_ISOLATE, FORCE, NULL, { AFFECTED, ROLE }, DEFERRED("role", "stop DFSR, DHCPServer: --allow-role") },
		{ "a role, allowed", ACTION_ISOLATE, R_ROLE, NULL, { AFFECTED, ROLE }, GO },
		{ "a role, another thing allowed", ACTION_ISOLATE, R_CLUSTER | R_PENDING, NULL, { AFFECTED, ROLE }, DEFERRED("role", NULL) },
		{ "a role, no restart", ACTION_ISOLATE, NO_RESTART, NULL, { AFFECTED, ROLE }, GO },
		{ "a role: revert", ACTION_REVERT, 0, "Share Process", { .verdict = VERDICT_HEALTHY, ROLE }, DEFERRED("role", NULL) },
		{ "a role: the group", ACTION_RESTART_GROUP, 0, NULL, { AFFECTED, ROLE }, DEFERRED("role", NULL) },
		{ "a role: reboot", ACTION_REBOOT, FORCE, NULL, { AFFECTED, .also = "NTDS SENS DFSR" }, DEFERRED("role", "a reboot would stop NTDS, DFSR: --allow-role") },
		{ "a role: reboot, allowed", ACTION_REBOOT, R_ROLE, NULL, { AFFECTED, .also = "NTDS SENS DFSR" }, GO },
		{ "a role that does not run: reboot", ACTION_REBOOT, 0, NULL, { AFFECTED, .also = "-DFSR SENS" }, GO },
		{ "a role that a restart does not stop", ACTION_ISOLATE, 0, NULL, { AFFECTED, .also = "COMSysApp SENS NTDS" }, GO },
		{ "a named cluster", ACTION_ISOLATE, FORCE, NULL, { AFFECTED, .cluster = "SQLCL1" }, DEFERRED("cluster", "SQLCL1") },
		{ "a cluster without a name", ACTION_ISOLATE, 0, NULL, { AFFECTED, .also = "ClusSvc" }, DEFERRED("cluster", "name not known") },
		{ "its service is installed only", ACTION_ISOLATE, 0, NULL, { AFFECTED, .also = "-ClusSvc" }, GO },
		{ "a cluster, allowed", ACTION_ISOLATE, R_CLUSTER, NULL, { AFFECTED, .cluster = "SQLCL1" }, GO },
		{ "a cluster, no restart", ACTION_ISOLATE, NO_RESTART, NULL, { AFFECTED, .cluster = "SQLCL1" }, GO },
		{ "a cluster: reboot", ACTION_REBOOT, 0, NULL, { AFFECTED, .cluster = "SQLCL1" }, DEFERRED("cluster", NULL) },
		{ "a cluster: revert", ACTION_REVERT, 0, "Share Process", { .verdict = VERDICT_HEALTHY, .cluster = "SQLCL1" }, GO },
		{ "updates wait", ACTION_ISOLATE, FORCE, NULL, { AFFECTED, .pending_reboot = KNOWN_YES }, DEFERRED("pending_reboot", "--allow-pending-reboot") },
		{ "updates wait, allowed", ACTION_ISOLATE, R_PENDING, NULL, { AFFECTED, .pending_reboot = KNOWN_YES }, GO },
		{ "updates wait, no restart", ACTION_ISOLATE, NO_RESTART, NULL, { AFFECTED, .pending_reboot = KNOWN_YES }, GO },
		{ "updates wait: reboot", ACTION_REBOOT, 0, NULL, { AFFECTED, .pending_reboot = KNOWN_YES }, DEFERRED("pending_reboot", NULL) },
		{ "somebody is logged on", ACTION_REBOOT, FORCE, NULL, { AFFECTED, .users = 2 }, DEFERRED("users", "in 2 sessions") },
		{ "somebody is logged on, allowed", ACTION_REBOOT, R_USERS, NULL, { AFFECTED, .users = 2 }, GO },
		{ "nobody knows who is logged on", ACTION_REBOOT, 0, NULL, { AFFECTED, .users = UNSEEN }, DEFERRED("users", "could not be asked") },
		{ "somebody is logged on: no reboot", ACTION_ISOLATE, 0, NULL, { AFFECTED, .users = 2 }, GO },
		{ "no updates wait", ACTION_REBOOT, 0, NULL, { AFFECTED, .pending_reboot = KNOWN_NO }, GO },
	};
	(void)state;
	CHECK(rows);
}

static void other_repairs_need_a_reason_too(void **state)
{
	static const struct row rows[] = {
		{ "the group of an affected one", ACTION_RESTART_GROUP, 0, NULL, { AFFECTED }, GO },
		{ "the group of one at risk", ACTION_RESTART_GROUP, 0, NULL, { .verdict = VERDICT_AT_RISK, SHARED }, GO },
		{ "the group where the fix is pending", ACTION_RESTART_GROUP, 0, NULL, { PENDING }, DEFERRED("verdict", "use fix isolate") },
		{ "the group of a shared one", ACTION_RESTART_GROUP, REQUIRED, NULL, { .verdict = VERDICT_SHARED, SHARED }, DEFERRED("verdict", "--force") },
		{ "the group, forced", ACTION_RESTART_GROUP, FORCE, NULL, { .verdict = VERDICT_SHARED, SHARED }, GO },
		{ "reboot of an affected one", ACTION_REBOOT, 0, NULL, { AFFECTED }, GO },
		{ "reboot where the fix is pending", ACTION_REBOOT, 0, NULL, { PENDING }, GO },
		{ "reboot of a shared one", ACTION_REBOOT, 0, NULL, { .verdict = VERDICT_SHARED, SHARED }, DEFERRED("verdict", "are fine (shared)") },
		{ "reboot of a healthy one", ACTION_REBOOT, 0, NULL, { .verdict = VERDICT_HEALTHY }, SKIPPED("isolated", NULL) },
		{ "reboot of a healthy one, forced", ACTION_REBOOT, FORCE, NULL, { .verdict = VERDICT_HEALTHY }, GO },
		{ "reboot without services: a backup may run", ACTION_REBOOT, FORCE | R_ROLE, NULL, { .verdict = VERDICT_UNKNOWN, .no_services = true }, DEFERRED("backup", "is not known") },
		{ "reboot of an unknown one", ACTION_REBOOT, 0, NULL, { .verdict = VERDICT_UNKNOWN }, DEFERRED("unchecked", NULL) },
	};
	(void)state;
	CHECK(rows);
}

static void a_revert_needs_a_record_and_a_difference(void **state)
{
	static const struct row rows[] = {
		{ "no record", ACTION_REVERT, 0, NULL, { .verdict = VERDICT_HEALTHY }, SKIPPED("no_record", "nothing was changed") },
		{ "no record, unreachable", ACTION_REVERT, 0, NULL, { .unreachable = true }, SKIPPED("no_record", NULL) },
		{ "unreachable", ACTION_REVERT, 0, "Share Process", { .unreachable = true }, DEFERRED("unchecked", NULL) },
		{ "own now, shared before", ACTION_REVERT, 0, "Share Process", { .verdict = VERDICT_HEALTHY }, GO },
		{ "whatever the verdict", ACTION_REVERT, 0, "Share Process", { LOST("D2 event_class_lost") }, GO },
		{ "as it was", ACTION_REVERT, 0, "Share Process", { .verdict = VERDICT_SHARED, SHARED }, SKIPPED("reverted", NULL) },
		{ "as it was, own", ACTION_REVERT, 0, "Own Process", { .verdict = VERDICT_HEALTHY }, SKIPPED("reverted", "Own Process") },
		{ "own, not restarted", ACTION_REVERT, 0, "Own Process", { PENDING }, GO },
		{ "share, still alone", ACTION_REVERT, 0, "Share Process", { .type = "Share Process", .build = "9600" }, GO },
		{ "share, still alone, no restart", ACTION_REVERT, NO_RESTART, "Share Process", { .type = "Share Process", .build = "9600" }, SKIPPED("reverted", NULL) },
		{ "share, split by Windows", ACTION_REVERT, 0, "Share Process", { .type = "Share Process", .build = "17763" }, SKIPPED("reverted", NULL) },
		{ "type unknown", ACTION_REVERT, FORCE, "Share Process", { .type = "" }, DEFERRED("unchecked", NULL) },
	};
	(void)state;
	CHECK(rows);
}

static void what_was_begun_asks_only_for_the_harm_it_would_do(void **state)
{
	static const struct row rows[] = {
		{ "as it was planned", ACTION_ISOLATE, 0, NULL, { AFFECTED }, GO },
		{ "isolated meanwhile", ACTION_ISOLATE, 0, NULL, { .verdict = VERDICT_HEALTHY }, GO },
		{ "isolated, a backup begins soon", ACTION_ISOLATE, 0, NULL, { .verdict = VERDICT_HEALTHY, .backup_in = 20 }, DEFERRED("backup", "in 20 minutes") },
		{ "isolated, a backup runs", ACTION_ISOLATE, FORCE, NULL, { .verdict = VERDICT_BUSY, .backup_runs = true }, DEFERRED("backup", "is running") },
		{ "reverted, a backup begins soon", ACTION_REVERT, 0, "Share Process", { .verdict = VERDICT_HEALTHY, .type = "Share Process", .build = "20348", .backup_in = 20 }, DEFERRED("backup", NULL) },
		{ "reverted, a role", ACTION_REVERT, 0, "Share Process", { .verdict = VERDICT_SHARED, SHARED, ROLE }, DEFERRED("role", NULL) },
		{ "healthy, somebody logged on: reboot", ACTION_REBOOT, 0, NULL, { .verdict = VERDICT_HEALTHY, .users = 2 }, DEFERRED("users", NULL) },
		{ "another cause", ACTION_ISOLATE, 0, NULL, { LOST("D2 event_class_lost"), SHARED }, GO },
		{ "another cause, a role", ACTION_ISOLATE, 0, NULL, { LOST("D2 event_class_lost"), SHARED, ROLE }, DEFERRED("role", NULL) },
		{ "another cause, a cluster", ACTION_ISOLATE, 0, NULL, { LOST("D2 event_class_lost"), SHARED, .cluster = "A" }, DEFERRED("cluster", NULL) },
		{ "another cause, updates wait", ACTION_ISOLATE, 0, NULL, { LOST("D2 event_class_lost"), SHARED, .pending_reboot = KNOWN_YES }, DEFERRED("pending_reboot", NULL) },
		{ "not called for", ACTION_ISOLATE, 0, NULL, { .verdict = VERDICT_SHARED, SHARED }, GO },
		{ "not checked, a role", ACTION_ISOLATE, 0, NULL, { .verdict = VERDICT_UNKNOWN, SHARED, ROLE }, DEFERRED("role", NULL) },
		{ "not checked, a disabled one", ACTION_ISOLATE, 0, NULL, { .verdict = VERDICT_UNKNOWN, SHARED, .also = "SENS=Disabled" }, DEFERRED("disabled", NULL) },
		{ "not checked, stops unknown", ACTION_ISOLATE, FORCE, NULL, { .verdict = VERDICT_UNKNOWN, SHARED, .stops = "?" }, DEFERRED("stops_unknown", NULL) },
		{ "not checked: what it would disturb is not known", ACTION_ISOLATE, 0, NULL, { .verdict = VERDICT_UNKNOWN, SHARED }, DEFERRED("unchecked", NULL) },
		{ "not checked, forced", ACTION_ISOLATE, FORCE, NULL, { .verdict = VERDICT_UNKNOWN, SHARED }, GO },
		{ "unreachable", ACTION_ISOLATE, FORCE, NULL, { .unreachable = true }, DEFERRED("unchecked", NULL) },
	};
	(void)state;
	CHECK_BY(consent_to_go_on, rows);
}

static void the_most_serious_objection_is_told(void **state)
{
	static const struct row rows[] = {
		{ "a backup before all", ACTION_ISOLATE, 0, NULL, { LOST("D2 event_class_lost"), .mode = "Disabled", .backup_runs = true, ROLE }, DEFERRED("backup", NULL) },
		{ "disabled before its cause", ACTION_ISOLATE, 0, NULL, { LOST("D4 eventsystem_disabled"), .mode = "Disabled", ROLE }, DEFERRED("disabled", NULL) },
		{ "a cause before a role", ACTION_ISOLATE, 0, NULL, { LOST("D2 event_class_lost"), ROLE, .cluster = "A" }, DEFERRED("cause", NULL) },
		{ "the verdict before a role", ACTION_ISOLATE, 0, NULL, { .verdict = VERDICT_SHARED, SHARED, ROLE }, DEFERRED("verdict", NULL) },
		{ "disabled before a role", ACTION_ISOLATE, 0, NULL, { AFFECTED, ROLE, .also = "SENS=Disabled" }, DEFERRED("disabled", NULL) },
		{ "a role before a cluster: reboot", ACTION_REBOOT, 0, NULL, { AFFECTED, .also = "ClusSvc" }, DEFERRED("role", "ClusSvc") },
		{ "a role before a cluster", ACTION_ISOLATE, 0, NULL, { AFFECTED, ROLE, .cluster = "A", .pending_reboot = KNOWN_YES }, DEFERRED("role", NULL) },
		{ "a cluster before updates", ACTION_ISOLATE, 0, NULL, { AFFECTED, .cluster = "A", .pending_reboot = KNOWN_YES }, DEFERRED("cluster", NULL) },
	};
	(void)state;
	CHECK(rows);
}
// clang-format on

static void a_long_reason_is_cut_between_characters(void **state)
{
	struct survey look;
	const struct consent_options options = { .action = ACTION_ISOLATE, .restart = true };
	(void)state;

	look_make(&look, &(struct glance){ .unreachable = true });
	char *reason = look.result->judgement.reason;
	memset(reason, 0, sizeof(look.result->judgement.reason));
	for (size_t i = 0; i + 3 < sizeof(look.result->judgement.reason); i += 3)
		memcpy(reason + i, "あ", 3);
	struct consent c = consent_of(&look, &options);
	look_done(&look);
	size_t len = strlen(c.message);
	assert_in_range(len, sizeof(c.message) - 5, sizeof(c.message) - 1);
	assert_string_equal(c.message + len - 6, "あ...");
}

static void protected_services_are_known_by_name_and_by_beginning(void **state)
{
	static const struct {
		const char *service;
		bool usual, own; /* by the built-in list; by a list of "Spooler" and "Foo*" */
	} cases[] = {
		{ "DFSR", true, false },
		{ "dfsr", true, false },
		{ "DFSRX", false, false },
		{ "MSSQLSERVER", true, false },
		{ "MSSQL$PAYROLL", true, false },
		{ "MSExchangeIS", true, false },
		{ "ClusSvc", true, false },
		{ "vmms", true, false },
		{ "NTDS", true, false },
		{ "NtFrs", true, false },
		{ "WINS", true, false },
		{ "DHCPServer", true, false },
		{ "Dhcp", false, false },
		{ "SENS", false, false },
		{ "COMSysApp", false, false },
		{ "spooler", false, true },
		{ "foo", false, true },
		{ "FooBar", false, true },
	};
	OWN_VALUE(names_done) struct names own = { 0 };
	(void)state;

	look_names(&own, "Spooler Foo*");
	FOR_EACH(c, cases)
		if (consent_protects(NULL, c->service) != c->usual || consent_protects(&own, c->service) != c->own)
			fail_msg("%s", c->service);
}

static void peers_have_the_same_keys(void **state)
{
	static const struct {
		const char *about;
		struct glance glance;
		const char *tag, *keys;
	} cases[] = {
		{ "nobody", { .verdict = VERDICT_SHARED }, NULL, "" },
		{ "a cluster", { .cluster = "SQLCL1" }, NULL, "cluster:sqlcl1 " },
		{ "a cluster without a name", { .also = "ClusSvc" }, NULL, "cluster:? " },
		{ "a domain controller", { .product_type = 2, .domain = "Corp.Example" }, NULL, "dc:corp.example " },
		{ "a domain controller of nowhere", { .product_type = 2 }, NULL, "dc:? " },
		{ "a member", { .product_type = 3, .domain = "corp.example" }, NULL, "" },
		{ "a tag", { .verdict = VERDICT_SHARED }, "Web", "peer:web " },
		{ "an empty tag", { .verdict = VERDICT_SHARED }, "", "" },
		{ "all", { .cluster = "A", .product_type = 2, .domain = "b" }, "c", "cluster:a dc:b peer:c " },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct survey look;
		struct error e = { 0 };
		char *key[3], all[200] = "";
		look_make(&look, &c->glance);
		assert_int_equal(consent_peers(&look, c->tag, key, &e), 0);
		for (size_t i = 0; i < COUNT(key); i++) {
			if (key[i])
				strcat(strcat(all, key[i]), " ");
			free(key[i]);
		}
		look_done(&look);
		if (strcmp(all, c->keys))
			fail_msg("%s: '%s', not '%s'", c->about, all, c->keys);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(isolating_needs_a_reason),
		cmocka_unit_test(another_cause_is_named_with_its_cure),
		cmocka_unit_test(nothing_is_touched_during_a_backup),
		cmocka_unit_test(nothing_is_begun_that_a_backup_would_meet),
		cmocka_unit_test(a_backup_is_known_whatever_is_asked_for),
		cmocka_unit_test(eventsystem_must_be_able_to_come_back),
		cmocka_unit_test(a_restart_spares_roles_clusters_and_updates),
		cmocka_unit_test(other_repairs_need_a_reason_too),
		cmocka_unit_test(a_revert_needs_a_record_and_a_difference),
		cmocka_unit_test(what_was_begun_asks_only_for_the_harm_it_would_do),
		cmocka_unit_test(the_most_serious_objection_is_told),
		cmocka_unit_test(a_long_reason_is_cut_between_characters),
		cmocka_unit_test(protected_services_are_known_by_name_and_by_beginning),
		cmocka_unit_test(peers_have_the_same_keys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
