#pragma once
/* program: what the small cmd.exe and the programs it starts agree on. */

#include "cmd.h"

enum { ARGUMENTS_MAX = 64 };

enum { EXIT_UNKNOWN_COMMAND = 9009, ERROR_CODE_FILE_NOT_FOUND = 2 };

struct program {
	struct host *host;
	unsigned codepage;
	int argc;
	char **argv;      /* without quotes; argv[0] is the name as written */
	const char *tail; /* all after the name, as written */
	struct str *out, *err;
	struct cmd_result *result; /* for hangs, cut, delay_ms */
};

/* A program: its exit code. */
typedef unsigned program_fn(struct program *p);

program_fn program_vssadmin, program_wevtutil, program_tasklist, program_schtasks, program_reg, program_sc, program_net,
	program_shutdown, program_ver, program_hostname, program_ping, program_timeout;

/* Prints UTF-8 text in the console's code page. */
void tell(struct program *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tell_error(struct program *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The language of the console: English where it cannot show that of the host. */
enum language program_language(const struct program *p);
/* The value of "/name:value" or "/name value" among the arguments; NULL: none. */
const char *argument(const struct program *p, const char *name);
bool has_argument(const struct program *p, const char *name);
