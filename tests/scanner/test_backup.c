/* backup: the schedule as it is set, when a backup last went well and badly, and whose product it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "backup.h"
#include "events.h"
#include "str.h"

#define TASK(settings, triggers)                                                                                       \
	"<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n<Task version=\"1.2\" "                                        \
	"xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\r\n<RegistrationInfo><Author>X</Author>"     \
	"</RegistrationInfo><Triggers>" triggers "</Triggers><Settings>" settings "<Hidden>false</Hidden></Settings>"  \
	"<Actions Context=\"Author\"><Exec><Command>%windir%\\System32\\wbadmin.exe</Command></Exec></Actions></Task>"
#define TRIGGER(enabled, schedule)                                                                                     \
	"<CalendarTrigger><StartBoundary>2026-01-01T21:00:00</StartBoundary><Enabled>" enabled "</Enabled>" schedule   \
	"</CalendarTrigger>"
#define DAILY "<ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>"
#define WEEKLY "<ScheduleByWeek><WeeksInterval>1</WeeksInterval><DaysOfWeek><Sunday/></DaysOfWeek></ScheduleByWeek>"
#define ON "<Enabled>true</Enabled>"

static void schedule_is_reported_as_found(void **state)
{
	static const char *const cases[][3] = {
		{ "daily", TASK(ON, TRIGGER("true", DAILY)), "daily" },
		{ "enabled is the default", TASK("", "<CalendarTrigger>" DAILY "</CalendarTrigger>"), "daily" },
		{ "twice a day", TASK(ON, TRIGGER("true", DAILY) TRIGGER("true", DAILY)), "daily" },
		{ "69: weekly", TASK(ON, TRIGGER("true", WEEKLY)), "weekly" },
		{ "every other day",
			TASK(ON, TRIGGER("true", "<ScheduleByDay><DaysInterval>2</DaysInterval></ScheduleByDay>")),
			"other" },
		{ "at start", TASK(ON, "<BootTrigger><Enabled>true</Enabled></BootTrigger>"), "other" },
		{ "69: the task is disabled", TASK("<Enabled>false</Enabled>", TRIGGER("true", DAILY)), "disabled" },
		{ "its only trigger is", TASK(ON, TRIGGER("false", DAILY)), "disabled" },
		{ "one of its triggers is", TASK(ON, TRIGGER("false", DAILY) TRIGGER("true", WEEKLY)), "weekly" },
	};

	(void)state;
	FOR_EACH(c, cases) {
		const char *schedule = NULL;
		struct backup_times times = { 0 };
		struct error e = { 0 };
		if (backup_read_task((*c)[1], strlen((*c)[1]), 0, &schedule, &times, &e) < 0)
			fail_msg("%s: %s", (*c)[0], e.cause);
		if (strcmp(schedule, (*c)[2]) != 0)
			fail_msg("%s: %s", (*c)[0], schedule);
	}
}

static void another_document_is_no_schedule(void **state)
{
	static const char *const bad[] = { "", "ERROR: The system cannot find the file specified.", "<Task/>",
		"<Tasks xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\"/>",
		"<Task xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\"><Triggers>" };

	(void)state;
	FOR_EACH(text, bad) {
		const char *schedule = NULL;
		struct backup_times times = { 0 };
		struct error e = { 0 };
		assert_int_equal(backup_read_task(*text, strlen(*text), 0, &schedule, &times, &e), -1);
		assert_int_equal(e.kind, ERROR_PARSE);
		assert_null(schedule);
		assert_false(times.known);
	}
}

#define AT(boundary, more)                                                                                             \
	"<CalendarTrigger><StartBoundary>" boundary "</StartBoundary>" more DAILY "</CalendarTrigger>"

static void each_time_is_kept_and_that_it_is_exact_is_told(void **state)
{
	static const struct {
		const char *about, *task;
		int count, minute[2];
		bool inexact; /* there may be others, and not all are daily */
	} cases[] = {
		{ "at nine", TASK(ON, AT("2016-04-01T21:00:00", "")), 1, { 21 * 60, 0 } },
		{ "at midnight", TASK(ON, AT("2016-04-01T00:00:00", "")), 1, { 0, 0 } },
		{ "twice a day", TASK(ON, AT("2016-04-01T12:30:00", "") AT("2016-04-01T23:59:59", "")), 2,
			{ 12 * 60 + 30, 23 * 60 + 59 } },
		{ "one trigger is off", TASK(ON, AT("2016-04-01T12:30:00", "") TRIGGER("false", DAILY)), 1,
			{ 12 * 60 + 30, 0 } },
		{ "the task is off", TASK("<Enabled>false</Enabled>", TRIGGER("true", DAILY)), 0, { 0, 0 } },
		{ "in UTC", TASK(ON, AT("2016-04-01T21:00:00Z", "")), 0, { 0, 0 }, true },
		{ "in a zone", TASK(ON, AT("2016-04-01T21:00:00+09:00", "")), 0, { 0, 0 }, true },
		{ "no time of the day", TASK(ON, AT("2016-04-01T24:00:00", "")), 0, { 0, 0 }, true },
		{ "no time", TASK(ON, "<CalendarTrigger>" DAILY "</CalendarTrigger>"), 0, { 0, 0 }, true },
		{ "each hour",
			TASK(ON, AT("2016-04-01T21:00:00", "<Repetition><Interval>PT1H</Interval></Repetition>")), 1,
			{ 21 * 60, 0 }, true },
		{ "weekly", TASK(ON, TRIGGER("true", WEEKLY)), 1, { 21 * 60, 0 }, true },
		{ "weekly too", TASK(ON, AT("2016-04-01T12:30:00", "") TRIGGER("true", WEEKLY)), 2,
			{ 12 * 60 + 30, 21 * 60 }, true },
		{ "daily, and in UTC", TASK(ON, AT("2016-04-01T21:00:00Z", "") AT("2016-04-01T12:30:00", "")), 1,
			{ 12 * 60 + 30, 0 }, true },
	};

	(void)state;
	FOR_EACH(c, cases) {
		const char *schedule = NULL;
		struct backup_times times = { 0 };
		struct error e = { 0 };
		if (backup_read_task(c->task, strlen(c->task), 0, &schedule, &times, &e) < 0)
			fail_msg("%s: %s", c->about, e.cause);
		if (times.known == c->inexact || (int)times.count != c->count)
			fail_msg("%s: known %d, %zu", c->about, times.known, times.count);
		for (int i = 0; i < c->count; i++)
			if (times.minute[i] != c->minute[i])
				fail_msg("%s: minute %u", c->about, times.minute[i]);
	}
}

