/* phrase: see the header. */
#include "phrase.h"

#include <string.h>
#include <time.h>

#include "text.h"

enum { NAME_SHOWN = 60, WRITERS_SHOWN = 3 }; /* bytes of a name; writers of a list */

void phrase_name(struct str *out, const char *name)
{
	size_t len = strlen(name), shown = len < NAME_SHOWN ? len : NAME_SHOWN;

	while (!utf8_valid(name, shown) && shown)
		shown--;
	str_addn(out, name, shown);
	str_add(out, shown < len ? "..." : "");
}

static void add_time(struct str *out, int64_t seconds)
{
	time_t at = seconds;
	struct tm tm;
	char text[40];

	gmtime_r(&at, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	str_add(out, text);
}

void phrase_sharing(struct str *out, const struct eventsystem_facts *es)
{
	str_addf(out, "process %lld with ", (long long)es->service->pid);
	for (size_t i = 0; i < es->shared_count && i < PHRASE_NAMES; i++) {
		str_add(out, i ? ", " : "");
		phrase_name(out, es->shared_with[i]->name);
	}
	if (es->shared_count > PHRASE_NAMES)
		str_addf(out, " and %zu more", es->shared_count - PHRASE_NAMES);
}

static void add_matches(struct str *out, const struct facts *facts, const struct evidence *ev)
{
	if (ev->n8193 && ev->n13)
		str_addf(out, "%u x 8193 and %u x 13 with 0x800401fb in the last %u h", ev->n8193, ev->n13,
			facts->events.window_h);
	else if (ev->n8193 || ev->n13)
		str_addf(out, "%u x %s only with 0x800401fb in the last %u h", ev->n8193 + ev->n13,
			ev->n13 ? "13" : "8193", facts->events.window_h);
	if (ev->live)
		str_addf(out, "%s%u provoked by this look", ev->n8193 || ev->n13 ? ", " : "0x800401fb: ", ev->live);
}

void phrase_events(struct str *out, const struct facts *facts, const struct evidence *ev)
{
	str_add(out, "; ");
	if (evidence_matches(ev)) {
		add_matches(out, facts, ev);
		if (!ev->since_boot && facts->environment.last_boot != UNSEEN)
			str_add(out, ", all older than the last start: the current state is unproved by events");
	} else if (!facts->events.seen)
		str_add(out, "the events could not be read");
	else if (facts->events.truncated)
		str_add(out, "no matching event among the newest records");
	else if (!ev->covered && facts->events.covered_from != UNSEEN) {
		str_add(out, "no event evidence: the Application log only reaches back to ");
		add_time(out, facts->events.covered_from);
	} else if (!ev->covered)
		str_add(out, "no event evidence: nobody knows how far the Application log reaches back");
	else
		str_addf(out, "no matching event in the last %u h", facts->events.window_h);
	if (ev->noise)
		str_addf(out, " (%u of ordinary shutdowns not counted)", ev->noise);
}

void phrase_writers(struct str *out, const struct vss_facts *vss, bool (*wanted)(const struct writer *))
{
	size_t count = 0;

	for (size_t i = 0; i < vss->count; i++) {
		const struct writer *w = &vss->writer[i];
		if (!wanted(w) || ++count > WRITERS_SHOWN)
			continue;
		str_add(out, count > 1 ? ", " : "");
		phrase_name(out, w->name);
		str_addf(out, " [%d]", w->state);
		if (w->last_error) {
			str_add(out, " ");
			phrase_name(out, w->last_error);
		}
		str_add(out, w->service ? " (service " : "");
		str_add(out, w->service);
		str_add(out, w->service ? ")" : "");
	}
	if (count > WRITERS_SHOWN)
		str_addf(out, " and %zu more", count - WRITERS_SHOWN);
}
