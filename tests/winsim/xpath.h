#pragma once
/* xpath: the XPath of event queries, as wevtutil takes it: *[System[Provider[@Name='VSS'] and (EventID=8193 or ...) and
 * TimeCreated[timediff(@SystemTime) <= 604800000]]]. */

#include "eventlog.h"

enum xpath_result { XPATH_MALFORMED = -1, XPATH_NO = 0, XPATH_YES = 1 };

/* Does the query select the event, at the given time? */
enum xpath_result xpath_selects(const char *query, const struct event *event, time_t now);
