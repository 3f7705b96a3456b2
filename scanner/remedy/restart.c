/* restart: starts the server's script and waits for what it writes down. The script makes its directory first, which
 * succeeds once: sent twice it acts once, and a directory that is there says that it was begun. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "acts.h"
#include "console.h"
#include "wmi.h"

enum {
	FIRST_LOOK_MS = 500,
	LOOK_MS_MAX = 4000,
	BEGIN_MS = 20000, /* a process that was accepted has begun by then */
	ASK_MS = 120000,  /* for the way to the host to come back */
	STOPPED = 1062,   /* ERROR_SERVICE_NOT_ACTIVE, of a stop */
};

struct order {
	struct restart_order restart;
	struct str line;
	char mark[RESTART_MARK_MAX];
	enum act act;
};

/* What the script has written so far: 1 something, 0 nothing, -1 with *e. */
static int read_log(struct patient *p, const struct order *order, struct act_outcome *outcome, struct restart_log *log,
	struct error *e)
{
	OWN_VALUE(shell_output_done) struct shell_output output = { 0 };
	OWN_VALUE(str_done) struct str command = { 0 };

	restart_log_command(&command, order->mark);
	if (patient_ask(p, str_text(&command), ASK_MS, &output, e) < 0)
		return -1;
	str_clear(&outcome->output);
	console_text_lossy(&outcome->output, str_text(&output.out), output.out.len, 0);
	restart_log_read(str_text(&outcome->output), outcome->output.len, log);
	return log->begun;
}

static void fail_at(struct act_outcome *outcome, enum repair_step step, const struct restart_line *line)
{
	outcome->step = step;
	outcome->has_code = true;
	outcome->code = line->code;
	if (step == REPAIR_STOP)
		snprintf(outcome->message, sizeof(outcome->message), "%.*s could not be stopped (%" PRIu32 ")%s",
			(int)line->name_len, line->name, line->code,
			line->code == 1051   ? ": another service that depends on it runs"
			: line->code == 1061 ? ": it does not come to its end; reboot the server"
			: line->code == 5    ? ": this account may not stop it"
					     : "");
	else
		snprintf(outcome->message, sizeof(outcome->message), "%.*s could not be started again (%" PRIu32 ")",
			(int)line->name_len, line->name, line->code);
}

/* A service that does not start again is worse than one that did not stop. */
static void judge(const struct restart_log *log, struct act_outcome *outcome)
{
	const struct restart_line *unstarted = restart_log_unstarted(log), *unstopped = restart_log_unstopped(log);

	outcome->known = true;
	outcome->done = log->ended && !log->other && !unstarted && !unstopped;
	if (unstarted)
		fail_at(outcome, REPAIR_START, unstarted);
	else if (unstopped)
		fail_at(outcome, REPAIR_STOP, unstopped);
	else if (log->other) {
		outcome->step = REPAIR_STOP;
		snprintf(outcome->message, sizeof(outcome->message),
			"another repair is at work on this server, or EventSystem no longer runs in the process that "
			"was looked at: nothing was stopped");
	}
}

/* All have stopped, or one has not: what comes next is starting. */
static bool is_starting(const struct restart_log *log, const struct order *order)
{
	const struct restart_line *last = log->count ? &log->line[log->count - 1] : NULL;

	if (!order->restart.pid)
		return true; /* it stops nothing */
	return last && (last->start || last->code != STOPPED || log->count == order->restart.stops->count);
}

static void judge_unended(
	const struct order *order, const struct restart_log *log, const char *why, struct act_outcome *outcome)
{
	bool starting = is_starting(log, order);

	judge(log, outcome);
	if (outcome->message[0])
		return;
	outcome->step = starting ? REPAIR_START : REPAIR_STOP;
	snprintf(outcome->message, sizeof(outcome->message), "the services have not all %s: %s",
		starting ? "started" : "stopped", why);
}

/* The process of the script has ended, whatever it wrote: somebody ended it, or the server was restarted. Not to be
 * had: no. */
static bool script_is_gone(struct patient *p, const struct order *order)
{
	OWN_VALUE(str_done) struct str query = { 0 };
	struct error e = { 0 };
	struct session *s = patient_session(p, &e);

	str_addf(&query, "SELECT ProcessId FROM Win32_Process WHERE CommandLine LIKE '%%%s%%'", order->mark);
	OWN(wmi_rows_free) struct wmi_rows *rows = s ? wmi_query(s, str_text(&query), &e) : NULL;
	if (!rows && is_lost(&e))
		patient_drop_session(p);
	return rows && wmi_count(rows) == 0;
}

