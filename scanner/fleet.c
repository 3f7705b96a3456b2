/* fleet: see the header. */
#include "fleet.h"
#include "pace.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	STACK_BYTES = 256 * 1024, /* a worker's; libcurl, OpenSSL and the resolver use well under half of it */
	TICK_MS = 250,
	FOREVER_MS = 1 << 30,
};

struct worker {
	struct run *run;
	pthread_t thread;
	_Atomic(const struct host *) host; /* in hand, or NULL */
	_Atomic int64_t since_ms;
};

struct run {
	const struct fleet *fleet;
	struct pace *pace;
	int64_t end_ms; /* of the whole run; INT64_MAX for none */
	_Atomic size_t next;
	_Atomic bool give_up; /* the collector wants no new hosts */

	struct worker *worker;
	unsigned workers;

	pthread_mutex_t lock; /* of what follows: the queue of results */
	pthread_cond_t filled, drained;
	void **queue; /* results, a ring of `workers` places */
	unsigned head, waiting;
	unsigned alive; /* workers that still run */
	size_t done;
};

static bool no_new_hosts(const struct run *run)
{
	const struct stop *stop = run->fleet->stop;
	return run->give_up || clock_ms() >= run->end_ms || (stop && (stop->at_ms || stop->now));
}

static void deliver(struct run *run, void *result)
{
	pthread_mutex_lock(&run->lock);
	while (run->waiting == run->workers)
		pthread_cond_wait(&run->drained, &run->lock);
	run->queue[(run->head + run->waiting++) % run->workers] = result;
	pthread_cond_signal(&run->filled);
	pthread_mutex_unlock(&run->lock);
}

static void *work(void *context)
{
	struct worker *self = context;
	struct run *run = self->run;
	const struct fleet *fleet = run->fleet;
	struct deadline until_stopped = deadline_in(FOREVER_MS, fleet->stop);

	for (;;) {
		size_t turn = no_new_hosts(run) ? fleet->count : atomic_fetch_add(&run->next, 1);
		if (turn >= fleet->count || !pace_wait(run->pace, until_stopped) || no_new_hosts(run))
			break;
		self->since_ms = clock_ms();
		self->host = fleet->host[turn];
		void *result = fleet->job(fleet->job_context, fleet->host[turn],
			deadline_in((int64_t)fleet->host_timeout_s * 1000, fleet->stop));
		self->host = NULL;
		deliver(run, result);
	}
	pthread_mutex_lock(&run->lock);
	run->alive--;
	pthread_cond_signal(&run->filled);
	pthread_mutex_unlock(&run->lock);
	return NULL;
}

static struct fleet_state look(const struct run *run)
{
	size_t next = run->next;
	struct fleet_state state = { .begun = next < run->fleet->count ? next : run->fleet->count, .done = run->done };
	int64_t oldest = INT64_MAX;

	for (unsigned i = 0; i < run->workers; i++) {
		const struct host *host = run->worker[i].host;
		int64_t since = run->worker[i].since_ms;
		if (host && since < oldest) {
			oldest = since;
			state.slowest = host;
		}
	}
	if (state.slowest)
		state.slowest_s = (unsigned)((clock_ms() - oldest) / 1000);
	return state;
}

/* The next result, or NULL after a tick without one. *over: every worker has ended and nothing is left. */
static void *collect(struct run *run, bool *over)
{
	void *result = NULL;
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += TICK_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;

	pthread_mutex_lock(&run->lock);
	while (!run->waiting && run->alive)
		if (pthread_cond_timedwait(&run->filled, &run->lock, &until) != 0)
			break;
	if (run->waiting) {
		result = run->queue[run->head];
		run->head = (run->head + 1) % run->workers;
		run->waiting--;
		run->done++;
		pthread_cond_signal(&run->drained);
	}
	*over = !result && !run->alive;
	pthread_mutex_unlock(&run->lock);
	return result;
}

static int start(struct run *run, struct error *e)
{
	pthread_attr_t small;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, STACK_BYTES);
	unsigned started = 0;

	pthread_mutex_lock(&run->lock); /* alive is right before the first worker can end */
	for (; started < run->workers; started++) {
		run->worker[started].run = run;
		if (pthread_create(&run->worker[started].thread, &small, work, &run->worker[started]) != 0)
			break;
	}
	run->alive = started;
	pthread_mutex_unlock(&run->lock);
	pthread_attr_destroy(&small);
	if (!started && run->workers)
		return error_set(e, ERROR_LOCAL, "no worker thread can be started: check `ulimit -u` and memory");
	return (int)started;
}

static void run_init(struct run *run, const struct fleet *fleet)
{
	pthread_mutex_init(&run->lock, NULL);
	condition_init(&run->filled);
	condition_init(&run->drained);
	run->fleet = fleet;
	run->end_ms = fleet->deadline_s ? clock_ms() + (int64_t)fleet->deadline_s * 1000 : INT64_MAX;
	run->workers = fleet->forks < fleet->count ? fleet->forks : (unsigned)fleet->count;
}

static void run_done(struct run *run)
{
	pthread_cond_destroy(&run->drained);
	pthread_cond_destroy(&run->filled);
	pthread_mutex_destroy(&run->lock);
}

int fleet_run(const struct fleet *fleet, fleet_on_result *on_result, void *context, struct error *e)
{
	OWN_VALUE(run_done) struct run run = { 0 };
	run_init(&run, fleet);
	OWN(pace_free) struct pace *pace = pace_new(fleet->rate);
	OWN(own_free) struct worker *worker = calloc(run.workers + 1, sizeof(*worker));
	OWN(own_free) void **queue = calloc(run.workers + 1, sizeof(*queue));
	run.pace = pace;
	run.worker = worker;
	run.queue = queue;
	if (!pace || !worker || !queue)
		return error_set(e, ERROR_LOCAL, "out of memory for %u workers", run.workers);
	int started = start(&run, e);
	if (started < 0)
		return -1;

	int64_t tick = clock_ms();
	for (bool over = false; !over;) {
		void *result = collect(&run, &over);
		if (result && on_result(context, result, NULL) < 0)
			run.give_up = true;
		if (clock_ms() < tick + TICK_MS)
			continue;
		tick = clock_ms();
		if (tick >= run.end_ms && fleet->stop && !fleet->stop->at_ms)
			fleet->stop->at_ms = tick; /* what is in hand then was not checked, and can be asked again */
		struct fleet_state state = look(&run);
		if (on_result(context, NULL, &state) < 0)
			run.give_up = true;
	}
	for (int i = 0; i < started; i++)
		pthread_join(run.worker[i].thread, NULL);
	return 0;
}
