/* answers: see the header. */
#include "answers.h"

#include <stdlib.h>
#include <string.h>

#include "backup.h"
#include "events.h"
#include "evxml.h"
#include "services.h"
#include "vssadmin.h"

enum { CHANNEL_NOT_FOUND = 15007 }; /* wevtutil: no Windows Server Backup here */

/* The bytes of a part that ran to its end with exit code 0. Another code is noted for probe (NULL: not worth it). */
static bool answer(const struct answers *a, const char *name, const char *probe, struct script_part *part)
{
	struct error e = { 0 };

	*part = script_part(a->script, a->out, name);
	if (!part->done || !part->exit_code)
		return part->done;
	if (probe) {
		error_code(&e, ERROR_FAULT, part->exit_code, "the command ended with exit code %d", part->exit_code);
		error_during(&e, name);
		result_add_error(a->result, probe, &e);
	}
	return false;
}

static void note_failure(const struct answers *a, const char *name, const char *probe, struct error *e)
{
	error_during(e, name);
	result_add_error(a->result, probe, e);
}

struct edge {
	int64_t time, record_id;
};

static int take_edge(void *context, const struct event_record *record, struct error *e)
{
	struct edge *edge = context;

	(void)e;
	if (edge->record_id == UNSEEN)
		*edge = (struct edge){ record->time, record->record_id };
	return 0;
}

/* One end of the Application log, of whatever program. */
static struct edge read_edge(const struct answers *a, const char *name)
{
	struct edge edge = { UNSEEN, UNSEEN };
	struct error e = { 0 };
	struct script_part part;

	if (answer(a, name, "events", &part) && evxml_read(part.bytes, part.len, take_edge, &edge, &e) < 0)
		note_failure(a, name, "events", &e);
	return edge;
}

static void read_events(const struct answers *a, unsigned window_h)
{
	struct event_facts *events = &a->result->facts.events;
	struct error e = { 0 };
	struct script_part part;

	events->window_h = window_h;
	events->covered_from = events_covered_from(&a->result->facts, window_h, read_edge(a, "oldest").time);
	events->newest_before = read_edge(a, "newest").record_id;
	if (!answer(a, "events", "events", &part))
		return;
	if (events_read(part.bytes, part.len, events, &e) < 0) {
		note_failure(a, "events", "events", &e);
		return;
	}
	events->seen = true;
}

static bool listed(const struct event_facts *events, int64_t record_id)
{
	for (size_t i = 0; i < events->count; i++)
		if (events->event[i].record_id == record_id)
			return true;
	return false;
}

/* Puts those of later in front that events lacks; both are newest first. Their texts move. */
static void prepend(struct event_facts *events, struct event_facts *later, int64_t t0)
{
	size_t count = 0;
	struct event *all = calloc(later->count + events->count + 1, sizeof(*all));

	if (!all)
		return;
	for (size_t i = 0; i < later->count; i++) {
		struct event *event = &later->event[i];
		if (event->record_id <= t0 || listed(events, event->record_id))
			continue;
		all[count++] = *event;
		event->text = NULL;
	}
	if (events->count)
		memcpy(all + count, events->event, events->count * sizeof(*all));
	free(events->event);
	events->event = all;
	events->count += count;
}

static void read_live(const struct answers *a)
{
	OWN_VALUE(event_facts_done) struct event_facts later = { 0 };
	struct event_facts *events = &a->result->facts.events;
	struct error e = { 0 };
	struct script_part part;
	int64_t t0 = events->newest_before;

	if (!events->seen || t0 == UNSEEN)
		return;
	if (answer(a, "live", "events", &part)) {
		if (events_read(part.bytes, part.len, &later, &e) < 0)
			note_failure(a, "live", "events", &e);
		else
			prepend(events, &later, t0);
	}
	events_mark_live(events);
}

static void read_codepage(const struct answers *a)
{
	static const char type[] = "REG_SZ";
	struct script_part part;
	char digits[16] = "";

	if (!answer(a, "oemcp", NULL, &part))
		return;
	const char *value = memmem(part.bytes, part.len, type, sizeof(type) - 1);
	if (!value)
		return;
	value += sizeof(type) - 1;
	size_t left = (size_t)(part.bytes + part.len - value);
	memcpy(digits, value, left < sizeof(digits) - 1 ? left : sizeof(digits) - 1);
	int page = atoi(digits);
	if (page > 0)
		a->result->facts.environment.oem_codepage = page;
}

