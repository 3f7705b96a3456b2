#pragma once
/* collector: what is collected by hand on a server that WinRM does not reach: the files, the commands that print them,
 * and the .cmd that runs these. One table for the script and for whoever reads what it wrote (collected.c). */

#include "str.h"

#define COLLECTED_FACTS "facts.ini"   /* how far back events were asked for, and how each command ended */
#define COLLECTED_FORMAT "format=1"   /* its first line */
#define COLLECTED_HASHES "sha256.txt" /* of each file: see vouched.h; that of COLLECTED_FACTS when all is done */

struct collected_file {
	const char *file;    /* rows of one file follow each other; NULL: prints nothing that is kept */
	const char *part;    /* its name for answers.h; NULL: read by collected.c */
	const char *probe;   /* whose answer is missing where it is missing: see struct probe_error */
	const char *command; /* NULL: the events' own, see collector_write() */
};
extern const struct collected_file collected_files[];
extern const size_t collected_file_count;

/* Appends the script for cmd.exe, of Windows Server 2008 R2 and later in any language: ASCII, CR LF. It only reads,
 * but for the folder that it fills. window_h: of events. */
void collector_write(struct str *out, unsigned window_h);
