#pragma once
/* eventlog: the questions about VSS to the Application log, by wevtutil in a shell and by WMI (DOMAIN section 15). */

#include "error.h"
#include "events.h"
#include "facts.h"
#include "str.h"
#include "wmi.h"

/* Appends the command line that prints the newest records of the last seconds, by the host's own clock. utf16: its
 * texts survive any code page, at twice the bytes. */
void eventlog_command(struct str *command, int64_t seconds, unsigned count, bool utf16);
/* Appends the WQL for Win32_NTLogEvent; since: Unix seconds. */
void eventlog_wql(struct str *wql, int64_t since);

/* Appends the rows of that query to *facts, newest first, at most EVENTS_MAX. -1 with *e: ERROR_LOCAL. */
int events_from_rows(const struct wmi_rows *rows, struct event_facts *facts, struct error *e);
