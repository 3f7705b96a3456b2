#pragma once
/* private: files and directories that only their owner can read, whatever the umask, and that are never reached
 * through a symbolic link that someone else could have put there (RELIABILITY section B). */

#include <sys/types.h>

#include "error.h"

/* Makes path and what is missing above it, each new one with mode 0700. */
int private_directory(const char *path, struct error *e);

/* The path with its directory made (as above) and resolved; the caller's to free(). NULL with *e set (ERROR_LOCAL) if
 * other users may write to that directory. */
char *private_path(const char *path, struct error *e);

/* Opens for reading and writing, creates with mode 0600, takes away what others may do with an existing file, but
 * for its group's reading, which somebody allowed on purpose: a monitor's. The descriptor, or -1 with *e set
 * (ERROR_LOCAL): a symbolic link, a device, a directory ... */
int private_open(const char *path, struct error *e);

/* Waits until the disk knows the name of a file that was made, or was given its name; errno says why it does not. */
int private_settle(const char *path);

/* A file that holds a secret, opened by somebody else: by what was opened, not by its name, which could be exchanged
 * meanwhile. -1 with *e set (ERROR_LOCAL): no regular file, neither ours nor root's, or its mode has a bit of open_to
 * (077: anybody but the owner). */
int private_check(int fd, const char *file, mode_t open_to, struct error *e);

/* Locks of a whole file between processes, and between descriptors of one; they end with the process. */
int private_lock(const char *path, struct error *e); /* a descriptor to close; -1: code EWOULDBLOCK if it is taken */
/* Asks only: a lock that is wanted meanwhile is not disturbed. One that we may not look at counts as taken. */
int private_is_locked(const char *path);
