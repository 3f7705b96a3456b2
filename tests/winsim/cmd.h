#pragma once
/* cmd: a small cmd.exe: operators, groups, redirections into the files of the host, if, for, variables, call. */

#include "host.h"
#include "str.h"

struct process;

struct cmd_result {
	struct str out, err; /* bytes in the code page of the console, or what a program printed regardless of it */
	unsigned exit_code;
	bool hangs;        /* the last program never ends */
	bool cut;          /* the connection breaks when out is through */
	unsigned delay_ms; /* simulated: how long it all took */
};
void cmd_result_done(struct cmd_result *result);

/* A command line of a shell, at once: what takes time is added up in delay_ms. The host's lock is held. result is the
 * caller's. */
void cmd_run(struct host *host, unsigned codepage, const char *line, struct cmd_result *result);

/* A detached process, which really waits. The host's lock is held, and let go where time passes. */
void cmd_run_process(struct process *process);
/* Whether the first word of a command line is a program, as CreateProcess looks for it: no builtins, no %variables%. */
bool cmd_finds_program(const struct host *host, const char *command_line);
