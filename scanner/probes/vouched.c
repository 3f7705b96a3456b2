/* vouched: see the header. Of each line only the printable ASCII is looked at: certutil puts blanks between the bytes
 * before Windows Server 2016, its sentences are in the language and the code page of the server, and cmd /u writes
 * names, but not what programs print, as UTF-16. No harm to this file can make a damaged one pass: it would have to
 * turn one hash into that of the other. */
#include "vouched.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "collector.h"
#include "digest.h"

enum { LINE_ROOM = 128 };

#define CURE "copy the folder byte for byte, or collect again"

/* The beginning of the line at a place; returns where the next one is. */
static const char *read_line(const char *at, const char *end, char line[LINE_ROOM])
{
	size_t len = 0;

	for (; at < end && *at != '\n'; at++)
		if (*at > ' ' && *at < 0x7f && len < LINE_ROOM - 1)
			line[len++] = *at;
	line[len] = '\0';
	return at < end ? at + 1 : end;
}

static bool is_name(const char *line)
{
	return *line == '[' && line[strlen(line) - 1] == ']';
}

static bool is_digest(const char *line)
{
	return strlen(line) == DIGEST_DIGITS && strspn(line, "0123456789abcdefABCDEF") == DIGEST_DIGITS;
}

/* The first digest behind the name of the file and before another name. */
static bool find_digest(const struct str *hashes, const char *file, char line[LINE_ROOM])
{
	const char *at = str_text(hashes), *end = at + hashes->len;
	char name[LINE_ROOM];
	bool named = false;

	snprintf(name, sizeof(name), "[%s]", file);
	while (at < end) {
		at = read_line(at, end, line);
		if (is_name(line))
			named = !strcmp(line, name);
		else if (named && is_digest(line))
			return true;
	}
	return false;
}

int vouched(const struct str *hashes, const char *file, const struct str *bytes, struct error *e)
{
	char noted[LINE_ROOM], digest[DIGEST_DIGITS + 1];

	if (!find_digest(hashes, file, noted))
		error_set(e, ERROR_PARSE,
			COLLECTED_HASHES
			" holds no hash of it: the script did not come to its end, perhaps because vssadmin "
			"never answered, certutil failed, or the copy was cut; " CURE);
	else if (!digest_of(digest, str_text(bytes), bytes->len))
		error_set(e, ERROR_LOCAL, "out of memory");
	else if (strcasecmp(noted, digest) != 0)
		error_set(e, ERROR_PARSE,
			"its SHA-256 is not the one in " COLLECTED_HASHES
			": the copy was cut, converted or damaged; " CURE);
	else
		return 0;
	return error_during(e, file);
}
