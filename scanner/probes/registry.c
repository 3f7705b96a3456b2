/* registry: see the header. Names, types and layout are the same in every language: "    NAME    REG_SZ    VALUE". */
#include "registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hypervisor.h"

static const char blanks[] = " \t";

bool registry_value(const char *text, const char *name, const char **value, size_t *len)
{
	size_t wanted = strlen(name);

	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *end = line + strcspn(line, "\r\n"), *at = line + strspn(line, blanks);
		if (at == line || strncmp(at, name, wanted) != 0 || !strchr(blanks, at[wanted]) || !at[wanted])
			continue;
		at += wanted + strspn(at + wanted, blanks);
		if (strncmp(at, "REG_", 4) != 0)
			continue;
		at += strcspn(at, " \t\r\n");
		at += strspn(at, blanks);
		while (end > at && strchr(blanks, end[-1]))
			end--;
		*value = at;
		*len = (size_t)(end - at);
		return true;
	}
	return false;
}

static char *text_of(const char *text, const char *name)
{
	const char *value;
	size_t len;

	return registry_value(text, name, &value, &len) && len ? strndup(value, len) : NULL;
}

/* REG_DWORD as "0xa", and texts of digits in the given base. */
static int number_of(const char *text, const char *name, int base)
{
	OWN(own_free) char *value = text_of(text, name);
	char *end;

	if (!value)
		return UNSEEN;
	unsigned long number = strtoul(value, &end, base);
	return end != value && !*end && number <= 0xffff ? (int)number : UNSEEN;
}

static int product_type_of(const char *text)
{
	static const char *const types[] = { "WinNT", "LanmanNT", "ServerNT" }; /* 1, 2, 3 of Win32_OperatingSystem */
	OWN(own_free) char *value = text_of(text, "ProductType");

	FOR_EACH(type, types)
		if (value && !strcmp(value, *type))
			return (int)(type - types) + 1;
	return UNSEEN;
}

/* CurrentVersion has stood still at 6.3 since Windows 8.1; whatever is younger has the two numbers. */
static char *version_of(const char *text)
{
	enum { LAST_OF_6_3 = 9600 };
	int major = number_of(text, "CurrentMajorVersionNumber", 16),
	    minor = number_of(text, "CurrentMinorVersionNumber", 16), build = number_of(text, "CurrentBuildNumber", 10);
	OWN(own_free) char *old = text_of(text, "CurrentVersion");
	char *version = NULL;
	int len = -1;

	if (build != UNSEEN && major != UNSEEN && minor != UNSEEN)
		len = asprintf(&version, "%d.%d.%d", major, minor, build);
	else if (build != UNSEEN && build <= LAST_OF_6_3 && old)
		len = asprintf(&version, "%s.%d", old, build);
	return len < 0 ? NULL : version;
}

void environment_from_registry(const char *text, struct environment_facts *environment)
{
	environment->caption = text_of(text, "ProductName");
	environment->version = version_of(text);
	environment->build = text_of(text, "CurrentBuildNumber");
	environment->product_type = product_type_of(text);
	environment->locale = text_of(text, "Default");
	environment->manufacturer = text_of(text, "SystemManufacturer");
	environment->model = text_of(text, "SystemProductName");
	environment->hypervisor = hypervisor_of(environment->manufacturer, environment->model);
	environment->oem_codepage = number_of(text, "OEMCP", 10);
}
