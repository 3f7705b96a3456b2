/* vss: what happened to the writers, in one shell: the events so far, the backup's task and log, the writers, and the
 * events that asking for the writers provoked. Theory of operation: the newest record of the log at the start (t0)
 * tells apart what our own question provoked: on an affected host VSS logs the fault again when vssadmin starts it
 * (DOMAIN 1.10). All that could hang stands before vssadmin or is vssadmin. */
#include <stdlib.h>
#include <string.h>

#include "backup.h"
#include "console.h"
#include "eventlog.h"
#include "evxml.h"
#include "probes.h"
#include "script.h"
#include "services.h"
#include "shell.h"
#include "vssadmin.h"

#define VSSADMIN "vssadmin list writers"

enum {
	LIVE_MARGIN_S = 60, /* what the parts before vssadmin may take, in the query for live events */
	LIVE_MAX = 50,
	BACKUP_RECORDS = 12,
	CHANNEL_NOT_FOUND = 15007, /* wevtutil */
	US_ENGLISH = 437,
};

/* --- writing the script --- */

static void add_writers_and_events(struct script *script, const struct audit_options *options)
{
	OWN_VALUE(str_done) struct str live = STR(SCRIPT_MAX);

	script_add(script, "writers", VSSADMIN);
	eventlog_command(&live, options->vssadmin_timeout_s + LIVE_MARGIN_S, LIVE_MAX);
	script_add(script, "live", str_text(&live));
}

/* The newest of them is enough, however long ago: months of failures must not hide the last success. */
static void add_backup_query(struct script *script, const char *name, const char *ids)
{
	OWN_VALUE(str_done) struct str query = STR(SCRIPT_MAX);

	str_addf(&query,
		"wevtutil qe " BACKUP_CHANNEL " \"/q:*[System[(%s)]]\" /c:1 /rd:true /f:xml /e:Events /uni:true", ids);
	script_add(script, name, str_text(&query));
}

static int write_script(struct script *script, const struct audit_options *options, bool services, struct error *e)
{
	OWN_VALUE(str_done) struct str events = STR(SCRIPT_MAX);

	if (script_init(script, e) < 0)
		return -1;
	script_add(script, "newest", "wevtutil qe Application /c:1 /rd:true /f:xml /e:Events /uni:true");
	script_add(script, "oldest", "wevtutil qe Application /c:1 /f:xml /e:Events /uni:true");
	eventlog_command(&events, (int64_t)options->window_h * 3600, EVENTS_MAX);
	script_add(script, "events", str_text(&events));
	script_add(script, "oemcp", "reg query HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage /v OEMCP");
	add_backup_query(script, "success", "EventID=4");
	add_backup_query(script, "failure",
		"EventID=5 or EventID=7 or EventID=9 or EventID=19 or EventID=49 or EventID=50");
	script_add(script, "task", "schtasks /query /tn " BACKUP_TASK " /xml");
	if (services) {
		script_add(script, "type", "reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventSystem /v Type");
		script_add(script, "tasklist", "tasklist /svc /fo csv /nh");
	}
	add_writers_and_events(script, options);
	return str_failed(&script->command) ? error_set(e, ERROR_LOCAL, "the command line is too long") : 0;
}

/* --- reading the answers --- */

struct answers {
	const struct script *script;
	const struct str *out;
	bool timed_out;
	struct result *result;
};

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

static int64_t covered_from(const struct facts *facts, unsigned window_h, struct edge oldest)
{
	int64_t now = facts->environment.server_time, start = now - (int64_t)window_h * 3600;

	if (now == UNSEEN || oldest.time == UNSEEN)
		return UNSEEN;
	return oldest.time > start ? oldest.time : start;
}

