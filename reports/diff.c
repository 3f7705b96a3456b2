/* diff: two runs side by side: see the header. Hosts are paired by name, and those that only one run has by what they
 * go by whatever their name, where that is unique. The past of a host is asked for where it matters. */
#include "diff.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "facts.h"
#include "history.h"
#include "language.h"
#include "str.h"
#include "value.h"

struct seen {
	char *host, *id, *kind, *reason;
	int verdict;
	bool paired;
};

struct side {
	struct seen *seen;
	size_t count, room;
	json_t *by_id; /* places in seen; -1: several hosts say that they are this one */
};

static void side_done(struct side *side)
{
	for (size_t i = 0; i < side->count; i++) {
		free(side->seen[i].host);
		free(side->seen[i].id);
		free(side->seen[i].kind);
		free(side->seen[i].reason);
	}
	free(side->seen);
	json_decref(side->by_id);
}

void diff_done(struct diff *diff)
{
	for (size_t i = 0; i < diff->count; i++) {
		free(diff->host[i].host);
		free(diff->host[i].kind);
		free(diff->host[i].reason);
		free(diff->host[i].origin_ja);
	}
	free(diff->host);
	*diff = (struct diff){ 0 };
}

/* ---- One run ---- */

static bool copy(char **to, const char *text)
{
	*to = text ? strdup(text) : NULL;
	return *to || !text;
}

static int note(void *context, const struct sighting *sighting)
{
	struct side *side = context;

	if (side->count == side->room)
		return 1;
	struct seen *seen = &side->seen[side->count++]; /* there is room for all hosts of the run */
	seen->verdict = sighting->verdict;
	return !copy(&seen->host, sighting->host) || !copy(&seen->id, sighting->id) ||
	       !copy(&seen->kind, sighting->kind) || !copy(&seen->reason, sighting->reason);
}

static int by_name(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;
	int order = strcasecmp(x->host, y->host);

	return order ? order : strcmp(x->host, y->host);
}

static int index_ids(struct side *side)
{
	if (!(side->by_id = json_object()))
		return -1;
	for (size_t i = 0; i < side->count; i++) {
		const char *id = side->seen[i].id;
		json_int_t place = json_object_get(side->by_id, id ? id : "") ? -1 : (json_int_t)i;
		if (id && json_object_set_new(side->by_id, id, json_integer(place)) < 0)
			return -1;
	}
	return 0;
}

static int read_side(struct side *side, struct store *store, const struct run_info *run, struct error *e)
{
	side->room = run->total;
	if (!(side->seen = calloc((size_t)run->total + 1, sizeof(*side->seen))))
		return error_set(e, ERROR_LOCAL, _("out of memory for %u hosts"), run->total);
	if (history_sightings(store, run->id, note, side, e) < 0)
		return -1;
	for (size_t i = 0; i < side->count; i++)
		if (side->seen[i].verdict < 0 || side->seen[i].verdict >= VERDICTS)
			return error_set(e, ERROR_LOCAL, _("run %s: damaged: a verdict is unknown"), run->id);
	if (side->count != run->total)
		return error_set(e, ERROR_LOCAL, _("run %s: its hosts cannot be read"), run->id);
	qsort(side->seen, side->count, sizeof(*side->seen), by_name);
	return index_ids(side) < 0 ? error_set(e, ERROR_LOCAL, _("out of memory for %u hosts"), run->total) : 0;
}

/* ---- Both ---- */

struct comparing {
	struct diff *diff;
	struct store *store;
	const struct run_info *to;
	bool isolate_required;
	struct diff_past past; /* of the host in hand */
	struct error *e;
};

static int add_past(void *context, int verdict, int64_t at)
{
	struct comparing *c = context;

	return verdict >= 0 && verdict < VERDICTS && diff_past_add(&c->past, verdict, at, c->isolate_required);
}

/* The past can only matter for a host that changed to or from something that proves nothing, or to a finding. */
static bool past_matters(const struct comparing *c, int before, int now)
{
	if (before == DIFF_ABSENT || !diff_is_checked(now))
		return false;
	return !diff_is_checked(before) || before == VERDICT_BUSY ||
	       (diff_is_finding(now, c->isolate_required) && !diff_is_finding(before, c->isolate_required));
}

static int read_past(struct comparing *c, const struct seen *a, const struct seen *b)
{
	c->past = (struct diff_past)DIFF_NO_PAST;
	if (!a || !b || !past_matters(c, a->verdict, b->verdict))
		return 0;
	return history_before(
		c->store, c->to->id, a->host, c->to->started - 2 * (int64_t)REGRESSED_S, add_past, c, c->e);
}

__attribute__((format(printf, 2, 3))) static void add_sentence(struct str *out, const char *format, ...)
{
	va_list args;

	if (out->len)
		str_add(out, "; ");
	va_start(args, format);
	str_addv(out, format, args);
	va_end(args);
}

