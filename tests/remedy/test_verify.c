/* Tests of verify: all is well but for one thing, for each thing that there is. */
#include "cases.h"
#include "looks.h"
#include "verify.h"

#include <stdlib.h>
#include <string.h>

#define SINCE 1795175900
#define LATER "1795175960"
#define EARLIER "1795175800"
#define AT_ONCE "1795175902" /* logged because of the look before the restart */
#define FOUND "0x800401fb@"

/* Before: affected, shared with three, with the usual dependents. */
static const struct glance sick = { .verdict = VERDICT_AFFECTED,
	.type = "Share Process",
	.pid = 816,
	.shares = "FontCache netprofm nsi",
	.vss = VSS_EMPTY,
	.writers = "" };
/* Afterwards the neighbours run in a process of their own. */
#define REST "COMSysApp SENS CryptSvc Winmgmt FontCache netprofm nsi"
#define FIVE "ASR Writer:1,Registry Writer:1,WMI Writer:1,COM+ REGDB Writer:1,Shadow Copy Optimization Writer:1"
#define TWO "ASR Writer:1,Registry Writer:1"

struct row {
	const char *about;
	enum action action;
	const struct glance *before; /* NULL: sick */
	struct glance after;
	int64_t since; /* 0: SINCE */
	const char *wanted_type;
	enum verified verified;
	bool stopped;
	const char *message; /* a part of it */
};

static const char *word(enum verified verified)
{
	static const char *const words[] = { "yes", "partly", "no", "unknown" };
	return words[verified];
}

static void check(const struct row *row)
{
	struct survey before, after;

	look_make(&before, row->before ? row->before : &sick);
	look_make(&after, &row->after);
	struct verification v =
		verify(&before.state, &after, row->action, row->wanted_type, row->since ? row->since : SINCE);
	look_done(&before);
	look_done(&after);
	if (v.verified != row->verified || v.stopped != row->stopped || !strstr(v.message, row->message))
		fail_msg("%s: %s%s: %s", row->about, word(v.verified), v.stopped ? ", stopped" : "", v.message);
}
#define CHECK(rows)                                                                                                    \
	do {                                                                                                           \
		FOR_EACH(row, rows)                                                                                    \
			check(row);                                                                                    \
	} while (0)

