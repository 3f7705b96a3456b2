/* plan_terms: see plan_print.h: who is not in a plan, and on what terms it is carried out. */
#include "escape.h"
#include "column.h"
#include "fold.h"
#include "label.h"
#include "language.h"
#include "option_table.h"
#include "plan_print.h"
#include "shell_word.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FOLDED_GROUPS_SHOWN = 6, LABEL_WIDTH = 24, DROPPED_SHOWN = 20 };

/* ---- the others ---- */

static void print_group(FILE *out, const char *label, const char *const *name, size_t count, const char *remark)
{
	OWN_VALUE(str_done) struct str folded = { 0 };
	OWN_VALUE(str_done) struct str safe = { 0 };

	fold_hosts(&folded, name, count, FOLDED_GROUPS_SHOWN);
	escape_terminal(&safe, remark);
	fprintf(out, "%s%*s %5zu  %s\n", label, column_pad(label, LABEL_WIDTH), "", count, str_text(&folded));
	if (safe.len)
		fprintf(out, "%*s        %s%s\n", LABEL_WIDTH, "", count > 1 ? _("e.g. ") : "", str_text(&safe));
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
		str_add(&label, _("not looked at"));
	else if (!it->connected)
		str_add(&label, label_of("unreachable"));
	else
		str_addf(&label, "%s(%s)", label_of(repair_result_name(it->consent.result)), it->consent.reason);
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
		escape_terminal(&safe, _(todo->dropped[i].message));
		fprintf(out, _("dropped  %s: %s\n"), todo->dropped[i].planned->name, str_text(&safe));
	}
	if (todo->dropped_count > DROPPED_SHOWN)
		fprintf(out, _("dropped  %zu more\n"), todo->dropped_count - DROPPED_SHOWN);
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
	fputs(_("Guards   "), fix->talk);
	if (candidates)
		fprintf(fix->talk, _("backup running or near: %zu   protected services: %zu   pending reboot: %zu   "),
			deferred_for(candidates, "backup"), deferred_for(candidates, "role"),
			deferred_for(candidates, "pending_reboot"));
	fprintf(fix->talk, _("hosts with peers, never two of them at once: %zu\n"), peers);
}

static bool is_planned(const struct candidate *candidate)
{
	return candidate->looked && candidate->consent.result == RESULT_NONE;
}

/* When the next one of them begins: a change that lasts may meet it. */
static void print_backups(const struct fix *fix, const struct candidates *candidates)
{
	const struct candidate *next = NULL;
	size_t unknown = 0;

	if (!fix->plan.restart && fix->plan.action != ACTION_REBOOT)
		return;
	for (size_t i = 0; i < candidates->count; i++) {
		const struct candidate *it = &candidates->candidate[i];
		if (!is_planned(it))
			continue;
		unknown += !it->backup.known;
		if (it->backup.any && (!next || it->backup.in_min < next->backup.in_min))
			next = it;
	}
	if (next)
		fprintf(fix->talk,
			_("Backups  next: %02u:%02u on %s (its time), in %d h %02d min; within %d min before, a server "
			  "is deferred\n"),
			next->backup.hour, next->backup.minute, next->host->name, next->backup.in_min / 60,
			next->backup.in_min % 60, BACKUP_AHEAD_MIN);
	if (unknown && next)
		fprintf(fix->talk, _("         not known when one begins: %zu\n"), unknown);
	else if (unknown)
		fprintf(fix->talk, _("Backups  not known when one begins: %zu\n"), unknown);
}

static void print_rings(const struct fix *fix)
{
	const struct plan *plan = &fix->plan;
	struct amount max_fail = fix->options->max_fail ? fix->max_fail : plan->max_fail;
	size_t failures = failures_allowed(max_fail, plan->count);

	fputs(_("Rings    "), fix->talk);
	for (size_t first = 0, last; first < plan->count; first = last) {
		for (last = first; last < plan->count && plan->host[last].at.ring == plan->host[first].at.ring;)
			last++;
		fprintf(fix->talk, "%s%zu", first ? " -> " : "", last - first);
	}
	fprintf(fix->talk,
		P_("   stops after %zu failure; unreachable counts as failure; soak %u s\n",
			"   stops after %zu failures; unreachable counts as failure; soak %u s\n", failures),
		failures, plan->soak_s);
}

