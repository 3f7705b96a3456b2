#pragma once
/* script: several commands in one command line for cmd.exe, and their outputs apart again. Each command is followed by
 * a line with a mark that nobody can guess and its exit code (MS-WSMV has one exit code for all of them). The outputs
 * are cut at the marks as bytes, before decoding: each command has its own encoding. */

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "str.h"

enum { SCRIPT_MAX = 7000, SCRIPT_PARTS_MAX = 12 }; /* cmd.exe takes 8191 characters */

struct script {
	char mark[32];
	struct str command; /* for shell_run() */
	const char *name[SCRIPT_PARTS_MAX];
	size_t count;
};

struct script_part {
	const char *bytes; /* in the output that was split */
	size_t len;
	bool begun; /* the part before it came to its end */
	bool done;  /* its own mark was there, and exit_code is valid */
	int exit_code;
};

int script_init(struct script *script, struct error *e); /* draws the mark; -1: no random bytes */
void script_done(struct script *script);
/* Appends a command; name is a constant of letters. Must not contain %: cmd.exe would replace it. */
void script_add(struct script *script, const char *name, const char *command);
/* The output of the part of that name. What came behind the last mark is the beginning of the next part. */
struct script_part script_part(const struct script *script, const struct str *output, const char *name);
