/* errand: see the header. */
#include "errand.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum {
	LOOK_AGAIN_MS = 250, /* how late a waiting host notices Ctrl-C */
	STACK_BYTES = 256 * 1024,
};

struct going {
	const struct errand *errand;
	void *context;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool done, left;
	int rc;
	struct error error;
};

static _Atomic unsigned abroad;

unsigned errands_abroad(void)
{
	return abroad;
}

static struct going *going_new(const struct errand *errand, void *context)
{
	struct going *g = calloc(1, sizeof(*g));
	if (!g)
		return NULL;
	condition_init(&g->changed);
	pthread_mutex_init(&g->lock, NULL);
	g->errand = errand;
	g->context = context;
	return g;
}

static void going_free(struct going *g)
{
	pthread_cond_destroy(&g->changed);
	pthread_mutex_destroy(&g->lock);
	free(g);
}

static void *go(void *context)
{
	struct going *g = context;
	struct error e = { 0 };
	int rc = g->errand->run(g->context, &e);

	pthread_mutex_lock(&g->lock);
	g->rc = rc;
	g->error = e;
	g->done = true;
	bool left = g->left;
	pthread_cond_signal(&g->changed);
	pthread_mutex_unlock(&g->lock);
	if (!left)
		return NULL;
	g->errand->free(g->context);
	going_free(g);
	abroad--;
	return NULL;
}

static bool start(struct going *g)
{
	pthread_attr_t detached;
	pthread_t thread;

	pthread_attr_init(&detached);
	pthread_attr_setstacksize(&detached, STACK_BYTES);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	int failed = pthread_create(&thread, &detached, go, g);
	pthread_attr_destroy(&detached);
	return !failed;
}

enum errand_end errand_wait(
	const struct errand *errand, void *context, struct deadline deadline, int *rc, struct error *e)
{
	struct going *g = going_new(errand, context);

	if (!g || !start(g)) {
		if (g)
			going_free(g);
		*rc = errand->run(context, e);
		return ERRAND_DONE;
	}
	pthread_mutex_lock(&g->lock);
	while (!g->done && deadline_left(deadline) > 0)
		condition_wait(&g->changed, &g->lock, LOOK_AGAIN_MS);
	g->left = !g->done;
	abroad += g->left;
	bool left = g->left;
	*rc = g->rc;
	if (!left)
		*e = g->error;
	pthread_mutex_unlock(&g->lock);
	if (left)
		return ERRAND_LEFT;
	going_free(g);
	return ERRAND_DONE;
}
