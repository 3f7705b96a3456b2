#pragma once
/* deadline: one wall-clock limit for everything that is done for one host, and the way to stop earlier.
 * Times are milliseconds of CLOCK_MONOTONIC. */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

int64_t clock_ms(void);

/* Shared by all workers of a run; written by the thread that handles signals, read by all (atomic). */
struct stop {
	_Atomic int64_t at_ms; /* work in hand must end by then; 0: no stop wanted */
	_Atomic bool now;      /* abort at once, without cleaning up on the hosts */
	int wake_fd;           /* an eventfd that becomes readable when either changes; -1 if there is none */
};

struct deadline {
	int64_t at_ms;           /* absolute */
	int64_t grace_ms;        /* so much later than the end or a soft stop: for an answer that must not be missed */
	const struct stop *stop; /* may be NULL */
};

struct deadline deadline_in(int64_t ms, const struct stop *stop);
int64_t deadline_left(struct deadline d); /* ms, 0 when it has passed or the stop says so */
bool deadline_stopped(struct deadline d); /* it is the stop, not the time, that ended it */
bool deadline_aborted(struct deadline d); /* stop->now */

/* A deadline of its own for cleaning up on the host: at least reserve_ms from now unless aborted. */
struct deadline deadline_reserve(struct deadline d, int64_t reserve_ms);

/* Waits ms milliseconds (a back-off), less if the deadline or the stop comes first. True if the whole time passed. */
bool deadline_wait(struct deadline d, int64_t ms);

/* Conditions of threads that wait for each other and for a deadline: they go by the clock of clock_ms(). */
void condition_init(pthread_cond_t *c);
void condition_wait(pthread_cond_t *c, pthread_mutex_t *lock, int64_t ms); /* until signalled, at most ms */
