/* journal: the writing half; see the header. */
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "chain.h"
#include "private.h"

enum {
	ROOM = 4 << 20, /* bytes that the disk must have before anything is changed on a server */
	DAY = 8,        /* digits of 20261123 */
};

struct journal {
	int fd;
	char *path;
	pthread_mutex_t lock; /* of what follows */
	struct chain chain;
	int64_t size;    /* bytes of whole lines */
	bool unreliable; /* a line that could not be written could not be taken back either */
	json_t *days;    /* "20261123": the highest number of a change of that day */
};

static int fail(struct error *e, const char *what, const char *path)
{
	return error_code(e, ERROR_LOCAL, errno, "the journal %s cannot be %s: %s", path, what, strerror(errno));
}

/* Keeps the number of a change that starts. */
static int note_start(void *context, const json_t *entry)
{
	struct journal *journal = context;
	const char *type = json_string_value(json_object_get(entry, "type"));
	const char *change = json_string_value(json_object_get(entry, "change"));
	char day[DAY + 1];
	unsigned number;

	if (!type || strcmp(type, "change_start") != 0 || !change || sscanf(change, "C-%8[0-9]-%9u", day, &number) != 2)
		return 0;
	if (number > json_integer_value(json_object_get(journal->days, day)))
		json_object_set_new(journal->days, day, json_integer(number));
	return 0;
}

void journal_next_change(const struct journal *journal, char change[CHANGE_ID_MAX])
{
	pthread_mutex_t *lock = (pthread_mutex_t *)&journal->lock;
	char day[DAY + 1];
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(day, sizeof(day), "%Y%m%d", &tm);
	pthread_mutex_lock(lock);
	json_int_t last = json_integer_value(json_object_get(journal->days, day));
	pthread_mutex_unlock(lock);
	snprintf(change, CHANGE_ID_MAX, "C-%s-%02u", day, (unsigned)last + 1);
}

/* ---- Opening ---- */
static int open_file(struct journal *journal, struct error *e)
{
	const char *path = journal->path;

	if ((journal->fd = private_open(path, e)) < 0)
		return -1;
	if (fcntl(journal->fd, F_SETFL, O_APPEND) < 0)
		return fail(e, "opened", path);
	if (flock(journal->fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno == EWOULDBLOCK)
		return error_code(e, ERROR_LOCAL, EWOULDBLOCK,
			"another change is at work: it holds the lock of the journal %s", path);
	return fail(e, "locked", path);
}

/* Refused before the first server is touched rather than in the middle. Not every file system can tell. */
static int reserve(const struct journal *journal, struct error *e)
{
	if (fallocate(journal->fd, FALLOC_FL_KEEP_SIZE, journal->size, ROOM) == 0 ||
		(errno != ENOSPC && errno != EDQUOT))
		return 0;
	return fail(e, "continued", journal->path);
}

static int begin(struct journal *journal, struct error *e)
{
	struct stat st;

	if (open_file(journal, e) < 0)
		return -1;
	if (chain_read(journal->fd, journal->path, &journal->chain, &journal->size, note_start, journal, e) < 0)
		return -1;
	if (fstat(journal->fd, &st) < 0 || (st.st_size > journal->size && ftruncate(journal->fd, journal->size) < 0))
		return fail(e, "continued", journal->path);
	if (!journal->size && private_settle(journal->path) < 0)
		return fail(e, "made", journal->path);
	return reserve(journal, e);
}

struct journal *journal_open(const char *path, struct error *e)
{
	OWN(journal_close) struct journal *journal = calloc(1, sizeof(*journal));

	if (journal) {
		journal->fd = -1;
		pthread_mutex_init(&journal->lock, NULL);
	}
	if (!journal || !(journal->path = strdup(path)) || !(journal->days = json_object())) {
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	return begin(journal, e) < 0 ? NULL : TAKE(journal);
}

void journal_close(struct journal *journal)
{
	if (!journal)
		return;
	if (journal->fd >= 0)
		close(journal->fd);
	pthread_mutex_destroy(&journal->lock);
	json_decref(journal->days);
	free(journal->path);
	free(journal);
}

/* ---- Writing ---- */
static int stamp(json_t *entry)
{
	struct timespec now;
	struct tm tm;
	char seconds[32], text[48];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text, sizeof(text), "%s.%03ldZ", seconds, now.tv_nsec / 1000000);
	return json_object_set_new(entry, "at", json_string(text));
}

static int write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t put = write(fd, bytes, len);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		bytes += put;
		len -= (size_t)put;
	}
	return fdatasync(fd);
}

/* A line that did not reach the disk is taken back: the next one stands where it would have stood. */
static int put_line(struct journal *journal, const struct str *line, struct error *e)
{
	if (write_all(journal->fd, line->data, line->len) == 0) {
		journal->size += (int64_t)line->len;
		return 0;
	}
	fail(e, "written", journal->path);
	journal->unreliable = ftruncate(journal->fd, journal->size) < 0;
	return -1;
}

static int append(struct journal *journal, json_t *entry, struct error *e)
{
	OWN_VALUE(str_done) struct str line = STR(2 * JOURNAL_LINE_MAX);
	struct chain next = journal->chain;

	if (journal->unreliable)
		return error_set(e, ERROR_LOCAL,
			"nothing more is written to the journal %s: its last line could not be written, nor taken "
			"back",
			journal->path);
	if (chain_line(&next, entry, &line, e) < 0 || put_line(journal, &line, e) < 0)
		return -1;
	journal->chain = next;
	note_start(journal, entry);
	return 0;
}

int journal_append(struct journal *journal, json_t *entry, struct error *e)
{
	int rc = -1;

	pthread_mutex_lock(&journal->lock);
	if (!json_is_object(entry) || stamp(entry) < 0)
		error_set(e, ERROR_LOCAL, "out of memory for an entry of the journal");
	else
		rc = append(journal, entry, e);
	pthread_mutex_unlock(&journal->lock);
	json_decref(entry);
	return rc;
}
