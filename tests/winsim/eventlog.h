#pragma once
/* eventlog: what the event logs of a host hold: its history, made up from the scenario, and what was logged since. */

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "str.h"

struct host;

enum { EVENT_STRINGS_MAX = 6 };

struct event_kind {
	const char *channel, *provider;
	unsigned id, level;                     /* level: 2 error, 3 warning, 4 information */
	const char *strings[EVENT_STRINGS_MAX]; /* insertion strings; "@" stands for the context of a writer */
	const char *names[EVENT_STRINGS_MAX];   /* of them, where the provider has a manifest; NULL: none */
};

struct event {
	const struct event_kind *kind;
	time_t when;
	unsigned milliseconds;
	uint32_t record; /* filled in by eventlog_read() */
	unsigned writer; /* index into the writers with a context (eventlog.c) */
};

struct event_list {
	struct event *event; /* oldest first */
	size_t count;
};
void event_list_done(struct event_list *list);

/* All events of a channel ("Application", without case); NULL: of all channels. list is the caller's. 0, or -1 if there
 * is no such channel. The host's lock is held. */
int eventlog_read(const struct host *host, const char *channel, struct event_list *list);

/* The i-th insertion string into out; false: there is none. */
bool event_string(const struct host *host, const struct event *event, size_t i, struct str *out);
void event_xml(const struct host *host, const struct event *event, struct str *out); /* as wevtutil /f:xml */
void event_message(const struct host *host, const struct event *event, struct str *out);
void event_system_time(const struct event *event, char text[40]); /* 2026-11-22T12:05:41.1230000Z */
