#pragma once
/* eventlog: the questions about VSS to the Application log, by wevtutil in a shell, by a
 * subscription and by WMI (DOMAIN section 15). */

#include "error.h"
#include "events.h"
#include "facts.h"
#include "str.h"
#include "wmi.h"

/* Appends the command line that prints the newest records of the last seconds, by the host's own clock. utf16: its
 * texts survive any code page, at twice the bytes. */
void eventlog_command(struct str *command, int64_t seconds, unsigned count, bool utf16);
/* Appends the QueryList of a subscription for the records of the last seconds, by the host's own clock. */
void eventlog_subscription(struct str *query, int64_t seconds);
/* The one for all records of the log, whoever wrote them: the first that comes tells how far it reaches back. */
extern const char eventlog_whole[];
/* Appends the WQL for Win32_NTLogEvent; since: Unix seconds. */
void eventlog_wql(struct str *wql, int64_t since);

/* Appends the rows of that query to *facts, newest first, of all together at most EVENTS_MAX. -1 with *e: ERROR_LOCAL.
 */
int events_from_rows(const struct wmi_rows *rows, struct event_facts *facts, struct error *e);
