#pragma once
/* audit: asks one host everything, in the order of DESIGN section 3, and judges it. At most 9 requests over Basic. */

#include "result.h"

/* Which way the events are read. AUTO: wevtutil in the shell of vssadmin; where the shell gives none, a subscription,
 * then WMI. WEVTUTIL: so, and no other way. WMI, SUBSCRIBE: so, and the other of the two if it fails. */
enum event_source { EVENTS_AUTO, EVENTS_WEVTUTIL, EVENTS_WMI, EVENTS_SUBSCRIBE };

struct audit_options {
	enum event_source events;
	unsigned window_h;           /* of events; 168 */
	unsigned vssadmin_timeout_s; /* 120: a hanging vssadmin is ended then, leaving time for what else is to ask */
	struct policy policy;
	/* What earlier runs saw of a host, or NULL; called by any worker. NULL: nothing is remembered. */
	const struct last_good *(*last_good)(void *context, const struct host *host);
	void *last_good_context;
};

/* Fills *result (its host is set by the caller; facts_init() done here): connected, facts, errors, fallbacks,
 * judgement, transport, checked_at, duration. Never fails: what went wrong is in the result. */
void audit_host(struct session *s, const struct audit_options *options, struct result *result);

/* For a host whose session could not even be opened, or that was never begun. */
void audit_unreachable(struct result *result, const char *probe, const struct error *e);
