/* plan_print: see the header. Names of hosts and services were checked when they were read; all else is escaped. */
#include "plan_print.h"
#include "escape.h"
#include "fold.h"
#include "hosts.h"
#include "option_table.h"
#include "shell_word.h"

#include <stdlib.h>
#include <string.h>

enum { AT_LENGTH_MAX = 20, NAMES_SHOWN = 12, FOLDED_GROUPS_SHOWN = 6, LABEL_WIDTH = 24, DROPPED_SHOWN = 20 };

static void say(FILE *out, const char *label, const char *text)
{
	OWN_VALUE(str_done) struct str safe = { 0 };

	escape_terminal(&safe, text);
	fprintf(out, "  %-12s %s\n", label, str_text(&safe));
}

/* "COMSysApp, SENS, EventSystem", or the other way round. */
static void list(struct str *out, const struct names *names, bool backwards)
{
	for (size_t i = 0; i < names->count && i < NAMES_SHOWN; i++)
		str_addf(out, "%s%s", i ? ", " : "", names->name[backwards ? names->count - 1 - i : i]);
	if (names->count > NAMES_SHOWN)
		str_addf(out, " (%zu more)", names->count - NAMES_SHOWN);
}

/* ---- one host ---- */

static void print_change(const struct plan *plan, const struct plan_host *host, FILE *out)
{
	OWN_VALUE(str_done) struct str text = { 0 };
	const struct state *before = &host->before;
	const char *type = before->service_type ? before->service_type : "unknown";

	if (host->wanted_type && strcmp(host->wanted_type, type) != 0)
		str_addf(&text, "type %s -> %s; ", type, host->wanted_type);
	else
		str_addf(&text, "type %s, as it is; ", type);
	str_addf(&text, "PID %lld", (long long)before->pid);
	if (before->group.count) {
		str_add(&text, " shared with ");
		list(&text, &before->group, false);
	}
	if (plan->action == ACTION_ISOLATE && plan->restart)
		str_add(&text, " -> own svchost");
	say(out, "EventSystem", str_text(&text));
}

static void print_restart(const struct plan *plan, const struct plan_host *host, FILE *out)
{
	OWN_VALUE(str_done) struct str text = { 0 };

	if (plan->action == ACTION_REBOOT)
		str_add(&text, "the whole server; it is waited for, and its time of boot proves it");
	else if (!plan->restart)
		str_add(&text, "none (--no-restart): it takes effect when EventSystem starts next");
	else {
		str_add(&text, "stop ");
		list(&text, &host->before.stops, false);
		str_add(&text, "; start ");
		list(&text, &host->before.stops, true);
		str_add(&text, " (running dependents, read live)");
	}
	say(out, "restart", str_text(&text));
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
	str_addf(&text, "%sall start modes", shown ? "; " : "");
	say(out, "not touched", str_text(&text));
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
		[ACTION_ISOLATE] = "own process, new PID, nobody else in it",
		[ACTION_RESTART_GROUP] = "new PID, the whole group runs again",
		[ACTION_REBOOT] = "a later boot, EventSystem runs",
		[ACTION_REVERT] = "the recorded type, EventSystem runs",
	};
	OWN_VALUE(str_done) struct str text = { 0 };
	size_t good = good_writers(fix, host->name);

	if (!fix->plan.restart && fix->plan.action != ACTION_REBOOT)
		return;
	str_addf(&text, "%s; dependents as before", first[fix->plan.action]);
	if (fix->plan.action != ACTION_REVERT && good)
		str_addf(&text, "; writers >= last good set (%zu); no new 0x800401fb", good);
	else if (fix->plan.action != ACTION_REVERT)
		str_add(&text, "; the writers that every Windows has; no new 0x800401fb");
	say(out, "verify", str_text(&text));
}

static void print_rollback(const struct plan *plan, const struct plan_host *host, FILE *out)
{
	OWN_VALUE(str_done) struct str text = { 0 };

	if (plan->action != ACTION_ISOLATE || !plan->restart)
		return;
	if (plan->rollback)
		str_addf(&text, "back to %s + restart, if it cannot be verified",
			host->before.service_type ? host->before.service_type : "the recorded type");
	else
		str_add(&text, "none (--no-rollback)");
	say(out, "rollback", str_text(&text));
}

