/* local_time: see the header. */
#include "local_time.h"

#include <stdio.h>
#include <time.h>

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the header has the compiler look at it where it stands */

const char *local_time(char *text, size_t size, int64_t at, const char *format)
{
	struct tm tm;
	time_t seconds = (time_t)at;

	if (!localtime_r(&seconds, &tm) || !strftime(text, size, format, &tm))
		snprintf(text, size, "–");
	return text;
}
