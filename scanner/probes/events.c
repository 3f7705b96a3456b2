/* events: see the header. */
#include "events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "console.h"
#include "eventlog.h"
#include "evxml.h"

static bool two_digits(const char *at, int low, int high, int *value)
{
	if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
		return false;
	*value = (at[0] - '0') * 10 + at[1] - '0';
	return *value >= low && *value <= high;
}

/* "Z" or "+09:00", and nothing behind: seconds east of Greenwich. */
static bool zone_of(const char *at, int *seconds)
{
	int hours, minutes;

	*seconds = 0;
	if (!strcmp(at, "Z"))
		return true;
	if ((*at != '+' && *at != '-') || !two_digits(at + 1, 0, 14, &hours) || at[3] != ':' ||
		!two_digits(at + 4, 0, 59, &minutes) || at[6])
		return false;
	*seconds = (hours * 60 + minutes) * 60 * (*at == '-' ? -1 : 1);
	return true;
}

int64_t event_time(const char *iso8601)
{
	struct tm tm = { 0 };
	int century, year, zone;
	const char *at = iso8601;

	if (strnlen(at, 20) < 20 || !two_digits(at, 19, 99, &century) || !two_digits(at + 2, 0, 99, &year) ||
		at[4] != '-' || !two_digits(at + 5, 1, 12, &tm.tm_mon) || at[7] != '-' ||
		!two_digits(at + 8, 1, 31, &tm.tm_mday) || at[10] != 'T' || !two_digits(at + 11, 0, 23, &tm.tm_hour) ||
		at[13] != ':' || !two_digits(at + 14, 0, 59, &tm.tm_min) || at[16] != ':' ||
		!two_digits(at + 17, 0, 60, &tm.tm_sec))
		return UNSEEN;
	at += 19;
	if (*at == '.') {
		size_t digits = strspn(at + 1, "0123456789");
		at += 1 + digits;
		if (!digits)
			return UNSEEN;
	}
	if (!zone_of(at, &zone))
		return UNSEEN;
	tm.tm_year = century * 100 + year - 1900;
	tm.tm_mon--;
	int64_t seconds = timegm(&tm) - zone;
	return seconds < 0 ? UNSEEN : seconds;
}

int64_t event_time_wmi(const char *text)
{
	static const char digit[] = "0123456789";
	char iso[32];

	if (strlen(text) != 25 || strspn(text, digit) != 14 || text[14] != '.' || strspn(text + 15, digit) != 6 ||
		(text[21] != '+' && text[21] != '-') || strspn(text + 22, digit) != 3)
		return event_time(text);
	snprintf(iso, sizeof(iso), "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", text, text + 4, text + 6, text + 8, text + 10,
		text + 12);
	int64_t seconds = event_time(iso), east = strtol(text + 22, NULL, 10) * 60;
	return seconds == UNSEEN ? UNSEEN : seconds - (text[21] == '-' ? -east : east);
}

/* --- collecting --- */

struct collection {
	struct event_facts *facts;
	size_t limit; /* of facts->count */
	bool overflow;
};

static int keep(struct event_facts *facts, const struct event_record *record, struct error *e)
{
	struct event *grown = realloc(facts->event, (facts->count + 1) * sizeof(*grown));
	char *text = strdup(str_text(&record->text));

	if (grown)
		facts->event = grown;
	if (!grown || !text) {
		free(text);
		return error_set(e, ERROR_LOCAL, "out of memory");
	}
	struct event *event = &facts->event[facts->count++];
	*event = (struct event){
		.time = record->time, .record_id = record->record_id, .id = record->id, .hr = record->hr, .text = text
	};
	memcpy(event->clsid, record->clsid, sizeof(event->clsid));
	return 0;
}

/* Other sources use the same ids (13: certificates, HTTP ...): only VSS in Application counts (DOMAIN 22, row 64). */
static bool is_of_vss(const struct event_record *record)
{
	return !strcasecmp(record->provider, "VSS") &&
	       (!*record->channel || !strcasecmp(record->channel, "Application"));
}

