#pragma once
/* guard: keeps a fleet run from locking an account. A credential proves itself on one host before all others may use
 * it; rejected ones are tried again one host at a time, and after GUARD_REJECTIONS without a success it is suspended.
 * Thread-safe; one guard per credential, shared by all sessions of the run. */

#include "deadline.h"
#include "error.h"
#include "own.h"

enum {
	GUARD_REJECTIONS = 3,
	GUARD_PATIENCE_MS = 5000, /* a host that keeps silent so long loses its turn to the next */
};

enum guard_outcome {
	GUARD_ACCEPTED, /* the server let us in */
	GUARD_REJECTED, /* 401 after our credential */
	GUARD_UNTRIED,  /* the connection failed before the server had an opinion */
};

struct guard;
struct guard *guard_new(const char *credential_name); /* the name is for messages; NULL if memory ran out */
void guard_free(struct guard *g);
CLEANUP_OF(struct guard, guard_free);

/* Waits until the credential may be sent to one more host. 0: send it, then call guard_leave(). -1 with *e set:
 * ERROR_AUTH if it is suspended, ERROR_TIMEOUT or ERROR_ABORTED if the deadline or a stop came first.
 * *turn: the number of the turn that this host holds, 0 if all may enter; to be handed back to guard_leave(). */
int guard_enter(struct guard *g, struct deadline deadline, unsigned *turn, struct error *e);
void guard_leave(struct guard *g, unsigned turn, enum guard_outcome outcome);

/* The password is known to be wrong: it goes to no server any more. */
void guard_suspend(struct guard *g);
