#pragma once
/* hand: folders of outputs, written for tests as the script of collector.h leaves them. */

#include "str.h"

struct hand {
	const char *language; /* of listing.h, for vssadmin.txt */
	size_t writers;       /* of the minimum that vssadmin lists */
	const char *tasklist, *type, *events, *live;
};

extern const struct hand affected, isolated, shared, lost, repaired; /* whole folders, each with another verdict */

/* Fills an empty folder with what every server has and what is special in hand. codepage: of what the console wrote; 0:
 * UTF-8, 1200: UTF-16 with a byte order mark. */
void hand_write(const char *folder, const struct hand *hand, unsigned codepage);
void hand_put(const char *folder, const char *file, const void *bytes, size_t len);
void hand_get(const char *folder, const char *file, struct str *bytes);
