/* value: see the header. */
#include "value.h"

#include <stdio.h>
#include <string.h>

#include "facts.h"
#include "text.h"

static const int64_t YEAR_10000 = 253402300800;

json_t *value_text(const char *text, size_t max)
{
	OWN_VALUE(str_done) struct str shown = { 0 };

	if (!text)
		return json_null();
	size_t len = strnlen(text, max + 1);
	bool cut = len > max;
	if (cut)
		for (len = max; len && (text[len] & 0xc0) == 0x80;)
			len--;
	if (!cut && utf8_valid(text, len))
		return json_stringn_nocheck(text, len); /* checked already */
	text_sanitize(&shown, text, len);
	if (cut)
		str_add(&shown, "...");
	return str_failed(&shown) ? NULL : json_stringn_nocheck(str_text(&shown), shown.len);
}

json_t *value_number(int64_t number)
{
	return number == UNSEEN ? json_null() : json_integer(number);
}

json_t *value_hex(uint32_t number)
{
	return number ? json_sprintf("0x%08x", (unsigned)number) : json_null();
}

json_t *value_time(int64_t seconds)
{
	char text[VALUE_TIME];

	return time_utc(text, seconds) ? json_string(text) : json_null();
}

void value_add(json_t **list, json_t *value)
{
	if (json_array_append_new(*list, value) < 0) {
		json_decref(*list);
		*list = NULL;
	}
}

json_t *value_texts(char *const *texts, size_t count, size_t max)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		value_add(&list, value_text(texts[i], max));
	return list;
}

bool time_utc(char text[VALUE_TIME], int64_t seconds)
{
	time_t at = (time_t)seconds;
	struct tm tm;

	text[0] = '\0';
	return seconds >= 0 && seconds < YEAR_10000 && gmtime_r(&at, &tm) &&
	       strftime(text, VALUE_TIME, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

bool time_read(const char *text, time_t *seconds)
{
	struct tm tm = { 0 };
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);

	*seconds = end && !*end ? timegm(&tm) : -1;
	return *seconds != -1;
}