static void print_short(const struct fix *fix, const struct plan_host *host)
{
	OWN_VALUE(str_done) struct str stops = { 0 };

	list(&stops, &host->before.stops, false);
	fprintf(fix->talk, "%-40s ring %u  PID %lld", host->name, host->at.ring + 1, (long long)host->before.pid);
	if (stops.len && fix->plan.restart && fix->plan.action != ACTION_REBOOT)
		fprintf(fix->talk, "  stops %s", str_text(&stops));
	putc('\n', fix->talk);
}

static void print_host(const struct fix *fix, const struct plan_host *host)
{
	FILE *out = fix->talk;
	const struct plan *plan = &fix->plan;

	fprintf(out, "%-40s ring %u%s\n", host->name, host->at.ring + 1, host->at.ring ? "" : " (canary)");
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
		fputs("RISK     a restart of the group stops services that others need, and the network may go with "
		      "them;\n         the script on the server starts them again, also when the connection is lost\n",
			fix->talk);
}

/* ---- the others ---- */

static void print_group(FILE *out, const char *label, const char *const *name, size_t count, const char *remark)
{
	OWN_VALUE(str_done) struct str folded = { 0 };
	OWN_VALUE(str_done) struct str safe = { 0 };

	fold_hosts(&folded, name, count, FOLDED_GROUPS_SHOWN);
	escape_terminal(&safe, remark);
	fprintf(out, "%-*s %5zu  %s\n", LABEL_WIDTH, label, count, str_text(&folded));
	if (safe.len)
		fprintf(out, "%*s        %s%s\n", LABEL_WIDTH, "", count > 1 ? "e.g. " : "", str_text(&safe));
}

/* Two candidates stand in the same line. */
static bool alike(const struct candidate *a, const struct candidate *b)
{
	if (a->looked != b->looked || a->connected != b->connected || a->consent.result != b->consent.result)
		return false;
	return !a->looked || !a->consent.reason || !b->consent.reason || !strcmp(a->consent.reason, b->consent.reason);
}

static void print_like(const struct candidates *all, size_t first, const char **name, FILE *out)
{
	const struct candidate *it = &all->candidate[first];
	OWN_VALUE(str_done) struct str label = { 0 };
	size_t count = 0;

	for (size_t i = first; i < all->count; i++)
		if (alike(it, &all->candidate[i]))
			name[count++] = all->candidate[i].host->name;
	if (!it->looked)
		str_add(&label, "not looked at");
	else if (!it->connected)
		str_add(&label, "unreachable");
	else
		str_addf(&label, "%s(%s)", repair_result_name(it->consent.result), it->consent.reason);
	print_group(out, str_text(&label), name, count, it->looked ? it->consent.message : "");
}

void plan_print_rest(const struct candidates *candidates, FILE *out)
{
	OWN(own_free) const char **name = calloc(candidates->count + 1, sizeof(*name));

	for (size_t i = 0; name && i < candidates->count; i++) {
		const struct candidate *it = &candidates->candidate[i];
		bool told = it->looked && it->consent.result == RESULT_NONE;
		for (size_t k = 0; k < i && !told; k++)
			told = alike(&candidates->candidate[k], it);
		if (!told)
			print_like(candidates, i, name, out);
	}
}

void plan_print_dropped(const struct todo *todo, FILE *out)
{
	for (size_t i = 0; i < todo->dropped_count && i < DROPPED_SHOWN; i++) {
		OWN_VALUE(str_done) struct str safe = { 0 };
		escape_terminal(&safe, todo->dropped[i].message);
		fprintf(out, "dropped  %s: %s\n", todo->dropped[i].planned->name, str_text(&safe));
	}
	if (todo->dropped_count > DROPPED_SHOWN)
		fprintf(out, "dropped  %zu more\n", todo->dropped_count - DROPPED_SHOWN);
}

/* ---- the terms ---- */

static size_t deferred_for(const struct candidates *candidates, const char *reason)
{
	size_t count = 0;

	for (size_t i = 0; i < candidates->count; i++) {
		const struct consent *consent = &candidates->candidate[i].consent;
		count += candidates->candidate[i].looked && consent->result == RESULT_DEFERRED &&
			 !strcmp(consent->reason, reason);
	}
	return count;
}