#define RECORD(id, time, data)                                                                                         \
	"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider "                      \
	"Name='Microsoft-Windows-Backup'/><EventID>" id "</EventID><TimeCreated SystemTime='2026-11-" time             \
	":00Z'/><EventRecordID>1</EventRecordID></System><EventData>" data "</EventData></Event>"
#define HRESULT(n) "<Data Name='HRESULT'>" n "</Data>"

static void the_log_tells_the_last_success_and_the_last_failure(void **state)
{
	static const struct {
		const char *about, *text, *success, *failure;
		uint32_t failure_hr;
	} cases[] = {
		{ "4 and 5", RECORD("5", "22T12:00", "") RECORD("4", "19T12:40", "") RECORD("4", "18T12:40", ""),
			"2026-11-19T12:40:00Z", "2026-11-22T12:00:00Z" },
		{ "14 by its HRESULT",
			RECORD("14", "22T12:00", HRESULT("2155348129")) RECORD("14", "21T12:00", HRESULT("0")),
			"2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z", 0x807800a1 },
		{ "14 with 0x", RECORD("14", "22T12:00", HRESULT("0x807800a1")), NULL, "2026-11-22T12:00:00Z",
			0x807800a1 },
		{ "71: the failure keeps its number",
			RECORD("5", "21T12:00", HRESULT("1")) RECORD("5", "22T12:00", HRESULT("2155348041")), NULL,
			"2026-11-22T12:00:00Z", 0x80780049 },
		{ "14 without one says nothing", RECORD("14", "22T12:00", ""), NULL, NULL },
		{ "VSS failed", RECORD("9", "22T12:00", ""), NULL, "2026-11-22T12:00:00Z" },
		{ "nothing", "", NULL, NULL },
	};

	(void)state;
	FOR_EACH(c, cases) {
		struct backup_facts backup = { .last_success = UNSEEN, .last_failure = UNSEEN };
		struct error e = { 0 };
		assert_int_equal(backup_read_events(c->text, strlen(c->text), &backup, &e), 0);
		if (backup.last_success != (c->success ? event_time(c->success) : UNSEEN) ||
			backup.last_failure != (c->failure ? event_time(c->failure) : UNSEEN) ||
			backup.failure_hr != c->failure_hr)
			fail_msg("%s", c->about);
	}
}

static void product_and_running_come_from_the_services(void **state)
{
	static const struct {
		const char *about, *service;
		int64_t pid;
		const char *schedule;
		bool seen, list;
		const char *product;
		enum backup_running running;
		bool ran;
	} cases[] = {
		{ "WSB, idle", "wbengine", 0, "daily", true, true, "wsb", BACKUP_RUNNING_NO },
		{ "WSB at work", "wbengine", 700, "daily", true, true, "wsb", BACKUP_RUNNING_YES },
		{ "72: Veeam", "VeeamDeploySvc", 9, "none", true, true, "veeam", BACKUP_RUNNING_NO },
		{ "68: nothing", "Spooler", 9, "none", true, true, "none", BACKUP_RUNNING_NO },
		{ "69: wbadmin, by a task of one's own", "Spooler", 9, "none", true, true, "wsb", BACKUP_RUNNING_NO,
			true },
		{ "72: Veeam, where wbadmin once ran", "VeeamDeploySvc", 9, "none", true, true, "veeam",
			BACKUP_RUNNING_NO, true },
		{ "72: Veeam, where wbadmin once ran, its task not known", "VeeamDeploySvc", 9, NULL, false, true,
			"veeam", BACKUP_RUNNING_NO, true },
		{ "half of the question unanswered", "Spooler", 9, NULL, false, true, NULL, BACKUP_RUNNING_NO },
		{ "no services", "wbengine", 9, "daily", true, false, "wsb", BACKUP_RUNNING_UNKNOWN },
	};

	(void)state;
	FOR_EACH(c, cases) {
		struct service row = { .name = (char *)c->service, .pid = c->pid };
		struct service_facts services = { c->list, &row, c->list };
		struct backup_facts backup = { .seen = c->seen,
			.schedule = c->schedule,
			.last_success = c->ran ? 1 : UNSEEN,
			.last_failure = UNSEEN };
		backup_from_services(&services, &backup);
		if (backup.running != c->running || !backup.product != !c->product ||
			(c->product && strcmp(backup.product, c->product) != 0))
			fail_msg("%s: %s, %d", c->about, backup.product ? backup.product : "unknown", backup.running);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(schedule_is_reported_as_found),
		cmocka_unit_test(another_document_is_no_schedule),
		cmocka_unit_test(each_time_is_kept_and_that_it_is_exact_is_told),
		cmocka_unit_test(the_log_tells_the_last_success_and_the_last_failure),
		cmocka_unit_test(product_and_running_come_from_the_services),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
