#pragma once
/* restart_script: the command line that a server executes by itself to stop and start services, and what it wrote down.
 * Theory of operation: it runs as a process of its own (Win32_Process.Create), so that neither a lost connection nor
 * the death of our process or of a shell ends it. Making its directory is its permission to go on: md succeeds once, so
 * the same script started twice acts once. It stops only what it holds a lock for, which all who repair this server
 * share, and only if EventSystem still runs in the process that was planned with (RELIABILITY finding 8): a server in
 * the hands of two management hosts is restarted once. Whatever fails, it starts again all it was told to stop. Exit
 * codes of sc.exe are Win32 errors in every language: 1062 says stopped, 0 from an interrogation says running. */

#include "names.h"
#include "str.h"

enum {
	RESTART_SCRIPT_MAX = 8000, /* characters: cmd.exe takes 8191 */
	RESTART_MARK_MAX = 80,
	RESTART_STOP_TRIES = 60,    /* a second or so each: so long a service may take to stop */
	RESTART_AGAIN_TRIES = 10,   /* running still after an accepted stop: then somebody has started it anew */
	RESTART_START_TRIES = 20,   /* of a dependent that is not on its way up or down */
	RESTART_SYSTEM_TRIES = 300, /* of EventSystem, and of what is: as long as it may hang in stopping */
};

struct restart_order {
	const char *mark;          /* names the directory in %SystemRoot%\Logs: plain (name_is_plain) */
	const struct names *stops; /* in this order; started in the opposite one */
	int64_t pid;               /* of EventSystem before; 0: stop nothing, only start */
	bool free_vss;             /* ends idle VSS and swprv afterwards: they start anew when they are needed */
};

/* -1 with *e set: a name that is not plain, or too long a line. */
int restart_script(struct str *line, const struct restart_order *order, struct error *e);
/* The command (for a shell) that prints what the script wrote; exit code 1: there is nothing. And the one that removes
 * all that a script of that mark left, and a lock that nobody holds. */
void restart_log_command(struct str *command, const char *mark);
void restart_clean_command(struct str *command, const char *mark);

enum { RESTART_LINES_MAX = 2 * NAMES_MAX };
struct restart_line {
	const char *name; /* in the text that was read */
	size_t name_len;
	bool start;
	uint32_t code; /* of the last try: 1062 of a stop and 0 of a start (interrogated) are success */
};
struct restart_log {
	bool begun, ended; /* ended: nothing more will come */
	bool other;        /* another script has the lock, or EventSystem another process: nothing was done */
	struct restart_line line[RESTART_LINES_MAX];
	size_t count;
};
/* text must outlive the log. Lines that are none of ours are ignored; a line cut in the middle does not count. */
void restart_log_read(const char *text, size_t len, struct restart_log *log);
/* The first service that did not stop, or NULL; the first that did not start. */
const struct restart_line *restart_log_unstopped(const struct restart_log *log);
const struct restart_line *restart_log_unstarted(const struct restart_log *log);