static unsigned oem_codepage(const struct answers *a)
{
	int page = a->result->facts.environment.oem_codepage;
	return page > 0 ? (unsigned)page : 0;
}

/* schtasks ends with 1 also where it is refused or finds no Task Scheduler, and only the words differ. There is no task
 * where there is no Windows Server Backup, nor for an administrator, which vssadmin wants us to be, whom the running
 * Task Scheduler shows none. */
static bool task_is_absent(const struct answers *a)
{
	struct script_part log = script_part(a->script, a->out, "success");
	struct script_part writers = script_part(a->script, a->out, "writers");
	const struct service *scheduler = service_find(&a->result->facts.services, "Schedule");

	return (log.done && log.exit_code == CHANNEL_NOT_FOUND) ||
	       (writers.done && !writers.exit_code && scheduler && scheduler->pid > 0);
}

static bool read_task(const struct answers *a)
{
	struct backup_facts *backup = &a->result->facts.backup;
	struct error e = { 0 };
	struct script_part part = script_part(a->script, a->out, "task");

	if (part.done && part.exit_code == 1 && task_is_absent(a)) {
		backup->schedule = "none";
		backup->times = (struct backup_times){ .known = true };
		return true;
	}
	if (!answer(a, "task", "backup", &part))
		return false;
	if (backup_read_task(part.bytes, part.len, oem_codepage(a), &backup->schedule, &backup->times, &e) == 0)
		return true;
	note_failure(a, "task", "backup", &e);
	return false;
}

/* One side of the backup's log: name is "success" or "failure". */
static bool read_backups(const struct answers *a, const char *name)
{
	struct error e = { 0 };
	struct script_part part = script_part(a->script, a->out, name);

	if (part.done && part.exit_code == CHANNEL_NOT_FOUND)
		return true;
	if (!answer(a, name, "backup", &part))
		return false;
	if (backup_read_events(part.bytes, part.len, &a->result->facts.backup, &e) == 0)
		return true;
	note_failure(a, name, "backup", &e);
	return false;
}

static void read_tasklist(const struct answers *a)
{
	OWN_VALUE(service_facts_done) struct service_facts services = { 0 };
	struct error e = { 0 };
	struct script_part part, type;

	if (!answer(a, "tasklist", "services", &part))
		return;
	if (services_from_tasklist(part.bytes, part.len, oem_codepage(a), &services, &e) < 0) {
		note_failure(a, "tasklist", "services", &e);
		return;
	}
	if (answer(a, "type", NULL, &type))
		services_take_type(type.bytes, type.len, &services);
	if (facts_take_services(&a->result->facts, &services, &e) < 0)
		note_failure(a, "tasklist", "services", &e);
	result_add_fallback(a->result, "services by tasklist");
}

static void read_backup(const struct answers *a)
{
	struct backup_facts *backup = &a->result->facts.backup;
	bool task = read_task(a), success = read_backups(a, "success"), failure = read_backups(a, "failure");

	backup->seen = task && success && failure;
	backup_from_services(&a->result->facts.services, backup);
}

/* -1 with *e if the host never came so far as to be asked. */
static int read_writers(const struct answers *a, struct error *e)
{
	struct script_part part = script_part(a->script, a->out, "writers");

	if (!part.begun)
		return error_set(e, ERROR_PROTOCOL, "the shell ended before vssadmin was asked");
	struct vssadmin_output output = { .bytes = part.bytes,
		.len = part.len,
		.exit_code = part.done ? part.exit_code : UNSEEN,
		.done = part.done,
		.timed_out = !part.done && a->timed_out,
		.oem_codepage = oem_codepage(a) };
	vss_facts_done(&a->result->facts.vss);
	vssadmin_read(&output, &a->result->facts.vss);
	return 0;
}

int answers_read(const struct answers *a, unsigned window_h, struct error *e)
{
	read_events(a, window_h);
	read_live(a);
	read_codepage(a);
	read_tasklist(a);
	read_backup(a);
	return read_writers(a, e);
}
