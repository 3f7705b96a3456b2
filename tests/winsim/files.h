#pragma once
/* files: the small file system of one host, drive C: only: what command lines create there. Paths are compared without
 * case. The directories of a fresh Windows are there and cannot go. The caller holds the host's lock. */

#include <stdbool.h>

#include "str.h"

enum { PATH_MOST = 260, FILES_MAX = 256, FILE_BYTES_MAX = 256 << 10 };

/* Values are Win32 errors. */
enum files_result {
	FILES_OK = 0,
	FILES_NOT_FOUND = 2,
	FILES_NO_PATH = 3,
	FILES_DENIED = 5,
	FILES_SHARING = 32,
	FILES_FULL = 112,
	FILES_BAD_NAME = 123,
	FILES_NOT_EMPTY = 145,
	FILES_EXISTS = 183,
};

struct file {
	struct file *next;
	char *path; /* absolute, without a backslash at its end */
	bool directory;
	struct str bytes;
	unsigned open; /* redirections that use it */
};

struct files {
	struct file *first; /* in the order of creation */
	unsigned count;
};
void files_done(struct files *files);

/* Makes a path absolute: relative to directory, quotes and trailing dots off. False: it is no path of drive C:. */
bool files_absolute(const char *directory, const char *name, char path[PATH_MOST]);
bool files_is_device(const char *name); /* NUL, CON ... wherever */

/* All below take absolute paths. */
bool files_exist(const struct files *files, const char *path, bool *directory);
struct file *files_find(const struct files *files, const char *path); /* those that command lines made; NULL */
/* The first one inside of a directory whose name matches, after the one given (NULL: from the beginning). */
struct file *files_next(
	const struct files *files, const char *directory, const char *pattern, const struct file *after);

enum files_result files_make_directory(struct files *files, const char *path); /* with those above it */
enum files_result files_remove_directory(struct files *files, const char *path, bool with_all);
enum files_result files_remove(struct files *files, const char *path);
enum files_result files_rename(struct files *files, const char *from, const char *to, bool replace);
/* Opens for writing, alone: until files_close() others may type it, but neither write nor remove it. */
enum files_result files_open(struct files *files, const char *path, bool append, struct file **file);
void files_close(struct file *file);

bool files_match(const char *pattern, const char *name); /* with * and ?, without case */
