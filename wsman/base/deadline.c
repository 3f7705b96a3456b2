/* deadline: see the header. */
#include "deadline.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

int64_t clock_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct deadline deadline_in(int64_t ms, const struct stop *stop)
{
	return (struct deadline){ .at_ms = clock_ms() + ms, .stop = stop };
}

bool deadline_aborted(struct deadline d)
{
	return d.stop && d.stop->now;
}

bool deadline_stopped(struct deadline d)
{
	int64_t stop_at = d.stop ? d.stop->at_ms : 0;
	return deadline_aborted(d) || (stop_at && stop_at < d.at_ms && stop_at + d.grace_ms <= clock_ms());
}

int64_t deadline_left(struct deadline d)
{
	if (deadline_aborted(d))
		return 0;
	int64_t stop_at = d.stop ? d.stop->at_ms : 0;
	int64_t at = stop_at && stop_at < d.at_ms ? stop_at : d.at_ms;
	int64_t left = at + d.grace_ms - clock_ms();
	return left > 0 ? left : 0;
}

struct deadline deadline_reserve(struct deadline d, int64_t reserve_ms)
{
	int64_t at = clock_ms() + reserve_ms;
	/* Without the soft stop: cleaning up must run then too. Abort is asked for by deadline_aborted(). */
	return (struct deadline){ .at_ms = d.at_ms > at && !deadline_stopped(d) ? d.at_ms : at };
}

bool deadline_wait(struct deadline d, int64_t ms)
{
	int64_t until = clock_ms() + ms;

	for (;;) {
		int64_t left = until - clock_ms(), allowed = deadline_left(d);
		if (left <= 0)
			return true;
		if (allowed == 0)
			return false;
		struct pollfd wake = { .fd = d.stop ? d.stop->wake_fd : -1, .events = POLLIN };
		int64_t pause = left < allowed ? left : allowed;
		bool soft_stop = d.stop && d.stop->at_ms != 0; /* readable from then on: poll for time only */
		if (poll(&wake, soft_stop ? 0 : 1, (int)(pause < 1000 ? pause : 1000)) < 0 && errno != EINTR)
			return false;
	}
}

void condition_init(pthread_cond_t *c)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(c, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

void condition_wait(pthread_cond_t *c, pthread_mutex_t *lock, int64_t ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_cond_timedwait(c, lock, &until);
}
