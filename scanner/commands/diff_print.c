/* diff_print: see the header. */
#include "diff_print.h"
#include "column.h"
#include "escape.h"
#include "fold.h"
#include "label.h"
#include "language.h"
#include "lineage.h"
#include "local_time.h"

#include <string.h>

enum { FOLDED_GROUPS_SHOWN = 6, LABEL_WIDTH = 14 };

static const char *const labels[DIFF_CLASSES] = {
	[DIFF_NEW] = N_("NEW"),
	[DIFF_REGRESSED] = N_("REGRESSED"),
	[DIFF_WORSE] = N_("WORSE"),
	[DIFF_RESOLVED] = N_("RESOLVED"),
	[DIFF_BETTER] = N_("BETTER"),
	[DIFF_NOT_CHECKED] = N_("NOT CHECKED"),
	[DIFF_CHECKED] = N_("CHECKED AGAIN"),
	[DIFF_ADDED] = N_("ADDED"),
	[DIFF_REMOVED] = N_("REMOVED"),
	[DIFF_RENAMED] = N_("RENAMED"),
};

static void print_safe(FILE *out, const char *text)
{
	OWN_VALUE(str_done) struct str safe = { 0 };

	escape_terminal(&safe, text);
	fputs(str_text(&safe), out);
}

enum { TIME_TEXT = 64 };

static const char *when(char text[TIME_TEXT], const struct run_info *run)
{
	return local_time(text, TIME_TEXT, run->started, "%Y-%m-%d %H:%M %Z");
}

static void print_head(FILE *out, const struct run_info *from, const struct run_info *to)
{
	const char *profile = lineage_profile(to->meta);
	char earlier[TIME_TEXT], later[TIME_TEXT];

	fprintf(out, C_("times", "%s -> %s"), when(earlier, from), when(later, to));
	if (profile) {
		fprintf(out, "   %s ", _("profile"));
		print_safe(out, profile);
	}
	fputc('\n', out);
	fprintf(out, _("runs %s -> %s"), from->id, to->id);
	if (strcmp(from->state, "complete") || strcmp(to->state, "complete"))
		fprintf(out, "   %s", _("(partial: what was not begun was not checked)"));
	fputc('\n', out);
}

/* What the hosts of a group have in common. */
static bool same_group(const struct diff_host *a, const struct diff_host *b)
{
	return a->class == b->class && a->before == b->before && a->now == b->now && a->class != DIFF_RENAMED &&
	       !strcmp(a->kind ? a->kind : "", b->kind ? b->kind : "");
}

static void print_course(FILE *out, const struct diff_host *host)
{
	if (host->class == DIFF_RENAMED) {
		print_safe(out, host->reason);
		return;
	}
	const char *before = host->before == DIFF_ABSENT ? NULL : label_of(verdict_name((enum verdict)host->before));
	const char *now = host->now == DIFF_ABSENT ? NULL : label_of(verdict_name((enum verdict)host->now));
	if (before && now)
		fprintf(out, "%s -> %s", before, now);
	else if (before)
		fprintf(out, _("was %s"), before);
	else if (now)
		fputs(now, out);
	if (host->kind)
		fprintf(out, ": %s", label_of(host->kind));
}

static void print_group(FILE *out, const char *const *names, size_t count, const struct diff_host *one)
{
	OWN_VALUE(str_done) struct str folded = { 0 };

	fold_hosts(&folded, names, count, FOLDED_GROUPS_SHOWN);
	print_safe(out, str_text(&folded));
	fputs(" (", out);
	print_course(out, one);
	fputs(")\n", out);
}

/* The hosts of one class, first to last; names has room for them. */
static void print_class(FILE *out, const struct diff_host *first, size_t count, const char **names, bool *printed)
{
	for (size_t i = 0; i < count; i++) {
		size_t alike = 0;
		if (printed[i])
			continue;
		for (size_t k = i; k < count; k++)
			if (k == i || same_group(&first[i], &first[k])) {
				names[alike++] = first[k].host;
				printed[k] = true;
			}
		if (i == 0)
			fprintf(out, "%s%*s %5zu  ", _(labels[first->class]),
				column_pad(_(labels[first->class]), LABEL_WIDTH), "", count);
		else
			fprintf(out, "%*s  ", LABEL_WIDTH + 6, "");
		print_group(out, names, alike, &first[i]);
	}
}

void diff_print(FILE *out, const struct diff *diff, const struct run_info *from, const struct run_info *to)
{
	OWN(own_free) const char **names = calloc(diff->count + 1, sizeof(*names));
	OWN(own_free) bool *printed = calloc(diff->count + 1, sizeof(*printed));

	print_head(out, from, to);
	for (size_t i = 0, end; names && printed && i < diff->count; i = end) {
		for (end = i; end < diff->count && diff->host[end].class == diff->host[i].class;)
			end++;
		print_class(out, &diff->host[i], end - i, names, printed + i);
	}
	fprintf(out, _("%zu as before\n"), diff->same);
}
