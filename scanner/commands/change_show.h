#pragma once
/* change_show: what is said while servers are repaired, and at the end (UX 4.7). */

#include <stdio.h>

#include "rollout.h"

struct change_show {
	FILE *out;
	bool quiet;         /* no lines of hosts */
	bool live;          /* a line on the terminal that says who is in hand */
	size_t hosts, done; /* of the ring in hand */
};

void change_show_state(const struct change_show *show, const struct fleet_state *state);
void change_show_ring(struct change_show *show, unsigned ring, size_t hosts);
void change_show_repair(struct change_show *show, const struct repair *repair, unsigned ring);
void change_show_soak(const struct change_show *show, unsigned ring, unsigned seconds);
void change_show_relapse(const struct change_show *show, const struct repair *repair, unsigned ring);

/* Why it ended, how many of which result, and who is in an unknown state. */
void change_show_end(FILE *out, const struct rollout_outcome *outcome);
