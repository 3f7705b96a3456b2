/* reboot: restarts the whole server, and waits until Windows itself says that it was started later than before. */
#include <stdio.h>
#include <string.h>

#include "acts.h"
#include "console.h"
#include "events.h"
#include "wmi.h"

enum {
	LATER_S = 60, /* LastBootUpTime is computed from the clock, and wanders with it */
	LOOK_MS = 5000,
	LOOK_LIMIT_MS = 30000,
	MARKED_BEFORE = 1, /* exit code of md: the directory is there */
	ASK_MS = 60000,
};

struct order {
	int64_t last_boot;
	char command[400];
};

/* The last start of the server, over a session of its own: the old one may hang. UNSEEN: no answer now. */
static int64_t boot_now(struct patient *p, struct error *e)
{
	struct deadline part = deadline_in(LOOK_LIMIT_MS, p->deadline.stop);
	OWN(session_free) struct session *s = p->options->open(p->options->open_context, p->host, part, e);
	OWN(wmi_rows_free)
	struct wmi_rows *rows = s ? wmi_query(s, "SELECT LastBootUpTime FROM Win32_OperatingSystem", e) : NULL;
	const char *text = rows && wmi_count(rows) == 1 ? wmi_text(rows, 0, "LastBootUpTime") : NULL;

	return text ? event_time(text) : UNSEEN;
}

static bool is_back(struct patient *p, const struct order *order)
{
	struct error e = { 0 };
	int64_t boot = boot_now(p, &e);
	return boot != UNSEEN && boot > order->last_boot + LATER_S;
}

static void await(struct patient *p, const struct order *order, struct act_outcome *outcome)
{
	int64_t until = clock_ms() + (int64_t)p->options->reboot_wait_s * 1000;

	patient_drop_session(p);
	while (!is_back(p, order)) {
		if (clock_ms() >= until || !deadline_wait(p->deadline, LOOK_MS)) {
			outcome->known = true;
			outcome->step = REPAIR_REBOOT;
			snprintf(outcome->message, sizeof(outcome->message),
				"the server has not come back from its reboot within %u s: look at its console",
				p->options->reboot_wait_s);
			return;
		}
	}
	outcome->known = outcome->done = true;
}

static bool observe(struct patient *p, const void *context, struct act_outcome *outcome)
{
	OWN_VALUE(shell_output_done) struct shell_output output = { 0 };
	OWN_VALUE(str_done) struct str command = { 0 };
	const struct order *order = context;
	struct error e = { 0 };
	char mark[RESTART_MARK_MAX];

	if (is_back(p, order)) {
		outcome->known = outcome->done = true;
		return true;
	}
	patient_mark(p, ACT_REBOOT, mark);
	restart_log_command(&command, mark);
	if (patient_ask(p, str_text(&command), ASK_MS, &output, &e) == 0 && output.exit_code != 0)
		return false; /* it is up, and was never told */
	await(p, order, outcome);
	return true;
}

static void execute(struct patient *p, const void *context, struct act_outcome *outcome)
{
	OWN_VALUE(shell_output_done) struct shell_output output = { 0 };
	const struct order *order = context;
	struct error e = { 0 };
	struct session *s = patient_session(p, &e);
	int rc = s ? shell_run(s, CONSOLE_UTF8, order->command, &output, NULL, &e) : -1;

	console_text_lossy(&outcome->output, str_text(&output.out), output.out.len, 0);
	if (rc < 0 && !is_lost(&e)) {
		act_failed(outcome, REPAIR_REBOOT, &e);
		return;
	}
	if (rc == 0 && output.exit_code != 0 && output.exit_code != MARKED_BEFORE) {
		outcome->known = true;
		outcome->step = REPAIR_REBOOT;
		outcome->has_code = true;
		outcome->code = output.exit_code;
		snprintf(outcome->message, sizeof(outcome->message), "shutdown.exe was refused with %u%s",
			(unsigned)output.exit_code,
			output.exit_code == 1190 || output.exit_code == 1115 ? ": a shutdown is planned already" : "");
		return;
	}
	await(p, order, outcome);
}

int act_reboot(struct patient *p, struct act_outcome *outcome, struct error *e)
{
	struct order order = { .last_boot = p->repair->before.last_boot };
	const struct act_way way = { ACT_REBOOT, order.command, observe, execute, &order };
	char mark[RESTART_MARK_MAX];

	patient_mark(p, ACT_REBOOT, mark);
	snprintf(order.command, sizeof(order.command),
		"md \"%%SystemRoot%%\\Logs\\%s\" && echo vssfleet begin>\"%%SystemRoot%%\\Logs\\%s\\log\" && "
		"shutdown.exe /r /t 5 /d p:2:4 /c \"vssfleet %s\"",
		mark, mark, p->options->change);
	return act_perform(p, &way, outcome, e);
}
