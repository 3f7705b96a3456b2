#pragma once
/* from_run: the hosts of a stored run as targets, to be chosen by what the run came to. */

#include <jansson.h>

#include "host.h"
#include "options.h"
#include "store.h"

struct from_run {
	char run[27];
	json_t *sources; /* that the hosts were read from again */
	size_t gone;     /* hosts of the run that the inventory has no longer */
};
void from_run_done(struct from_run *from);

/* The hosts of --from-run that --limit selects. In it, verdict:NAME and cause:TEXT stand for the hosts that the run
 * came to that verdict with, or to a cause with that word. -1 with *e set: ERROR_LOCAL. */
int from_run_read(
	struct hosts *hosts, const struct options *o, struct store *store, struct from_run *from, struct error *e);

/* The pattern with verdict:NAME as the name of a group, verdict=NAME: a colon would part them. For tests. */
struct str;
void from_run_pattern(struct str *out, const char *pattern);
