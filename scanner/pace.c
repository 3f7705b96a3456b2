/* pace: see the header. Each caller takes the next free slot of time and waits for it without holding the lock. */
#include "pace.h"

#include <pthread.h>
#include <stdlib.h>

struct pace {
	pthread_mutex_t lock;
	int64_t step_us, next_us; /* microseconds of CLOCK_MONOTONIC */
};

struct pace *pace_new(unsigned per_second)
{
	struct pace *p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	pthread_mutex_init(&p->lock, NULL);
	p->step_us = per_second ? 1000000 / per_second : 0;
	return p;
}

void pace_free(struct pace *p)
{
	if (!p)
		return;
	pthread_mutex_destroy(&p->lock);
	free(p);
}

bool pace_wait(struct pace *p, struct deadline deadline)
{
	if (!p->step_us)
		return deadline_left(deadline) > 0;
	pthread_mutex_lock(&p->lock);
	int64_t now = clock_ms() * 1000;
	int64_t slot = p->next_us > now ? p->next_us : now;
	p->next_us = slot + p->step_us;
	pthread_mutex_unlock(&p->lock);
	return deadline_wait(deadline, (slot - now) / 1000);
}
