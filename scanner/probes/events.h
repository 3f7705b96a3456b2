#pragma once
/* events: the events of VSS, from whatever source, become facts: what `wevtutil qe ... /f:xml` prints (UTF-16LE or
 * UTF-8, with or without a root element), rows of Win32_NTLogEvent, records of a subscription. */

#include "error.h"
#include "evxml.h"
#include "facts.h"

enum { EVENTS_MAX = 200 }; /* asked for and kept per query */

/* Appends events to *facts, newest first as printed. -1 with *e (ERROR_PARSE): then *facts is as before. */
int events_read(const char *bytes, size_t len, struct event_facts *facts, struct error *e);

/* Appends one record in whatever order; of more than a few hundred the newest stay. An event_fn; context: struct
 * event_facts. events_settle() afterwards. */
int events_take(void *context, const struct event_record *record, struct error *e);
void events_settle(struct event_facts *facts); /* newest first, at most EVENTS_MAX */

/* From when on the log tells all of the window; oldest: the time of its oldest record. UNSEEN if unknown. */
int64_t events_covered_from(const struct facts *facts, unsigned window_h, int64_t oldest);

/* Which of them our probe provoked: all younger than facts->newest_before. */
void events_mark_live(struct event_facts *facts);
/* Which of them earlier looks provoked, of those that are not live: a host that is looked at daily fails not daily. */
void events_mark_earlier(struct event_facts *facts, const struct last_good *remembered);

int64_t event_time(const char *iso8601);  /* "2026-11-22T12:00:19.123Z" -> Unix seconds, UNSEEN if malformed */
int64_t event_time_wmi(const char *text); /* the same, or "20261122120019.123000+540" (minutes), as DMTF writes it */
