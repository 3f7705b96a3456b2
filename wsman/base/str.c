/* str: see the header. */
#include "str.h"
#include "own.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool str_reserve(struct str *s, size_t bytes)
{
	size_t limit = s->limit ? s->limit : STR_LIMIT_DEFAULT;

	if (s->failed || bytes > limit) {
		s->failed = true;
		return false;
	}
	if (bytes + 1 <= s->room)
		return true;
	size_t room = s->room ? s->room : 64;
	while (room < bytes + 1)
		room *= 2;
	char *grown = realloc(s->data, room);
	if (!grown) {
		s->failed = true;
		return false;
	}
	s->data = grown;
	s->room = room;
	s->data[s->len] = '\0';
	return true;
}

void str_addn(struct str *s, const void *bytes, size_t len)
{
	if (len > SIZE_MAX / 4 || !str_reserve(s, s->len + len)) {
		s->failed = true;
		return;
	}
	if (len)
		memcpy(s->data + s->len, bytes, len);
	s->len += len;
	s->data[s->len] = '\0';
}

void str_add(struct str *s, const char *text)
{
	if (text)
		str_addn(s, text, strlen(text));
}

void str_addc(struct str *s, char c)
{
	str_addn(s, &c, 1);
}

void str_addv(struct str *s, const char *format, va_list args)
{
	va_list again;
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);

	if (len < 0)
		s->failed = true;
	else if (str_reserve(s, s->len + (size_t)len)) {
		vsnprintf(s->data + s->len, (size_t)len + 1, format, again);
		s->len += (size_t)len;
	}
	va_end(again);
}

void str_addf(struct str *s, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	str_addv(s, format, args);
	va_end(args);
}

bool str_failed(const struct str *s)
{
	return s->failed;
}

const char *str_text(const struct str *s)
{
	return s->data ? s->data : "";
}

void str_clear(struct str *s)
{
	s->len = 0;
	s->failed = false;
	if (s->data)
		s->data[0] = '\0';
}

char *str_take(struct str *s)
{
	char *taken = NULL;

	if (!s->failed && (s->data || str_reserve(s, 0)))
		taken = TAKE(s->data);
	str_done(s);
	return taken;
}

void str_done(struct str *s)
{
	free(s->data);
	*s = (struct str){ .limit = s->limit };
}

void str_wipe(struct str *s)
{
	if (s->data)
		explicit_bzero(s->data, s->room);
	str_done(s);
}
