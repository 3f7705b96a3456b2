/* gate: see the header. */
#include "gate.h"

#include <stdlib.h>
#include <unistd.h>

enum { LOOK_MS = 250 };

static const char stop_file_of_all[] = "/run/vssfleet/STOP";

void gate_done(struct gate *gate)
{
	free(gate->stop_file);
	*gate = (struct gate){ 0 };
}

const char *gate_stopped(const struct gate *gate)
{
	if (gate->stop_file && access(gate->stop_file, F_OK) == 0)
		return "there is a file STOP beside the store";
	if (access(stop_file_of_all, F_OK) == 0)
		return "there is a file /run/vssfleet/STOP";
	return NULL;
}

const char *gate_closed(const struct gate *gate)
{
	const char *stopped = gate_stopped(gate);

	if (stopped)
		return stopped;
	if (gate->end_ms && clock_ms() >= gate->end_ms)
		return "the time of --deadline is over";
	return window_is_open(&gate->window, time(NULL)) ? NULL : "the change window is closed";
}

/* The first Ctrl-C leaves what is in hand a long time, which is nothing to wait through: so in short pieces. */
bool wait_unless_stopped(const struct stop *stop, unsigned seconds)
{
	int64_t until = clock_ms() + (int64_t)seconds * 1000;

	for (int64_t left; (left = until - clock_ms()) > 0;)
		if (stop->at_ms || !deadline_wait(deadline_in(left, stop), left < LOOK_MS ? left : LOOK_MS))
			break;
	return !stop->at_ms && !stop->now;
}

bool gate_wait(const struct gate *gate, const struct stop *stop)
{
	for (unsigned seconds; (seconds = window_opens_in(&gate->window, time(NULL)));)
		if (!wait_unless_stopped(stop, seconds))
			return false;
	return true;
}
