#pragma once
/* targets: the servers that a command line means: inventories and targets, narrowed by --limit. */

#include "host.h"
#include "options.h"

/* -1 with *e set (ERROR_LOCAL: EXIT_USAGE), also if no server is left: no host is not success. */
int targets_read(struct hosts *hosts, const struct options *o, struct error *e);
