/* seal: see the header. Theory of operation: a body is pairs of parts, each pair a text that says how long the message
 * is, and the message itself: the length of its security header, that header, and as many bytes as the text said. The
 * reader keeps only the rest that is still to be read, and every step takes something off its front or fails. */
#include "seal.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#define BOUNDARY "Encrypted Boundary"

enum {
	LINE_BYTES_MAX = 512, /* bytes of one header line inside the body */
	LINES_MAX = 16,       /* header lines of one part */
	BOUNDARY_MAX = 70,    /* RFC 2046 5.1.1 */
	LENGTH_DIGITS = 9,    /* fits any size that we take */
	LENGTH_OF_HEADER = 4  /* little-endian, in front of the security header */
};

const char seal_spnego[] = "application/HTTP-SPNEGO-session-encrypted";
const char seal_kerberos[] = "application/HTTP-Kerberos-session-encrypted";

void seal_content_type(struct str *value, const char *protocol)
{
	str_addf(value, "multipart/encrypted;protocol=\"%s\";boundary=\"" BOUNDARY "\"", protocol);
}

/* The TABs are a MUST, and nothing stands between the data and the boundary (MS-WSMV 2.2.9.1). */
void seal_write(struct str *body, const char *protocol, const void *header, size_t header_len, const void *data,
	size_t data_len, size_t length)
{
	const uint32_t n = (uint32_t)header_len;
	const unsigned char le32[] = { n & 0xff, n >> 8 & 0xff, n >> 16 & 0xff, n >> 24 };

	str_addf(body,
		"--" BOUNDARY "\r\n"
		"\tContent-Type: %s\r\n"
		"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=%zu\r\n"
		"--" BOUNDARY "\r\n"
		"\tContent-Type: application/octet-stream\r\n",
		protocol, length);
	str_addn(body, le32, sizeof(le32));
	str_addn(body, header, header_len);
	str_addn(body, data, data_len);
	str_add(body, "--" BOUNDARY "--\r\n");
}

struct text { /* a piece of what is being read */
	const char *at;
	size_t len;
};

static struct text skipped(struct text t, size_t n)
{
	return (struct text){ t.at + n, t.len - n };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct text trimmed(struct text t)
{
	while (t.len && is_blank(*t.at))
		t = skipped(t, 1);
	while (t.len && is_blank(t.at[t.len - 1]))
		t.len--;
	return t;
}

/* Letter case does not matter: in no header name, media type or boundary does Windows care for it. */
static bool take(struct text *rest, struct text word)
{
	if (rest->len < word.len || strncasecmp(rest->at, word.at, word.len) != 0)
		return false;
	*rest = skipped(*rest, word.len);
	return true;
}

static bool take_word(struct text *rest, const char *word)
{
	return take(rest, (struct text){ word, strlen(word) });
}

static bool equals(struct text t, const char *word)
{
	return take_word(&t, word) && !t.len;
}

static bool take_line(struct text *rest, struct text *line)
{
	size_t most = rest->len < LINE_BYTES_MAX ? rest->len : LINE_BYTES_MAX;
	const char *end = memmem(rest->at, most, "\r\n", 2);

	if (!end)
		return false;
	*line = (struct text){ rest->at, (size_t)(end - rest->at) };
	*rest = skipped(*rest, line->len + 2);
	return true;
}

/* "--" and the boundary; Exchange writes a blank between them. */
static bool take_boundary(struct text *rest, struct text boundary)
{
	struct text behind = *rest;

	if (!take_word(&behind, "--"))
		return false;
	while (behind.len && is_blank(*behind.at))
		behind = skipped(behind, 1);
	if (!take(&behind, boundary))
		return false;
	*rest = behind;
	return true;
}

static struct text take_until(struct text *list, char stop)
{
	const char *end = memchr(list->at, stop, list->len);
	struct text taken = { list->at, end ? (size_t)(end - list->at) : list->len };

	*list = skipped(*list, taken.len + (end != NULL));
	return taken;
}

/* The value of name in "x; name=value; name2=\"value\"". False if it is not there exactly once. */
static bool parameter(struct text list, const char *name, struct text *value)
{
	unsigned found = 0;

	while (list.len) {
		struct text one = trimmed(take_until(&list, ';'));
		struct text key = trimmed(take_until(&one, '='));
		if (!equals(key, name))
			continue;
		*value = trimmed(one);
		if (value->len >= 2 && *value->at == '"' && value->at[value->len - 1] == '"')
			*value = (struct text){ value->at + 1, value->len - 2 };
		found++;
	}
	return found == 1;
}

static bool number(struct text digits, size_t *n)
{
	*n = 0;
	if (!digits.len || digits.len > LENGTH_DIGITS)
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.at[i] < '0' || digits.at[i] > '9')
			return false;
		*n = *n * 10 + (size_t)(digits.at[i] - '0');
	}
	return true;
}

/* The text part, behind its boundary: of which protocol the message is, and its length. */
static int read_text_part(
	struct text *rest, struct text boundary, const char *protocol, size_t *length, struct error *e)
{
	struct text line, value;
	bool typed = false, sized = false;

