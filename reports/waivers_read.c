/* waivers_read: what the file says, strictly: see waivers.h. */
#include "waivers.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ini_file.h"
#include "language.h"
#include "str.h"

enum { DAY_S = 86400 };

static const struct key {
	const char *name;
	size_t field;
	bool needed;
	char joint; /* between the lines of a long value */
} keys[] = {
	{ "hosts", offsetof(struct waiver, hosts), true, ',' },
	{ "verdicts", offsetof(struct waiver, verdicts), true, ',' },
	{ "reason", offsetof(struct waiver, reason), true, ' ' },
	{ "ticket", offsetof(struct waiver, ticket), false, ' ' },
	{ "owner", offsetof(struct waiver, owner), true, ' ' },
	{ "approved_by", offsetof(struct waiver, approved_by), false, ' ' },
	{ "created", offsetof(struct waiver, created), false, ' ' },
	{ "expires", offsetof(struct waiver, expires), true, ' ' },
};

static char **field_of(const struct waiver *waiver, const struct key *key)
{
	return (char **)((char *)waiver + key->field);
}

static void waiver_done(struct waiver *waiver)
{
	free(waiver->id);
	free(waiver->covers);
	FOR_EACH(key, keys)
		free(*field_of(waiver, key));
}

void waivers_done(struct waivers *waivers)
{
	for (size_t i = 0; i < waivers->count; i++)
		waiver_done(&waivers->waiver[i]);
	free(waivers->waiver);
	*waivers = (struct waivers){ 0 };
}

static int no_memory(struct error *e)
{
	return error_set(e, ERROR_LOCAL, _("out of memory"));
}

int64_t waivers_day(int64_t time)
{
	return time / DAY_S;
}

static int read_day(const char *key, const char *text, int64_t *day, struct error *e)
{
	struct tm date = { 0 };
	const char *end = strptime(text, "%Y-%m-%d", &date);
	struct tm same = date;

	if (!end || *end || strlen(text) != strlen("2026-12-31"))
		return error_set(e, ERROR_LOCAL, _("%s is a date such as 2026-12-31; not %.40s"), key, text);
	*day = timegm(&same) / DAY_S;
	if (same.tm_mday != date.tm_mday) /* it was carried into the next month */
		return error_set(e, ERROR_LOCAL, _("%s: there is no day %.40s"), key, text);
	return 0;
}

bool waiver_allows(enum verdict verdict)
{
	return verdict != VERDICT_UNKNOWN && verdict != VERDICT_UNREACHABLE && verdict != VERDICT_HEALTHY;
}

static int read_verdict(struct waiver *waiver, const char *word, struct error *e)
{
	int verdict = verdict_of_name(word);

	if (verdict < 0)
		return error_set(e, ERROR_LOCAL, _("verdicts: %.40s is no verdict"), word);
	if (verdict == VERDICT_UNKNOWN || verdict == VERDICT_UNREACHABLE)
		return error_set(e, ERROR_LOCAL,
			_("verdicts: %s cannot be waived: nobody can answer for a server that was not checked"), word);
	if (!waiver_allows((enum verdict)verdict))
		return error_set(e, ERROR_LOCAL, _("verdicts: %s is no finding"), word);
	waiver->allows |= 1u << verdict;
	return 0;
}

static int read_verdicts(struct waiver *waiver, struct error *e)
{
	OWN(own_free) char *list = strdup(waiver->verdicts);

	if (!list)
		return no_memory(e);
	for (char *save = NULL, *word = strtok_r(list, ", \t", &save); word; word = strtok_r(NULL, ", \t", &save))
		if (read_verdict(waiver, word, e) < 0)
			return -1;
	return waiver->allows ? 0 : error_set(e, ERROR_LOCAL, _("verdicts names none"));
}

