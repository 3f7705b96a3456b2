#pragma once
/* run_end: how a run ends, that of a scan and of an examination alike: closed in the store, summed up, reported. */

#include "options.h"
#include "store.h"
#include "waivers.h"

struct run_end {
	const struct options *options;
	struct store *store;
	const char *run;
	const struct waivers *waivers; /* NULL: none were gone by */
	bool streamed;                 /* its records went to stdout while it ran */
};

/* Says what was found, and what is wrong if it cannot be kept or reported. The exit code of the command. */
int run_end(const struct run_end *end);
/* The run cannot go on, which was complained of: it is partial, and the log and the mail say so. */
void run_cut(const struct run_end *end);
