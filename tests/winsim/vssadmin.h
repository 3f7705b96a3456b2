#pragma once
/* vssadmin: what `vssadmin list writers` prints, in the languages whose output is known. */

#include "str.h"

struct host;

struct vssadmin_answer {
	struct str out; /* in the bytes of the console's code page */
	unsigned exit_code;
	bool hangs; /* prints out and never ends */
};

/* The host's lock is held. codepage: that of the console. answer->out is the caller's. */
void vssadmin_list_writers(struct host *host, unsigned codepage, struct vssadmin_answer *answer);
/* After how many bytes the connection breaks in the scenario that cuts: two writers' worth. */
size_t vssadmin_cut(const struct str *out);
