#pragma once
/* proof: inside of verify. Each check adds to one of four sentences: what is proved, what is proved in part, what is
 * not known, what is wrong. The worst one that is not empty is the answer. */

#include "message.h"
#include "verify.h"

struct proof {
	const struct state *before;
	const struct survey *after;
	const struct facts *facts;
	enum action action;
	const char *wanted_type;
	int64_t since;
	struct sentence good, partly, unknown, wrong;
	bool stopped;
};

#define GOOD(p, ...) message_add(&(p)->good, ", ", __VA_ARGS__)
#define PARTLY(p, ...) message_add(&(p)->partly, "; ", __VA_ARGS__)
#define UNKNOWN(p, ...) message_add(&(p)->unknown, "; ", __VA_ARGS__)
#define WRONG(p, ...) message_add(&(p)->wrong, "; ", __VA_ARGS__)

void proof_check_writers(struct proof *p);
void proof_check_events(struct proof *p);