/* Waits for the script; begin_ms: so long it may take until it shows. False: there is none. */
static bool await(struct patient *p, const struct order *order, int64_t begin_ms, struct act_outcome *outcome)
{
	int64_t now = clock_ms(), pause = FIRST_LOOK_MS;
	bool gone = false;
	int64_t begin_by = now + begin_ms, end_by = now + (int64_t)p->options->restart_wait_s * 1000;

	for (;; pause = pause * 2 < LOOK_MS_MAX ? pause * 2 : LOOK_MS_MAX) {
		struct restart_log log = { 0 };
		struct error e = { 0 };
		int begun = read_log(p, order, outcome, &log, &e);
		now = clock_ms();
		if (begun < 0) { /* the way did not come back: the script is at work, or was never begun */
			act_failed(outcome, REPAIR_STOP, &e);
			outcome->known = false;
			return true;
		}
		if (log.ended) {
			judge(&log, outcome);
			return true;
		}
		if (!begun && now >= begin_by)
			return false;
		if (begun && gone) {
			judge_unended(order, &log, "the server's script was ended from outside", outcome);
			return true;
		}
		if (begun && now >= end_by) {
			p->left[order->act] = false; /* it still writes there */
			judge_unended(
				order, &log, "timeout: the server's script goes on until the services run", outcome);
			return true;
		}
		gone = begun && pause >= LOOK_MS_MAX && script_is_gone(p, order); /* then the log is read once more */
		if (!deadline_wait(p->deadline, pause)) {
			snprintf(outcome->message, sizeof(outcome->message),
				"the time for this host is over while the server's script is at work");
			outcome->step = REPAIR_STOP;
			return true;
		}
	}
}

static bool observe(struct patient *p, const void *context, struct act_outcome *outcome)
{
	return await(p, context, 0, outcome);
}

static void refused(struct act_outcome *outcome, uint32_t value)
{
	outcome->known = true;
	outcome->step = REPAIR_STOP;
	outcome->has_code = true;
	outcome->code = value;
	snprintf(outcome->message, sizeof(outcome->message),
		"the server did not start the script that restarts the services (Win32_Process.Create: %" PRIu32 ")",
		value);
}

static void execute(struct patient *p, const void *context, struct act_outcome *outcome)
{
	const struct order *order = context;
	struct error e = { 0 };
	uint32_t value = 0;
	struct session *s = patient_session(p, &e);
	bool answered = s && wmi_create_process(s, str_text(&order->line), &value, &e) == 0;

	if (answered && value != 0) {
		refused(outcome, value);
		return;
	}
	if (!answered && !is_lost(&e)) {
		act_failed(outcome, REPAIR_STOP, &e);
		return;
	}
	if (!answered)
		patient_drop_session(p);
	if (await(p, order, BEGIN_MS, outcome))
		return;
	outcome->known = true;
	outcome->step = REPAIR_STOP;
	snprintf(outcome->message, sizeof(outcome->message), "the server's script did not begin%s%.300s",
		answered ? "" : ": ", answered ? "" : e.cause);
}

int act_restart(struct patient *p, enum act act, const struct names *stops, int64_t pid, struct act_outcome *outcome,
	struct error *e)
{
	struct order order = {
		.restart = { .stops = stops, .pid = pid, .free_vss = act == ACT_RESTART || act == ACT_RESTART_AGAIN },
		.line = STR(RESTART_SCRIPT_MAX),
		.act = act
	};
	struct act_way way = { .act = act, .observe = observe, .execute = execute, .order = &order };

	patient_mark(p, act, order.mark);
	order.restart.mark = order.mark;
	if (restart_script(&order.line, &order.restart, e) < 0) {
		act_failed(outcome, REPAIR_STOP, e);
		error_clear(e);
		str_done(&order.line);
		return 0;
	}
	way.command = str_text(&order.line);
	int rc = act_perform(p, &way, outcome, e);
	str_done(&order.line);
	return rc;
}

void acts_clean(struct patient *p)
{
	static const enum act marked[] = { ACT_RESTART, ACT_RESTART_AGAIN, ACT_RESTORE, ACT_REBOOT, ACT_UNDO_RESTART };
	OWN_VALUE(shell_output_done) struct shell_output output = { 0 };
	OWN_VALUE(str_done) struct str commands = { 0 };
	struct error ignored = { 0 };

	FOR_EACH(act, marked) {
		char mark[RESTART_MARK_MAX];
		if (!p->left[*act] && !act_was_begun(p, *act))
			continue;
		patient_mark(p, *act, mark);
		str_add(&commands, commands.len ? " & " : "");
		restart_clean_command(&commands, mark);
	}
	if (commands.len)
		patient_ask(p, str_text(&commands), ASK_MS, &output, &ignored);
}