static void read_events(const struct answers *a, unsigned window_h)
{
	struct event_facts *events = &a->result->facts.events;
	struct error e = { 0 };
	struct script_part part;
	struct edge oldest = read_edge(a, "oldest");

	events->window_h = window_h;
	if (!answer(a, "events", "events", &part))
		return;
	if (events_read(part.bytes, part.len, events, &e) < 0) {
		note_failure(a, "events", "events", &e);
		return;
	}
	events->seen = true;
	events->covered_from = covered_from(&a->result->facts, window_h, oldest);
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
	int64_t t0 = read_edge(a, "newest").record_id;

	if (!events->seen || t0 == UNSEEN)
		return;
	if (answer(a, "live", "events", &part)) {
		if (events_read(part.bytes, part.len, &later, &e) < 0)
			note_failure(a, "live", "events", &e);
		else
			prepend(events, &later, t0);
	}
	for (size_t i = 0; i < events->count; i++)
		events->event[i].live = events->event[i].record_id > t0;
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

static bool read_task(const struct answers *a)
{
	struct backup_facts *backup = &a->result->facts.backup;
	struct error e = { 0 };
	struct script_part part = script_part(a->script, a->out, "task");

	if (part.done && part.exit_code == 1) { /* "cannot find the file specified", on stderr */
		backup->schedule = "none";
		return true;
	}
	if (!answer(a, "task", "backup", &part))
		return false;
	if (backup_read_task(part.bytes, part.len, oem_codepage(a), &backup->schedule, &e) == 0)
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

static int read_answers(const struct answers *a, unsigned window_h, struct error *e)
{
	read_events(a, window_h);
	read_live(a);
	read_codepage(a);
	if (!a->result->facts.services.seen)
		read_tasklist(a);
	read_backup(a);
	return read_writers(a, e);
}

/* --- asking --- */

/* A part of the host's time: what hangs must not use it up. */
static int run_limited(struct session *s, const struct audit_options *options, unsigned codepage, const char *command,
	struct shell_output *output, struct result *result, struct error *e)
{
	struct deadline whole = session_deadline(s), part = whole;
	bool leaked = false;

	if (options->vssadmin_timeout_s)
		part = deadline_in((int64_t)options->vssadmin_timeout_s * 1000, whole.stop);
	if (part.at_ms < whole.at_ms)
		session_set_deadline(s, part);
	int rc = shell_run(s, codepage, command, output, &leaked, e);
	session_set_deadline(s, whole);
	result->leaked_shell |= leaked;
	result->connected |= rc == 0 || output->out.len;
	return rc;
}

/* An empty list behind lines that nobody could explain, perhaps a preamble in the language of the host. Under code page
 * 437 the same program speaks English, of which every line is known, on hosts whose language 437 cannot show. */
static void look_again(struct session *s, const struct audit_options *options, struct result *result)
{
	OWN_VALUE(shell_output_done) struct shell_output output = { 0 };
	OWN_VALUE(vss_facts_done) struct vss_facts second = { 0 };
	struct error e = { 0 };

	result_add_fallback(result, "codepage 437");
	if (run_limited(s, options, US_ENGLISH, VSSADMIN, &output, result, &e) < 0) {
		result_add_error(result, "vss", &e);
		return;
	}
	struct vssadmin_output read = { .bytes = str_text(&output.out),
		.len = output.out.len,
		.exit_code = (int)output.exit_code,
		.done = output.done && output.has_exit_code,
		.oem_codepage = US_ENGLISH };
	vssadmin_read(&read, &second);
	if (second.outcome != VSS_EMPTY && second.outcome != VSS_WRITERS)
		return;
	struct vss_facts first = result->facts.vss;
	result->facts.vss = second;
	second = first; /* to be freed */
}

int probe_vss(struct session *s, const struct audit_options *options, struct result *result, struct error *e)
{
	OWN_VALUE(script_done) struct script script = { 0 };
	OWN_VALUE(shell_output_done) struct shell_output output = { 0 };

	if (write_script(&script, options, !result->facts.services.seen, e) < 0)
		return -1;
	int rc = run_limited(s, options, CONSOLE_UTF8, str_text(&script.command), &output, result, e);
	struct answers answers = { &script, &output.out, rc < 0 && e->kind == ERROR_TIMEOUT, result };
	if (read_answers(&answers, options->window_h, e) < 0)
		rc = -1;
	if (result->facts.vss.outcome == VSS_EMPTY_UNVERIFIED)
		look_again(s, options, result);
	return rc;
}
