#pragma once
/* survey: reads a host as it is now, before or after a repair: the whole audit, and what only a repair wants to know.
 */

#include "audit.h"
#include "change.h"
#include "state.h"

enum known { KNOWN_NOT, KNOWN_NO, KNOWN_YES };

struct survey {
	struct result *result; /* the audit; never NULL after survey_host() */
	struct state state;
	enum known pending_reboot; /* Windows waits for one: servicing or updates */
	int users;                 /* sessions with a desktop, before a reboot; UNSEEN */
	char cluster[64];          /* name of the failover cluster it belongs to; "": none, or unknown */
	char domain[256];          /* of a domain controller; "": it is none, or unknown */
	int64_t host_time;         /* Unix seconds by the host's clock at ... */
	int64_t taken_ms;          /* ... this time of clock_ms(); host_time UNSEEN: not known */
	struct error extras;       /* why stops, pending_reboot and cluster are not known; kind ERROR_NONE: they are */
};
void survey_done(struct survey *look);

/* Never fails: what could not be learnt is unknown, why is in the result. The action decides what a restart stops. */
void survey_host(struct session *s, const struct host *host, const struct audit_options *options, enum action action,
	struct survey *look);
/* Only the services: at once, where nothing may be lost with questions that could hang. The result is not judged. */
void survey_services(
	struct session *s, const struct host *host, const struct audit_options *options, struct survey *look);
/* For a host whose session could not be opened. */
void survey_unreachable(struct survey *look, const struct host *host, const struct error *e);
/* The time of the host now, by its clock; UNSEEN. */
int64_t survey_host_now(const struct survey *look);