	for (unsigned lines = 0; !take_boundary(rest, boundary); lines++) {
		if (lines == LINES_MAX || !take_line(rest, &line))
			return error_set(e, ERROR_PROTOCOL, "the server's encrypted answer is cut in its headers");
		line = trimmed(line);
		if (take_word(&line, "Content-Type:")) {
			if (typed || !equals(trimmed(line), protocol))
				return error_set(e, ERROR_PROTOCOL,
					"the server's encrypted answer holds a part that is not %s", protocol);
			typed = true;
		} else if (take_word(&line, "OriginalContent:")) {
			if (sized || !parameter(line, "Length", &value) || !number(value, length))
				return error_set(e, ERROR_PROTOCOL,
					"the server's encrypted answer does not state one length of its message");
			sized = true;
		}
	}
	if (!typed || !sized)
		return error_set(e, ERROR_PROTOCOL, "the server's encrypted answer states no %s of its message",
			typed ? "length" : "type");
	return 0;
}

static size_t le32(const char *at)
{
	const unsigned char *byte = (const unsigned char *)at;
	return byte[0] | (size_t)byte[1] << 8 | (size_t)byte[2] << 16 | (size_t)byte[3] << 24;
}

/* The message, behind its boundary: one header line, no blank line, then the bytes. */
static int read_message(struct text *rest, size_t length, struct sealed_part *part, struct error *e)
{
	struct text line;

	if (!take_line(rest, &line) || trimmed(line).len || !take_line(rest, &line))
		return error_set(e, ERROR_PROTOCOL, "the server's encrypted answer is cut in front of its message");
	line = trimmed(line);
	if (!take_word(&line, "Content-Type:") || !equals(trimmed(line), "application/octet-stream"))
		return error_set(e, ERROR_PROTOCOL, "the server's encrypted answer holds no message of bytes");
	size_t header = rest->len < LENGTH_OF_HEADER ? 0 : le32(rest->at);
	if (header == 0 || header > SEAL_HEADER_MAX || length == 0 || rest->len - LENGTH_OF_HEADER < header ||
		rest->len - LENGTH_OF_HEADER - header < length)
		return error_set(e, ERROR_PROTOCOL,
			"the server's encrypted answer is truncated: %zu bytes are left of a security header of %zu "
			"and a message of %zu bytes",
			rest->len, header, length);
	*rest = skipped(*rest, LENGTH_OF_HEADER);
	*part = (struct sealed_part){
		.header = rest->at, .header_len = header, .data = rest->at + header, .data_len = length
	};
	*rest = skipped(*rest, header + length);
	return 0;
}

static int read_pair(
	struct text *rest, struct text boundary, const char *protocol, struct sealed_part *part, struct error *e)
{
	struct text line;
	size_t length = 0;

	if (!take_line(rest, &line) || trimmed(line).len)
		return error_set(e, ERROR_PROTOCOL, "the server's encrypted answer is cut behind a boundary");
	if (read_text_part(rest, boundary, protocol, &length, e) < 0)
		return -1;
	return read_message(rest, length, part, e);
}

static bool only_white(struct text t)
{
	while (t.len && (is_blank(*t.at) || *t.at == '\r' || *t.at == '\n'))
		t = skipped(t, 1);
	return !t.len;
}

/* Multipart/x-multi-encrypted is what Windows calls it when there are several parts. */
static int read_content_type(const char *content_type, const char *protocol, struct text *boundary, struct error *e)
{
	struct text list = { content_type ? content_type : "", content_type ? strlen(content_type) : 0 };
	struct text type = trimmed(take_until(&list, ';')), value;

	if (!equals(type, "multipart/encrypted") && !equals(type, "multipart/x-multi-encrypted"))
		return error_set(e, ERROR_PROTOCOL,
			"the server's answer is not encrypted although the connection is: it may come from somebody "
			"else (type \"%.*s\")",
			(int)(type.len < 60 ? type.len : 60), type.at);
	if (!parameter(list, "protocol", &value) || !equals(value, protocol))
		return error_set(e, ERROR_PROTOCOL, "the server's answer is not encrypted by %s", protocol);
	if (!parameter(list, "boundary", boundary) || !boundary->len || boundary->len > BOUNDARY_MAX)
		return error_set(e, ERROR_PROTOCOL, "the server's encrypted answer does not state its boundary");
	return 0;
}

int seal_read(const char *content_type, const char *protocol, const struct str *body, struct sealed_part *part,
	size_t room, size_t *count, struct error *e)
{
	struct text rest = { str_text(body), body->len }, boundary;
	size_t read = 0;

	*count = 0;
	if (read_content_type(content_type, protocol, &boundary, e) < 0)
		return -1;
	if (!take_boundary(&rest, boundary))
		return error_set(e, ERROR_PROTOCOL, "the server's encrypted answer does not begin with its boundary");
	do {
		if (read == room)
			return error_set(
				e, ERROR_PROTOCOL, "the server's encrypted answer has more than %zu parts", room);
		if (read_pair(&rest, boundary, protocol, &part[read], e) < 0)
			return -1;
		read++;
		take_word(&rest, "\r\n"); /* MIME has one here, Windows has not */
	} while (take_boundary(&rest, boundary) && !take_word(&rest, "--") && !only_white(rest));
	if (!only_white(rest))
		return error_set(
			e, ERROR_PROTOCOL, "the server's encrypted answer goes on behind its end, or is cut in it");
	*count = read;
	return 0;
}
