/* verify_vss: the checks of what VSS shows and logs. See proof.h. */
#include "proof.h"
#include "returned.h"

/* --- writers --- */

static void check_missing(struct proof *p)
{
	OWN_VALUE(names_done) struct names missing = { 0 };
	struct error e = { 0 };

	if (!p->after->result->judgement.missing_known)
		UNKNOWN(p, "which writers are missing is not known");
	else if (returned_missing(p->before, p->after->result, &missing, &e) < 0)
		UNKNOWN(p, "%s", e.cause);
	if (!missing.count)
		return;
	PARTLY(p, "%zu writer%s missing: ", missing.count, missing.count == 1 ? " is" : "s are");
	for (size_t i = 0; i < missing.count && i < PHRASE_NAMES; i++) {
		const char *service = returned_service(missing.name[i]);
		str_add(&p->partly.text, i ? ", " : "");
		phrase_name(&p->partly.text, missing.name[i]);
		if (service)
			str_addf(&p->partly.text, " (restart %s)", service);
	}
	if (missing.count > PHRASE_NAMES)
		str_addf(&p->partly.text, " and %zu more", missing.count - PHRASE_NAMES);
}

/* Stable, or in the middle of a snapshot: then a backup has found them. */
static void check_states(struct proof *p)
{
	enum { STABLE = 1, LAST_AT_WORK = 5 }; /* VSS_WRITER_STATE */

	for (size_t i = 0; i < p->facts->vss.count; i++) {
		const struct writer *w = &p->facts->vss.writer[i];
		if (w->state == UNSEEN)
			UNKNOWN(p, "the state of %s is not known", w->name);
		else if (w->state < STABLE || w->state > LAST_AT_WORK)
			PARTLY(p, "%s is in state [%d]%s%s", w->name, w->state, w->service ? ": restart " : "",
				w->service ? w->service : "");
	}
}

void proof_check_writers(struct proof *p)
{
	const struct vss_facts *vss = &p->facts->vss;
	const char *outcome = vss_outcome_name(vss->outcome);
	bool rebooted = p->action == ACTION_REBOOT;

	if (p->after->result->judgement.writers == CHECKPOINT_MATCH)
		WRONG(p, "still no writer%s after the restart: %s", vss->count ? " that needs COM+" : "",
			rebooted ? "look for another cause" : "reboot the server");
	else if (vss->outcome != VSS_WRITERS || !vss->count)
		UNKNOWN(p, "the writers are not known: vssadmin: %s", outcome ? outcome : "was not asked");
	else {
		if (p->before->writers_known)
			GOOD(p, "writers %zu -> %zu", p->before->writers.count, vss->count);
		else
			GOOD(p, "%zu writers", vss->count);
		check_missing(p);
		check_states(p);
	}
}

/* --- events --- */

/* The time of the restart is known to a second or two, and what was logged just then was provoked by the look before
 * it. What our own question provoked after the repair counts: it should not have. */
void proof_check_events(struct proof *p)
{
	enum { CLOCK_S = 2 };
	static const uint32_t class_not_running = 0x800401fb;
	const struct event_facts *events = &p->facts->events;
	size_t count = 0;

	if (p->since == UNSEEN)
		return;
	for (size_t i = 0; i < events->count; i++) {
		const struct event *event = &events->event[i];
		if (event->hr != class_not_running)
			continue;
		if (event->live || event->time > p->since + CLOCK_S)
			count++;
		else if (event->time == UNSEEN)
			UNKNOWN(p, "an event with 0x800401fb has no time");
	}
	if (count)
		WRONG(p, "VSS has logged 0x800401fb %zu time%s since the restart", count, count == 1 ? "" : "s");
	if (!events->seen)
		UNKNOWN(p, "the events could not be read");
	else if (events->truncated && events->count && events->event[events->count - 1].time > p->since)
		UNKNOWN(p, "there were too many events to read all since the restart");
	else if (events->covered_from > p->since)
		UNKNOWN(p, "the Application log does not reach back to the restart");
}
