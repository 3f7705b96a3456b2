/* error: see the header. */
#include "error.h"
#include "own.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const names[ERROR_KINDS] = {
	[ERROR_NONE] = "none",
	[ERROR_DNS] = "dns",
	[ERROR_CONNECT] = "connect",
	[ERROR_TLS] = "tls",
	[ERROR_AUTH] = "auth",
	[ERROR_DENIED] = "denied",
	[ERROR_TIMEOUT] = "timeout",
	[ERROR_FAULT] = "fault",
	[ERROR_QUOTA] = "quota",
	[ERROR_PARSE] = "parse",
	[ERROR_PROTOCOL] = "protocol",
	[ERROR_ABORTED] = "aborted",
	[ERROR_LOCAL] = "local",
};

__attribute__((format(printf, 3, 0))) static void set(
	struct error *e, enum error_kind kind, const char *format, va_list args)
{
	*e = (struct error){ .kind = kind };
	if ((size_t)vsnprintf(e->cause, sizeof(e->cause), format, args) < sizeof(e->cause))
		return;
	size_t len = sizeof(e->cause) - 1; /* no part of a character is left at the cut */
	while (len > 0 && ((unsigned char)e->cause[len - 1] & 0xc0) == 0x80)
		len--;
	e->cause[len > 0 && (unsigned char)e->cause[len - 1] >= 0xc0 ? len - 1 : len] = '\0';
}

int error_set(struct error *e, enum error_kind kind, const char *format, ...)
{
	if (e->kind != ERROR_NONE)
		return -1;
	va_list args;
	va_start(args, format);
	set(e, kind, format, args);
	va_end(args);
	return -1;
}

int error_code(struct error *e, enum error_kind kind, int64_t code, const char *format, ...)
{
	if (e->kind != ERROR_NONE)
		return -1;
	va_list args;
	va_start(args, format);
	set(e, kind, format, args);
	va_end(args);
	e->has_code = true;
	e->code = code;
	return -1;
}

int error_during(struct error *e, const char *operation)
{
	if (!e->operation)
		e->operation = operation;
	return -1;
}

void error_clear(struct error *e)
{
	*e = (struct error){ 0 };
}

const char *error_kind_name(enum error_kind kind)
{
	return kind < ERROR_KINDS ? names[kind] : "none";
}

enum error_kind error_kind_of(const char *name)
{
	for (int kind = 1; name && kind < ERROR_KINDS; kind++)
		if (!strcmp(names[kind], name))
			return (enum error_kind)kind;
	return ERROR_NONE;
}