static int on_event(void *context, const struct event_record *record, struct error *e)
{
	struct collection *c = context;

	if (!is_of_vss(record))
		return 0;
	if (c->facts->count == c->limit) {
		c->overflow = true;
		return 0;
	}
	return keep(c->facts, record, e);
}

static void forget_after(struct event_facts *facts, size_t count)
{
	while (facts->count > count)
		free(facts->event[--facts->count].text);
}

int events_read(const char *bytes, size_t len, struct event_facts *facts, struct error *e)
{
	size_t before = facts->count;
	struct collection c = { facts, before + EVENTS_MAX, false };

	if (evxml_read(bytes, len, on_event, &c, e) < 0) {
		forget_after(facts, before);
		return -1;
	}
	facts->truncated |= c.overflow || facts->count == c.limit;
	return 0;
}

/* --- other sources --- */

static int newest_first(const void *a, const void *b)
{
	const struct event *x = a, *y = b;
	return (x->record_id < y->record_id) - (x->record_id > y->record_id);
}

void events_settle(struct event_facts *facts)
{
	if (facts->count)
		qsort(facts->event, facts->count, sizeof(*facts->event), newest_first);
	facts->truncated |= facts->count >= EVENTS_MAX;
	forget_after(facts, EVENTS_MAX);
}

int events_take(void *context, const struct event_record *record, struct error *e)
{
	struct event_facts *facts = context;

	if (facts->count == 2 * EVENTS_MAX)
		events_settle(facts);
	return is_of_vss(record) ? keep(facts, record, e) : 0;
}

/* EventCode has sixteen bits; EventIdentifier, of which it is the lower half, stands there on some hosts. */
static void from_row(struct event_record *record, const struct wmi_rows *rows, size_t row)
{
	const char *number = wmi_text(rows, row, "RecordNumber"), *time = wmi_text(rows, row, "TimeGenerated"),
		   *id = wmi_text(rows, row, "EventCode"), *provider = wmi_text(rows, row, "SourceName"),
		   *message = wmi_text(rows, row, "Message"), *string;

	*record = (struct event_record){ .text = STR(EVENT_TEXT_MAX) };
	record->id = id ? (unsigned)strtoul(id, NULL, 10) & 0xffff : 0;
	record->record_id = number && *number ? strtoll(number, NULL, 10) : UNSEEN;
	record->time = time ? event_time_wmi(time) : UNSEEN;
	snprintf(record->provider, sizeof(record->provider), "%s", provider ? provider : "");
	for (size_t i = 0; (string = wmi_item(rows, row, "InsertionStrings", i)); i++)
		event_record_string(record, string);
	event_record_message(record, message ? message : "");
}

int events_from_rows(const struct wmi_rows *rows, struct event_facts *facts, struct error *e)
{
	size_t count = wmi_count(rows);

	for (size_t i = 0; i < count; i++) {
		OWN_VALUE(event_record_done) struct event_record record;
		from_row(&record, rows, i);
		if (events_take(facts, &record, e) < 0)
			return -1;
	}
	events_settle(facts);
	return 0;
}

int64_t events_covered_from(const struct facts *facts, unsigned window_h, int64_t oldest)
{
	int64_t now = facts->environment.server_time, start = now - (int64_t)window_h * 3600;

	if (now == UNSEEN || oldest == UNSEEN)
		return UNSEEN;
	return oldest > start ? oldest : start;
}

static bool is_within(const struct last_good *remembered, int64_t time)
{
	for (size_t i = 0; i < remembered->look_count; i++)
		if (time >= remembered->look[i].from && time <= remembered->look[i].to)
			return true;
	return false;
}

void events_mark_earlier(struct event_facts *facts, const struct last_good *remembered)
{
	for (size_t i = 0; remembered && i < facts->count; i++) {
		struct event *event = &facts->event[i];
		event->earlier = !event->live && event->time != UNSEEN && is_within(remembered, event->time);
	}
}

void events_mark_live(struct event_facts *facts)
{
	for (size_t i = 0; i < facts->count && facts->newest_before != UNSEEN; i++)
		facts->event[i].live = facts->event[i].record_id > facts->newest_before;
}
