#pragma once
/* change_rows: the hosts of a change in the order of its plan, and how each stands. */

#include "change_report.h"

enum change_state {                         /* enum repair_result without RESULT_NONE, and what has no result */
	CHANGE_UNFINISHED = REPAIR_RESULTS, /* something was intended, and nobody knows how it ended */
	CHANGE_NOT_BEGUN,
	CHANGE_STATES
};
const char *change_state_name(unsigned state); /* "fixed" ..., "unfinished", "not_begun" */

struct change_row {
	const char *host;
	const struct past *past; /* NULL: nothing was begun */
	json_t *record;          /* change_result */
	unsigned state;          /* enum repair_result or enum change_state */
	int64_t ring;            /* from 1; UNSEEN */
};

struct change_rows {
	struct change_row *row;
	size_t count;
	unsigned by_state[CHANGE_STATES];
};
/* rows: empty before, change_rows_done() in any case. */
int change_rows_of(struct change_rows *rows, const struct change_report *change, struct error *e);
void change_rows_done(struct change_rows *rows);
