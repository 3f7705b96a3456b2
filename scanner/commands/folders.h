#pragma once
/* folders: the servers whose outputs were collected by hand: a folder each, named like the server. */

#include <stdbool.h>

#include "error.h"
#include "host.h"

struct folders {
	int fd;      /* of the directory */
	bool single; /* it is itself the folder of the only host */
	struct hosts hosts;
};

/* Each folder inside directory is a host, whatever it holds, so that none is left out silently; files are not, nor what
 * begins with a dot. A directory that itself holds files of collector.h is the only host. In the order of names.
 * -1 with *e set (ERROR_LOCAL): no folder is in it, or one that is named like no host, or a symbolic link. */
int folders_open(struct folders *folders, const char *directory, struct error *e);
void folders_done(struct folders *folders);

/* The host's folder, for openat() with fd. */
const char *folder_of(const struct folders *folders, const struct host *host);
