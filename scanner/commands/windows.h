#pragma once
/* windows: the change windows of a fleet: one for all, or one for each group of the inventory:
 * "22:00-04:00", "tokyo=22:00-04:00,osaka=01:00-05:00,23:00-02:00". */

#include "host.h"
#include "window.h"

struct windows {
	struct group_window {
		char *group; /* NULL: of any host */
		struct window window;
	} * list; /* of a host counts the first one that is for it */
	size_t count;
};
void windows_done(struct windows *windows);

enum { WINDOW_NEVER_S = 0x7fffffff };

/* -1 with *e set: ERROR_LOCAL. windows_done() in any case. */
int windows_parse(struct windows *windows, const char *text, struct error *e);
/* Seconds until the host may be changed; 0: now; WINDOW_NEVER_S: there are windows, and none is for it. */
unsigned windows_open_in(const struct windows *windows, const struct host *host, time_t now);
