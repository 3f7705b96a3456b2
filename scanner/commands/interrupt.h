#pragma once
/* interrupt: Ctrl-C and its kin. The first: no new hosts, those in hand get GRACE_S seconds; the second: abort; the
 * third: end at once. */

#include "deadline.h"

enum { GRACE_S = 10 };

/* Blocks the signals for this thread and those it will start, and handles them in a thread of its own until
 * interrupt_end(). The stop is shared with the fleet. Call before the first worker starts. */
void interrupt_begin(struct stop *stop);
/* The signal that came first, 0 if none did. */
int interrupt_end(void);
int interrupt_signal(void);
