/* eventsource: where the events come from if the shell gave none. A subscription comes first: for it the account must
 * only be one of the Event Log Readers, the service itself filters, and it tells how far the log reaches back. WMI asks
 * for more rights, reads every record of the log, and has quotas of its own (DOMAIN section 15). */
#include <time.h>

#include "eventlog.h"
#include "events.h"
#include "fault.h"
#include "probes.h"
#include "subscribe.h"

/* The host's now; by its HTTP answers if WMI did not tell. */
static int64_t server_now(const struct session *s, const struct result *result)
{
	const struct session_stats *stats = session_stats(s);
	int64_t told = result->facts.environment.server_time;

	return told != UNSEEN ? told : time(NULL) + (stats->dated ? stats->ahead_s : 0);
}

static int by_wmi(struct session *s, struct result *result, struct event_facts *events, struct error *e)
{
	OWN_VALUE(str_done) struct str wql = { 0 };
	OWN(wmi_rows_free) struct wmi_rows *rows = NULL;

	eventlog_wql(&wql, server_now(s, result) - (int64_t)events->window_h * 3600);
	rows = wmi_query(s, str_text(&wql), e);
	return rows ? events_from_rows(rows, events, e) : -1;
}

/* --- subscription --- */

static int subscribed(struct session *s, const char *query, size_t max, event_fn *on_event, void *context,
	bool *complete, struct error *e)
{
	struct event_reader reader = { .on_event = on_event, .context = context };
	const struct xml_reader records = event_records(&reader);

	int rc = subscribe_read(s, query, max, &records, complete, e);
	event_reader_done(&reader);
	return rc;
}

static int first_time(void *context, const struct event_record *record, struct error *e)
{
	int64_t *oldest = context;

	(void)e;
	if (*oldest == UNSEEN)
		*oldest = record->time;
	return 0;
}

/* Not worth a failure: without it no event is no proof that there was none. */
static void ask_coverage(struct session *s, const struct result *result, struct event_facts *events)
{
	int64_t oldest = UNSEEN;
	struct error ignored = { 0 };
	bool complete;

	if (events->covered_from == UNSEEN &&
		subscribed(s, eventlog_whole, 1, first_time, &oldest, &complete, &ignored) == 0)
		events->covered_from = events_covered_from(&result->facts, events->window_h, oldest);
}

/* A server that sends a record twice must not make two failures of one. */
struct intake {
	struct event_facts *facts;
	int64_t last; /* record id: they come in their order */
};

static int take_later(void *context, const struct event_record *record, struct error *e)
{
	struct intake *intake = context;

	if (record->record_id != UNSEEN && record->record_id <= intake->last)
		return 0;
	if (record->record_id != UNSEEN)
		intake->last = record->record_id;
	return events_take(intake->facts, record, e);
}

static int by_subscription(struct session *s, struct result *result, struct event_facts *events, struct error *e)
{
	OWN_VALUE(str_done) struct str query = { 0 };
	struct intake intake = { events, UNSEEN };
	bool complete;

	eventlog_subscription(&query, (int64_t)events->window_h * 3600);
	if (subscribed(s, str_text(&query), SIZE_MAX, take_later, &intake, &complete, e) < 0)
		return -1;
	events_settle(events);
	events->truncated |= !complete;
	ask_coverage(s, result, events);
	return 0;
}

/* --- one after the other --- */

static const struct backend {
	int (*read)(struct session *s, struct result *result, struct event_facts *events, struct error *e);
	const char *fallback;
} subscription = { by_subscription, "events by subscription" }, wmi = { by_wmi, "events by WMI" };

/* The first is what was asked for; with auto it is a fallback for the shell. */
enum { WAYS = 2 };
static const struct backend *const plans[][WAYS] = {
	[EVENTS_AUTO] = { &subscription, &wmi },
	[EVENTS_WEVTUTIL] = { NULL },
	[EVENTS_WMI] = { &wmi, &subscription },
	[EVENTS_SUBSCRIBE] = { &subscription, &wmi },
};

/* The host answered, and another way to the same log may be open. */
static bool another_way_may_do(const struct session *s, const struct error *e)
{
	switch (e->kind) {
	case ERROR_DENIED:
	case ERROR_FAULT:
	case ERROR_QUOTA:
	case ERROR_PARSE:
	case ERROR_PROTOCOL:
		return deadline_left(session_deadline(s)) > 0;
	case ERROR_TIMEOUT:
		return e->code == FAULT_OPERATION_TIMED_OUT && deadline_left(session_deadline(s)) > 0;
	default:
		return false;
	}
}

static int read_by(const struct backend *backend, struct session *s, struct result *result, struct error *e)
{
	struct event_facts *events = &result->facts.events;
	struct event_facts read = { .window_h = events->window_h,
		.covered_from = events->covered_from,
		.newest_before = events->newest_before };

	if (backend->read(s, result, &read, e) < 0) {
		event_facts_done(&read);
		return -1;
	}
	event_facts_done(events);
	*events = read;
	events->seen = true;
	events_mark_live(events);
	return 0;
}

int probe_events(struct session *s, const struct audit_options *options, struct result *result, struct error *e)
{
	const struct backend *const *plan = plans[options->events];

	if (result->facts.events.seen)
		return 0;
	result->facts.events.window_h = options->window_h;
	for (size_t i = 0; i < WAYS && plan[i]; i++) {
		if (e->kind != ERROR_NONE) { /* the way before this one was closed */
			if (!another_way_may_do(s, e))
				return -1;
			result_add_error(result, "events", e);
			error_clear(e);
		}
		if (read_by(plan[i], s, result, e) < 0)
			continue;
		if (i || options->events == EVENTS_AUTO)
			result_add_fallback(result, plan[i]->fallback);
		return 0;
	}
	return e->kind == ERROR_NONE ? 0 : -1;
}
