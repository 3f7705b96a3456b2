#pragma once
/* system_log: one entry for the log of this machine: with its fields for journald, whose socket is asked directly
 * (systemd.io/JOURNAL_NATIVE_PROTOCOL), as plain text by syslog(3) where there is none. */

struct log_entry {
	int priority;   /* LOG_ERR, LOG_WARNING, LOG_INFO */
	const char *id; /* MESSAGE_ID: 128 bits in hexadecimal digits */
	const char *message;
	/* Fields of one line each; NULL: left out. */
	const char *run, *profile, *host, *verdict, *before;
};
/* A log that is not there, or takes nothing, takes nothing: whoever wants proof has the store. */
void system_log(const struct log_entry *entry);
