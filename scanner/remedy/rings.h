#pragma once
/* rings: in which order a change goes through a fleet, and when it stops. Pure arithmetic. */

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

enum { RINGS_MAX = 16, PEERS_MAX = 3, AT_ONCE_MAX = 20 };

struct amount { /* "5" or "10%" */
	unsigned value;
	bool percent; /* of the whole plan, rounded up; at most 100 */
};

struct rings {
	struct amount ring[RINGS_MAX];
	size_t count;
};
#define RINGS_DEFAULT "1,5,10%,100%"

/* "1,5,10%,100%": positive amounts. -1 with *e set (ERROR_LOCAL). */
int rings_parse(const char *text, struct rings *rings, struct error *e);
/* Sizes of the rings of a plan of total hosts; the last ring takes the rest, rings that would be empty vanish. Returns
 * how many there are; their sizes add up to total. */
size_t rings_sizes(const struct rings *rings, size_t total, size_t size[RINGS_MAX]);

/* "1", "10%", "0". */
int amount_parse(const char *text, struct amount *amount, struct error *e);
/* So many failures stop a run over total hosts: the amount, percentages of the whole plan rounded up, at least one. */
size_t failures_allowed(struct amount max_fail, size_t total);

/* Hosts that must never be repaired at the same time share a key: "cluster:SQLCL1", "dc:corp.example", "peer:web". */
struct peers {
	const char *key[PEERS_MAX]; /* NULL: none */
};

struct placement {
	unsigned ring;  /* from 0 */
	unsigned batch; /* from 0, through all rings: hosts of one batch are repaired at once, the next one follows when
			   all have ended */
};

/* Places total hosts, in this order where peers allow. Batches are within a ring, grow 1, 2, 4 ... up to at_once
 * (AT_ONCE_MAX at most), and never hold two hosts with a common key (without case). Returns the number of batches, or
 * -1 without memory. */
int rings_place(const struct rings *rings, const struct peers *peers, size_t total, unsigned at_once,
	struct placement *placement);
