/* window: see the header. */
#include "window.h"
#include "language.h"

#include <stdio.h>

enum { MINUTE = 60, DAY_MINUTES = 24 * 60 };

static bool time_of_day(const char **text, unsigned *minutes)
{
	unsigned hour, minute;
	int len = 0;

	if (sscanf(*text, "%2u:%2u%n", &hour, &minute, &len) != 2 || len != 5 || hour > 23 || minute > 59)
		return false;
	*text += len;
	*minutes = hour * 60 + minute;
	return true;
}

int window_parse(const char *text, struct window *window, struct error *e)
{
	const char *c = text;
	struct window parsed = { .given = true };

	if (!time_of_day(&c, &parsed.from) || *c++ != '-' || !time_of_day(&c, &parsed.to) || *c ||
		parsed.from == parsed.to)
		return error_set(
			e, ERROR_LOCAL, _("change window \"%s\": write two times of the day, 22:00-04:00"), text);
	*window = parsed;
	return 0;
}

static unsigned minute_of_day(time_t now, unsigned *second)
{
	struct tm local;

	localtime_r(&now, &local);
	*second = (unsigned)local.tm_sec;
	return (unsigned)(local.tm_hour * 60 + local.tm_min);
}

bool window_is_open(const struct window *window, time_t now)
{
	unsigned second, minute = minute_of_day(now, &second);

	if (!window->given)
		return true;
	return window->from < window->to ? minute >= window->from && minute < window->to
					 : minute >= window->from || minute < window->to;
}

unsigned window_opens_in(const struct window *window, time_t now)
{
	unsigned second, minute = minute_of_day(now, &second);

	if (window_is_open(window, now))
		return 0;
	return (window->from + DAY_MINUTES - minute) % DAY_MINUTES * MINUTE - (second < MINUTE ? second : MINUTE - 1);
}