static void print_window(const struct fix *fix)
{
	size_t open = gate_count_open(&fix->gate), count = fix->gate.chosen ? fix->gate.count : fix->hosts.count;
	time_t now = time(NULL);
	char clock[16];
	struct tm local;

	if (!fix->gate.windows.count)
		return;
	strftime(clock, sizeof(clock), "%H:%M", localtime_r(&now, &local));
	if (open == count)
		fprintf(fix->talk, _("Window   %s (now %s)\n"), fix->options->window, clock);
	else if (open)
		fprintf(fix->talk, _("Window   %s (now %s: open for %zu of %zu hosts; the others are left for `resume`)\n"),
			fix->options->window, clock, open, count);
	else
		fprintf(fix->talk, _("Window   %s (now %s: --apply is refused until then; --wait-window waits)\n"),
			fix->options->window, clock);
}

void plan_print_terms(const struct fix *fix, const struct candidates *candidates)
{
	const struct options *o = fix->options;
	const struct plan *plan = &fix->plan;
	const char *file = o->plan ? o->plan : o->plan_out;
	long long hours = ((long long)plan->expires - (long long)time(NULL) + 3599) / 3600;

	print_guards(fix, candidates);
	if (candidates)
		print_backups(fix, candidates);
	print_rings(fix);
	print_window(fix);
	fprintf(fix->talk, P_("Plan     %zu host", "Plan     %zu hosts", plan->count), plan->count);
	if (file)
		fprintf(fix->talk, _(", %s"), file);
	fprintf(fix->talk, _(", sha256 %.8s..%s, valid %lld h."), plan->sha256, plan->sha256 + DIGEST_DIGITS - 4,
		hours);
	fprintf(fix->talk, "%s\n", o->apply ? "" : _("  Dry run: nothing was changed."));
}

static bool is_for_planning(const struct option_row *row)
{
	if (row->group != GROUP_REPAIR)
		return !strcmp(row->name, "limit");
	return strcmp(row->name, "plan") != 0 && strcmp(row->name, "apply") != 0;
}

/* How many words the option takes that word is, with its argument; 0: it is not this one. */
static int words_of(const struct option_row *row, const char *word)
{
	size_t len = strcspn(word, "=");

	if (word[0] != '-')
		return 0;
	if (word[1] == '-' && len == strlen(row->name) + 2 && !strncmp(word + 2, row->name, len - 2))
		return row->argument && !word[len] ? 2 : 1;
	if (row->letter && word[1] == row->letter)
		return row->argument && !word[2] ? 2 : 1;
	return 0;
}

/* How many words of the command line, from this one, say only what to plan, and how. */
static int planning_words(const struct options *o, const char *word)
{
	for (size_t i = 0; i < o->argument_count; i++)
		if (word == o->argument[i])
			return 1;
	for (size_t i = 0; i < option_count; i++)
		if (is_for_planning(&option_table[i]) && words_of(&option_table[i], word))
			return words_of(&option_table[i], word);
	return 0;
}

void plan_print_next(const struct fix *fix)
{
	const char *file = fix->options->plan_out;
	OWN_VALUE(str_done) struct str line = { 0 }, safe = { 0 };

	str_addf(&line, "%s vssfleet %s", _("Next:"), fix->word[0]);
	for (int i = 1; i < fix->words; i++) {
		int words = file ? planning_words(fix->options, fix->word[i]) : !strcmp(fix->word[i], "--dry-run");
		if (words) {
			i += words - 1;
			continue;
		}
		str_addc(&line, ' ');
		shell_word(&line, fix->word[i]);
	}
	if (file) {
		str_add(&line, " --plan ");
		shell_word(&line, file);
	}
	escape_terminal(&safe, str_text(&line));
	fprintf(fix->talk, "%s --apply\n", str_text(&safe));
}