// clang-format off
static void isolating_is_proved_by_the_process_and_by_who_runs(void **state)
{
	static const struct glance unseen = { .no_services = true }, pending = { .pid = 816, .shares = "FontCache netprofm nsi" },
		bits = { .type = "Share Process", .pid = 816, .shares = "FontCache netprofm nsi", .stops = "COMSysApp BITS SENS EventSystem" };
	static const struct row rows[] = {
		{ "all is well", ACTION_ISOLATE, NULL, { .also = REST }, 0, NULL, VERIFIED_YES, false,
			"own process 1025, dependents COMSysApp, SENS run, former neighbours FontCache, netprofm, nsi run, writers 0 -> 6" },
		{ "the fix was pending", ACTION_ISOLATE, &pending, { .also = REST }, 0, NULL, VERIFIED_YES, false, "writers 6 -> 6" },
		{ "it shares still", ACTION_ISOLATE, NULL, { .pid = 816, .shares = "FontCache netprofm nsi", .also = REST }, 0, NULL, VERIFIED_NO, false,
			"EventSystem still shares process 816 with FontCache, netprofm, nsi" },
		{ "it shares another process", ACTION_ISOLATE, NULL, { .shares = "Themes", .also = REST }, 0, NULL, VERIFIED_NO, false, "still shares process 1025" },
		{ "alone, but not restarted", ACTION_ISOLATE, NULL, { .pid = 816, .also = REST }, 0, NULL, VERIFIED_NO, false, "still in process 816" },
		{ "the type has not taken", ACTION_ISOLATE, NULL, { .type = "Share Process", .also = REST }, 0, NULL, VERIFIED_NO, false, "is Share Process, not Own Process" },
		{ "the type is not known", ACTION_ISOLATE, NULL, { .type = "", .also = REST }, 0, NULL, VERIFIED_UNKNOWN, false, "the type of EventSystem is not known" },
		{ "the process before is not known", ACTION_ISOLATE, &unseen, { .also = REST }, 0, NULL, VERIFIED_UNKNOWN, false, "process EventSystem was before" },
		{ "EventSystem is stopped", ACTION_ISOLATE, NULL, { .state = "Stopped", .also = REST }, 0, NULL, VERIFIED_NO, true, "EventSystem does not run: start it" },
		{ "EventSystem is starting", ACTION_ISOLATE, NULL, { .state = "Start Pending", .also = REST }, 0, NULL, VERIFIED_UNKNOWN, false, "changing its state" },
		{ "EventSystem is paused", ACTION_ISOLATE, NULL, { .state = "Paused", .also = REST }, 0, NULL, VERIFIED_NO, false, "EventSystem is Paused" },
		{ "a dependent is stopped", ACTION_ISOLATE, NULL, { .also = "-COMSysApp SENS CryptSvc Winmgmt FontCache netprofm nsi" }, 0, NULL, VERIFIED_NO, true, "dependents that ran before and do not run now: COMSysApp" },
		{ "a dependent is gone", ACTION_ISOLATE, NULL, { .also = "SENS CryptSvc Winmgmt FontCache netprofm nsi" }, 0, NULL, VERIFIED_NO, true, "COMSysApp" },
		{ "a dependent is starting", ACTION_ISOLATE, NULL, { .also = "COMSysApp ~SENS CryptSvc Winmgmt FontCache netprofm nsi" }, 0, NULL, VERIFIED_UNKNOWN, false, "changing their state: SENS" },
		{ "a disabled dependent is stopped", ACTION_ISOLATE, NULL, { .also = "COMSysApp -SENS=Disabled FontCache netprofm nsi" }, 0, NULL, VERIFIED_NO, true, "do not run now: SENS" },
		{ "the mode of a stopped dependent is not known", ACTION_ISOLATE, NULL, { .also = "COMSysApp -SENS= FontCache netprofm nsi" }, 0, NULL, VERIFIED_NO, true, "do not run now: SENS" },
		{ "a dependent that is started on demand has ended", ACTION_ISOLATE, &bits, { .also = REST " -BITS=Manual" }, 0, NULL, VERIFIED_PARTLY, true, ", but dependents that are started on demand and do not run now: BITS" },
		{ "it runs", ACTION_ISOLATE, &bits, { .also = REST " BITS=Manual" }, 0, NULL, VERIFIED_YES, false, "COMSysApp, BITS, SENS run" },
		{ "it has ended, another one is stopped", ACTION_ISOLATE, &bits, { .also = "COMSysApp -SENS FontCache netprofm nsi -BITS=Manual" }, 0, NULL, VERIFIED_NO, true, "do not run now: SENS" },
		{ "EventSystem is started on demand, and stopped", ACTION_ISOLATE, NULL, { .state = "Stopped", .mode = "Manual", .also = REST }, 0, NULL, VERIFIED_NO, true, "EventSystem does not run: start it" },
		{ "an automatic neighbour is stopped, not by us", ACTION_ISOLATE, NULL, { .also = "COMSysApp SENS FontCache -netprofm nsi" }, 0, NULL, VERIFIED_PARTLY, false,
			", but former neighbours that do not run now, but were not stopped by the repair: netprofm" },
		{ "a neighbour is gone", ACTION_ISOLATE, NULL, { .also = "COMSysApp SENS FontCache nsi" }, 0, NULL, VERIFIED_PARTLY, false, "not stopped by the repair: netprofm" },
		{ "the mode of a stopped neighbour is not known", ACTION_ISOLATE, NULL, { .also = "COMSysApp SENS FontCache -netprofm= nsi" }, 0, NULL, VERIFIED_PARTLY, false, "netprofm" },
		{ "a neighbour that is started on demand has ended", ACTION_ISOLATE, NULL, { .also = "COMSysApp SENS FontCache -netprofm=Manual nsi" }, 0, NULL, VERIFIED_YES, false, "former neighbours FontCache, nsi run" },
		{ "all neighbours have ended", ACTION_ISOLATE, NULL, { .also = "COMSysApp SENS -FontCache=Manual -netprofm=Manual -nsi=Disabled" }, 0, NULL, VERIFIED_YES, false, "dependents COMSysApp, SENS run, writers" },
		{ "a neighbour is starting", ACTION_ISOLATE, NULL, { .also = "COMSysApp SENS FontCache ~netprofm=Manual nsi" }, 0, NULL, VERIFIED_UNKNOWN, false, "changing their state: netprofm" },
		{ "the services are not known", ACTION_ISOLATE, NULL, { .no_services = true }, 0, NULL, VERIFIED_UNKNOWN, false, "the list of services could not be read" },
		{ "it cannot be asked", ACTION_ISOLATE, NULL, { .unreachable = true }, 0, NULL, VERIFIED_UNKNOWN, false, "could not be asked: Thus says" },
	};
	(void)state;
	CHECK(rows);
}

