/* change_show: see the header. What a host said is escaped on its way out. */
#include "change_show.h"
#include "escape.h"
#include "fold.h"
#include "label.h"
#include "language.h"

#include <stdlib.h>

enum { FOLDED_GROUPS_SHOWN = 12 };

static void erase(const struct change_show *show)
{
	if (show->live)
		fputs("\r\033[K", stderr);
}

void change_show_state(const struct change_show *show, const struct fleet_state *state)
{
	if (!show->live || !state->slowest)
		return;
	fputs("\r\033[K", stderr);
	fprintf(stderr, _("%zu in hand, %.50s for %u s"), state->begun - state->done, state->slowest->name,
		state->slowest_s);
	fflush(stderr);
}

void change_show_ring(struct change_show *show, unsigned ring, size_t hosts)
{
	show->hosts = hosts;
	show->done = 0;
	if (!show->quiet)
		fprintf(show->out, P_("ring %u  %zu host\n", "ring %u  %zu hosts\n", hosts), ring + 1, hosts);
}

/* "PID 816 -> 1025  writers 0 -> 11" */
static void add_numbers(struct str *line, const struct repair *repair)
{
	const struct state *a = &repair->before, *b = &repair->after;

	if (!repair->has_before || !repair->has_after)
		return;
	str_addf(line, "  PID %lld -> %lld", (long long)a->pid, (long long)b->pid);
	if (a->writers_known && b->writers_known)
		str_addf(line, _("  writers %zu -> %zu"), a->writers.count, b->writers.count);
	else if (b->writers_known)
		str_addf(line, _("  writers %zu"), b->writers.count);
}

/* fixed, fix_failed(verify), deferred(backup), unknown */
static void add_result(struct str *line, const struct repair *repair)
{
	bool failed = repair->result == RESULT_FIX_FAILED;
	const char *detail = failed ? repair_step_name(repair->step) : repair->reason;

	if (repair->unfinished)
		str_add(line, C_("outcome", "unknown"));
	else
		str_addf(line, "%s%s%s%s", label_of(repair_result_name(repair->result)), detail ? "(" : "",
			detail ? detail : "", detail ? ")" : "");
}

static void print_repair(FILE *out, const struct repair *repair)
{
	OWN_VALUE(str_done) struct str line = { 0 };
	OWN_VALUE(str_done) struct str safe = { 0 };
	bool plain = repair->result == RESULT_FIXED && !repair->unfinished;

	str_addf(&line, "%s  ", repair->host->name);
	add_result(&line, repair);
	add_numbers(&line, repair);
	str_addf(&line, "  %u.%u s", repair->duration_ms / 1000, repair->duration_ms % 1000 / 100);
	if (!plain && *repair->message)
		str_addf(&line, ": %s", repair->message);
	escape_terminal(&safe, str_text(&line));
	fprintf(out, "%s\n", str_text(&safe));
	fflush(out);
}

void change_show_repair(struct change_show *show, const struct repair *repair, unsigned ring)
{
	show->done++;
	erase(show);
	if (show->quiet)
		return;
	fprintf(show->out, _("ring %u  %zu/%zu  "), ring + 1, show->done, show->hosts);
	print_repair(show->out, repair);
}

void change_show_soak(const struct change_show *show, unsigned ring, unsigned seconds)
{
	if (!show->quiet)
		fprintf(show->out, _("ring %u  soak %u s\n"), ring + 1, seconds);
	fflush(show->out);
}

void change_show_relapse(const struct change_show *show, const struct repair *repair, unsigned ring)
{
	if (show->quiet)
		return;
	fprintf(show->out, _("ring %u  relapsed  "), ring + 1);
	print_repair(show->out, repair);
}

static void show_why(FILE *out, const struct rollout_outcome *outcome)
{
	switch (outcome->end) {
	case ROLLOUT_COMPLETE:
		fputs(_("DONE     "), out);
		break;
	case ROLLOUT_THRESHOLD:
		fprintf(out,
			P_("STOPPED  %zu failure reached --max-fail.  ", "STOPPED  %zu failures reached --max-fail.  ",
				outcome->failed),
			outcome->failed);
		break;
	case ROLLOUT_STOPPED:
		fprintf(out, _("STOPPED  %s.  "), _(outcome->why));
		break;
	case ROLLOUT_INTERRUPTED:
		fputs(_("STOPPED  interrupted.  "), out);
		break;
	}
}

static void show_unfinished(FILE *out, const struct rollout_outcome *outcome)
{
	OWN_VALUE(str_done) struct str folded = { 0 };
	OWN(own_free) const char **name = calloc(outcome->unfinished + 1, sizeof(*name));
	size_t count = 0;

	for (size_t i = 0; name && i < outcome->count; i++)
		if (outcome->repair[i] && outcome->repair[i]->unfinished)
			name[count++] = outcome->repair[i]->host->name;
	if (!count)
		return;
	fold_hosts(&folded, name, count, FOLDED_GROUPS_SHOWN);
	fprintf(out, _("UNKNOWN  %zu  %s\n         nobody knows how their repair ended; `resume` looks\n"), count,
		str_text(&folded));
}

void change_show_end(FILE *out, const struct rollout_outcome *outcome)
{
	const char *comma = "";

	show_why(out, outcome);
	for (int r = RESULT_FIXED; r < REPAIR_RESULTS; r++)
		if (outcome->by_result[r]) {
			fprintf(out, "%s%s %zu", comma, label_of(repair_result_name((enum repair_result)r)),
				outcome->by_result[r]);
			comma = ", ";
		}
	if (outcome->unfinished)
		fprintf(out, "%s%s %zu", comma, C_("outcome", "unknown"), outcome->unfinished), comma = ", ";
	if (outcome->untouched)
		fprintf(out, "%s%s %zu", comma, _("untouched"), outcome->untouched), comma = ", ";
	fprintf(out, "%s\n", *comma ? "" : _("nothing was left to do"));
	show_unfinished(out, outcome);
}
