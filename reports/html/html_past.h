#pragma once
/* html_past: what the runs before this one, of the same servers, said: for the trend, and for the row of a host's last
 * states. */

#include <jansson.h>

#include "store.h"

enum {
	PAST_TREND = 30,  /* runs of the trend, with this one */
	PAST_STATES = 10, /* states in a host's row, with this one */
};

struct past_run {
	char id[27];
	int64_t at; /* when it began, Unix seconds */
	bool complete;
	unsigned total, verdict[VERDICTS]; /* never begun: VERDICT_UNREACHABLE */
};

struct past_host;
struct html_past {
	struct past_run *run; /* this one, and then the others, newest first */
	size_t count;
	struct past_host *host;
	size_t host_count;
	json_t *index; /* name: position in host */
};
void html_past_done(struct html_past *past);

/* Counters of this run itself are not read: they come with its records. -1 with *e set. */
int html_past_read(struct html_past *past, struct store *store, const struct run_info *run, struct error *e);

/* One character for each of the runs before this one, newest first, at most PAST_STATES - 1: the digit of the verdict,
 * or '-' where the host has no result. */
void past_states(const struct html_past *past, const char *host, char states[PAST_STATES]);
