#pragma once
/* window: a change window: from one time of the day to another, local time: "22:00-04:00". */

#include <stdbool.h>
#include <time.h>

#include "error.h"

struct window {
	bool given;        /* false: always open */
	unsigned from, to; /* minutes of the day; to below from: through midnight */
};

/* -1 with *e set: ERROR_LOCAL. */
int window_parse(const char *text, struct window *window, struct error *e);
bool window_is_open(const struct window *window, time_t now);
/* Seconds until it opens; 0: it is open. As the clock goes now: where summer time begins meanwhile, ask again. */
unsigned window_opens_in(const struct window *window, time_t now);
