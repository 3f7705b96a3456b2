/* message: see the header. */
#include "message.h"

#include <stdio.h>

#include "text.h"

void message_add(struct sentence *s, const char *separator, const char *format, ...)
{
	va_list args;

	str_add(&s->text, s->text.len ? separator : "");
	va_start(args, format);
	str_addv(&s->text, format, args);
	va_end(args);
}

void message_put(char *to, size_t size, const struct sentence *s)
{
	size_t room = size - sizeof("..."), len = s->text.len < room ? s->text.len : room;

	while (len && !utf8_valid(str_text(&s->text), len))
		len--;
	snprintf(to, size, "%.*s%s", (int)len, str_text(&s->text), len < s->text.len ? "..." : "");
}

void sentence_done(struct sentence *s)
{
	str_done(&s->text);
}
