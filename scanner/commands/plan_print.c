/* plan_print: see the header: the hosts of a plan. Names of hosts and services were checked when they were read; all
 * else is escaped. */
#include "plan_print.h"
#include "column.h"
#include "escape.h"
#include "hosts.h"
#include "language.h"

#include <stdlib.h>
#include <string.h>

enum { AT_LENGTH_MAX = 20, NAMES_SHOWN = 12, LABEL_WIDTH = 12 };

static void say(FILE *out, const char *label, const char *text)
{
	OWN_VALUE(str_done) struct str safe = { 0 };

	escape_terminal(&safe, text);
	fprintf(out, "  %s%*s %s\n", label, column_pad(label, LABEL_WIDTH), "", str_text(&safe));
}

/* "COMSysApp, SENS, EventSystem", or the other way round. */
static void list(struct str *out, const struct names *names, bool backwards)
{
	for (size_t i = 0; i < names->count && i < NAMES_SHOWN; i++)
		str_addf(out, "%s%s", i ? ", " : "", names->name[backwards ? names->count - 1 - i : i]);
	if (names->count > NAMES_SHOWN)
		str_addf(out, _(" (%zu more)"), names->count - NAMES_SHOWN);
}

/* ---- one host ---- */

static void print_change(const struct plan *plan, const struct plan_host *host, FILE *out)
{
	OWN_VALUE(str_done) struct str text = { 0 };
	const struct state *before = &host->before;
	const char *type = before->service_type ? before->service_type : C_("service type", "unknown");

	if (host->wanted_type && strcmp(host->wanted_type, type) != 0)
		str_addf(&text, _("type %s -> %s; "), type, host->wanted_type);
	else
		str_addf(&text, _("type %s, as it is; "), type);
	str_addf(&text, "PID %lld", (long long)before->pid);
	if (before->group.count) {
		OWN_VALUE(str_done) struct str names = { 0 };
		list(&names, &before->group, false);
		str_addf(&text, _(" shared with %s"), str_text(&names));
	}
	if (plan->action == ACTION_ISOLATE && plan->restart)
		str_add(&text, _(" -> own svchost"));
	say(out, "EventSystem", str_text(&text));
}

static void print_restart(const struct plan *plan, const struct plan_host *host, FILE *out)
{
	OWN_VALUE(str_done) struct str text = { 0 };

	if (plan->action == ACTION_REBOOT)
		str_add(&text, _("the whole server; it is waited for, and its time of boot proves it"));
	else if (!plan->restart)
		str_add(&text, _("none (--no-restart): it takes effect when EventSystem starts next"));
	else {
		OWN_VALUE(str_done) struct str stops = { 0 }, starts = { 0 };
		list(&stops, &host->before.stops, false);
		list(&starts, &host->before.stops, true);
		str_addf(&text,
			_("stop %s; start %s (running dependents, read live); then end VSS and swprv, which start on "
			  "demand"),
			str_text(&stops), str_text(&starts));
	}
	say(out, _("restart"), str_text(&text));
}

static void print_untouched(const struct plan *plan, const struct plan_host *host, FILE *out)
{
	OWN_VALUE(str_done) struct str text = { 0 };
	size_t shown = 0;

	if (plan->action == ACTION_REBOOT)
		return;
	for (size_t i = 0; i < host->before.group.count; i++)
		if (!names_have(&host->before.stops, host->before.group.name[i]))
			str_addf(&text, "%s%s", shown++ ? ", " : "", host->before.group.name[i]);
	str_addf(&text, "%s%s", shown ? "; " : "", _("all start modes"));
	say(out, _("not touched"), str_text(&text));
}

static size_t good_writers(const struct fix *fix, const char *name)
{
	size_t place;
	struct error e = { 0 };

	if (hosts_find((struct hosts *)&fix->hosts, name, &place, &e) <= 0)
		return 0;
	const struct last_good *good = remembered_of((void *)&fix->remembered, &fix->hosts.host[place]);
	return good ? good->count : 0;
}

static void print_proof(const struct fix *fix, const struct plan_host *host, FILE *out)
{
	static const char *const first[ACTIONS] = {
		[ACTION_ISOLATE] = N_("own process, new PID, nobody else in it; dependents as before"),
		[ACTION_RESTART_GROUP] = N_("new PID, the whole group runs again; dependents as before"),
		[ACTION_REBOOT] = N_("a later boot, EventSystem runs; dependents as before"),
		[ACTION_REVERT] = N_("the recorded type, EventSystem runs; dependents as before"),
	};
	OWN_VALUE(str_done) struct str text = { 0 };
	size_t good = good_writers(fix, host->name);

	if (!fix->plan.restart && fix->plan.action != ACTION_REBOOT)
		return;
	str_add(&text, _(first[fix->plan.action]));
	if (fix->plan.action != ACTION_REVERT && good)
		str_addf(&text, _("; writers >= last good set (%zu); no new 0x800401fb"), good);
	else if (fix->plan.action != ACTION_REVERT)
		str_add(&text, _("; the writers that every Windows has; no new 0x800401fb"));
	say(out, _("verify"), str_text(&text));
}

static void print_rollback(const struct plan *plan, const struct plan_host *host, FILE *out)
{
	OWN_VALUE(str_done) struct str text = { 0 };

	if (plan->action != ACTION_ISOLATE || !plan->restart)
		return;
	bool configured =
		host->before.service_type && host->wanted_type && !strcmp(host->before.service_type, host->wanted_type);
	if (configured)
		str_add(&text, _("none: the service type is that already"));
	else if (plan->rollback)
		str_addf(&text, _("back to %s + restart, if it cannot be verified"),
			host->before.service_type ? host->before.service_type : _("the recorded type"));
	else
		str_add(&text, _("none (--no-rollback)"));
	say(out, _("rollback"), str_text(&text));
}

static void print_short(const struct fix *fix, const struct plan_host *host)
{
	OWN_VALUE(str_done) struct str stops = { 0 };

	list(&stops, &host->before.stops, false);
	fprintf(fix->talk, _("%-40s ring %u  PID %lld"), host->name, host->at.ring + 1, (long long)host->before.pid);
	if (stops.len && fix->plan.restart && fix->plan.action != ACTION_REBOOT)
		fprintf(fix->talk, _("  stops %s"), str_text(&stops));
	putc('\n', fix->talk);
}

static void print_host(const struct fix *fix, const struct plan_host *host)
{
	FILE *out = fix->talk;
	const struct plan *plan = &fix->plan;

	fprintf(out, host->at.ring ? _("%-40s ring %u\n") : _("%-40s ring %u (canary)\n"), host->name,
		host->at.ring + 1);
	print_change(plan, host, out);
	print_restart(plan, host, out);
	print_untouched(plan, host, out);
	print_proof(fix, host, out);
	print_rollback(plan, host, out);
}

void plan_print_hosts(const struct fix *fix)
{
	const struct plan *plan = &fix->plan;

	for (size_t i = 0; i < plan->count; i++) {
		bool first = i == 0 || plan->host[i].at.ring != plan->host[i - 1].at.ring;
		if (first || plan->count <= AT_LENGTH_MAX)
			print_host(fix, &plan->host[i]);
		else
			print_short(fix, &plan->host[i]);
	}
	if (plan->action == ACTION_RESTART_GROUP && plan->count)
		fputs(_("RISK     a restart of the group stops services that others need, and the network may go with "
			"them;\n         the script on the server starts them again, also when the connection is "
			"lost\n"),
			fix->talk);
}
