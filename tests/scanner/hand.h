#pragma once
/* hand: folders of outputs, written for tests as the script of collector.h leaves them, and judged. */

#include "result.h"
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
/* Writes COLLECTED_HASHES as if all that is in the folder had been collected so. */
void hand_hash(const char *folder);
void hand_put(const char *folder, const char *file, const void *bytes, size_t len);
void hand_get(const char *folder, const char *file, struct str *bytes);

/* A temporary directory with one empty folder in it, "h". */
struct place {
	char path[64], host[80]; /* of the directory and of the folder */
	int fd;                  /* of the directory */
};
extern const struct host place_host;

void place_open(struct place *place);
void place_done(struct place *place);
void place_remove(const struct place *place, const char *file);
void place_judge(const struct place *place, struct result *result);
void result_done(struct result *result); /* of place_judge() */