static void writers_must_be_back(void **state)
{
	static const struct glance agent = { .type = "Share Process", .pid = 816, .shares = "nsi", .writers = FIVE ",System Writer:1,Agent Writer:1" },
		adam = { .type = "Share Process", .pid = 816, .shares = "nsi", .writers = FIVE ",ADAM:1,MSDEWriter:1" },
		bits = { .type = "Share Process", .pid = 816, .shares = "nsi", .writers = FIVE ",System Writer:1,BITS Writer:1,Task Scheduler Writer:1" };
	static const struct row rows[] = {
		{ "none", ACTION_ISOLATE, NULL, { .also = REST, .vss = VSS_EMPTY, .writers = "", .checkpoint = CHECKPOINT_MATCH }, 0, NULL, VERIFIED_NO, false, "still no writer after the restart: reboot the server" },
		{ "none after a reboot", ACTION_REBOOT, NULL, { .also = REST, .last_boot = LOOK_NOW, .vss = VSS_EMPTY, .writers = "", .checkpoint = CHECKPOINT_MATCH }, 0, NULL, VERIFIED_NO, false, "look for another cause" },
		{ "only express writers", ACTION_ISOLATE, NULL, { .also = REST, .writers = "Task Scheduler Writer:1", .checkpoint = CHECKPOINT_MATCH }, 0, NULL, VERIFIED_NO, false, "no writer that needs COM+" },
		{ "perhaps none", ACTION_ISOLATE, NULL, { .also = REST, .vss = VSS_EMPTY_UNVERIFIED, .writers = "" }, 0, NULL, VERIFIED_UNKNOWN, false, "vssadmin: empty_unverified" },
		{ "vssadmin hangs", ACTION_ISOLATE, NULL, { .also = REST, .vss = VSS_TIMEOUT, .writers = "" }, 0, NULL, VERIFIED_UNKNOWN, false, "not proved: the writers are not known: vssadmin: timeout" },
		{ "some are damaged", ACTION_ISOLATE, NULL, { .also = REST, .vss = VSS_PARTIAL }, 0, NULL, VERIFIED_UNKNOWN, false, "vssadmin: partial" },
		{ "two are missing", ACTION_ISOLATE, NULL, { .also = REST, .missing = "System Writer,WMI Writer" }, 0, NULL, VERIFIED_PARTLY, false,
			", but 2 writers are missing: System Writer (restart CryptSvc), WMI Writer (restart Winmgmt)" },
		{ "one that nobody knows is missing", ACTION_ISOLATE, NULL, { .also = REST, .missing = "Agent Writer" }, 0, NULL, VERIFIED_PARTLY, false, "1 writer is missing: Agent Writer" },
		{ "many are missing", ACTION_ISOLATE, NULL, { .also = REST, .missing = "A,B,C,D,E,F,G,H" }, 0, NULL, VERIFIED_PARTLY, false, "F and 2 more" },
		{ "what is missing is not known", ACTION_ISOLATE, NULL, { .also = REST, .missing_unknown = true }, 0, NULL, VERIFIED_UNKNOWN, false, "which writers are missing" },
		{ "one that was there before is missing", ACTION_ISOLATE, &agent, { .also = REST }, 0, NULL, VERIFIED_PARTLY, false, "1 writer is missing: Agent Writer" },
		{ "one has ended with its service", ACTION_ISOLATE, &bits, { .also = REST " -BITS" }, 0, NULL, VERIFIED_YES, false, "writers 8 -> 6" },
		{ "of one of several services", ACTION_ISOLATE, &adam, { .also = REST }, 0, NULL, VERIFIED_PARTLY, false, "2 writers are missing: ADAM" },
		{ "its service runs", ACTION_ISOLATE, &bits, { .also = REST " BITS" }, 0, NULL, VERIFIED_PARTLY, false, "BITS Writer (restart BITS)" },
		{ "one has failed", ACTION_ISOLATE, NULL, { .also = REST, .writers = FIVE ",System Writer:8" }, 0, NULL, VERIFIED_PARTLY, false, "System Writer is in state [8]" },
		{ "one is in state 0", ACTION_ISOLATE, NULL, { .also = REST, .writers = FIVE ",System Writer:0" }, 0, NULL, VERIFIED_PARTLY, false, "in state [0]" },
		{ "a state is unreadable", ACTION_ISOLATE, NULL, { .also = REST, .writers = FIVE ",System Writer:-1" }, 0, NULL, VERIFIED_UNKNOWN, false, "state of System Writer" },
		{ "one is at work", ACTION_ISOLATE, NULL, { .also = REST, .writers = FIVE ",System Writer:5" }, 0, NULL, VERIFIED_YES, false, "writers 0 -> 6" },
		{ "partly, and not known", ACTION_ISOLATE, NULL, { .also = REST, .missing = "WMI Writer", .no_events = true }, 0, NULL, VERIFIED_UNKNOWN, false, "not proved: the events" },
		{ "partly, and wrong", ACTION_ISOLATE, NULL, { .type = "Share Process", .also = REST, .missing = "WMI Writer" }, 0, NULL, VERIFIED_NO, false, "Share Process" },
		{ "not known, and wrong", ACTION_ISOLATE, NULL, { .type = "Share Process", .also = REST, .no_events = true }, 0, NULL, VERIFIED_NO, false, "Share Process" },
	};
	(void)state;
	CHECK(rows);
}

