#pragma once
/* program: what the small cmd.exe and the programs it starts agree on. */

#include "cmd.h"

enum { ARGUMENTS_MAX = 64 };

enum { EXIT_UNKNOWN_COMMAND = 9009, ERROR_CODE_FILE_NOT_FOUND = 2 };

struct cmd;

struct program {
	struct host *host;
	unsigned codepage;
	int argc;
	char **argv;      /* without quotes; argv[0] is the name as written */
	const char *tail; /* all after the name, as written */
	struct str *out, *err;
	bool has_console;          /* its standard input is one */
	struct cmd_result *result; /* for hangs and cut */
	struct cmd *cmd;
};

/* A program: its exit code. */
typedef unsigned program_fn(struct program *p);

program_fn program_vssadmin, program_wevtutil, program_tasklist, program_schtasks, program_reg, program_sc, program_net,
	program_shutdown, program_hostname, program_ping, program_timeout, program_certutil;

/* Lets simulated time pass; false: killed meanwhile, and what p->host had before may be gone. */
bool program_wait(struct program *p, unsigned simulated_ms);
uint64_t program_clock(const struct program *p); /* clock_ms() as the program sees it: behind what it waited for */
bool program_is_detached(const struct program *p, uint32_t *pid);

/* Prints UTF-8 text in the console's code page. */
void tell(struct program *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tell_error(struct program *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The language of the console: English where it cannot show that of the host. */
enum language program_language(const struct program *p);
/* The value of "/name:value" or "/name value" among the arguments; NULL: none. */
const char *argument(const struct program *p, const char *name);
bool has_argument(const struct program *p, const char *name);
/* What Windows says about a Win32 error, in the language of the console. */
const char *error_text(const struct program *p, unsigned code);
