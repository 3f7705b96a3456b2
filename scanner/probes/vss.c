/* vss: what happened to the writers, in one shell: the events so far, the backup's task and log, the writers, and the
 * events that asking for the writers provoked. Theory of operation: the newest record of the log at the start (t0)
 * tells apart what our own question provoked: on an affected host VSS logs the fault again when vssadmin starts it
 * (DOMAIN 1.10). All that could hang stands before vssadmin or is vssadmin. */
#include <string.h>

#include "answers.h"
#include "backup.h"
#include "console.h"
#include "eventlog.h"
#include "fault.h"
#include "probes.h"
#include "shell.h"
#include "vssadmin.h"

#define VSSADMIN "vssadmin list writers"

enum {
	LIVE_MARGIN_S = 60, /* what the parts before vssadmin may take, in the query for live events */
	LIVE_MAX = 50,
	BACKUP_RECORDS = 12,
	US_ENGLISH = 437,
};

/* --- writing the script --- */

static void add_writers_and_events(struct script *script, const struct audit_options *options)
{
	OWN_VALUE(str_done) struct str live = STR(SCRIPT_MAX);

	script_add(script, "writers", VSSADMIN);
	eventlog_command(&live, options->vssadmin_timeout_s + LIVE_MARGIN_S, LIVE_MAX, false);
	script_add(script, "live", str_text(&live));
}

/* The newest of them is enough, however long ago: months of failures must not hide the last success. */
static void add_backup_query(struct script *script, const char *name, const char *ids)
{
	OWN_VALUE(str_done) struct str query = STR(SCRIPT_MAX);

	str_addf(&query, "wevtutil qe " BACKUP_CHANNEL " \"/q:*[System[(%s)]]\" /c:1 /rd:true /f:xml /e:Events", ids);
	script_add(script, name, str_text(&query));
}

static void add_backup(struct script *script)
{
	add_backup_query(script, "success", "EventID=4");
	add_backup_query(
		script, "failure", "EventID=5 or EventID=7 or EventID=9 or EventID=19 or EventID=49 or EventID=50");
	script_add(script, "task", "schtasks /query /tn " BACKUP_TASK " /xml");
}

/* Events whose texts matter come as UTF-16, which no code page can damage. Of the others numbers are read, and the live
 * ones say again what is known: they come in the code page of the shell, in half the bytes. */
static int write_script(
	struct script *script, const struct audit_options *options, bool client, bool services, struct error *e)
{
	OWN_VALUE(str_done) struct str events = STR(SCRIPT_MAX);

	if (script_init(script, e) < 0)
		return -1;
	script_add(script, "newest", "wevtutil qe Application /c:1 /rd:true /f:xml /e:Events");
	script_add(script, "oldest", "wevtutil qe Application /c:1 /f:xml /e:Events");
	eventlog_command(&events, (int64_t)options->window_h * 3600, EVENTS_MAX, true);
	if (options->events == EVENTS_AUTO || options->events == EVENTS_WEVTUTIL)
		script_add(script, "events", str_text(&events));
	script_add(script, "oemcp", "reg query HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage /v OEMCP");
	if (!client)
		add_backup(script);
	if (services) {
		script_add(script, "type", "reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventSystem /v Type");
		script_add(script, "tasklist", "tasklist /svc /fo csv /nh");
	}
	add_writers_and_events(script, options);
	return str_failed(&script->command) ? error_set(e, ERROR_LOCAL, "the command line is too long") : 0;
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
		.exit_code = exit_code_of(output.exit_code),
		.done = output.done && output.has_exit_code,
		.oem_codepage = US_ENGLISH };
	vssadmin_read(&read, &second);
	if (second.outcome != VSS_EMPTY && second.outcome != VSS_WRITERS)
		return;
	struct vss_facts first = result->facts.vss;
	result->facts.vss = second;
	second = first; /* to be freed */
}

/* A list that had begun, and whose rest the server lost: WMI works, and what it would have said is not known. */
static bool list_was_cut(const struct error *e)
{
	return e->has_code && (e->code == FAULT_CONTEXT_INVALID || e->code == FAULT_CONTEXT_EXPIRED);
}

/* WMI that fails by a fault of its own is broken; one that breaks the rules of the protocol, or refuses us, is no
 * reason to believe another list. */
static bool wmi_is_broken(const struct result *result)
{
	for (size_t i = 0; i < result->error_count; i++) {
		const struct error *e = &result->errors[i].error;
		if (!strcmp(result->errors[i].probe, "services") && e->kind == ERROR_FAULT && !list_was_cut(e))
			return true;
	}
	return false;
}

int probe_vss(struct session *s, const struct audit_options *options, struct result *result, struct error *e)
{
	OWN_VALUE(script_done) struct script script = { 0 };
	OWN_VALUE(shell_output_done) struct shell_output output = { 0 };

	bool client = result->facts.environment.product_type == 1; /* Windows Server Backup is of servers */
	if (write_script(&script, options, client, wmi_is_broken(result), e) < 0)
		return -1;
	int rc = run_limited(s, options, CONSOLE_UTF8, str_text(&script.command), &output, result, e);
	struct answers answers = { &script, &output.out, rc < 0 && e->kind == ERROR_TIMEOUT, result };
	if (answers_read(&answers, options->window_h, e) < 0)
		rc = -1;
	if (result->facts.vss.outcome == VSS_EMPTY_UNVERIFIED)
		look_again(s, options, result);
	return rc;
}
