#pragma once
/* str: bytes that grow up to a limit. A failure (limit, memory) sticks: build everything, then ask once. */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct str {
	char *data;   /* always NUL-terminated once anything was added; NULL before; may hold NULs inside */
	size_t len;   /* bytes, without the final NUL */
	size_t limit; /* bytes; 0 means STR_LIMIT_DEFAULT */
	size_t room;  /* bytes allocated */
	bool failed;  /* an addition did not fit or memory ran out; what was there before is kept */
};

enum { STR_LIMIT_DEFAULT = 1 << 20 };

/* struct str s = {0} is an empty string with the default limit; STR(n) one with a limit of n bytes. */
#define STR(bytes)                                                                                                     \
	(struct str)                                                                                                   \
	{                                                                                                              \
		.limit = (bytes)                                                                                       \
	}

void str_add(struct str *s, const char *text); /* NULL adds nothing */
void str_addn(struct str *s, const void *bytes, size_t len);
void str_addc(struct str *s, char c);
void str_addf(struct str *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void str_addv(struct str *s, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
bool str_failed(const struct str *s);
const char *str_text(const struct str *s); /* never NULL */
void str_clear(struct str *s);             /* empty again, memory and limit kept, failure forgotten */
char *str_take(struct str *s);             /* the caller's to free(); NULL if failed; s is empty afterwards */
void str_done(struct str *s);
void str_wipe(
	struct str *s); /* str_done() for secrets: overwrites first (growth may have left copies: reserve first) */
bool str_reserve(struct str *s, size_t bytes);
