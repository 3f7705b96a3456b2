#pragma once
/* hosts: adding to a list of hosts, and joining what several lines say about the same one. */

#include "error.h"
#include "host.h"
#include "lookup.h"
#include "source.h"

enum {
	HOST_GROUPS_MAX = 256,    /* of one host */
	HOSTS_IGNORED_MAX = 1000, /* names of ignored variables that are kept */
};

void host_done(struct host *host);

/* Copies the variables that from has and into has not. -1 if memory ran out. */
int host_fill(struct host *into, const struct host *from);

/* Adds a group unless the host is in it. */
int host_join(struct host *host, const char *group, struct place at, struct error *e);

/* Adds a copy of host, or, if its name (ignoring case) is there, fills that one from it. *position is where it is.
 * Returns 0 if it is new, 1 if it was there, -1 with *e set (at says where). */
int hosts_add(struct hosts *hosts, const struct host *host, size_t *position, struct place at, struct error *e);

/* Finds a host by its name, ignoring case. 1 with *position set, 0 if it is not there, -1 with *e set. */
int hosts_find(struct hosts *hosts, const char *name, size_t *position, struct error *e);

/* Remembers once that a variable means nothing to us. -1 with *e set if memory ran out. */
int hosts_ignore(struct hosts *hosts, const char *variable, struct error *e);
