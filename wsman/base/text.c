/* text: see the header. Conversions are glibc's iconv; validity of UTF-8 is checked here because iconv accepts
 * only, it does not tell us where to put U+FFFD. */
#include "text.h"

#include <arpa/inet.h>
#include <iconv.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

bool is_ip_literal(const char *text)
{
	struct in6_addr address;

	return inet_pton(strchr(text, ':') ? AF_INET6 : AF_INET, text, &address) == 1;
}

/* Length of the valid UTF-8 sequence at p (1-4), 0 if there is none. Unicode 15, table 3-7. */
static size_t sequence(const unsigned char *p, size_t len)
{
	if (p[0] < 0x80)
		return 1;
	size_t need = p[0] >= 0xc2 && p[0] <= 0xdf   ? 2
		      : (p[0] & 0xf0) == 0xe0        ? 3
		      : p[0] >= 0xf0 && p[0] <= 0xf4 ? 4
						     : 0;
	if (!need || len < need)
		return 0;
	unsigned low = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : 0x80;
	unsigned high = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : 0xbf;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < need; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return need;
}

bool utf8_valid(const char *bytes, size_t len)
{
	for (size_t i = 0, n; i < len; i += n)
		if (!(n = sequence((const unsigned char *)bytes + i, len - i)))
			return false;
	return true;
}

void text_sanitize(struct str *out, const char *bytes, size_t len)
{
	if (utf8_valid(bytes, len)) {
		str_addn(out, bytes, len);
		return;
	}
	for (size_t i = 0; i < len;) {
		size_t n = sequence((const unsigned char *)bytes + i, len - i);
		if (n)
			str_addn(out, bytes + i, n);
		else
			str_add(out, "\xef\xbf\xbd");
		i += n ? n : 1;
	}
}

static int convert(struct str *out, const char *from, const char *bytes, size_t len)
{
	iconv_t cd = iconv_open("UTF-8", from);
	if (cd == (iconv_t)-1)
		return -1;
	size_t before = out->len;
	char *in = (char *)bytes; /* iconv() does not write to it */
	bool bad = false;
	while (len && !bad) {
		char piece[1024], *to = piece;
		size_t room = sizeof(piece);
		size_t rc = iconv(cd, &in, &len, &to, &room);
		bad = rc == (size_t)-1 && room == sizeof(piece); /* E2BIG with progress is not a failure */
		str_addn(out, piece, sizeof(piece) - room);
	}
	iconv_close(cd);
	if (!bad && !str_failed(out))
		return 0;
	if (out->data) {
		out->len = before;
		out->data[before] = '\0';
	}
	return -1;
}

int text_from_codepage(struct str *out, const char *bytes, size_t len, unsigned codepage)
{
	if (codepage == 65001) {
		if (!utf8_valid(bytes, len))
			return -1;
		str_addn(out, bytes, len);
		return str_failed(out) ? -1 : 0;
	}
	char name[16];
	snprintf(name, sizeof(name), "CP%u", codepage);
	return convert(out, name, bytes, len);
}

int text_from_utf16(struct str *out, const char *bytes, size_t len)
{
	bool big = len >= 2 && !memcmp(bytes, "\xfe\xff", 2), little = len >= 2 && !memcmp(bytes, "\xff\xfe", 2);
	size_t skip = big || little ? 2 : 0;
	if (len % 2)
		return -1;
	return convert(out, big ? "UTF-16BE" : "UTF-16LE", bytes + skip, len - skip);
}

bool text_looks_utf16(const char *bytes, size_t len)
{
	if (len >= 2 && (!memcmp(bytes, "\xfe\xff", 2) || !memcmp(bytes, "\xff\xfe", 2)))
		return true;
	return len >= 4 && bytes[0] && !bytes[1] && bytes[2] && !bytes[3];
}

/* The value of each character of the alphabet, -1 for all others: shell output comes this way, EVP_DecodeBlock() takes
 * bytes that are none and stops at no wrong padding. */
// clang-format off
static const signed char sextets[128] = {
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 62, -1, -1, -1, 63,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, -1, -1, -1, -1, -1, -1,
	-1,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, -1, -1, -1, -1, -1,
	-1, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, -1, -1, -1, -1, -1,
};
// clang-format on

int base64_decode(struct str *out, const char *text, size_t len)
{
	unsigned char plain[768];
	size_t filled = 0;
	unsigned bits = 0, have = 0, pad = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		int sextet = c < sizeof(sextets) ? sextets[c] : -1;
		if (sextet < 0) {
			if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
				continue;
			if (c != '=' || have < 2 || have + ++pad > 4)
				return -1;
			continue;
		}
		if (pad)
			return -1;
		bits = bits << 6 | (unsigned)sextet;
		if (++have < 4)
			continue;
		plain[filled++] = (unsigned char)(bits >> 16);
		plain[filled++] = (unsigned char)(bits >> 8);
		plain[filled++] = (unsigned char)bits;
		have = 0;
		if (filled == sizeof(plain)) {
			str_addn(out, plain, filled);
			filled = 0;
		}
	}
	if (have && have + pad != 4)
		return -1;
	if (have)
		plain[filled++] = (unsigned char)(have == 3 ? bits >> 10 : bits >> 4);
	if (have == 3)
		plain[filled++] = (unsigned char)(bits >> 2);
	str_addn(out, plain, filled);
	return str_failed(out) ? -1 : 0;
}

void base64_encode(struct str *out, const void *bytes, size_t len)
{
	unsigned char coded[5];
	for (size_t i = 0; i < len; i += 3) {
		EVP_EncodeBlock(coded, (const unsigned char *)bytes + i, len - i < 3 ? (int)(len - i) : 3);
		str_addn(out, coded, 4);
	}
}
