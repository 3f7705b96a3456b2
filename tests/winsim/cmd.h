#pragma once
/* cmd: a small cmd.exe: `a & b`, `a && b`, `a || b`, groups, redirections, quotes, carets, %variables% and call. */

#include "host.h"
#include "str.h"

struct cmd_result {
	struct str out, err; /* bytes in the code page of the console, or what a program printed regardless of it */
	unsigned exit_code;
	bool hangs;        /* the last program never ends */
	bool cut;          /* the connection breaks when out is through */
	unsigned delay_ms; /* simulated: how long it all took */
};
void cmd_result_done(struct cmd_result *result);

/* The host's lock is held. result is the caller's. */
void cmd_run(struct host *host, unsigned codepage, const char *line, struct cmd_result *result);
