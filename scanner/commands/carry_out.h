#pragma once
/* carry_out: changes the servers of a plan, with the journal before and after, and says how it went. */

#include "planning.h"

struct change {
	struct fix *fix;
	struct journal *journal; /* open: no other change runs */
	const struct todo *todo;
	struct amount max_fail;
	/* Of a change that is continued; NULL: a fresh one. */
	const struct change_past *past;
	size_t failed, left;     /* of its earlier parts: failures, and hosts without a good end */
	struct repair **settled; /* see struct rollout */
	bool recovers;           /* only hosts that were left in the middle: no window holds that */
};

/* The journal beside the store, for a change: makes the directory. EXIT_OK, or it was said what is wrong. */
int journal_begin(struct journal **journal, const struct fix *fix);
/* Waits for the window, or says why servers must not be changed now; an exit code. */
int wait_for_gate(struct fix *fix);
/* After the confirmation; the exit code. */
int carry_out(struct change *change);
