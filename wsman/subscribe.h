#pragma once
/* subscribe: reads what an event log holds by a pull subscription, for accounts that may read logs (Event Log Readers)
 * but not run a shell. MS-WSMV 3.1.4.6 (Subscribe), 3.1.4.9 (Pull), 3.1.4.7 (Unsubscribe). */

#include "session.h"

enum {
	SUBSCRIBE_PULLS_MAX = 400,
	SUBSCRIBE_BYTES_MAX = 64 << 20, /* of all answers */
};

/* Hands the elements of the events that exist to events, oldest first, and ends the subscription, also after a failure.
 * query: the QueryList, as XML. Stops after the answer that brings events_max of them, and at the limits above.
 * *complete: nothing is left that exists; otherwise the newest ones are missing.
 * 0, or -1 with *e set: ERROR_DENIED, ERROR_FAULT (15007: no such channel), ERROR_QUOTA (after its retries) ... Then
 * what was handed on must not be used. */
int subscribe_read(struct session *s, const char *query, size_t events_max, const struct xml_reader *events,
	bool *complete, struct error *e);