/* What can only be said when all of it was read. */
static int check(struct waiver *waiver, int64_t today, struct error *e)
{
	int64_t from = today;

	FOR_EACH(key, keys)
		if (key->needed && !*field_of(waiver, key))
			return error_set(e, ERROR_LOCAL, _("%s is missing"), key->name);
	if (read_verdicts(waiver, e) < 0 || read_day("expires", waiver->expires, &waiver->last_day, e) < 0 ||
		(waiver->created && read_day("created", waiver->created, &from, e) < 0))
		return -1;
	if (from > today)
		return error_set(e, ERROR_LOCAL, _("created %s is in the future"), waiver->created);
	if (waiver->last_day - from > WAIVER_DAYS_MAX)
		return error_set(e, ERROR_LOCAL, _("expires %s: a waiver is for at most %d days from %s on"),
			waiver->expires, WAIVER_DAYS_MAX, waiver->created ? waiver->created : _("today"));
	return 0;
}

bool waiver_id_valid(const char *id)
{
	size_t len = strlen(id);

	for (const char *c = id; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("-_.", *c))
			return false;
	return len > 0 && len <= WAIVER_ID_MAX;
}

struct waiver *waivers_find(const struct waivers *waivers, const char *id)
{
	for (size_t i = 0; i < waivers->count; i++)
		if (!strcmp(waivers->waiver[i].id, id))
			return &waivers->waiver[i];
	return NULL;
}

static struct waiver *waiver_at(struct waivers *waivers, const struct ini_line *line, struct error *e)
{
	struct waiver *last = waivers->count ? &waivers->waiver[waivers->count - 1] : NULL;

	if (last && !strcmp(last->id, line->name))
		return last;
	if (!waiver_id_valid(line->name))
		error_set(e, ERROR_LOCAL, _("\"%.60s\" is no id of a waiver: letters, digits, - _ . and at most %d"),
			line->name, WAIVER_ID_MAX);
	else if (waivers_find(waivers, line->name))
		error_set(e, ERROR_LOCAL, _("waiver \"%s\" is there twice"), line->name);
	if (e->kind != ERROR_NONE)
		return NULL;
	struct waiver *grown = reallocarray(waivers->waiver, waivers->count + 1, sizeof(*grown));
	if (grown)
		waivers->waiver = grown;
	if (!grown || !(grown[waivers->count] = (struct waiver){ .id = strdup(line->name), .line = line->number }).id) {
		no_memory(e);
		return NULL;
	}
	return &grown[waivers->count++];
}

static int set(char **field, const struct key *key, const struct ini_line *line, struct error *e)
{
	OWN_VALUE(str_done) struct str value = { 0 };

	if (*field && !line->continues)
		return error_set(e, ERROR_LOCAL, _("%s is given twice"), key->name);
	if (*field)
		str_addf(&value, "%s%c", *field, key->joint);
	str_add(&value, line->value);
	char *text = str_take(&value);
	if (!text)
		return no_memory(e);
	free(*field);
	*field = text;
	return 0;
}

static int on_line(void *context, const struct ini_line *line, struct error *e)
{
	struct waiver *waiver = ini_expect(line, "waiver", e) == 0 ? waiver_at(context, line, e) : NULL;

	if (!waiver)
		return -1;
	FOR_EACH(key, keys)
		if (!strcmp(line->key, key->name))
			return set(field_of(waiver, key), key, line, e);
	return error_set(e, ERROR_LOCAL,
		_("%.40s is unknown; there are hosts, verdicts, reason, ticket, owner, approved_by, created, expires"),
		line->key);
}

int waivers_read_stream(struct waivers *waivers, FILE *stream, const char *name, int64_t today, struct error *e)
{
	*waivers = (struct waivers){ .today = today };
	if (ini_read_stream(stream, name, on_line, waivers, e) < 0)
		return -1;
	for (size_t i = 0; i < waivers->count; i++) {
		struct waiver *waiver = &waivers->waiver[i];
		struct error why = { 0 };
		if (check(waiver, today, &why) < 0)
			return error_set(e, ERROR_LOCAL, _("%.120s:%u: waiver \"%s\": %.200s"), name, waiver->line,
				waiver->id, why.cause);
	}
	return 0;
}

int waivers_read(struct waivers *waivers, const char *file, int64_t today, struct error *e)
{
	FILE *stream = fopen(file, "re");

	*waivers = (struct waivers){ .today = today };
	if (!stream)
		return error_code(e, ERROR_LOCAL, errno, "%.200s: %s", file, strerror(errno));
	int rc = waivers_read_stream(waivers, stream, file, today, e);
	fclose(stream);
	return rc;
}
