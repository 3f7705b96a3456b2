/* identity: see the header. */
#include "identity.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "own.h"

static bool is_uuid(const char *text)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	if (strlen(text) != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < sizeof(form) - 1; i++)
		if (form[i] == '-' ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

/* Many machines say these: zeros are "not present", ones "not set" (DSP0134 7.2.1), the rest is a pattern that boards
 * leave the factory with, in both orders of its bytes. */
static bool is_nobody(const char *uuid)
{
	static const char *const known[] = { "00000000-0000-0000-0000-000000000000",
		"ffffffff-ffff-ffff-ffff-ffffffffffff", "03000200-0400-0500-0006-000700080009",
		"00020003-0004-0005-0006-000700080009" };

	FOR_EACH(nobody, known)
		if (!strcmp(uuid, *nobody))
			return true;
	return false;
}

char *identity_of(const char *uuid)
{
	OWN(own_free) char *id = uuid && is_uuid(uuid) ? strdup(uuid) : NULL;

	for (char *c = id; c && *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return id && !is_nobody(id) ? TAKE(id) : NULL;
}
