#pragma once
/* collection: a folder that the script of collector.h filled, and the proof that a file in it is what was collected:
 * its hash (vouched.h) and the exit code of its command, as they were noted on the server. */

#include "error.h"
#include "str.h"

enum { COLLECTION_FILE_MAX = 4 << 20, COLLECTION_NOTES_MAX = 32 }; /* bytes */

struct collection {
	int folder;
	struct note {
		const char *file; /* of collected_files */
		int exit_code;
	} note[COLLECTION_NOTES_MAX];
	size_t count;
	unsigned window_h; /* of events */
	struct str hashes; /* COLLECTED_HASHES */
};

/* name: of the folder inside the directory whose descriptor is given. -1 with *e: it cannot be opened, or is a link. */
int collection_open(struct collection *c, int directory, const char *name, struct error *e);
void collection_done(struct collection *c);

/* Reads COLLECTED_HASHES and COLLECTED_FACTS. -1 with *e: one of them is missing, or the facts are not vouched for, or
 * not the script's; then they say nothing at all. */
int collection_read_notes(struct collection *c, struct error *e);

/* Appends the bytes of a file (STR(COLLECTION_FILE_MAX)) if they are those that the command printed. -1 with *e.
 * file: a constant. */
int collection_read(const struct collection *c, const char *file, struct str *bytes, int *exit_code, struct error *e);
/* The same whatever it holds; nobody vouches for it. */
int collection_read_unproved(const struct collection *c, const char *file, struct str *bytes, struct error *e);
