/* guard: see the header. Theory of operation: the guard is closed until a success, and while closed one host at a time
 * holds the turn, or until it has kept silent for GUARD_PATIENCE_MS. Those that are silent may still say no: they count
 * as rejections until they answer, so that no more than GUARD_REJECTIONS can come. A rejection closes it again, and
 * each success forgets the rejections before it. */
#include "guard.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LOOK_AGAIN_MS = 250 }; /* how late a waiting host notices Ctrl-C */

struct guard {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool open;        /* proved: any number of hosts may use it */
	unsigned turn;    /* number of the turn that was given last */
	bool taken;       /* while not open: a host holds that turn ... */
	int64_t since_ms; /* ... since then */
	int pending;      /* turns that were not handed back */
	int rejections;   /* since the last success */
	char name[128];
};

struct guard *guard_new(const char *credential_name)
{
	struct guard *g = calloc(1, sizeof(*g));
	if (!g)
		return NULL;
	pthread_mutex_init(&g->lock, NULL);
	condition_init(&g->changed);
	strncpy(g->name, credential_name, sizeof(g->name) - 1);
	return g;
}

void guard_free(struct guard *g)
{
	if (!g)
		return;
	pthread_cond_destroy(&g->changed);
	pthread_mutex_destroy(&g->lock);
	free(g);
}

static int refuse(struct guard *g, struct deadline deadline, struct error *e)
{
	if (g->rejections >= GUARD_REJECTIONS)
		return error_set(e, ERROR_AUTH,
			"not tried: the credential of %s was rejected and is suspended for this run, so that the "
			"account "
			"is not locked; check user and password",
			g->name);
	return error_set(e, deadline_stopped(deadline) ? ERROR_ABORTED : ERROR_TIMEOUT,
		"not tried: still waiting for the credential of %s to prove itself on another host", g->name);
}

static bool must_wait(const struct guard *g)
{
	if (g->open || g->rejections >= GUARD_REJECTIONS)
		return false;
	return g->rejections + g->pending >= GUARD_REJECTIONS ||
	       (g->taken && clock_ms() < g->since_ms + GUARD_PATIENCE_MS);
}

int guard_enter(struct guard *g, struct deadline deadline, unsigned *turn, struct error *e)
{
	int rc = 0;

	pthread_mutex_lock(&g->lock);
	while (must_wait(g) && deadline_left(deadline) > 0)
		condition_wait(&g->changed, &g->lock, LOOK_AGAIN_MS);
	if (g->rejections >= GUARD_REJECTIONS || deadline_left(deadline) == 0)
		rc = refuse(g, deadline, e);
	else if (g->open)
		*turn = 0;
	else {
		g->taken = true;
		g->pending++;
		g->since_ms = clock_ms();
		*turn = ++g->turn;
	}
	pthread_mutex_unlock(&g->lock);
	return rc;
}

void guard_leave(struct guard *g, unsigned turn, enum guard_outcome outcome)
{
	pthread_mutex_lock(&g->lock);
	if (outcome == GUARD_ACCEPTED) {
		g->open = true;
		g->rejections = 0;
	} else if (outcome == GUARD_REJECTED) {
		g->open = false;
		g->rejections++;
	}
	g->pending -= turn != 0;
	if (turn == g->turn)
		g->taken = false;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

void guard_suspend(struct guard *g)
{
	pthread_mutex_lock(&g->lock);
	g->open = false;
	g->rejections = GUARD_REJECTIONS;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}