/* Where it comes from, in both languages. */
static void add_origin(struct str *en, struct str *ja, const struct comparing *c, enum diff_class class,
	const struct seen *a, const struct seen *b)
{
	char date[VALUE_TIME];

	if (a && b && strcasecmp(a->host, b->host) != 0) {
		add_sentence(en, "renamed from %s", a->host);
		add_sentence(ja, "%s から名前を変更", a->host);
	}
	if (class == DIFF_REGRESSED && time_utc(date, c->past.resolved_at)) {
		add_sentence(en, "was resolved by %s", date);
		add_sentence(ja, "%s までに解消済み", date);
	}
	if (class == DIFF_CHECKED && c->past.settled != DIFF_ABSENT) {
		const char *settled = verdict_name((enum verdict)c->past.settled);
		add_sentence(en, "when last checked: %s", settled);
		add_sentence(ja, "前回の確認時: %s", settled);
	}
}

static char *text_of(struct str *text, bool *no_memory)
{
	bool any = text->len || text->failed;
	char *taken = any ? str_take(text) : NULL;

	*no_memory = *no_memory || (any && !taken);
	return taken;
}

/* In the order of what matters: where it comes from, and then what is the matter. False if memory ran out. */
static bool give_reasons(struct diff_host *host, const struct comparing *c, const struct seen *a, const struct seen *b)
{
	OWN_VALUE(str_done) struct str reason = { 0 };
	OWN_VALUE(str_done) struct str origin_ja = { 0 };
	bool no_memory = false;

	add_origin(&reason, &origin_ja, c, host->class, a, b);
	if (b && b->reason && *b->reason)
		add_sentence(&reason, "%s", b->reason);
	host->reason = text_of(&reason, &no_memory);
	host->origin_ja = text_of(&origin_ja, &no_memory);
	return !no_memory;
}

/* a: in the earlier run, b: in the later one; NULL: it is not there. */
static int add_pair(struct comparing *c, const struct seen *a, const struct seen *b)
{
	int before = a ? a->verdict : DIFF_ABSENT, now = b ? b->verdict : DIFF_ABSENT;
	struct diff_host *host = &c->diff->host[c->diff->count];

	if (read_past(c, a, b) < 0)
		return -1;
	enum diff_class class = diff_class_of(before, now, &c->past, c->to->started, c->isolate_required);
	if (class == DIFF_SAME && strcasecmp(a->host, b->host) != 0)
		class = DIFF_RENAMED;
	if (class == DIFF_SAME) {
		c->diff->same++;
		return 0;
	}
	c->diff->count++;
	*host = (struct diff_host){ .before = before, .now = now, .class = class };
	if (!give_reasons(host, c, a, b) || !copy(&host->host, b ? b->host : a->host) ||
		!copy(&host->kind, b && !diff_is_checked(now) ? b->kind : NULL))
		return error_set(c->e, ERROR_LOCAL, _("out of memory for %zu hosts"), c->diff->count);
	return 0;
}

static int pair_by_name(struct comparing *c, struct side *from, struct side *to)
{
	for (size_t i = 0, k = 0; i < from->count && k < to->count;) {
		int order = strcasecmp(from->seen[i].host, to->seen[k].host);
		if (order == 0) {
			from->seen[i].paired = to->seen[k].paired = true;
			if (add_pair(c, &from->seen[i], &to->seen[k]) < 0)
				return -1;
		}
		i += order <= 0;
		k += order >= 0;
	}
	return 0;
}

static struct seen *only_one(const struct side *side, const char *id)
{
	const json_t *place = id ? json_object_get(side->by_id, id) : NULL;

	return place && json_integer_value(place) >= 0 ? &side->seen[json_integer_value(place)] : NULL;
}

static int pair_the_rest(struct comparing *c, struct side *from, struct side *to)
{
	for (size_t k = 0; k < to->count; k++) {
		struct seen *b = &to->seen[k], *a = only_one(from, b->id);
		if (b->paired)
			continue;
		if (a && (a->paired || only_one(to, b->id) != b))
			a = NULL;
		if (a)
			a->paired = true;
		if (add_pair(c, a, b) < 0)
			return -1;
	}
	for (size_t i = 0; i < from->count; i++)
		if (!from->seen[i].paired && add_pair(c, &from->seen[i], NULL) < 0)
			return -1;
	return 0;
}

static int by_class(const void *a, const void *b)
{
	const struct diff_host *x = a, *y = b;
	int order = (int)x->class - (int)y->class;

	return order ? order : strcasecmp(x->host, y->host);
}

int diff_of(
	struct diff *diff, struct store *store, const struct run_info *from, const struct run_info *to, struct error *e)
{
	OWN_VALUE(side_done) struct side a = { 0 };
	OWN_VALUE(side_done) struct side b = { 0 };
	struct comparing c = { .diff = diff,
		.store = store,
		.to = to,
		.e = e,
		.isolate_required = json_is_true(json_object_get(to->meta, "isolate_required")) };

	*diff = (struct diff){ 0 };
	if ((from && read_side(&a, store, from, e) < 0) || read_side(&b, store, to, e) < 0)
		return -1;
	if (!(diff->host = calloc(a.count + b.count + 1, sizeof(*diff->host))))
		return error_set(e, ERROR_LOCAL, _("out of memory for %zu hosts"), a.count + b.count);
	if (pair_by_name(&c, &a, &b) < 0 || pair_the_rest(&c, &a, &b) < 0)
		return -1;
	qsort(diff->host, diff->count, sizeof(*diff->host), by_class);
	return 0;
}
