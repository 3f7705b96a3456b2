/* spelling: see the header. */
#include "spelling.h"
#include "language.h"
#include "text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static bool is_ascii_alnum(unsigned char c)
{
	return c < 0x80 && isalnum(c);
}

/* "300", "0x1f": as the last label it would be taken for an address by inet_aton(3), which many resolvers use. */
static bool is_number(const char *label)
{
	if (label[0] == '0' && (label[1] | 0x20) == 'x')
		return label[2 + strspn(label + 2, "0123456789abcdefABCDEF")] == '\0';
	return label[strspn(label, "0123456789")] == '\0';
}

static bool label_valid(const char *label, size_t len, char why[NAME_WHY])
{
	for (const char *c = label; c < label + len; c++)
		if (!is_ascii_alnum((unsigned char)*c) && *c != '-') {
			if (*c > ' ' && *c < 0x7f)
				snprintf(why, NAME_WHY, _("'%c' is not allowed in it"), *c);
			else
				snprintf(why, NAME_WHY, _("the byte 0x%02x is not allowed in it"), (unsigned char)*c);
			return false;
		}
	if (len == 0)
		snprintf(why, NAME_WHY, _("a part between dots is empty"));
	else if (len > LABEL_BYTES_MAX)
		snprintf(why, NAME_WHY, _("a part between dots is longer than %d"), LABEL_BYTES_MAX);
	else if (label[0] == '-' || label[len - 1] == '-')
		snprintf(why, NAME_WHY, _("a part between dots begins or ends with a hyphen"));
	else
		return true;
	return false;
}

bool host_name_valid(const char *name, char why[NAME_WHY])
{
	const char *label = name;

	if (strlen(name) > NAME_BYTES_MAX) {
		snprintf(why, NAME_WHY, _("it is longer than %d"), NAME_BYTES_MAX);
		return false;
	}
	if (is_ip_literal(name))
		return true;
	for (;; label++) {
		size_t len = strcspn(label, ".");
		if (!label_valid(label, len, why))
			return false;
		if (!label[len])
			break;
		label += len;
	}
	if (is_number(label)) {
		snprintf(why, NAME_WHY, _("its last part is a number"));
		return false;
	}
	return true;
}

bool group_name_valid(const char *name)
{
	size_t len = strlen(name);

	for (const char *c = name; *c; c++)
		if ((unsigned char)*c <= ' ' || *c == 0x7f)
			return false;
	return len > 0 && len <= GROUP_BYTES_MAX && !strpbrk(name, ",:*?[]") && !strchr("!&~@", name[0]) &&
	       utf8_valid(name, len);
}

bool port_parse(const char *text, uint16_t *port)
{
	size_t len = strspn(text, "0123456789");
	unsigned value = 0;

	if (len == 0 || len > 5 || text[len])
		return false;
	for (size_t i = 0; i < len; i++)
		value = value * 10 + (unsigned)(text[i] - '0');
	if (value < 1 || value > UINT16_MAX)
		return false;
	*port = (uint16_t)value;
	return true;
}
