#pragma once
/* spelling: what the name of a host, an address, a group and a port may look like. */

#include <stdbool.h>
#include <stdint.h>

enum {
	NAME_BYTES_MAX = 253, /* RFC 1035 2.3.4, as text */
	LABEL_BYTES_MAX = 63,
	GROUP_BYTES_MAX = 255,
	NAME_WHY = 160, /* room for the reason */
};

/* RFC 1123 2.1 labels or an IP literal. If not, why says what is wrong with it: "'@' is not allowed in it". */
bool host_name_valid(const char *name, char why[NAME_WHY]);

/* UTF-8 without white space and without what has a meaning in patterns (see inventory_limit()). */
bool group_name_valid(const char *name);

bool port_parse(const char *text, uint16_t *port); /* 1-65535, digits only */
