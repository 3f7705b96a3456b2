#pragma once
/* result: everything a run has to say about one host. Goes from a worker to the collector, which owns it then. */

#include "error.h"
#include "facts.h"
#include "host.h"
#include "session.h"
#include "verdict.h"

enum { PROBE_ERRORS_MAX = 16 };

struct probe_error {
	const char *probe; /* "connect", "environment", "services", "vss", "events", "backup", "processes", "shell"
			      (constants) */
	struct error error;
};

struct result {
	const struct host *host; /* borrowed from the inventory, which outlives the run */
	int64_t checked_at;      /* Unix seconds, our clock, when the host was finished */
	unsigned duration_ms;
	struct facts facts;
	struct judgement judgement;
	struct probe_error errors[PROBE_ERRORS_MAX]; /* in the order in which they happened */
	size_t error_count;
	const char *fallbacks[PROBE_ERRORS_MAX]; /* constants: "services by tasklist", "events by subscription", "events
					  by WMI", "codepage 437" */
	size_t fallback_count;
	struct session_stats transport;
	uint16_t port;
	bool connected;    /* an authenticated answer was had; otherwise unreachable and transport is mostly empty */
	bool aborted;      /* we stopped in the middle: the host is to be asked again */
	bool leaked_shell; /* the shell could not be deleted; its IdleTimeOut will */
};

void result_free(struct result *result);
CLEANUP_OF(struct result, result_free);
void result_add_error(
	struct result *result, const char *probe, const struct error *e); /* beyond the maximum: dropped */
void result_add_fallback(struct result *result, const char *constant);
