/* backup: see the header. */
#include "backup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "console.h"
#include "evxml.h"
#include "xml.h"

/* --- the task --- */

struct task {
	bool inside; /* the root was a Task */
	bool disabled;
	bool trigger_off;
	bool daily, weekly, other;    /* triggers that are on */
	struct backup_times times;    /* as if all were daily */
	bool this_daily, this_weekly; /* the trigger being read */
	bool repeated;                /* it begins more often than it says */
	int minute;                   /* of the day that it begins; UNSEEN: not in the host's local time */
	unsigned trigger_depth;       /* 0: outside of any */
};

static int task_start(void *context, const struct xml_element *element, struct error *e)
{
	struct task *t = context;

	(void)e;
	if (element->ns != NS_TASK)
		return 0;
	if (element->depth == 1)
		t->inside = !strcmp(element->name, "Task");
	if (element->depth == 3 && !t->trigger_depth && strstr(element->name, "Trigger")) {
		t->trigger_depth = element->depth;
		t->trigger_off = t->this_daily = t->this_weekly = t->repeated = false;
		t->minute = UNSEEN;
	}
	if (t->trigger_depth && !strcmp(element->name, "ScheduleByWeek"))
		t->this_weekly = true;
	if (t->trigger_depth && !strcmp(element->name, "Repetition"))
		t->repeated = true;
	return 0;
}

static bool is_false(const char *text)
{
	return !strcasecmp(text, "false") || !strcmp(text, "0");
}

/* "2016-04-01T21:00:00" is local time; with a zone behind it, it is not (Task Scheduler's "synchronize"). */
static int minute_of_day(const char *boundary)
{
	unsigned hour, minute, second;
	int len = 0;

	return sscanf(boundary, "%*4u-%*2u-%*2uT%2u:%2u:%2u%n", &hour, &minute, &second, &len) == 3 && !boundary[len] &&
			       hour <= 23 && minute <= 59
		       ? (int)(hour * 60 + minute)
		       : UNSEEN;
}

static void trigger_end(struct task *t)
{
	struct backup_times *times = &t->times;

	t->trigger_depth = 0;
	if (t->trigger_off)
		return;
	t->daily |= t->this_daily;
	t->weekly |= t->this_weekly;
	t->other |= !t->this_daily && !t->this_weekly;
	bool kept = t->minute != UNSEEN && times->count < BACKUP_TIMES_MAX;
	if (kept)
		times->minute[times->count++] = (uint16_t)t->minute;
	times->known &= kept && t->this_daily && !t->repeated;
}

static int task_end(void *context, const struct xml_element *element, const char *text, size_t len, struct error *e)
{
	struct task *t = context;

	(void)len;
	(void)e;
	if (element->ns != NS_TASK)
		return 0;
	bool enabled = !strcmp(element->name, "Enabled");
	if (t->trigger_depth && element->depth == t->trigger_depth)
		trigger_end(t);
	else if (t->trigger_depth && enabled)
		t->trigger_off = is_false(text);
	else if (t->trigger_depth && !strcmp(element->name, "StartBoundary"))
		t->minute = minute_of_day(text);
	else if (t->trigger_depth && !strcmp(element->name, "DaysInterval"))
		t->this_daily = atoi(text) == 1;
	else if (enabled && element->depth == 3) /* Settings/Enabled */
		t->disabled = is_false(text);
	return 0;
}

int backup_read_task(const char *bytes, size_t len, unsigned oem_codepage, const char **schedule,
	struct backup_times *times, struct error *e)
{
	OWN_VALUE(str_done) struct str text = STR(0);
	struct task t = { .times.known = true };
	struct xml_reader reader = { task_start, task_end, &t };

