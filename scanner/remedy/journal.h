#pragma once
/* journal: what was changed on servers, by whom, and how it went: one file beside the store, append-only, a line of
 * JSON an entry, each with the hash of the one before it. An intent is on the disk before its request goes out. Entries
 * ("type"): change_start, change_intent, change_outcome, change_result, change_resume, change_end.
 *
 * The chain finds every byte that was changed, every line that was changed, added, moved or removed - but for the last
 * ones: nothing follows that would miss them. Who wants to prove that none is gone keeps the last "hash" elsewhere. */

#include <jansson.h>

#include "change.h"
#include "error.h"
#include "own.h"

enum { CHANGE_ID_MAX = 24, JOURNAL_LINE_MAX = 1 << 20 };

struct journal;

/* Opens for writing, makes it if there is none (0600; its directory must be there), takes its lock: another holder is
 * ERROR_LOCAL with code EWOULDBLOCK. Verifies the chain: a broken one is ERROR_LOCAL, and nothing more is written. A
 * last line that was cut (no line feed: it was never acknowledged) is removed. A disk without room for a change is
 * ERROR_LOCAL with code ENOSPC. */
struct journal *journal_open(const char *path, struct error *e);
void journal_close(struct journal *journal);
CLEANUP_OF(struct journal, journal_close);

/* "C-20261123-01": today's next one (UTC). */
void journal_next_change(const struct journal *journal, char change[CHANGE_ID_MAX]);

/* Adds "seq" (from 1), "at" (ISO 8601 UTC with ms), "prev" and "hash" (SHA-256 of the previous line's hash and this
 * line without its own), writes the line and waits until it is on the disk. From any thread, one at a time. Takes over
 * entry, also on failure; NULL: the caller had no memory for it. -1 with *e set (ERROR_LOCAL): the journal is as it was
 * before, and the next entry may be tried. */
int journal_append(struct journal *journal, json_t *entry, struct error *e);

/* Reads all entries, oldest first, and verifies the chain while it does; needs no lock. each returns nonzero to stop. A
 * cut last line is no error; a broken chain is ERROR_LOCAL and names the line. No file: no entries. */
int journal_each(const char *path, int (*each)(void *context, const json_t *entry), void *context, struct error *e);

/* What the journal knows of one host in one change. */
struct past {
	char *host;
	/* The last change_intent of each act; NULL: it was never intended. Whatever came before an intent is forgotten:
	 * its outcome is unknown again, and a host with a result has not ended. */
	json_t *intended[ACTS];
	json_t *outcome[ACTS]; /* change_outcome of intended ones; NULL: unknown whether it was done */
	json_t *result;        /* the last change_result; NULL: the host has not ended */
};
struct change_past {
	char id[CHANGE_ID_MAX];
	json_t *start;  /* change_start */
	json_t *resume; /* the last change_resume; NULL: it was never continued */
	json_t *end;    /* change_end; NULL: it was cut, or it goes on */
	struct past *host;
	size_t count; /* hosts that have any entry, in the order of the first one */
	size_t room;
	json_t *places; /* in host, by name in lower case */
};
void change_past_done(struct change_past *past);
/* id: a change, a unique beginning of one (without case), or NULL for the newest. past: empty before,
 * change_past_done() in any case. ERROR_LOCAL with code ENOENT if there is none, EINVAL if there are several. */
int journal_change(const char *path, const char *id, struct change_past *past, struct error *e);
const struct past *change_past_of(const struct change_past *past, const char *host); /* without case; NULL: nothing */
