/* survey: see the header. */
#include "survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "console.h"
#include "dependents.h"
#include "probes.h"
#include "registry.h"
#include "script.h"
#include "shell.h"
#include "wmi.h"

/* No exit code but 0 says yes, and no other than 1 says no. */
#define SERVICING                                                                                                      \
	"reg query \"HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending\""
#define UPDATES                                                                                                        \
	"reg query \"HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired\""
#define CLUSTER "reg query HKLM\\Cluster /v ClusterName"

/* A part of the script for each service whose dependents are wanted: EventSystem, or all of its process. */
static const char *const members[] = { "membera", "memberb", "memberc", "memberd", "membere", "memberf", "memberg",
	"memberh" };

enum { MEMBERS_MAX = COUNT(members), DESKTOPS_MAX = 256 };

void survey_done(struct survey *look)
{
	result_free(look->result);
	state_done(&look->state);
	*look = (struct survey){ 0 };
}

int64_t survey_host_now(const struct survey *look)
{
	return look->host_time == UNSEEN ? UNSEEN : look->host_time + (clock_ms() - look->taken_ms) / 1000;
}

/* Whose restart the action means; EventSystem is the last to stop. */
static size_t whose(const struct survey *look, enum action action, const char *who[MEMBERS_MAX])
{
	size_t count = 0;

	if (action == ACTION_RESTART_GROUP)
		for (size_t i = 0; i < look->state.group.count && count < MEMBERS_MAX - 1; i++)
			who[count++] = look->state.group.name[i];
	who[count++] = "EventSystem";
	return count;
}

static int write_script(struct script *script, const char *const *who, size_t count, struct error *e)
{
	if (script_init(script, e) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		char command[128];
		if (!name_is_plain(who[i]))
			return error_set(e, ERROR_PARSE, "a service is called \"%.40s\"", who[i]);
		snprintf(command, sizeof(command), "sc.exe enumdepend %s 65536", who[i]);
		script_add(script, members[i], command);
	}
	script_add(script, "servicing", SERVICING);
	script_add(script, "updates", UPDATES);
	script_add(script, "cluster", CLUSTER);
	return str_failed(&script->command) ? error_set(e, ERROR_LOCAL, "the command line is too long") : 0;
}

static enum known answer_of(struct script_part part)
{
	if (!part.done)
		return KNOWN_NOT;
	return part.exit_code == 0 ? KNOWN_YES : part.exit_code == 1 ? KNOWN_NO : KNOWN_NOT;
}

/* Before each service those that depend on it. */
static int read_stops(struct survey *look, const struct script *script, const struct str *out, const char *const *who,
	size_t count, struct error *e)
{
	struct names *stops = &look->state.stops;
	int page = look->result->facts.environment.oem_codepage;

	for (size_t i = 0; i < count; i++) {
		OWN_VALUE(str_done) struct str text = { 0 };
		struct script_part part = script_part(script, out, members[i]);
		if (!part.done)
			return error_set(e, ERROR_PROTOCOL, "the answer about the dependents of %s was cut", who[i]);
		if (part.exit_code != 0)
			return error_code(e, ERROR_FAULT, part.exit_code,
				"sc.exe enumdepend %s ended with exit code %d", who[i], part.exit_code);
		console_text_lossy(&text, part.bytes, part.len, page == UNSEEN ? 0 : (unsigned)page);
		if (dependents_read(str_text(&text), text.len, &look->result->facts.services, who[i], stops, e) < 0 ||
			names_add(stops, who[i], e) < 0)
			return -1;
	}
	return 0;
}

static void read_cluster(struct survey *look, struct script_part part)
{
	OWN_VALUE(str_done) struct str text = { 0 };
	const char *value;
	size_t len;

	if (!part.done || part.exit_code != 0)
		return;
	console_text_lossy(&text, part.bytes, part.len, 0);
	if (registry_value(str_text(&text), "ClusterName", &value, &len))
		snprintf(look->cluster, sizeof(look->cluster), "%.*s", (int)len, value);
}

/* Controllers of one domain are not to be repaired at the same time. */
static void read_domain(struct session *s, struct survey *look)
{
	enum { DOMAIN_CONTROLLER = 2 }; /* ProductType */
	struct error e = { 0 };
	OWN(wmi_rows_free) struct wmi_rows *rows = NULL;

	if (look->result->facts.environment.product_type != DOMAIN_CONTROLLER)
		return;
	rows = wmi_query(s, "SELECT Domain FROM Win32_ComputerSystem", &e);
	const char *domain = rows && wmi_count(rows) == 1 ? wmi_text(rows, 0, "Domain") : NULL;
	if (domain && strlen(domain) < sizeof(look->domain)) /* no name of DNS is longer */
		snprintf(look->domain, sizeof(look->domain), "%s", domain);
}

