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
#include "vouched.h"
#include "vssadmin.h"

enum { NOTES_BYTES_MAX = 64 << 10, WINDOW_MAX_H = 24 * 366 };

static const char *why_not(int error)
{
	return error == ENOENT  ? "it is missing: copy the whole folder, or collect again"
	       : error == ELOOP ? "it is a symbolic link"
				: strerror(error);
}

int collection_open(struct collection *c, int directory, const char *name, struct error *e)
{
	*c = (struct collection){ .folder = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
		.hashes = STR(NOTES_BYTES_MAX) };
	return c->folder < 0 ? error_set(e, ERROR_PARSE, "the folder cannot be read: %s", why_not(errno)) : 0;
}

void collection_done(struct collection *c)
{
	if (c->folder >= 0)
		close(c->folder);
	str_done(&c->hashes);
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

	if (collection_read_unproved(c, file, bytes, e) < 0 || vouched(&c->hashes, file, bytes, e) < 0)
		return -1;
	if (!note) {
		error_set(e, ERROR_PARSE, COLLECTED_FACTS " does not say how it ended");
		return error_during(e, file);
	}
	*exit_code = note->exit_code;
	return 0;
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

/* "FILE=EXITCODE"; false if the line is none, or if the file was named before. */
static bool take_note(struct collection *c, const char *line)
{
	size_t name = strcspn(line, "=");
	const char *file = known_file(line, name);
	char *end = NULL;

	if (!file || line[name] != '=' || c->count == COLLECTION_NOTES_MAX || note_of(c, file))
		return false;
	long long exit_code = strtoll(line + name + 1, &end, 10);
	if (end == line + name + 1 || *end)
		return false;
	c->note[c->count++] = (struct note){ file, exit_code_of((uint32_t)exit_code) };
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

static int parse_notes(struct collection *c, char *text, struct error *e)
{
	char *rest = NULL, *line = strtok_r(text, "\r\n", &rest);

	if (!line || strcmp(line, COLLECTED_FORMAT) != 0)
		return error_set(e, ERROR_PARSE, "it does not begin with " COLLECTED_FORMAT);
	while ((line = strtok_r(NULL, "\r\n", &rest)))
		if (!take_line(c, line))
			return error_set(e, ERROR_PARSE, "it holds a line that the script does not write");
	return c->window_h ? 0 : error_set(e, ERROR_PARSE, "it does not say how far back the events were asked for");
}

int collection_read_notes(struct collection *c, struct error *e)
{
	OWN_VALUE(str_done) struct str bytes = STR(NOTES_BYTES_MAX), text = STR(3 * NOTES_BYTES_MAX);

	if (collection_read_unproved(c, COLLECTED_HASHES, &c->hashes, e) < 0 ||
		collection_read_unproved(c, COLLECTED_FACTS, &bytes, e) < 0 ||
		vouched(&c->hashes, COLLECTED_FACTS, &bytes, e) < 0)
		return -1;
	console_text_lossy(&text, str_text(&bytes), bytes.len, 0);
	if (!text.len || strlen(text.data) != text.len)
		error_set(e, ERROR_PARSE, "it is no text");
	else if (parse_notes(c, text.data, e) == 0)
		return 0;
	return error_during(e, COLLECTED_FACTS);
}
