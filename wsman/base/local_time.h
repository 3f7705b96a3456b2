#pragma once
/* local_time: a stored time as the clock on the wall shows it. Whoever wrote the store may have written any number. */

#include <stddef.h>
#include <stdint.h>

/* Unix seconds as strftime() says them, "–" where there is no such day. Returns text. */
const char *local_time(char *text, size_t size, int64_t at, const char *format) __attribute__((format(strftime, 4, 0)));