static int ask_more(struct session *s, enum action action, struct survey *look, struct error *e)
{
	OWN_VALUE(script_done) struct script script = { 0 };
	OWN_VALUE(shell_output_done) struct shell_output output = { 0 };
	const char *who[MEMBERS_MAX];
	bool leaked = false;

	if (action == ACTION_RESTART_GROUP && look->state.group.count >= MEMBERS_MAX)
		return error_set(e, ERROR_PARSE, "%zu services share the process: too many to restart them together",
			look->state.group.count + 1);
	size_t count = whose(look, action, who);
	if (write_script(&script, who, count, e) < 0)
		return -1;
	int rc = shell_run(s, CONSOLE_UTF8, str_text(&script.command), &output, &leaked, e);
	look->result->leaked_shell |= leaked;
	if (rc < 0)
		return error_during(e, "dependents");
	enum known servicing = answer_of(script_part(&script, &output.out, "servicing"));
	enum known updates = answer_of(script_part(&script, &output.out, "updates"));
	look->pending_reboot = servicing == KNOWN_YES || updates == KNOWN_YES ? KNOWN_YES
			       : servicing == KNOWN_NO && updates == KNOWN_NO ? KNOWN_NO
									      : KNOWN_NOT;
	read_cluster(look, script_part(&script, &output.out, "cluster"));
	if (read_stops(look, &script, &output.out, who, count, e) < 0) {
		names_done(&look->state.stops);
		return error_during(e, "dependents");
	}
	look->state.stops_known = true;
	return 0;
}

/* Whose work a reboot would end: each session with a desktop has an explorer.exe, in every language, also while it is
 * disconnected. Win32_LogonSession keeps sessions that have ended, and quser is translated. A desktop without Explorer
 * (Server Core) is not seen. */
static int count_desktops(struct session *s)
{
	struct error e = { 0 };
	OWN(wmi_rows_free)
	struct wmi_rows *rows = wmi_query(s, "SELECT SessionId FROM Win32_Process WHERE Name='explorer.exe'", &e);
	size_t count = rows ? wmi_count(rows) : 0;
	int sessions = 0;

	for (size_t i = 0; i < count && i < DESKTOPS_MAX; i++) {
		const char *session = wmi_text(rows, i, "SessionId");
		bool seen = !session;
		for (size_t k = 0; k < i && !seen; k++) {
			const char *other = wmi_text(rows, k, "SessionId");
			seen = other && !strcmp(other, session);
		}
		sessions += !seen;
	}
	return rows ? sessions : UNSEEN;
}

static void begin(struct survey *look, const struct host *host)
{
	*look = (struct survey){ .host_time = UNSEEN, .users = UNSEEN, .result = calloc(1, sizeof(*look->result)) };
	if (!look->result)
		abort(); /* nothing can be said about the host any more, not even that */
	look->result->host = host;
}

static void finish(struct survey *look)
{
	const struct environment_facts *environment = &look->result->facts.environment;

	look->taken_ms = clock_ms();
	if (environment->skew_seen)
		look->host_time = time(NULL) + environment->clock_skew_s;
	if (state_of(&look->state, &look->result->facts, &look->extras) < 0)
		state_done(&look->state);
}

void survey_host(struct session *s, const struct host *host, const struct audit_options *options, enum action action,
	struct survey *look)
{
	begin(look, host);
	audit_host(s, options, look->result);
	finish(look);
	if (look->result->connected && look->result->facts.services.seen && look->extras.kind == ERROR_NONE)
		ask_more(s, action, look, &look->extras);
	if (look->result->connected)
		read_domain(s, look);
	if (look->result->connected && action == ACTION_REBOOT)
		look->users = count_desktops(s);
	look->result->transport = *session_stats(s);
}

void survey_services(
	struct session *s, const struct host *host, const struct audit_options *options, struct survey *look)
{
	struct error e = { 0 };

	begin(look, host);
	facts_init(&look->result->facts);
	look->result->connected = probe_services(s, options, look->result, &e) == 0;
	if (!look->result->connected)
		result_add_error(look->result, "services", &e);
	finish(look);
}

void survey_unreachable(struct survey *look, const struct host *host, const struct error *e)
{
	begin(look, host);
	audit_unreachable(look->result, "connect", e);
	finish(look);
}
