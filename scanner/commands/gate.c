/* gate: see the header. */
#include "gate.h"
#include "language.h"

#include <stdlib.h>
#include <unistd.h>

enum { LOOK_MS = 250 };

static const char stop_file_of_all[] = "/run/vssfleet/STOP";

void gate_done(struct gate *gate)
{
	windows_done(&gate->windows);
	free(gate->stop_file);
	*gate = (struct gate){ 0 };
}

const char *gate_stopped(const struct gate *gate)
{
	if (gate->stop_file && access(gate->stop_file, F_OK) == 0)
		return N_("there is a file STOP beside the store");
	if (access(stop_file_of_all, F_OK) == 0)
		return N_("there is a file /run/vssfleet/STOP");
	return NULL;
}

/* Seconds until the first of its hosts may be changed; *now_open grows by those that may be now. */
static unsigned look_at_windows(const struct gate *gate, size_t *now_open)
{
	size_t count = gate->chosen ? gate->count : gate->hosts->count;
	unsigned soonest = WINDOW_NEVER_S;
	time_t now = time(NULL);

	for (size_t i = 0; i < count; i++) {
		const struct host *host = gate->chosen ? gate->chosen[i] : &gate->hosts->host[i];
		unsigned seconds = host ? windows_open_in(&gate->windows, host, now) : WINDOW_NEVER_S;
		*now_open += !seconds;
		soonest = seconds < soonest ? seconds : soonest;
	}
	return soonest;
}

static unsigned soonest(const struct gate *gate)
{
	size_t now_open = 0;

	return gate->windows.count ? look_at_windows(gate, &now_open) : 0;
}

size_t gate_count_open(const struct gate *gate)
{
	size_t now_open = 0;

	look_at_windows(gate, &now_open);
	return now_open;
}

const char *gate_holds(const struct gate *gate, const struct host *host)
{
	return windows_open_in(&gate->windows, host, time(NULL)) ? "its change window is closed" : NULL;
}

const char *gate_closed(const struct gate *gate)
{
	const char *stopped = gate_stopped(gate);

	if (stopped)
		return stopped;
	if (gate->end_ms && clock_ms() >= gate->end_ms)
		return N_("the time of --deadline is over");
	return soonest(gate) ? N_("the change window is closed") : NULL;
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
	for (unsigned seconds; (seconds = soonest(gate)) && seconds != WINDOW_NEVER_S;)
		if (!wait_unless_stopped(stop, seconds))
			return false;
	return true;
}
