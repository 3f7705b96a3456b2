/* relapse: see the header. */
#include "relapse.h"

#include <ctype.h>
#include <string.h>

#include "change.h"
#include "escape.h"
#include "history.h"
#include "journal.h"
#include "column.h"
#include "language.h"
#include "value.h"
#include "verdict.h"

void relapse_done(struct relapse *relapse)
{
	json_decref(relapse->watched);
	relapse->watched = NULL;
}

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));
	return value ? value : "";
}

static char *lower(const char *name)
{
	char *copy = strdup(name);

	for (char *c = copy; c && *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

/* ---- Who is watched? ---- */

struct reading {
	struct relapse *relapse;
	bool no_memory;
};

static bool is_repaired(const json_t *entry, int result)
{
	return (result == RESULT_FIXED || result == RESULT_FIXED_PARTIAL) &&
	       action_of_name(text(entry, "action")) != ACTION_REVERT;
}

/* The last one that did anything counts: a change that passed a server by does not end its watch. */
static int note_result(void *context, const json_t *entry)
{
	struct reading *reading = context;
	int result = repair_result_of_name(text(entry, "result"));

	if (strcmp(text(entry, "type"), "change_result") || result == RESULT_DEFERRED || result == RESULT_SKIPPED)
		return 0;
	OWN(own_free) char *name = lower(text(entry, "host"));
	if (name && !is_repaired(entry, result)) {
		json_object_del(reading->relapse->watched, name);
		return 0;
	}
	reading->no_memory = !name || json_object_set_new(reading->relapse->watched, name,
					      json_pack("{s:s, s:s, s:s, s:s, s:n}", "host", text(entry, "host"),
						      "change", text(entry, "change"), "action", text(entry, "action"),
						      "at", text(entry, "ended"), "back")) < 0;
	return reading->no_memory;
}

struct looking {
	json_t *host; /* of watched */
	unsigned scans;
};

static int note_scan(void *context, const char *back)
{
	struct looking *looking = context;

	if (back && json_is_null(json_object_get(looking->host, "back")))
		json_object_set_new(looking->host, "back", json_string(back));
	looking->scans++;
	return 0;
}

/* Of a time that cannot be read nothing can be counted: the host is watched. */
static int end_watches(struct relapse *relapse, struct store *store, struct error *e)
{
	const char *name;
	json_t *host;
	void *next;

	json_object_foreach_safe(relapse->watched, next, name, host)
	{
		struct looking looking = { .host = host };
		time_t at;
		if (!time_read(text(host, "at"), &at))
			continue;
		if (history_since(store, text(host, "host"), at, RELAPSE_SCANS, text(host, "change"), note_scan,
			    &looking, e) < 0)
			return -1;
		if (looking.scans >= RELAPSE_SCANS)
			json_object_del(relapse->watched, name);
	}
	return 0;
}

int relapse_read(struct relapse *relapse, const char *journal, struct store *store, struct error *e)
{
	struct reading reading = { .relapse = relapse };

	if (!(relapse->watched = json_object()))
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	int rc = journal_each(journal, note_result, &reading, e);
	if (rc == 0 && reading.no_memory)
		rc = error_set(e, ERROR_LOCAL, _("out of memory for the journal"));
	if (rc == 0)
		rc = end_watches(relapse, store, e);
	if (rc < 0)
		relapse_done(relapse);
	return rc;
}

/* ---- What this run found of them ---- */

/* A server that was restarted without being isolated stays at risk while the window still holds events from before:
 * only those since then tell of a relapse. Times of events are the host's. */
static bool failed_since(const json_t *record, const char *at)
{
	json_int_t ahead = json_integer_value(json_object_get(json_object_get(record, "transport"), "clock_skew_s"));
	time_t last, repaired;

	return time_read(text(json_object_get(record, "events"), "last"), &last) && time_read(at, &repaired) &&
	       last - ahead > repaired;
}

static json_t *regressed_of(const json_t *record, const json_t *host)
{
	int verdict = verdict_of_name(text(record, "verdict"));
	const json_t *shared_with = json_object_get(json_object_get(record, "eventsystem"), "shared_with");
	bool isolated = action_of_name(text(host, "action")) == ACTION_ISOLATE;

	if (verdict == VERDICT_AFFECTED || verdict == VERDICT_WRITERS_MISSING ||
		(isolated && json_array_size(shared_with) > 0) ||
		(verdict == VERDICT_AT_RISK && failed_since(record, text(host, "at"))))
		return json_true();
	return verdict == VERDICT_UNKNOWN || verdict == VERDICT_UNREACHABLE ? json_null() : json_false();
}

int relapse_tell(const struct relapse *relapse, json_t *record)
{
	OWN(own_free) char *name = lower(text(json_object_get(record, "host"), "name"));

	if (!name)
		return -1;
	const json_t *host = json_object_get(relapse->watched, name);
	if (!host)
		return json_object_set_new(record, "remedied", json_null());
	json_t *regressed = regressed_of(record, host), *back = json_object_get(host, "back");
	if (!json_is_true(regressed))
		back = json_null();
	else if (!json_is_string(back))
		back = json_object_get(record, "checked_at");
	return json_object_set_new(record, "remedied",
		json_pack("{s:s, s:s, s:s, s:o, s:O}", "change", text(host, "change"), "action", text(host, "action"),
			"at", text(host, "at"), "regressed", regressed, "back", back));
}

/* ---- The summary ---- */

enum { SHOWN = 6, LABEL_WIDTH = 16, DAY = 86400 };

struct summing {
	struct str hosts;
	unsigned back, watched_by[ACTIONS], back_by[ACTIONS];
	int64_t seconds_by[ACTIONS];
};

static int64_t seconds_between(const char *from, const char *to)
{
	time_t a, b;

	return time_read(from, &a) && time_read(to, &b) && b > a ? b - a : 0;
}

static int sum(void *context, const char *host, const json_t *remedied)
{
	struct summing *s = context;
	int action = action_of_name(text(remedied, "action"));

	if (action < 0)
		return 0;
	s->watched_by[action]++;
	if (!json_is_true(json_object_get(remedied, "regressed")))
		return 0;
	s->back_by[action]++;
	s->seconds_by[action] += seconds_between(text(remedied, "at"), text(remedied, "back"));
	if (s->back++ < SHOWN) {
		str_add(&s->hosts, s->hosts.len ? ", " : "");
		str_addf(&s->hosts, _("%s (fixed %.10s by %s; back %.10s)"), host, text(remedied, "at"),
			text(remedied, "change"), text(remedied, "back"));
	}
	return 0;
}

int relapse_lines(struct str *out, struct store *store, const char *run, struct error *e)
{
	OWN_VALUE(str_done) struct str safe = { 0 };
	struct summing s = { .back = 0 };
	int rc = history_remedied(store, run, sum, &s, e);

	if (rc == 0 && s.back) {
		escape_terminal(&safe, str_text(&s.hosts));
		str_addf(out, "%s%*s %5u  %s", _("REGRESSED"), column_pad(_("REGRESSED"), LABEL_WIDTH), "", s.back,
			str_text(&safe));
		if (s.back > SHOWN)
			str_addf(out, _(", ... (%u more)"), s.back - SHOWN);
		str_addc(out, '\n');
		for (int a = 0; a < ACTIONS; a++)
			if (s.back_by[a]) {
				str_addf(out, "%*s", LABEL_WIDTH + 8, "");
				str_addf(out, _("%s: %u of %u repaired servers that are watched, after %.1f days"),
					action_name((enum action)a), s.back_by[a], s.watched_by[a],
					(double)s.seconds_by[a] / s.back_by[a] / DAY);
				str_addc(out, '\n');
			}
	}
	str_done(&s.hosts);
	return rc;
}