static void no_event_may_have_been_logged_since(void **state)
{
	static const struct row rows[] = {
		{ "one since", ACTION_ISOLATE, NULL, { .also = REST, .events = FOUND LATER }, 0, NULL, VERIFIED_NO, false, "0x800401fb 1 time since" },
		{ "two since, one before", ACTION_ISOLATE, NULL, { .also = REST, .events = FOUND LATER " " FOUND LATER " " FOUND EARLIER }, 0, NULL, VERIFIED_NO, false, "2 times" },
		{ "one before", ACTION_ISOLATE, NULL, { .also = REST, .events = FOUND EARLIER }, 0, NULL, VERIFIED_YES, false, "own process" },
		{ "one just when it was restarted", ACTION_ISOLATE, NULL, { .also = REST, .events = FOUND AT_ONCE }, 0, NULL, VERIFIED_YES, false, "own process" },
		{ "one that our question provoked", ACTION_ISOLATE, NULL, { .also = REST, .events = FOUND "-1*" }, 0, NULL, VERIFIED_NO, false, "1 time" },
		{ "another fault since", ACTION_ISOLATE, NULL, { .also = REST, .events = "0x8007045b@" LATER }, 0, NULL, VERIFIED_YES, false, "own process" },
		{ "one at a time that nobody knows", ACTION_ISOLATE, NULL, { .also = REST, .events = FOUND "-1" }, 0, NULL, VERIFIED_UNKNOWN, false, "has no time" },
		{ "the log is unreadable", ACTION_ISOLATE, NULL, { .also = REST, .no_events = true }, 0, NULL, VERIFIED_UNKNOWN, false, "the events could not be read" },
		{ "the log is unreadable, the time too", ACTION_ISOLATE, NULL, { .also = REST, .no_events = true }, UNSEEN, NULL, VERIFIED_YES, false, "own process" },
		{ "one, without a time of the restart", ACTION_ISOLATE, NULL, { .also = REST, .events = FOUND LATER }, UNSEEN, NULL, VERIFIED_YES, false, "own process" },
		{ "not all could be read", ACTION_ISOLATE, NULL, { .also = REST, .truncated = true, .events = "0x1@" LATER " 0x1@" LATER }, 0, NULL, VERIFIED_UNKNOWN, false, "too many events" },
		{ "all since could be read", ACTION_ISOLATE, NULL, { .also = REST, .truncated = true, .events = "0x1@" LATER " 0x1@" EARLIER }, 0, NULL, VERIFIED_YES, false, "own process" },
		{ "the log was cleared", ACTION_ISOLATE, NULL, { .also = REST, .covered_from = SINCE + 50 }, 0, NULL, VERIFIED_UNKNOWN, false, "does not reach back" },
		{ "the log begins with the restart", ACTION_ISOLATE, NULL, { .also = REST, .covered_from = SINCE }, 0, NULL, VERIFIED_YES, false, "own process" },
		{ "the log reaches back", ACTION_ISOLATE, NULL, { .also = REST, .covered_from = SINCE - 50 }, 0, NULL, VERIFIED_YES, false, "own process" },
	};
	(void)state;
	CHECK(rows);
}

