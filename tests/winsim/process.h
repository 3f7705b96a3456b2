#pragma once
/* process: detached processes: what Win32_Process.Create started. Each is a thread that interprets its command line
 * with the host's lock held, and lets go of it wherever time passes. */

#include "host.h"

struct process {
	struct process *next;
	struct host *host;
	uint32_t pid;
	char *command_line;
	char directory[260];
	time_t created;
	bool killed; /* to end at once; it must touch nothing of the host any more but its list */
};

/* Values of Win32_Process.Create. */
enum process_result {
	PROCESS_OK = 0,
	PROCESS_DENIED = 2,
	PROCESS_FAILED = 8,
	PROCESS_NO_PATH = 9,
	PROCESS_INVALID = 21,
};

enum { COMMAND_LINE_MOST = 32767 };

/* The host's lock is held for all below. directory NULL: that of Windows. */
enum process_result process_create(struct host *host, const char *command_line, const char *directory, uint32_t *pid);
/* Lets simulated time pass; false: killed meanwhile, or winsim ends. */
bool process_wait(struct process *process, unsigned simulated_ms);
void process_kill(struct host *host, uint32_t pid);
void processes_kill(struct host *host);      /* as a reboot does; they go in their own time */
void processes_wait_gone(struct host *host); /* after processes_kill(): until all are gone; lets go of the lock */
