/* source: see the header. */
#include "source.h"
#include "inventory.h"
#include "language.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SHOWN_BYTES = 160 }; /* of a file name: its end tells more than its beginning */

static const char *shown(const char *name)
{
	size_t len = strlen(name);

	if (strcmp(name, "-") == 0)
		return "stdin";
	return len > SHOWN_BYTES ? name + len - SHOWN_BYTES : name;
}

int error_at(struct place at, struct error *e, const char *format, ...)
{
	char cause[sizeof(e->cause)];
	va_list args;

	va_start(args, format);
	vsnprintf(cause, sizeof(cause), format, args);
	va_end(args);
	if (at.line)
		return error_set(e, ERROR_LOCAL, "%s:%u: %s", shown(at.source), at.line, cause);
	return error_set(e, ERROR_LOCAL, "%s: %s", shown(at.source), cause);
}

int error_memory(struct error *e)
{
	return error_set(e, ERROR_LOCAL, _("out of memory"));
}

static int read_all(struct source *s, int fd, struct error *e)
{
	char part[65536];
	ssize_t got;

	while ((got = read(fd, part, sizeof(part))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_code(e, ERROR_LOCAL, errno, "%s: %s", shown(s->at.source), strerror(errno));
		str_addn(&s->text, part, (size_t)got);
		if (str_failed(&s->text))
			return error_at(s->at, e, _("larger than %d MiB"), INVENTORY_BYTES_MAX >> 20);
	}
	return 0;
}

int source_open(struct source *s, const char *name, struct error *e)
{
	*s = (struct source){ .at = { name, 0 }, .text = STR(INVENTORY_BYTES_MAX) };
	if (strcmp(name, "-") == 0) {
		if (read_all(s, STDIN_FILENO, e) < 0)
			return -1;
	} else {
		int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (fd < 0)
			return error_code(e, ERROR_LOCAL, errno, "%s: %s", shown(name), strerror(errno));
		int failed = read_all(s, fd, e);
		close(fd);
		if (failed)
			return -1;
	}
	const char *text = str_text(&s->text);
	if (s->text.len >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0))
		return error_at(s->at, e, _("is UTF-16; save it as UTF-8"));
	source_rewind(s);
	return 0;
}

void source_rewind(struct source *s)
{
	const char *text = str_text(&s->text);

	s->next = text + (strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0);
	s->at.line = 0;
}

void source_done(struct source *s)
{
	str_done(&s->text);
}

static const char *trim(const char *line, size_t *len)
{
	while (*len && (line[*len - 1] == ' ' || line[*len - 1] == '\t'))
		--*len;
	while (*len && (*line == ' ' || *line == '\t')) {
		line++;
		--*len;
	}
	return line;
}

static int refuse_control(struct place at, const char *line, size_t len, struct error *e)
{
	for (const char *c = line; c < line + len; c++)
		if (((unsigned char)*c < ' ' && *c != '\t') || *c == 0x7f)
			return error_at(at, e, _("control character 0x%02x; expected text"), (unsigned char)*c);
	return 0;
}

int source_line(struct source *s, const char **line, size_t *len, struct error *e)
{
	const char *end = str_text(&s->text) + s->text.len;

	while (s->next < end) {
		const char *start = s->next;
		const char *newline = memchr(start, '\n', (size_t)(end - start));
		size_t length = (size_t)((newline ? newline : end) - start);

		s->next = newline ? newline + 1 : end;
		s->at.line++;
		if (length > INVENTORY_LINE_MAX)
			return error_at(s->at, e, _("line is longer than %d bytes"), INVENTORY_LINE_MAX);
		if (length && start[length - 1] == '\r')
			length--;
		start = trim(start, &length);
		if (length == 0 || *start == '#' || *start == ';')
			continue;
		if (refuse_control(s->at, start, length, e) < 0)
			return -1;
		*line = start;
		*len = length;
		return 1;
	}
	return 0;
}

int source_count_names(struct source *s, size_t names, struct error *e)
{
	s->names += names;
	if (s->names > SOURCE_NAMES_MAX)
		return error_at(s->at, e, _("hosts are named more than %d times"), SOURCE_NAMES_MAX);
	return 0;
}
