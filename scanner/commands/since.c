/* since: see the header. */
#include "since.h"
#include "language.h"
#include "lineage.h"
#include "local_time.h"
#include "relapse.h"

#include <string.h>

/* The tallies that hosts come to and leave. */
enum tally_word { GONE, NO_WRITERS, FAULT, PENDING, AT_RISK, SHARED, UNCHECKED, NEITHER };
static const char *const words[NEITHER] = { NC_("counted", "gone"), NC_("counted", "no writers"),
	NC_("counted", "fault"), NC_("counted", "pending"), NC_("counted", "at risk"), NC_("counted", "shared"),
	NC_("counted", "not checked") };

static enum tally_word word_of(int verdict, bool isolate_required)
{
	static const enum tally_word of[VERDICTS] = {
		[VERDICT_AFFECTED] = GONE,
		[VERDICT_WRITERS_MISSING] = NO_WRITERS,
		[VERDICT_VSS_FAULT] = FAULT,
		[VERDICT_UNREACHABLE] = UNCHECKED,
		[VERDICT_UNKNOWN] = UNCHECKED,
		[VERDICT_FIX_PENDING] = PENDING,
		[VERDICT_AT_RISK] = AT_RISK,
		[VERDICT_BUSY] = NEITHER,
		[VERDICT_SHARED] = SHARED,
		[VERDICT_HEALTHY] = NEITHER,
	};
	if (verdict == DIFF_ABSENT || (verdict == VERDICT_SHARED && !isolate_required))
		return NEITHER;
	return of[verdict];
}

static void add_count(struct str *out, char sign, size_t count, const char *word)
{
	if (!count)
		return;
	str_add(out, out->len ? _(", ") : "");
	str_addf(out, _("%c%zu %s"), sign, count, word);
}

void since_counts(struct str *out, const struct diff *diff, bool isolate_required)
{
	size_t came[NEITHER + 1] = { 0 }, left[NEITHER + 1] = { 0 }, added = 0, removed = 0;
	OWN_VALUE(str_done) struct str counts = { 0 };

	for (size_t i = 0; i < diff->count; i++) {
		const struct diff_host *host = &diff->host[i];
		enum tally_word before = word_of(host->before, isolate_required),
				now = word_of(host->now, isolate_required);
		added += host->before == DIFF_ABSENT;
		removed += host->now == DIFF_ABSENT;
		came[now] += before != now;
		left[before] += before != now && diff_is_checked(host->now);
	}
	for (int w = 0; w < NEITHER; w++) {
		add_count(&counts, '+', came[w], in_context(words[w]));
		add_count(&counts, '-', left[w], in_context(words[w]));
	}
	add_count(&counts, '+', added, P_("server", "servers", added));
	add_count(&counts, '-', removed, P_("server", "servers", removed));
	str_add(out, counts.len ? str_text(&counts) : _("nothing changed"));
}

static int compare(struct str *out, struct store *store, const struct run_info *run, struct error *e)
{
	OWN_VALUE(run_info_done) struct run_info before = { 0 };
	OWN_VALUE(diff_done) struct diff diff = { 0 };
	char id[27], when[32];

	if (lineage_before(store, run, id, e) < 0)
		return -1;
	if (!*id)
		return 0;
	if (store_run(store, id, &before, e) < 0 || diff_of(&diff, store, &before, run, e) < 0)
		return -1;
	str_addf(out, _("Since %s: "), local_time(when, sizeof(when), before.started, "%Y-%m-%d %H:%M"));
	since_counts(out, &diff, json_is_true(json_object_get(run->meta, "isolate_required")));
	str_addc(out, '\n');
	return 0;
}

int since_lines(struct str *out, struct store *store, const struct run_info *run, struct error *e)
{
	if (relapse_lines(out, store, run->id, e) < 0)
		return -1;
	return strcmp(run->state, "complete") ? 0 : compare(out, store, run, e);
}
