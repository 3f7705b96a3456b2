#pragma once
/* targets: the hosts that a command line names. */

#include <jansson.h>

#include "host.h"
#include "options.h"

/* Inventories, then arguments, then the limit. -1 with *e set (ERROR_LOCAL): none given, none left, or unreadable. */
int targets_read(struct hosts *hosts, const struct options *o, struct error *e);

/* The command line itself names some; an inventory of the configuration does not count. */
bool targets_named(const struct options *o);

/* The hosts of an earlier run or change: those of the command line if it names any, else the sources that were written
 * down then are read again. Those of names that had come from the command line are added by their names. No limit is
 * applied. -1 with *e set: ERROR_LOCAL. */
int targets_again(struct hosts *hosts, const struct options *o, const json_t *sources, const char *const *names,
	size_t count, struct error *e);

/* Where the hosts came from, for targets_again(): [{"source","hosts"}]. NULL: no memory. */
json_t *targets_sources(const struct options *o, const struct hosts *hosts);
