/* tally: see the header. */
#include "tally.h"
#include "column.h"
#include "command.h"
#include "escape.h"
#include "fold.h"
#include "label.h"
#include "language.h"
#include "shell_word.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FOLDED_GROUPS_SHOWN = 6, LABEL_LEAST = 16, INDENT = 2, DAY_S = 86400, EXPIRES_SOON_DAYS = 30 };

static int add(struct tally_group *group, const char *name)
{
	if ((group->count & (group->count - 1)) == 0) { /* at 0 and each power of two */
		size_t room = group->count ? group->count * 2 : 1;
		char **grown = realloc(group->name, room * sizeof(*grown));
		if (!grown)
			return -1;
		group->name = grown;
	}
	if (!(group->name[group->count] = strdup(name)))
		return -1;
	group->count++;
	return 0;
}

static const char *text_at(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static struct tally_group *unchecked_group(struct tally *tally, json_t *record)
{
	json_t *first = json_array_get(json_object_get(record, "errors"), 0);
	const char *outcome = text_at(json_object_get(record, "vss"), "outcome");

	for (int o = VSS_UNSEEN + 1; !first && outcome && o < VSS_OUTCOMES; o++)
		if (!strcmp(vss_outcome_name((enum vss_outcome)o), outcome))
			return &tally->outcome[o];
	return &tally->kind[error_kind_of(text_at(first, "kind"))];
}

/* A record has a waiver only if it held when the run was made. */
static void count_waiver(struct tally *tally, int verdict, const json_t *waiver)
{
	struct tm date = { 0 };
	const char *expires = json_string_value(json_object_get(waiver, "expires"));

	if (!json_is_object(waiver))
		return;
	tally->waived[verdict]++;
	if (!expires || !strptime(expires, "%Y-%m-%d", &date))
		return;
	int days = (int)(timegm(&date) / DAY_S - tally->day);
	if (days < 0 || days > EXPIRES_SOON_DAYS || (tally->expiring && days > tally->expires_in))
		return;
	tally->expiring = tally->expiring && days == tally->expires_in ? tally->expiring + 1 : 1;
	tally->expires_in = days;
}

static int count_record(void *context, json_t *record, json_t *evidence)
{
	struct tally *tally = context;
	const char *name = text_at(json_object_get(record, "host"), "name");
	const char *word = text_at(record, "verdict");
	int verdict = word ? verdict_of_name(word) : -1;
	const char *confidence = text_at(record, "confidence");
	(void)evidence;

	tally->failed = true; /* until it is counted */
	if (!name || verdict < 0 || add(&tally->verdict[verdict], name) < 0)
		return -1;
	if (!tally->reason[verdict] && reason_of(record))
		tally->reason[verdict] = strdup(reason_of(record));
	tally->confirmed += verdict == VERDICT_AFFECTED && confidence && !strcmp(confidence, "confirmed");
	bool unchecked = verdict == VERDICT_UNKNOWN || verdict == VERDICT_UNREACHABLE;
	if (unchecked && add(unchecked_group(tally, record), name) < 0)
		return -1;
	count_waiver(tally, verdict, json_object_get(record, "waiver"));
	tally->failed = false;
	return 0;
}

int tally_of(struct tally *tally, struct store *store, const struct run_info *run, struct error *e)
{
	unsigned count[VERDICTS];

	/* Of those that need no look, some may be waived all the same: shared is a finding if a policy says so. */
	bool waivers = json_array_size(json_object_get(run->meta, "waivers")) > 0;

	*tally = (struct tally){ .total = run->total, .day = run->started / DAY_S };
	if (store_verdicts(store, run->id, count, e) < 0 ||
		store_records(store, run->id, waivers ? STORE_BY_VERDICT : STORE_PROBLEMS, 0, count_record, tally, e) <
			0)
		return -1;
	if (tally->failed)
		return error_set(e, ERROR_LOCAL, _("run %s: a record cannot be read"), run->id);
	for (int v = VERDICT_BUSY; v < VERDICTS; v++)
		tally->verdict[v].count = count[v];
	return 0;
}

static void group_done(struct tally_group *group)
{
	for (size_t i = 0; group->name && i < group->count; i++)
		free(group->name[i]);
	free(group->name);
}

void tally_done(struct tally *tally)
{
	FOR_EACH(group, tally->verdict)
		group_done(group);
	FOR_EACH(group, tally->kind)
		group_done(group);
	FOR_EACH(group, tally->outcome)
		group_done(group);
	FOR_EACH(reason, tally->reason)
		free(*reason);
	str_done(&tally->notes);
	*tally = (struct tally){ 0 };
}

unsigned tally_checked(const struct tally *tally)
{
	size_t checked = 0;
	for (int v = 0; v < VERDICTS; v++)
		if (v != VERDICT_UNKNOWN && v != VERDICT_UNREACHABLE)
			checked += tally->verdict[v].count;
	return (unsigned)checked;
}

int tally_exit(const struct tally *tally, unsigned fail_on, unsigned min_coverage)
{
	bool findings = false;
	for (int v = 0; v < VERDICTS; v++)
		findings |= (fail_on >> v & 1) && tally->verdict[v].count > tally->waived[v];
	bool incomplete = (uint64_t)tally_checked(tally) * 100 < (uint64_t)tally->total * min_coverage;
	return findings && incomplete ? EXIT_BOTH : findings ? EXIT_FINDINGS : incomplete ? EXIT_INCOMPLETE : EXIT_OK;
}

static const struct {
	enum verdict verdict;
	const char *label, *remark; /* NULL: the reason of the first host */
} findings[] = {
	{ VERDICT_AFFECTED, N_("GONE"), NULL },
	{ VERDICT_WRITERS_MISSING, N_("NO WRITERS"), NULL },
	{ VERDICT_VSS_FAULT, N_("FAULT"), NULL },
	{ VERDICT_FIX_PENDING, N_("PENDING"),
		N_("type= own is set, still in a shared process: EventSystem must be restarted") },
	{ VERDICT_AT_RISK, N_("AT RISK"), N_("writers are back, the process is shared, 0x800401fb within the window") },
};

static const char *const outcome_labels[VSS_OUTCOMES] = {
	[VSS_WRITERS] = N_("vss undecided"),
	[VSS_PARTIAL] = N_("vss partial"),
	[VSS_EMPTY] = N_("vss undecided"),
	[VSS_EMPTY_UNVERIFIED] = N_("vss unproved"),
	[VSS_FAILED] = N_("vss failed"),
	[VSS_UNREADABLE] = N_("vss unreadable"),
	[VSS_TIMEOUT] = N_("vss timeout"),
};

static size_t wider(size_t width, size_t indent, const char *label)
{
	size_t its = indent + column_width(label);

	return its > width ? its : width;
}

/* The same for all lines, whatever the language: some labels of Japanese are wider. */
static int label_width(void)
{
	size_t width = LABEL_LEAST;

	FOR_EACH(row, findings)
		width = wider(width, 0, _(row->label));
	for (int o = VSS_UNSEEN + 1; o < VSS_OUTCOMES; o++)
		width = wider(width, INDENT, _(outcome_labels[o]));
	return (int)width;
}

/* "label    count  ", or blanks as wide. */
static void print_label(FILE *out, unsigned indent, const char *label, size_t count)
{
	fprintf(out, "%*s%s%*s %5zu", (int)indent, "", label, column_pad(label, (size_t)label_width() - indent), "",
		count);
}

static void print_names(FILE *out, const struct tally_group *group)
{
	OWN_VALUE(str_done) struct str folded = { 0 };
	OWN_VALUE(str_done) struct str safe = { 0 };
	fold_hosts(&folded, (const char *const *)group->name, group->count, FOLDED_GROUPS_SHOWN);
	escape_terminal(&safe, str_text(&folded));
	fprintf(out, "  %s\n", str_text(&safe));
}

static void print_remark(FILE *out, const char *text)
{
	OWN_VALUE(str_done) struct str safe = { 0 };
	escape_terminal(&safe, text);
	fprintf(out, "%*s        %s\n", label_width(), "", str_text(&safe));
}

static void print_finding(const struct tally *tally, enum verdict verdict, const char *remark, FILE *out)
{
	const struct tally_group *group = &tally->verdict[verdict];
	const char *name = group->name[0], *reason = tally->reason[verdict];
	OWN_VALUE(str_done) struct str text = { 0 };

	if (verdict == VERDICT_AFFECTED)
		str_addf(&text,
			_("no VSS writer, EventSystem shares its svchost; %zu confirmed by events, %zu probable"),
			tally->confirmed, group->count - tally->confirmed);
	else if (remark)
		str_add(&text, _(remark));
	else if (reason && group->count > 1)
		str_addf(&text, _("e.g. %s: %s"), name, reason);
	else if (reason)
		str_addf(&text, "%s: %s", name, reason);
	if (text.len)
		print_remark(out, str_text(&text));
}

static void print_findings(const struct tally *tally, FILE *out)
{
	FOR_EACH(row, findings) {
		const struct tally_group *group = &tally->verdict[row->verdict];
		if (!group->count)
			continue;
		print_label(out, 0, _(row->label), group->count);
		print_names(out, group);
		print_finding(tally, row->verdict, row->remark, out);
	}
}

static void print_cause(FILE *out, const char *cause, const struct tally_group *group)
{
	if (!group->count)
		return;
	print_label(out, INDENT, cause, group->count);
	print_names(out, group);
}

static void print_unchecked(const struct tally *tally, FILE *out)
{
	size_t unchecked = tally->verdict[VERDICT_UNKNOWN].count + tally->verdict[VERDICT_UNREACHABLE].count;
	size_t never = tally->total - tally_checked(tally) - unchecked;
	if (!unchecked && !never)
		return;
	print_label(out, 0, _("NOT CHECKED"), unchecked + never);
	fputc('\n', out);
	for (int kind = 0; kind < ERROR_KINDS; kind++)
		print_cause(out, kind == ERROR_NONE ? _("other") : label_of(error_kind_name((enum error_kind)kind)),
			&tally->kind[kind]);
	for (int o = VSS_UNSEEN + 1; o < VSS_OUTCOMES; o++)
		print_cause(out, _(outcome_labels[o]), &tally->outcome[o]);
	if (never) {
		print_label(out, INDENT, _("not begun"), never);
		fprintf(out, "  %s\n", _("the run was stopped before their turn"));
	}
}

static void print_waived(const struct tally *tally, FILE *out)
{
	unsigned waived = 0;

	FOR_EACH(of, tally->waived)
		waived += *of;
	if (waived)
		fprintf(out, _("   of these waived %u"), waived);
	if (tally->expiring && tally->expires_in == 1)
		fprintf(out, P_(", %u expires in 1 day", ", %u expire in 1 day", tally->expiring), tally->expiring);
	else if (tally->expiring && tally->expires_in)
		fprintf(out, P_(", %u expires in %d days", ", %u expire in %d days", tally->expiring), tally->expiring,
			tally->expires_in);
	else if (tally->expiring)
		fprintf(out, _(", %u for the last day"), tally->expiring);
	fputc('\n', out);
}

void tally_print(const struct tally *tally, const struct run_info *run, FILE *out)
{
	unsigned checked = tally_checked(tally);

	print_findings(tally, out);
	print_unchecked(tally, out);
	fprintf(out, _("BUSY %zu   SHARED %zu (Windows default up to 2016)   OK %zu"),
		tally->verdict[VERDICT_BUSY].count, tally->verdict[VERDICT_SHARED].count,
		tally->verdict[VERDICT_HEALTHY].count);
	print_waived(tally, out);
	fputs(str_text(&tally->notes), out);
	/* Rounded down: 99.96 % is not complete, and must not look so. */
	unsigned permille = tally->total ? (unsigned)((uint64_t)checked * 1000 / tally->total) : 0;
	fprintf(out, _("Coverage %u.%u %%   %u of %u servers checked   Run %s (%s)\n"), permille / 10, permille % 10,
		checked, tally->total, run->id, label_of(run->state));
}

/* As it can be pasted. */
static void print_store(const char *store, FILE *out)
{
	OWN_VALUE(str_done) struct str word = { 0 }, safe = { 0 };

	if (!store)
		return;
	shell_word(&word, store);
	escape_terminal(&safe, str_text(&word));
	fprintf(out, " --store %s", str_text(&safe));
}

/* Verdicts that isolating EventSystem helps against: those that are not waived. */
static void print_repair(const struct tally *tally, const struct run_info *run, const char *store, FILE *out)
{
	static const enum verdict repairable[] = { VERDICT_AFFECTED, VERDICT_FIX_PENDING, VERDICT_AT_RISK };

	FOR_EACH(v, repairable)
		if (tally->verdict[*v].count > tally->waived[*v]) {
			fprintf(out, _("Repair: vssfleet fix isolate --from-run %s -l verdict:%s"), run->id,
				verdict_name(*v));
			print_store(store, out);
			fputs(_("   (a dry run; access as for this scan)\n"), out);
			return;
		}
}

void tally_print_next(const struct tally *tally, const struct run_info *run, const char *store, FILE *out)
{
	for (int v = 0; v < VERDICT_BUSY; v++) /* worst first; busy, shared and healthy need nothing */
		if (tally->verdict[v].count > tally->waived[v]) {
			OWN_VALUE(str_done) struct str safe = { 0 };
			escape_terminal(&safe, tally->verdict[v].name[0]);
			fprintf(out, "%s vssfleet show %s --run %s", _("Next:"), str_text(&safe), run->id);
			print_store(store, out);
			fputc('\n', out);
			print_repair(tally, run, store, out);
			return;
		}
}
