/* codec: see codec.h. */

#include "codec.h"

#include <errno.h>
#include <iconv.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/evp.h>

#include "own.h"

void base64_add(struct str *out, const void *bytes, size_t len)
{
	size_t room = 4 * ((len + 2) / 3) + 1;
	OWN(own_free) unsigned char *text = malloc(room);

	if (!text || len > (1u << 30)) {
		out->failed = true;
		return;
	}
	str_addn(out, text, (size_t)EVP_EncodeBlock(text, bytes, (int)len));
}

int base64_decode(struct str *out, const char *text)
{
	size_t len = strlen(text);
	OWN(own_free) unsigned char *bytes = malloc(len + 1);
	int got;

	if (!bytes || len % 4 != 0 || strpbrk(text, " \t\r\n"))
		return -1;
	if (len == 0)
		return 0;
	got = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)len);
	if (got < 0)
		return -1;
	got -= (text[len - 1] == '=') + (text[len - 2] == '=');
	str_addn(out, bytes, (size_t)got);
	return 0;
}

uint64_t hash_mix(uint64_t a, uint64_t b)
{
	uint64_t x = a ^ (b + 0x9e3779b97f4a7c15u + (a << 6) + (a >> 2));

	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9u;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

uint64_t hash_text(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
	return hash;
}

void uuid_of(char uuid[UUID_SIZE], uint64_t key, uint64_t salt)
{
	uint64_t high = hash_mix(key, salt), low = hash_mix(high, salt + 1);

	snprintf(uuid, UUID_SIZE, "%08X-%04X-4%03X-%04X-%012llX", (unsigned)(high >> 32),
		(unsigned)(high >> 16) & 0xffff, (unsigned)high & 0xfff, (unsigned)(0x8000 | ((low >> 48) & 0x3fff)),
		(unsigned long long)(low & 0xffffffffffffu));
}

void uuid_random(char uuid[UUID_SIZE])
{
	static _Thread_local uint64_t state[2];

	if (!state[0] && getrandom(state, sizeof(state), 0) != (ssize_t)sizeof(state))
		abort();
	state[0] |= 1;
	state[1]++;
	uuid_of(uuid, state[0], state[1]);
}

static const char *xml_entity(unsigned char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\r':
		return "&#13;";
	case '\t':
	case '\n':
		return NULL;
	default:
		return c < 0x20 || c == 0x7f ? "?" : NULL;
	}
}

void xml_add(struct str *out, const char *text)
{
	const char *run = text;

	for (; *text; text++) {
		const char *entity = xml_entity((unsigned char)*text);
		if (!entity)
			continue;
		str_addn(out, run, (size_t)(text - run));
		str_add(out, entity);
		run = text + 1;
	}
	str_addn(out, run, (size_t)(text - run));
}

static const char *codepage_name(unsigned codepage, char name[16])
{
	if (codepage == CODEPAGE_UTF16)
		return "UTF-16LE";
	snprintf(name, 16, "CP%u", codepage);
	return name;
}

static const unsigned codepages_in_use[] = { CODEPAGE_UTF16, 437, 850, 852, CODEPAGE_JAPANESE };
static iconv_t converters[COUNT(codepages_in_use)] __attribute__((used)); /* else they are not kept at all */

/* Closing the last descriptor of a code page would unload its converter: one of each stays open. */
static void keep_converters(void)
{
	char name[16];

	for (size_t i = 0; i < COUNT(converters); i++)
		converters[i] = iconv_open(codepage_name(codepages_in_use[i], name), "UTF-8");
}

void encode_add(struct str *out, const char *utf8, unsigned codepage)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	char name[16], buffer[4096];
	char *in = (char *)utf8; /* iconv() does not write there */
	size_t left = strlen(utf8);
	iconv_t cd;

	if (codepage == CODEPAGE_UTF8) {
		str_add(out, utf8);
		return;
	}
	pthread_once(&once, keep_converters);
	cd = iconv_open(codepage_name(codepage, name), "UTF-8");
	if (cd == (iconv_t)-1) {
		out->failed = true;
		return;
	}
	while (left > 0) {
		char *to = buffer;
		size_t room = sizeof(buffer);
		size_t result = iconv(cd, &in, &left, &to, &room);
		int cause = errno;
		str_addn(out, buffer, sizeof(buffer) - room);
		if (result != (size_t)-1 || cause == E2BIG)
			continue;
		str_add(out, "?"); /* one for the whole character */
		do {
			in++;
			left--;
		} while (left > 0 && ((unsigned char)*in & 0xc0) == 0x80);
	}
	iconv_close(cd);
}
