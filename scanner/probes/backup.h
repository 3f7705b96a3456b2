#pragma once
/* backup: what Windows Server Backup is set to do and how it went, and which other product is there (DOMAIN section
 * 17). */

#include "error.h"
#include "facts.h"

#define BACKUP_TASK "\\Microsoft\\Windows\\Backup\\Microsoft-Windows-WindowsBackup"
#define BACKUP_CHANNEL "Microsoft-Windows-Backup"

/* The task's XML as schtasks prints it, in the code page of the console whatever its declaration says. *schedule gets
 * "daily", "weekly", "other" or "disabled", *times when its backups begin. -1 with *e: ERROR_PARSE; then both are
 * unchanged. */
int backup_read_task(const char *bytes, size_t len, unsigned oem_codepage, const char **schedule,
	struct backup_times *times, struct error *e);

/* Records of BACKUP_CHANNEL: when a backup last succeeded and failed. -1 with *e: ERROR_PARSE; *backup is unchanged. */
int backup_read_events(const char *bytes, size_t len, struct backup_facts *backup, struct error *e);

/* What the services say: is a backup running, whose product is it. Call when schedule and events have been read. */
void backup_from_services(const struct service_facts *services, struct backup_facts *backup);
