#pragma once
/* pace: a bound on new connections a second, shared by all workers (--rate). */

#include "deadline.h"
#include "own.h"

struct pace;
struct pace *pace_new(unsigned per_second); /* 0: no bound; NULL if memory ran out */
void pace_free(struct pace *p);
CLEANUP_OF(struct pace, pace_free);

/* Waits for this worker's turn. False if the deadline or a stop came first. */
bool pace_wait(struct pace *p, struct deadline deadline);
