#pragma once
/* progress: what a scan says on stderr while it runs: one redrawn line on a terminal, plain or JSON lines elsewhere. */

#include "fleet.h"
#include "result.h"
#include "options.h"

struct progress {
	const char *what;        /* a constant */
	enum progress_mode mode; /* never AUTO */
	unsigned stats_every_s;
	size_t total, earlier; /* hosts of the run; those that an earlier part of it had finished */
	int64_t started_ms, shown_ms;
	size_t verdict[VERDICTS];
	bool drawn; /* the line stands on the terminal */
};

bool progress_is_live(const struct options *o); /* a line that is drawn again and again */
/* what: "scan" */
void progress_begin(
	struct progress *p, const char *what, unsigned forks, const struct options *o, size_t total, size_t earlier);
void progress_result(struct progress *p, const struct result *result); /* before the result is freed */
void progress_tick(struct progress *p, const struct fleet_state *state);
void progress_end(struct progress *p);