static void print_guards(const struct fix *fix, const struct candidates *candidates)
{
	size_t peers = 0;

	for (size_t i = 0; i < fix->plan.count; i++)
		peers += fix->plan.host[i].peer[0] || fix->plan.host[i].peer[1] || fix->plan.host[i].peer[2];
	fputs("Guards   ", fix->talk);
	if (candidates)
		fprintf(fix->talk, "backup running: %zu   protected services: %zu   pending reboot: %zu   ",
			deferred_for(candidates, "backup"), deferred_for(candidates, "role"),
			deferred_for(candidates, "pending_reboot"));
	fprintf(fix->talk, "hosts with peers, never two of them at once: %zu\n", peers);
}

static void print_rings(const struct fix *fix)
{
	const struct plan *plan = &fix->plan;
	struct amount max_fail = fix->options->max_fail ? fix->max_fail : plan->max_fail;
	size_t failures = failures_allowed(max_fail, plan->count);

	fputs("Rings    ", fix->talk);
	for (size_t first = 0, last; first < plan->count; first = last) {
		for (last = first; last < plan->count && plan->host[last].at.ring == plan->host[first].at.ring;)
			last++;
		fprintf(fix->talk, "%s%zu", first ? " -> " : "", last - first);
	}
	fprintf(fix->talk, "   stops after %zu failure%s; unreachable counts as failure; soak %u s\n", failures,
		failures == 1 ? "" : "s", plan->soak_s);
}

static void print_window(const struct fix *fix)
{
	const struct window *window = &fix->gate.window;
	time_t now = time(NULL);
	char clock[16];
	struct tm local;

	if (!window->given)
		return;
	strftime(clock, sizeof(clock), "%H:%M", localtime_r(&now, &local));
	fprintf(fix->talk, "Window   %02u:%02u-%02u:%02u (now %s%s)\n", window->from / 60, window->from % 60,
		window->to / 60, window->to % 60, clock,
		window_is_open(window, now) ? "" : ": --apply is refused until then; --wait-window waits");
}

void plan_print_terms(const struct fix *fix, const struct candidates *candidates)
{
	const struct options *o = fix->options;
	const struct plan *plan = &fix->plan;
	const char *file = o->plan ? o->plan : o->plan_out;
	long long hours = ((long long)plan->expires - (long long)time(NULL) + 3599) / 3600;

	print_guards(fix, candidates);
	print_rings(fix);
	print_window(fix);
	fprintf(fix->talk, "Plan     %zu host%s", plan->count, plan->count == 1 ? "" : "s");
	if (file)
		fprintf(fix->talk, ", %s", file);
	fprintf(fix->talk, ", sha256 %.8s..%s, valid %lld h.%s\n", plan->sha256, plan->sha256 + FINGERPRINT_LEN - 4,
		hours, o->apply ? "" : "  Dry run: nothing was changed.");
}

/* How many words of the command line say only how to plan: an option, with its argument. */
static int planning_words(const char *word)
{
	static const char *const kept[] = { "from-run", "plan", "apply" };
	size_t len = strcspn(word, "=");

	for (size_t i = 0; i < option_count; i++) {
		const struct option_row *row = &option_table[i];
		bool its = row->group == GROUP_REPAIR && !strncmp(word, "--", 2) && len == strlen(row->name) + 2 &&
			   !strncmp(word + 2, row->name, len - 2);
		FOR_EACH(name, kept)
			its = its && strcmp(row->name, *name) != 0;
		if (its)
			return row->argument && !word[len] ? 2 : 1;
	}
	return 0;
}

void plan_print_next(const struct fix *fix)
{
	const char *file = fix->options->plan_out;

	fprintf(fix->talk, "Next: %s", fix->argv[0]);
	for (int i = 1; i < fix->argc; i++) {
		int words = file ? planning_words(fix->argv[i]) : !strcmp(fix->argv[i], "--dry-run");
		if (words)
			i += words - 1;
		else
			print_shell_word(fix->argv[i], fix->talk);
	}
	if (file) {
		fputs(" --plan", fix->talk);
		print_shell_word(file, fix->talk);
	}
	fputs(" --apply\n", fix->talk);
}
