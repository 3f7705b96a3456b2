/* ini_file: see the header. */
#include "ini_file.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <string.h>

#include "language.h"
#include "own.h"

struct reading {
	FILE *stream;
	unsigned number;
	bool indented;
	ini_on_line *on_line;
	void *context;
	struct error why; /* of the line wrong */
	unsigned wrong;
};

static void refuse(struct reading *reading)
{
	if (!reading->wrong)
		reading->wrong = reading->number;
}

/* As fgets(3), which inih expects; after a line that is wrong nothing more is read. */
static char *next_line(char *text, int room, void *context)
{
	struct reading *reading = context;

	if (reading->wrong || !fgets(text, room, reading->stream))
		return NULL;
	reading->number++;
	reading->indented = isspace((unsigned char)*text);
	if (strcspn(text, "\r\n") <= INI_LINE_BYTES)
		return text;
	error_set(&reading->why, ERROR_LOCAL,
		_("the line has more than %d bytes; continue it in the next one, indented"), INI_LINE_BYTES);
	refuse(reading);
	return NULL;
}

/* KIND "NAME"; both are cut out of the text. */
static void split(char *section, struct ini_line *line)
{
	size_t len = strlen(section), kind = strcspn(section, " \"");

	if (!kind || strncmp(section + kind, " \"", 2) != 0)
		return;
	char *name = section + kind + 2;
	if (strcspn(name, "\"") + 1 != strlen(name) || section[len - 1] != '"' || *name == '"')
		return;
	section[len - 1] = section[kind] = '\0';
	line->kind = section;
	line->name = name;
}

/* 0 tells inih that the line is wrong. */
static int take_line(void *context, const char *section, const char *key, const char *value)
{
	struct reading *reading = context;
	OWN(own_free) char *parts = strdup(section);
	struct ini_line line = { .number = reading->number,
		.section = section,
		.key = key,
		.value = value,
		.continues = reading->indented };
	int rc;

	if (reading->wrong)
		return 0;
	if (parts)
		split(parts, &line);
	if (!parts)
		rc = error_set(&reading->why, ERROR_LOCAL, _("out of memory"));
	else if (!*value)
		rc = error_set(&reading->why, ERROR_LOCAL, _("%.40s has no value"), key);
	else
		rc = reading->on_line(reading->context, &line, &reading->why);
	if (rc < 0)
		refuse(reading);
	return rc == 0;
}

int ini_read_stream(FILE *stream, const char *name, ini_on_line *on_line, void *context, struct error *e)
{
	struct reading reading = { .stream = stream, .on_line = on_line, .context = context };
	int line = ini_parse_stream(next_line, &reading, take_line, &reading);

	if (ferror(stream))
		return error_code(e, ERROR_LOCAL, errno, "%.200s: %s", name, strerror(errno));
	if (line < 0)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	if (line > 0 && (!reading.wrong || (unsigned)line < reading.wrong)) /* inih could make nothing of it */
		return error_set(e, ERROR_LOCAL, _("%.120s:%d: expected [KIND \"NAME\"] or KEY = VALUE"), name, line);
	if (reading.wrong)
		return error_set(e, ERROR_LOCAL, "%.120s:%u: %.250s", name, reading.wrong, reading.why.cause);
	return 0;
}

int ini_read(const char *file, ini_on_line *on_line, void *context, struct error *e)
{
	FILE *stream = fopen(file, "re");

	if (!stream)
		return error_code(e, ERROR_LOCAL, errno, "%.200s: %s", file, strerror(errno));
	int rc = ini_read_stream(stream, file, on_line, context, e);
	fclose(stream);
	return rc;
}

int ini_expect(const struct ini_line *line, const char *kind, struct error *e)
{
	if (line->kind && !strcmp(line->kind, kind))
		return 0;
	return error_set(e, ERROR_LOCAL, _("[%.60s] is no section like [%s \"NAME\"]"), line->section, kind);
}
