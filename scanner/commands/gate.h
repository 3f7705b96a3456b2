#pragma once
/* gate: what may hold a change between two batches: the change window, the end of the time that it was given, and a
 * file STOP that anybody who operates the servers can touch. */

#include "deadline.h"
#include "window.h"

struct gate {
	struct window window;
	char *stop_file; /* beside the store; owned */
	int64_t end_ms;  /* by clock_ms(); 0: none */
};
void gate_done(struct gate *gate);

/* NULL: open. Else why not: a constant. */
const char *gate_closed(const struct gate *gate);
const char *gate_stopped(const struct gate *gate); /* the same, whatever the time is */
/* Waits until the window is open; false: somebody stopped it meanwhile. */
bool gate_wait(const struct gate *gate, const struct stop *stop);
/* Waits so long; false: somebody stopped it meanwhile. */
bool wait_unless_stopped(const struct stop *stop, unsigned seconds);