	console_text_lossy(&text, bytes, len, oem_codepage);
	if (str_failed(&text))
		return error_set(e, ERROR_PARSE, "%zu bytes of a scheduled task", len);
	const char *root = strstr(str_text(&text), "<Task"); /* behind a declaration that names another encoding */
	if (!root)
		return error_set(e, ERROR_PARSE, "schtasks printed no task");
	if (xml_read(root, strlen(root), &reader, e) < 0)
		return -1;
	if (!t.inside)
		return error_set(e, ERROR_PARSE, "schtasks printed another document");
	bool on = t.daily || t.weekly || t.other;
	*times = t.disabled ? (struct backup_times){ .known = true } : t.times;
	*schedule = t.disabled || !on ? "disabled" : t.daily ? "daily" : t.weekly ? "weekly" : "other";
	return 0;
}

/* --- the log --- */

enum {
	SUCCEEDED = 4,
	FAILED = 5,
	WITH_ERRORS = 7,
	VSS_FAILED_EVENT = 9,
	COMPLETED = 14,
	NOT_STARTED = 19,
	NO_TARGET = 49,
	NO_SPACE = 50
};

static int on_event(void *context, const struct event_record *record, struct error *e)
{
	struct backup_facts *b = context;
	bool good = record->id == SUCCEEDED || (record->id == COMPLETED && record->has_result && !record->result);
	bool bad = record->id == FAILED || record->id == WITH_ERRORS || record->id == VSS_FAILED_EVENT ||
		   record->id == NOT_STARTED || record->id == NO_TARGET || record->id == NO_SPACE ||
		   (record->id == COMPLETED && record->has_result && record->result);

	(void)e;
	if (strcasecmp(record->provider, BACKUP_CHANNEL))
		return 0;
	if (good && record->time > b->last_success)
		b->last_success = record->time;
	if (bad && record->time > b->last_failure) {
		b->last_failure = record->time;
		b->failure_hr = record->has_result ? record->result : 0;
	}
	return 0;
}

int backup_read_events(const char *bytes, size_t len, struct backup_facts *backup, struct error *e)
{
	struct backup_facts read = *backup;

	if (evxml_read(bytes, len, on_event, &read, e) < 0)
		return -1;
	*backup = read;
	return 0;
}

/* --- the services --- */

/* By the beginning of the service's name, which is the same in every language. */
static const struct {
	const char *prefix, *product;
} products[] = {
	{ "Veeam", "veeam" },
	{ "Acronis", "acronis" },
	{ "AcrSch2Svc", "acronis" },
	{ "NetBackup", "netbackup" },
	{ "BackupExec", "backupexec" },
	{ "GxCVD", "commvault" },
	{ "GxVss", "commvault" },
	{ "Arcserve", "arcserve" },
	{ "CASAD2D", "arcserve" },
	{ "TSM Client", "spectrum protect" },
	{ "DPMRA", "dpm" },
	{ "obengine", "azure backup" },
	{ "Datto", "datto" },
	{ "ShadowProtectSvc", "shadowprotect" },
	{ "Rubrik", "rubrik" },
	{ "Cohesity", "cohesity" },
};

static const char *third_party(const struct service_facts *services)
{
	for (size_t i = 0; i < services->count; i++)
		FOR_EACH(p, products)
			if (!strncasecmp(services->service[i].name, p->prefix, strlen(p->prefix)))
				return p->product;
	return NULL;
}

void backup_from_services(const struct service_facts *services, struct backup_facts *backup)
{
	bool ran = backup->last_success != UNSEEN || backup->last_failure != UNSEEN;
	bool no_task = backup->schedule && !strcmp(backup->schedule, "none");

	if (backup->schedule && !no_task)
		backup->product = "wsb";
	if (!services->seen)
		return;
	/* wbadmin only asks wbengine to do the work: no backup of WSB runs without it. */
	const struct service *engine = service_find(services, "wbengine");
	backup->running = engine && engine->pid ? BACKUP_RUNNING_YES : BACKUP_RUNNING_NO;
	if (backup->product)
		return;
	backup->product = third_party(services);
	if (!backup->product && ran) /* wbadmin, by hand or by a task of one's own (DOMAIN 22, row 69) */
		backup->product = "wsb";
	if (!backup->product && backup->seen)
		backup->product = "none";
}
