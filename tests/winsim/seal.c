/* seal: see seal.h. */

#include "seal.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "own.h"

#define BOUNDARY "Encrypted Boundary"

static const char *const protocols[] = {
	[SEAL_SPNEGO] = "application/HTTP-SPNEGO-session-encrypted",
	[SEAL_KERBEROS] = "application/HTTP-Kerberos-session-encrypted",
};

static const char *const content_types[] = {
	[SEAL_SPNEGO] = "multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";"
			"boundary=\"" BOUNDARY "\"",
	[SEAL_KERBEROS] = "multipart/encrypted;protocol=\"application/HTTP-Kerberos-session-encrypted\";"
			  "boundary=\"" BOUNDARY "\"",
};

bool seal_is_content_type(const char *content_type)
{
	return content_type && (strncasecmp(content_type, "multipart/encrypted", 19) == 0 ||
				       strncasecmp(content_type, "multipart/x-multi-encrypted", 27) == 0);
}

const char *seal_content_type(enum seal_protocol protocol)
{
	return content_types[protocol];
}

/* ---- reading ---- */

struct cursor {
	const char *at, *end;
	struct sealed *sealed;
};

static void deviates(struct sealed *s, const char *rule, const char *detail)
{
	if (s->deviations < SEAL_DEVIATIONS_MAX)
		s->deviation[s->deviations++] = (struct deviation){ rule, detail };
}

static bool unreadable(struct sealed *s, const char *rule, const char *detail)
{
	s->deviations -= s->deviations == SEAL_DEVIATIONS_MAX; /* the reason is always the last one */
	deviates(s, rule, detail);
	return false;
}

/* The next line without its CRLF. */
static bool take_line(struct cursor *c, char *line, size_t room)
{
	const char *end = memmem(c->at, (size_t)(c->end - c->at), "\r\n", 2);

	if (!end || (size_t)(end - c->at) >= room || memchr(c->at, '\0', (size_t)(end - c->at)))
		return unreadable(c->sealed, "seal.line", "no end of a header line");
	memcpy(line, c->at, (size_t)(end - c->at));
	line[end - c->at] = '\0';
	c->at = end + 2;
	return true;
}

/* "-- encrypted boundary" is the same delimiter to a lenient reader. */
static bool same_boundary(const char *line)
{
	if (strncmp(line, "--", 2) != 0)
		return false;
	line += 2 + strspn(line + 2, " ");
	return strcasecmp(line, BOUNDARY) == 0;
}

static bool take_boundary(struct cursor *c)
{
	char line[128];

	if (!take_line(c, line, sizeof(line)))
		return false;
	if (!same_boundary(line))
		return unreadable(c->sealed, "seal.boundary", "no boundary where one belongs");
	if (strcmp(line, "--" BOUNDARY) != 0)
		deviates(c->sealed, "seal.boundary", "not --" BOUNDARY);
	return true;
}

/* A header of a part; *value is inside line. Its TAB is a MUST, though Windows reads without. */
static bool take_header(struct cursor *c, const char *name, char *line, size_t room, const char **value)
{
	const char *text = line;

	if (!take_line(c, line, room))
		return false;
	if (*text != '\t')
		deviates(c->sealed, "seal.tab", name);
	text += strspn(text, "\t ");
	if (strncasecmp(text, name, strlen(name)) != 0 || text[strlen(name)] != ':')
		return unreadable(c->sealed, "seal.part", name);
	if (strncmp(text, name, strlen(name)) != 0)
		deviates(c->sealed, "seal.part", name);
	text += strlen(name) + 1;
	if (text[0] != ' ' || text[1] == ' ')
		deviates(c->sealed, "seal.part", "other than one blank behind a colon");
	*value = text + strspn(text, " ");
	return true;
}

/* "type=application/soap+xml;charset=UTF-8;Length=1234" */
static bool read_original(struct sealed *s, const char *value)
{
	const char *length = strstr(value, ";Length="), *digits = length ? length + 8 : "";
	size_t type_len = length && strncmp(value, "type=", 5) == 0 ? (size_t)(length - value) - 5 : 0;
	char *end;

	if (type_len == 0 || type_len >= sizeof(s->original) || *digits < '0' || *digits > '9')
		return unreadable(s, "seal.original", "not type=...;Length=...");
	s->length = strtoull(digits, &end, 10);
	if (*end || end - digits > 9)
		return unreadable(s, "seal.original", "a Length that is no number");
	memcpy(s->original, value + 5, type_len);
	s->original[type_len] = '\0';
	if (strcmp(s->original, "application/soap+xml;charset=UTF-8") != 0 &&
		strcmp(s->original, "application/soap+xml;charset=UTF-16") != 0)
		deviates(s, "seal.original", "not application/soap+xml;charset=UTF-8");
	return true;
}

static bool take_message(struct cursor *c)
{
	struct sealed *s = c->sealed;
	const unsigned char *le = (const unsigned char *)c->at;
	size_t left = (size_t)(c->end - c->at);

	if (left < 4)
		return unreadable(s, "seal.length", "no room for the length of the header");
	s->header_len = (size_t)le[0] | (size_t)le[1] << 8 | (size_t)le[2] << 16 | (size_t)le[3] << 24;
	left -= 4;
	if (s->header_len > SEAL_HEADER_MAX || s->header_len > left)
		return unreadable(s, "seal.header", "a header longer than the body, or than any mechanism's");
	if (s->length > left - s->header_len)
		return unreadable(s, "seal.length", "Length beyond the end of the body");
	s->header = le + 4;
	s->data = s->header + s->header_len;
	c->at += 4 + s->header_len + s->length;
	return true;
}

