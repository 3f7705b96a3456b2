#pragma once
/* chain: the lines of the journal, each with the hash of the one before it. A line is an entry as compact JSON with
 * sorted keys, and nothing else is accepted as one: not a byte of a line can change without being noticed. What a chain
 * cannot show is that whole lines were cut off at its end. */

#include <jansson.h>

#include "digest.h"
#include "error.h"
#include "str.h"

struct chain { /* where it ends */
	json_int_t seq;
	char hash[DIGEST_DIGITS + 1];
};
#define CHAIN_START ((struct chain){ 0, "0000000000000000000000000000000000000000000000000000000000000000" })

/* Adds "seq", "prev" and "hash" to entry and makes it a line, with its line feed, which moves the chain on.
 * -1 with *e set: memory, text that is not UTF-8, or a line that would be too long. */
int chain_line(struct chain *chain, json_t *entry, struct str *line, struct error *e);

/* Reads the file from its beginning and moves the chain on with each line. each may be NULL and returns nonzero to
 * stop. *whole: bytes of the lines that are whole; behind them stands at most a line that was cut. -1 with *e set: it
 * cannot be read, or the chain is broken; the line is named. path is for messages. */
int chain_read(int fd, const char *path, struct chain *chain, int64_t *whole,
	int (*each)(void *context, const json_t *entry), void *context, struct error *e);
