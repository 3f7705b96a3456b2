#pragma once
/* interrupt: Ctrl-C and its kin. The first: no new hosts, those in hand get some time; the last: abort; one more: end
 * at once. */

#include <stddef.h>

#include "deadline.h"

enum { GRACE_S = 10, CAREFUL_GRACE_S = 1800 };

/* Blocks the signals for this thread and those it will start, and handles them in a thread of its own until
 * interrupt_end(). The stop is shared with the fleet. Call before the first worker starts. The first signal leaves
 * GRACE_S, the second aborts. */
void interrupt_begin(struct stop *stop);
/* While servers are changed: the first leaves CAREFUL_GRACE_S, for every host in hand to come to its end; the second
 * only says what a third would do. in_hand: how many there are. */
void interrupt_begin_careful(struct stop *stop, const _Atomic size_t *in_hand);
/* The signal that came first, 0 if none did. */
int interrupt_end(void);
int interrupt_signal(void);
