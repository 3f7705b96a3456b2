#pragma once
/* command: the verbs of the program. Only main.c and the files of this folder print and decide the exit code. */

enum exit_code { /* stable: DESIGN section 5 */
	EXIT_OK = 0,
	EXIT_INTERNAL = 1,
	EXIT_USAGE = 2,
	EXIT_FINDINGS = 3,
	EXIT_INCOMPLETE = 4,
	EXIT_BOTH = 5,
	EXIT_FIX_FAILED = 6,
	EXIT_FIX_STOPPED = 7,
	EXIT_REFUSED = 8,
	EXIT_LOCKED = 75,
	EXIT_SIGINT = 130,
	EXIT_SIGTERM = 143,
};

/* argv[0] is "vssfleet VERB"; returns an exit code. */
int cmd_scan(int argc, char **argv);
int cmd_ping(int argc, char **argv);
int cmd_hosts(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_runs(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_examine(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_fix(int argc, char **argv);
int cmd_resume(int argc, char **argv);
int cmd_rollback(int argc, char **argv);
int cmd_journal(int argc, char **argv);
int cmd_waiver(int argc, char **argv);
int cmd_schedule(int argc, char **argv);
int cmd_config(int argc, char **argv);

extern char **program_words; /* the command line as it came, NULL-terminated */

struct error;
/* The exit code of a failure of the store or the disk: EXIT_LOCKED, EXIT_USAGE (no such run or host), EXIT_INTERNAL. */
int exit_of(const struct error *e);
/* Prints "vssfleet: DURING: CAUSE" for the terminal, safely, and returns code. */
int complain(int code, const struct error *e);
int complain_text(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
