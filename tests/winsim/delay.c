/* delay: see delay.h. */

#include "delay.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

struct waiting {
	uint64_t due; /* nanoseconds, monotonic */
	struct MHD_Connection *connection;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	struct waiting *heap; /* the earliest first */
	size_t count, room;
	bool stopped;
} delays = { .lock = PTHREAD_MUTEX_INITIALIZER };

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void push(struct waiting waiting)
{
	size_t at = delays.count++;

	for (; at && delays.heap[(at - 1) / 2].due > waiting.due; at = (at - 1) / 2)
		delays.heap[at] = delays.heap[(at - 1) / 2];
	delays.heap[at] = waiting;
}

static struct MHD_Connection *pop(void)
{
	struct MHD_Connection *first = delays.heap[0].connection;
	struct waiting last = delays.heap[--delays.count];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < delays.count) {
		if (child + 1 < delays.count && delays.heap[child + 1].due < delays.heap[child].due)
			child++;
		if (last.due <= delays.heap[child].due)
			break;
		delays.heap[at] = delays.heap[child];
		at = child;
	}
	delays.heap[at] = last;
	return first;
}

static void wait_until(uint64_t due)
{
	struct timespec when = { .tv_sec = (time_t)(due / 1000000000u), .tv_nsec = (long)(due % 1000000000u) };

	pthread_cond_timedwait(&delays.changed, &delays.lock, &when);
}

static void *resume_in_time(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&delays.lock);
	while (!delays.stopped) {
		if (delays.count == 0)
			pthread_cond_wait(&delays.changed, &delays.lock);
		else if (delays.heap[0].due > now_ns())
			wait_until(delays.heap[0].due);
		else
			MHD_resume_connection(pop());
	}
	while (delays.count)
		MHD_resume_connection(pop());
	pthread_mutex_unlock(&delays.lock);
	return NULL;
}

int delay_start(void)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&delays.changed, &attributes);
	return pthread_create(&delays.thread, NULL, resume_in_time, NULL) == 0 ? 0 : -1;
}

void delay_connection(struct MHD_Connection *connection, unsigned ms)
{
	uint64_t due = now_ns() + (uint64_t)ms * 1000000u;

	pthread_mutex_lock(&delays.lock);
	MHD_suspend_connection(connection);
	if (delays.count == delays.room) {
		delays.room = delays.room ? 2 * delays.room : 256;
		delays.heap = realloc(delays.heap, delays.room * sizeof(*delays.heap));
		if (!delays.heap)
			abort();
	}
	if (delays.stopped)
		MHD_resume_connection(connection);
	else
		push((struct waiting){ .due = due, .connection = connection });
	pthread_cond_signal(&delays.changed);
	pthread_mutex_unlock(&delays.lock);
}

bool delay_is_stopped(void)
{
	bool stopped;

	pthread_mutex_lock(&delays.lock);
	stopped = delays.stopped;
	pthread_mutex_unlock(&delays.lock);
	return stopped;
}

void delay_stop(void)
{
	pthread_mutex_lock(&delays.lock);
	delays.stopped = true;
	pthread_cond_signal(&delays.changed);
	pthread_mutex_unlock(&delays.lock);
	pthread_join(delays.thread, NULL);
	free(delays.heap);
	delays.heap = NULL;
}