static void other_repairs_have_their_own_proof(void **state)
{
	static const struct glance own = { .pid = 1025 }, unbooted = { .last_boot = UNSEEN }, own_bits = { .stops = "BITS SENS EventSystem" },
		group = { .type = "Share Process", .pid = 816, .shares = "FontCache nsi", .stops = "SENS EventSystem FontCache nsi" },
		shared = { .pid = 816, .shares = "FontCache netprofm" };
	static const struct row rows[] = {
		{ "the group is restarted", ACTION_RESTART_GROUP, NULL, { .type = "Share Process", .pid = 900, .shares = "FontCache netprofm nsi", .also = REST }, 0, NULL, VERIFIED_YES, false, "new process 900" },
		{ "the group is as before", ACTION_RESTART_GROUP, NULL, { .type = "Share Process", .pid = 816, .shares = "FontCache netprofm nsi", .also = REST }, 0, NULL, VERIFIED_NO, false, "still in process 816" },
		{ "all of the group run", ACTION_RESTART_GROUP, &group, { .type = "Share Process", .pid = 900, .shares = "FontCache nsi", .also = "SENS" }, 0, NULL, VERIFIED_YES, false, "900, restarted services SENS, FontCache, nsi run, writers" },
		{ "a member of the group is stopped", ACTION_RESTART_GROUP, &group, { .type = "Share Process", .pid = 900, .shares = "FontCache", .also = "SENS -nsi" }, 0, NULL, VERIFIED_NO, true, "restarted services that ran before and do not run now: nsi" },
		{ "one that is started on demand has ended", ACTION_RESTART_GROUP, &group, { .type = "Share Process", .pid = 900, .shares = "FontCache", .also = "SENS -nsi=Manual" }, 0, NULL, VERIFIED_PARTLY, true, "on demand and do not run now: nsi" },
		{ "one that was not restarted is stopped", ACTION_RESTART_GROUP, NULL, { .type = "Share Process", .pid = 900, .shares = "FontCache netprofm", .also = "COMSysApp SENS -nsi" }, 0, NULL, VERIFIED_PARTLY, false, "not stopped by the repair: nsi" },
		{ "rebooted", ACTION_REBOOT, NULL, { .type = "Share Process", .pid = 816, .last_boot = LOOK_NOW, .also = REST }, 0, NULL, VERIFIED_YES, false, "restarted at 2026-11-20" },
		{ "not rebooted", ACTION_REBOOT, NULL, { .last_boot = LOOK_BOOT + 119, .also = REST }, 0, NULL, VERIFIED_NO, false, "has not been restarted" },
		{ "the boot is not known", ACTION_REBOOT, NULL, { .last_boot = UNSEEN, .also = REST }, 0, NULL, VERIFIED_UNKNOWN, false, "last started" },
		{ "the boot before is not known", ACTION_REBOOT, &unbooted, { .last_boot = LOOK_NOW, .also = REST }, 0, NULL, VERIFIED_UNKNOWN, false, "last started" },
		{ "an earlier boot than before", ACTION_REBOOT, NULL, { .last_boot = LOOK_BOOT - 3600, .also = REST }, 0, NULL, VERIFIED_UNKNOWN, false, "set back" },
		{ "rebooted, an automatic service does not run yet", ACTION_REBOOT, NULL, { .last_boot = LOOK_NOW, .also = "COMSysApp SENS FontCache -nsi netprofm" }, 0, NULL, VERIFIED_UNKNOWN, false, "former neighbours that do not run yet: nsi" },
		{ "rebooted, an automatic dependent does not run yet", ACTION_REBOOT, NULL, { .last_boot = LOOK_NOW, .also = "COMSysApp -SENS FontCache nsi netprofm" }, 0, NULL, VERIFIED_UNKNOWN, false, "dependents that do not run yet: SENS" },
		{ "rebooted, EventSystem does not run", ACTION_REBOOT, NULL, { .last_boot = LOOK_NOW, .state = "Stopped", .also = REST }, 0, NULL, VERIFIED_NO, true, "EventSystem does not run" },
		{ "rebooted, a manual service rests", ACTION_REBOOT, NULL, { .last_boot = LOOK_NOW, .also = "COMSysApp SENS FontCache nsi -netprofm=Manual" }, 0, NULL, VERIFIED_YES, false, "restarted at" },
		{ "rebooted, a manual dependent rests", ACTION_REBOOT, NULL, { .last_boot = LOOK_NOW, .also = "-COMSysApp=Manual SENS FontCache nsi netprofm" }, 0, NULL, VERIFIED_YES, false, "dependents SENS run" },
		{ "reverted", ACTION_REVERT, &own, { .type = "Share Process", .pid = 816, .shares = "nsi", .also = REST }, 0, "Share Process", VERIFIED_YES, false, "type Share Process, process 816" },
		{ "reverted to own", ACTION_REVERT, &own, { .also = REST }, 0, "Own Process", VERIFIED_YES, false, "type Own Process" },
		{ "not reverted", ACTION_REVERT, &own, { .also = REST }, 0, "Share Process", VERIFIED_NO, false, "is Own Process, not Share Process" },
		{ "reverted to nothing", ACTION_REVERT, &own, { .also = REST }, 0, NULL, VERIFIED_UNKNOWN, false, "type" },
		{ "reverted and stopped", ACTION_REVERT, &own, { .type = "Share Process", .state = "Stopped", .also = REST }, 0, "Share Process", VERIFIED_NO, true, "does not run" },
		{ "reverted, a dependent is stopped", ACTION_REVERT, &own, { .type = "Share Process", .also = "COMSysApp -SENS" }, 0, "Share Process", VERIFIED_NO, true, "SENS" },
		{ "reverted, a dependent that is started on demand has ended", ACTION_REVERT, &own_bits, { .type = "Share Process", .also = "SENS -BITS=Manual" }, 0, "Share Process", VERIFIED_PARTLY, true, "BITS" },
		{ "reverted, a neighbour that is started on demand has ended", ACTION_REVERT, &shared, { .type = "Share Process", .also = "COMSysApp SENS FontCache -netprofm=Manual" }, 0, "Share Process", VERIFIED_YES, false, "neighbours FontCache run" },
		{ "reverted, no writer", ACTION_REVERT, &own, { .type = "Share Process", .also = REST, .vss = VSS_EMPTY, .writers = "", .checkpoint = CHECKPOINT_MATCH, .events = FOUND LATER }, 0, "Share Process", VERIFIED_YES, false, "type Share Process" },
	};
	(void)state;
	CHECK(rows);
}
// clang-format on

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(isolating_is_proved_by_the_process_and_by_who_runs),
		cmocka_unit_test(writers_must_be_back),
		cmocka_unit_test(no_event_may_have_been_logged_since),
		cmocka_unit_test(other_repairs_have_their_own_proof),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
