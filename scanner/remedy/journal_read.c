/* journal_read: reads the journal and proves that it is as it was written. Hash of a line: SHA-256 of the hash before
 * it, a line feed, and the line without its own hash. */
#include "chain.h"
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	CANONICAL = JSON_COMPACT | JSON_SORT_KEYS,
	STRICT = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
	BUFFER = JOURNAL_LINE_MAX + 1, /* the longest line and its line feed */
};

static void release(json_t **value)
{
	json_decref(*value);
}

/* Of an entry without its hash. */
static int hash_of(char hash[DIGEST_DIGITS + 1], const char *prev, const json_t *entry, struct error *e)
{
	OWN_VALUE(str_done) struct str hashed = STR(2 * JOURNAL_LINE_MAX);
	OWN(own_free) char *text = json_dumps(entry, CANONICAL);

	str_add(&hashed, prev);
	str_addc(&hashed, '\n');
	str_add(&hashed, text);
	if (!text || str_failed(&hashed) || !digest_of(hash, hashed.data, hashed.len))
		return error_set(e, ERROR_LOCAL, "an entry of the journal cannot be written as JSON");
	return 0;
}

int chain_line(struct chain *chain, json_t *entry, struct str *line, struct error *e)
{
	struct chain next = { .seq = chain->seq + 1 };

	json_object_del(entry, "hash");
	if (json_object_set_new(entry, "seq", json_integer(next.seq)) < 0 ||
		json_object_set_new(entry, "prev", json_string(chain->hash)) < 0)
		return error_set(e, ERROR_LOCAL, "out of memory");
	if (hash_of(next.hash, chain->hash, entry, e) < 0)
		return -1;
	json_object_set_new(entry, "hash", json_string(next.hash));
	OWN(own_free) char *text = json_dumps(entry, CANONICAL);
	str_add(line, text);
	str_addc(line, '\n');
	if (!text || str_failed(line))
		return error_set(e, ERROR_LOCAL, "out of memory for an entry of the journal");
	if (line->len > BUFFER)
		return error_set(
			e, ERROR_LOCAL, "an entry of the journal would be longer than %d bytes", JOURNAL_LINE_MAX);
	*chain = next;
	return 0;
}

static bool is_text(const json_t *entry, const char *key, const char *text)
{
	const char *found = json_string_value(json_object_get(entry, key));

	return found && !strcmp(found, text);
}

/* One spelling for each entry: bytes that mean the same to a parser are not the same line. */
static bool is_as_written(const json_t *entry, const char *line, size_t len)
{
	OWN(own_free) char *text = json_dumps(entry, CANONICAL);

	return text && strlen(text) == len && !memcmp(text, line, len);
}

/* Whether the entry is the one that follows; takes its hash out. */
static bool follows(const struct chain *chain, json_t *entry, char hash[DIGEST_DIGITS + 1])
{
	struct error ignored = { 0 };
	const char *given = json_string_value(json_object_get(entry, "hash"));

	if (!given || strlen(given) != DIGEST_DIGITS || !is_text(entry, "prev", chain->hash) ||
		json_integer_value(json_object_get(entry, "seq")) != chain->seq + 1)
		return false;
	OWN(own_free) char *kept = strdup(given);
	json_object_del(entry, "hash");
	return kept && hash_of(hash, chain->hash, entry, &ignored) == 0 && !strcmp(hash, kept);
}

static int broken(const char *path, const struct chain *chain, struct error *e)
{
	return error_set(e, ERROR_LOCAL,
		"line %lld of the journal %s is not as it was written: it was changed or damaged. Keep the file, find "
		"out what happened, and move it away to begin another one",
		(long long)chain->seq + 1, path);
}

struct reading {
	int fd;
	const char *path;
	struct chain *chain;
	int (*each)(void *context, const json_t *entry);
	void *context;
	char *bytes; /* that were read and not used yet */
	size_t len;
	off_t at; /* where the next ones are read */
};

/* Returns what each said, or -1. */
static int read_line(struct reading *r, const char *line, size_t len, struct error *e)
{
	__attribute__((cleanup(release))) json_t *entry = json_loadb(line, len, STRICT, NULL);
	struct chain next = { .seq = r->chain->seq + 1 };

	if (!json_is_object(entry) || !is_as_written(entry, line, len) || !follows(r->chain, entry, next.hash))
		return broken(r->path, r->chain, e);
	*r->chain = next;
	json_object_set_new(entry, "hash", json_string(next.hash));
	return r->each && r->each(r->context, entry) != 0;
}

/* Uses the lines in the buffer up; *used: their bytes. */
static int read_lines(struct reading *r, size_t *used, struct error *e)
{
	int rc = 0;

	for (*used = 0; rc == 0;) {
		const char *line = r->bytes + *used, *feed = memchr(line, '\n', r->len - *used);
		if (!feed)
			break;
		rc = read_line(r, line, (size_t)(feed - line), e);
		*used += rc < 0 ? 0 : (size_t)(feed - line) + 1;
	}
	r->len -= *used;
	memmove(r->bytes, r->bytes + *used, r->len);
	return rc;
}

static int fill(struct reading *r, struct error *e)
{
	ssize_t got;

	do
		got = pread(r->fd, r->bytes + r->len, BUFFER - r->len, r->at);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return error_code(e, ERROR_LOCAL, errno, "the journal %s cannot be read: %s", r->path, strerror(errno));
	r->len += (size_t)got;
	r->at += got;
	return got > 0;
}

/* A crash leaves the beginning of a line behind. A whole entry that another byte follows than a line feed is damage. */
static bool was_cut(const char *tail, size_t len)
{
	json_error_t where;
	__attribute__((cleanup(release))) json_t *entry =
		json_loadb(tail, len, STRICT | JSON_DISABLE_EOF_CHECK, &where);

	return !entry || (size_t)where.position == len;
}

static int read_all(struct reading *r, int64_t *whole, struct error *e)
{
	size_t used;
	int more, rc = 0;

	while (rc == 0 && (more = fill(r, e)) != 0) {
		if (more < 0)
			return -1;
		rc = read_lines(r, &used, e);
		*whole += (int64_t)used;
		if (rc == 0 && r->len == BUFFER)
			return broken(r->path, r->chain, e);
	}
	return rc == 0 && r->len && !was_cut(r->bytes, r->len) ? broken(r->path, r->chain, e) : rc;
}

int chain_read(int fd, const char *path, struct chain *chain, int64_t *whole,
	int (*each)(void *context, const json_t *entry), void *context, struct error *e)
{
	OWN(own_free) char *bytes = malloc(BUFFER);
	struct reading r = { .fd = fd, .path = path, .chain = chain, .each = each, .context = context, .bytes = bytes };

	*chain = CHAIN_START;
	*whole = 0;
	if (!bytes)
		return error_set(e, ERROR_LOCAL, "out of memory");
	return read_all(&r, whole, e) < 0 ? -1 : 0;
}

int journal_each(const char *path, int (*each)(void *context, const json_t *entry), void *context, struct error *e)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct chain chain;
	int64_t whole;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return error_code(e, ERROR_LOCAL, errno, "the journal %s cannot be opened: %s", path, strerror(errno));
	int rc = chain_read(fd, path, &chain, &whole, each, context, e);
	close(fd);
	return rc;
}
