#pragma once
/* gate: what may hold a change between two batches: the change windows, the end of the time that it was given, and a
 * file STOP that anybody who operates the servers can touch. */

#include "deadline.h"
#include "hosts.h"
#include "windows.h"

struct gate {
	struct windows windows;
	const struct hosts *hosts;        /* that are to be changed; or, once that is known, ... */
	const struct host *const *chosen; /* ... count of them; NULL among them: not that one */
	size_t count;
	char *stop_file; /* beside the store; owned */
	int64_t end_ms;  /* by clock_ms(); 0: none */
};
void gate_done(struct gate *gate);

/* NULL: open. Else why not: a constant. */
const char *gate_closed(const struct gate *gate);
const char *gate_stopped(const struct gate *gate); /* the same, whatever the time is */
/* So many of its hosts are in their window. */
size_t gate_count_open(const struct gate *gate);
/* Why this host must not be begun now: a constant; NULL: it may. */
const char *gate_holds(const struct gate *gate, const struct host *host);
/* Waits until a host is in its window, if there is one that ever is; false: somebody stopped it meanwhile. */
bool gate_wait(const struct gate *gate, const struct stop *stop);
/* Waits so long; false: somebody stopped it meanwhile. */
bool wait_unless_stopped(const struct stop *stop, unsigned seconds);
