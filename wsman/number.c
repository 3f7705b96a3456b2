/* number: see the header. */
#include "number.h"

#include <stdlib.h>
#include <strings.h>

bool number_read(const char *text, uint32_t *value)
{
	bool hex = !strncasecmp(text, "0x", 2);
	const char *digits = hex ? text + 2 : text;
	/* strtoull() would take white space, a sign and a second "0x". */
	bool digit =
		(*digits >= '0' && *digits <= '9') || (hex && ((*digits | 0x20) >= 'a' && (*digits | 0x20) <= 'f'));
	if (!digit || (hex && (digits[1] | 0x20) == 'x'))
		return false;
	char *end;
	unsigned long long number = strtoull(digits, &end, hex ? 16 : 10);
	if (*end || number > UINT32_MAX)
		return false;
	*value = (uint32_t)number;
	return true;
}
