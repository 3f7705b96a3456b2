#pragma once
/* shell: runs one command line in a WinRS shell on the host and collects what it prints. */

#include "session.h"

enum { SHELL_OUTPUT_MAX = 4 << 20 }; /* bytes of each stream; beyond it the command is ended and the output is cut */

struct shell_output {
	struct str out, err; /* bytes as the host sent them; decode with text.h */
	uint32_t exit_code;  /* valid if done and has_exit_code */
	bool has_exit_code;
	bool done; /* the host said so; otherwise the output is cut */
};
void shell_output_done(struct shell_output *output);

/* Opens a shell with the given console code page (65001, 437 ...), runs command, waits for its end or the session's
 * deadline, and always deletes the shell (a hung command gets Signal ctrl_c and terminate first).
 * output is the caller's (shell_output_done()) and holds what had arrived, also on failure.
 * Returns 0 (then output->done), or -1 with *e set: ERROR_TIMEOUT, ERROR_DENIED, ERROR_QUOTA (after its retries),
 * ERROR_FAULT ... A failure to delete the shell afterwards is not an error of the command; *leaked tells (may be NULL).
 * MS-WSMV 3.1.4.5.2, 3.1.4.11, 3.1.4.14, 3.1.4.12, 3.1.4.4.1. */
int shell_run(struct session *s, unsigned codepage, const char *command, struct shell_output *output, bool *leaked,
	struct error *e);
