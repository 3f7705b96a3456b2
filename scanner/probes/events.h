#pragma once
/* events: reads what `wevtutil qe ... /f:xml` prints (UTF-16LE or UTF-8, with or without a root element). */

#include "error.h"
#include "facts.h"

enum { EVENTS_MAX = 200 }; /* asked for and kept per query */

/* Appends events to *facts, newest first as printed. -1 with *e (ERROR_PARSE): then *facts is as before. */
int events_read(const char *bytes, size_t len, struct event_facts *facts, struct error *e);
int64_t event_time(const char *iso8601); /* "2026-11-22T12:00:19.123Z" -> Unix seconds, UNSEEN if malformed */