/* The sealed bytes are followed by the closing boundary at once. */
static bool take_end(struct cursor *c)
{
	static const char closing[] = "--" BOUNDARY "--\r\n";
	struct sealed *s = c->sealed;
	size_t left = (size_t)(c->end - c->at), blanks = 0;

	if (left >= 4 && memcmp(c->at, "\r\n--", 4) == 0) {
		deviates(s, "seal.crlf", "CRLF before the closing boundary");
		c->at += 2;
		left -= 2;
	}
	if (left >= strlen(closing) && memcmp(c->at, closing, strlen(closing)) == 0) {
		if (left > strlen(closing))
			deviates(s, "seal.trailing", "bytes behind the closing boundary");
		return true;
	}
	while (left > 2 + blanks && c->at[2 + blanks] == ' ')
		blanks++;
	if (left < 2 + blanks + strlen(BOUNDARY) || memcmp(c->at, "--", 2) != 0 ||
		strncasecmp(c->at + 2 + blanks, BOUNDARY, strlen(BOUNDARY)) != 0)
		return unreadable(s, "seal.length", "no closing boundary where Length says");
	deviates(s, "seal.end", "another closing boundary than --" BOUNDARY "-- CRLF");
	return true;
}

static bool read_content_type(struct sealed *s, const char *content_type)
{
	for (size_t p = 0; p < COUNT(protocols); p++) {
		s->protocol = (enum seal_protocol)p;
		if (strcmp(content_type, content_types[p]) == 0)
			return true;
		if (strncasecmp(content_type, "multipart/encrypted", 19) == 0 && strstr(content_type, protocols[p]) &&
			strcasestr(content_type, "boundary=")) {
			deviates(s, "seal.content-type", "not written as MS-WSMV 2.2.9.1 writes it");
			return true;
		}
	}
	return unreadable(s, "seal.content-type", "no protocol that is spoken here");
}

bool seal_read(struct sealed *s, const char *content_type, const char *body, size_t len)
{
	struct cursor c = { .at = body, .end = body + len, .sealed = s };
	char line[256];
	const char *value;

	*s = (struct sealed){ 0 };
	if (!read_content_type(s, content_type) || !take_boundary(&c) ||
		!take_header(&c, "Content-Type", line, sizeof(line), &value))
		return false;
	if (strcmp(value, protocols[s->protocol]) != 0)
		return unreadable(s, "seal.protocol", "another protocol inside than outside");
	if (!take_header(&c, "OriginalContent", line, sizeof(line), &value) || !read_original(s, value) ||
		!take_boundary(&c) || !take_header(&c, "Content-Type", line, sizeof(line), &value))
		return false;
	if (strcmp(value, "application/octet-stream") != 0)
		return unreadable(s, "seal.part", "the second part is no application/octet-stream");
	return take_message(&c) && take_end(&c);
}

/* ---- writing ---- */

/* How each variant spells what stands before the sealed bytes. */
static const struct spelling {
	const char *boundary, *tab, *content_type, *original, *end;
} spellings[] = {
	[SEAL_PLAIN_FRAMING] = { "--" BOUNDARY, "\t", "Content-Type", "OriginalContent", "--" },
	[SEAL_BLANK_IN_BOUNDARY] = { "-- " BOUNDARY, "\t", "Content-Type", "OriginalContent", "--" },
	[SEAL_OTHER_CASE] = { "--encrypted boundary", "\t", "content-type", "originalcontent", "--" },
	[SEAL_OPEN_END] = { "--" BOUNDARY, "\t", "Content-Type", "OriginalContent", "" },
	[SEAL_NO_TABS] = { "--" BOUNDARY, "", "Content-Type", "OriginalContent", "--" },
	[SEAL_LENGTH_TOO_LARGE] = { "--" BOUNDARY, "\t", "Content-Type", "OriginalContent", "--" },
	[SEAL_CUT] = { "--" BOUNDARY, "\t", "Content-Type", "OriginalContent", "--" },
};

void seal_write(struct str *out, const struct sealed *s, enum seal_variant variant)
{
	const struct spelling *as = &spellings[variant];
	uint32_t n = (uint32_t)s->header_len;
	unsigned char le[4] = { n & 0xff, n >> 8 & 0xff, n >> 16 & 0xff, n >> 24 };

	str_reserve(out, s->length + s->header_len + 512);
	str_addf(out, "%s\r\n%s%s: %s\r\n", as->boundary, as->tab, as->content_type, protocols[s->protocol]);
	str_addf(out, "%s%s: type=%s;Length=%zu\r\n", as->tab, as->original, s->original,
		s->length + (variant == SEAL_LENGTH_TOO_LARGE ? 100000 : 0));
	str_addf(out, "%s\r\n%s%s: application/octet-stream\r\n", as->boundary, as->tab, as->content_type);
	str_addn(out, le, sizeof(le));
	str_addn(out, s->header, s->header_len);
	str_addn(out, s->data, variant == SEAL_CUT ? s->length / 2 : s->length);
	if (variant != SEAL_CUT)
		str_addf(out, "%s%s\r\n", as->boundary, as->end);
}
