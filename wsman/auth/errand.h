#pragma once
/* errand: a call that cannot be interrupted, as libkrb5's while a KDC keeps silent, in a thread of its own: who waits
 * for it may leave when the deadline comes. */

#include "deadline.h"
#include "error.h"

struct errand {
	int (*run)(void *context, struct error *e); /* in the thread */
	void (*free)(void *context);                /* when nobody needs the context any more */
};

enum errand_end {
	ERRAND_DONE, /* with *rc and *e; the context is the caller's again: take what it holds, then free it */
	ERRAND_LEFT, /* the deadline came first: the context belongs to the thread now */
};

/* A thread that cannot be started is no failure: then the caller's runs the errand. */
enum errand_end errand_wait(
	const struct errand *errand, void *context, struct deadline deadline, int *rc, struct error *e);

/* Errands that nobody waits for and that still run: what they use must live on. A program that ends meanwhile must do
 * so by _exit(), for libraries are not to be taken down under them. */
unsigned errands_abroad(void);
