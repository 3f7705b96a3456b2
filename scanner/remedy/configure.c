/* configure: the service type of EventSystem, by sc.exe in the shell, or by WMI where there is no shell. It takes
 * effect when the service starts next. Setting it twice does no harm, and what counts is what the host shows
 * afterwards. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acts.h"
#include "console.h"
#include "registry.h"
#include "wmi.h"

#define EVENTSYSTEM "EventSystem"
#define TYPE_WQL "SELECT Name,ServiceType FROM Win32_Service WHERE Name='" EVENTSYSTEM "'"
#define TYPE_KEY "reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\" EVENTSYSTEM " /v Type"

enum { OWN_PROCESS = 16, SHARE_PROCESS = 32, ASK_MS = 60000 };

struct order {
	const char *type; /* "Own Process" */
	char command[80];
};

static bool is_own(const char *type)
{
	return !strcmp(type, "Own Process");
}

/* By the registry, where WMI is broken. */
static bool type_by_shell(struct patient *p, char type[static 40], struct error *e)
{
	OWN_VALUE(shell_output_done) struct shell_output output = { 0 };
	OWN_VALUE(str_done) struct str text = { 0 };
	const char *value;
	size_t len;

	if (patient_ask(p, TYPE_KEY, ASK_MS, &output, e) < 0)
		return false;
	console_text_lossy(&text, str_text(&output.out), output.out.len, 0);
	if (!registry_value(str_text(&text), "Type", &value, &len)) {
		error_set(e, ERROR_PARSE, "the registry shows no type of " EVENTSYSTEM);
		return false;
	}
	unsigned long number = strtoul(value, NULL, 0);
	snprintf(type, 40, "%s",
		number == OWN_PROCESS     ? "Own Process"
		: number == SHARE_PROCESS ? "Share Process"
					  : "Unknown");
	return true;
}

/* Over a new session if the way is lost. */
static bool type_now(struct patient *p, char type[static 40], struct error *e)
{
	struct session *s = patient_session(p, e);
	OWN(wmi_rows_free) struct wmi_rows *rows = s ? wmi_query(s, TYPE_WQL, e) : NULL;
	const char *text = rows && wmi_count(rows) == 1 ? wmi_text(rows, 0, "ServiceType") : NULL;

	if (text) {
		snprintf(type, 40, "%s", text);
		return true;
	}
	if (!rows && is_lost(e))
		patient_drop_session(p);
	error_clear(e);
	return type_by_shell(p, type, e);
}

static bool observe(struct patient *p, const void *context, struct act_outcome *outcome)
{
	const struct order *order = context;
	struct error e = { 0 };
	char type[40];

	if (!type_now(p, type, &e) || strcmp(type, order->type) != 0)
		return false;
	outcome->known = outcome->done = true;
	return true;
}

static int change_by_wmi(struct patient *p, const struct order *order, uint32_t *value, struct error *e)
{
	const struct selector key = { "Name", EVENTSYSTEM };
	char argument[64];
	struct session *s = patient_session(p, e);

	snprintf(argument, sizeof(argument), "<p:ServiceType>%d</p:ServiceType>",
		is_own(order->type) ? OWN_PROCESS : SHARE_PROCESS);
	return s ? wmi_invoke(s, "Win32_Service", &key, "Change", argument, value, e) : -1;
}

/* What sc.exe or Change answered; -1 if there is no answer. */
static int send(struct patient *p, const struct order *order, uint32_t *code, struct error *e)
{
	OWN_VALUE(shell_output_done) struct shell_output output = { 0 };
	struct session *s = patient_session(p, e);

	if (!s)
		return -1;
	if (shell_run(s, CONSOLE_UTF8, order->command, &output, NULL, e) == 0) {
		*code = output.exit_code;
		return output.has_exit_code ? 0 : error_set(e, ERROR_PROTOCOL, "sc.exe gave no exit code");
	}
	if (is_lost(e))
		return -1;
	error_clear(e); /* no shell here: MS-WSMV 3.1.4.5, AllowRemoteShellAccess */
	return change_by_wmi(p, order, code, e);
}

static void refused(struct act_outcome *outcome, const struct order *order, uint32_t code)
{
	outcome->known = true;
	outcome->step = REPAIR_CHANGE;
	outcome->has_code = true;
	outcome->code = code;
	snprintf(outcome->message, sizeof(outcome->message), "%s was refused with %u%s", order->command, (unsigned)code,
		code == 5 || code == 2 ? ": this account may not configure the service" : "");
}

/* Whatever was answered, the host is looked at: only what it shows counts. */
static void execute(struct patient *p, const void *context, struct act_outcome *outcome)
{
	const struct order *order = context;
	struct error sent = { 0 }, looked = { 0 };
	uint32_t code = 0;
	char type[40];

	int rc = send(p, order, &code, &sent);
	if (rc < 0 && is_lost(&sent))
		patient_drop_session(p);
	if (rc == 0 && code != 0) {
		refused(outcome, order, code);
		return;
	}
	if (!type_now(p, type, &looked)) {
		outcome->known = rc < 0 && !is_lost(&sent);
		act_failed(outcome, REPAIR_CHANGE, rc < 0 ? &sent : &looked);
		outcome->known = rc < 0 && !is_lost(&sent);
		return;
	}
	outcome->known = true;
	outcome->done = !strcmp(type, order->type);
	if (outcome->done)
		return;
	outcome->step = REPAIR_CHANGE;
	if (rc < 0)
		act_failed(outcome, REPAIR_CHANGE, &sent);
	else
		snprintf(outcome->message, sizeof(outcome->message), "%s was accepted, but the service type is %s",
			order->command, type);
}

int act_configure(
	struct patient *p, enum act act, const char *service_type, struct act_outcome *outcome, struct error *e)
{
	struct order order = { .type = service_type };
	const struct act_way way = { act, order.command, observe, execute, &order };

	snprintf(order.command, sizeof(order.command), "sc.exe config " EVENTSYSTEM " type= %s",
		is_own(service_type) ? "own" : "share");
	return act_perform(p, &way, outcome, e);
}
