/* collection: see the header. */
#include "collection.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector.h"
#include "console.h"
#include "own.h"
#include "vssadmin.h"

enum { NOTES_BYTES_MAX = 64 << 10, WINDOW_MAX_H = 24 * 366 };

static const char *why_not(int error)
{
	return error == ENOENT ? "it is missing" : error == ELOOP ? "it is a symbolic link" : strerror(error);
}

int collection_open(struct collection *c, int directory, const char *name, struct error *e)
{
	*c = (struct collection){ .folder = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) };
	return c->folder < 0 ? error_set(e, ERROR_PARSE, "the folder cannot be read: %s", why_not(errno)) : 0;
}

void collection_done(struct collection *c)
{
	if (c->folder >= 0)
		close(c->folder);
}

/* --- files --- */

static int read_file(int folder, const char *file, struct str *bytes, struct error *e)
{
	int fd = openat(folder, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat info;
	char piece[8192];
	ssize_t n = 0;

	if (fd < 0)
		return error_set(e, ERROR_PARSE, "%s", why_not(errno));
	bool ordinary = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
	while (ordinary && !str_failed(bytes) && (n = read(fd, piece, sizeof(piece))) > 0)
		str_addn(bytes, piece, (size_t)n);
	close(fd);
	if (!ordinary)
		return error_set(e, ERROR_PARSE, "it is no file");
	if (n < 0)
		return error_set(e, ERROR_PARSE, "it cannot be read");
	return str_failed(bytes) ? error_set(e, ERROR_PARSE, "it is far larger than what the command prints") : 0;
}

int collection_read_unproved(const struct collection *c, const char *file, struct str *bytes, struct error *e)
{
	if (read_file(c->folder, file, bytes, e) == 0)
		return 0;
	return error_during(e, file);
}

static const struct note *note_of(const struct collection *c, const char *file)
{
	for (size_t i = 0; i < c->count; i++)
		if (!strcmp(c->note[i].file, file))
			return &c->note[i];
	return NULL;
}

int collection_read(const struct collection *c, const char *file, struct str *bytes, int *exit_code, struct error *e)
{
	const struct note *note = note_of(c, file);

	if (collection_read_unproved(c, file, bytes, e) < 0)
		return -1;
	if (!note)
		error_set(e, ERROR_PARSE, COLLECTED_FACTS " does not say how it ended");
	else if ((uint64_t)note->bytes != bytes->len)
		error_set(e, ERROR_PARSE,
			"it has %zu bytes, and %lld were written: the copy was cut or converted; copy it byte for byte",
			bytes->len, (long long)note->bytes);
	else {
		*exit_code = note->exit_code;
		return 0;
	}
	return error_during(e, file);
}

/* --- how the commands ended --- */

/* The name in the table: it outlives the text. */
static const char *known_file(const char *name, size_t len)
{
	for (size_t i = 0; i < collected_file_count; i++) {
		const char *file = collected_files[i].file;
		if (file && strlen(file) == len && !memcmp(file, name, len))
			return file;
	}
	return NULL;
}

/* "FILE=EXITCODE BYTES"; false if the line is none, or if the file was named before. */
static bool take_note(struct collection *c, const char *line)
{
	size_t name = strcspn(line, "=");
	const char *file = known_file(line, name);
	long long exit_code, bytes;
	int end = 0;

	if (!file || line[name] != '=' || c->count == COLLECTION_NOTES_MAX || note_of(c, file))
		return false;
	if (sscanf(line + name + 1, "%11lld %10lld%n", &exit_code, &bytes, &end) != 2 || line[name + 1 + (size_t)end] ||
		bytes < 0)
		return true; /* the command printed no file: it stays without a note */
	c->note[c->count++] = (struct note){ file, exit_code_of((uint32_t)exit_code), bytes };
	return true;
}

static bool take_line(struct collection *c, const char *line)
{
	static const char window[] = "window_hours=";

	if (strncmp(line, window, strlen(window)) != 0)
		return take_note(c, line);
	unsigned long hours = strtoul(line + strlen(window), NULL, 10);
	c->window_h = hours <= WINDOW_MAX_H ? (unsigned)hours : 0;
	return c->window_h;
}

/* The next line without its end and the blanks before that, or NULL: what has no end was cut. */
static char *next_line(char **rest)
{
	char *line = *rest, *end = strchr(line, '\n');

	if (!end)
		return NULL;
	*rest = end + 1;
	while (end > line && strchr(" \t\r", end[-1]))
		end--;
	*end = '\0';
	return line;
}

static int parse_notes(struct collection *c, char *text, struct error *e)
{
	char *rest = text, *line = next_line(&rest);

	if (!line || strcmp(line, COLLECTED_FORMAT) != 0)
		return error_set(e, ERROR_PARSE, "it does not begin with " COLLECTED_FORMAT);
	while ((line = next_line(&rest)) && strcmp(line, COLLECTED_END) != 0)
		if (!take_line(c, line))
			return error_set(e, ERROR_PARSE, "it holds a line that the script does not write");
	if (!line)
		return error_set(e, ERROR_PARSE,
			"it breaks off: the script did not come to its end, perhaps because vssadmin never answered, "
			"or the copy was cut");
	return c->window_h ? 0 : error_set(e, ERROR_PARSE, "it does not say how far back the events were asked for");
}

int collection_read_notes(struct collection *c, struct error *e)
{
	OWN_VALUE(str_done) struct str bytes = STR(NOTES_BYTES_MAX), text = STR(3 * NOTES_BYTES_MAX);

	if (read_file(c->folder, COLLECTED_FACTS, &bytes, e) < 0)
		return error_during(e, COLLECTED_FACTS);
	console_text_lossy(&text, str_text(&bytes), bytes.len, 0);
	if (!text.len || strlen(text.data) != text.len)
		error_set(e, ERROR_PARSE, "it is no text");
	else if (parse_notes(c, text.data, e) == 0)
		return 0;
	return error_during(e, COLLECTED_FACTS);
}
