#pragma once
/* history: what happened on a host before the simulation began, and what asking for its writers adds to that. */

#include "eventlog.h"

enum { HISTORY_MAX = 256 };

time_t history_end(void); /* when the simulation began */

/* Adds what the logs still hold, at most HISTORY_MAX events, to a list with room for them. The host's lock is held. */
void history_add(const struct host *host, struct event_list *list);

/* The writers of VSS itself try to subscribe and fail: what vssadmin leaves behind on an affected host. */
void history_add_failed_subscriptions(struct host *host);
