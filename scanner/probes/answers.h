#pragma once
/* answers: what the parts of the script of probe_vss() printed becomes facts. */

#include "error.h"
#include "result.h"
#include "script.h"

struct answers {
	const struct script *script;
	const struct str *out;
	bool timed_out; /* it stopped where it did because the time was over */
	struct result *result;
};

/* Fills events, backup, writers, code page, and services if tasklist was asked. Parts that failed or are missing leave
 * their facts unknown; their errors are added to the result. -1 with *e set (unless it was) if the host never came so
 * far as to be asked for its writers. */
int answers_read(const struct answers *answers, unsigned window_h, struct error *e);
