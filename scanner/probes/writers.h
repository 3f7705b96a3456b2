#pragma once
/* writers: the writers that Microsoft ships, by class GUID, and the services that host them (DOMAIN section 11). */

#include <stdbool.h>
#include <stddef.h>

struct known_writer {
	const char *id; /* class GUID, lower case; NULL: known by name only */
	const char *name, *service;
	bool express;
	bool minimum; /* every server has it: System, WMI, Registry, COM+ REGDB, ASR, Shadow Copy Optimization */
};

/* By id, or by name (or its constant prefix) where id is unknown; NULL for a third-party writer. */
const struct known_writer *writer_known(const char *id, const char *name);
const struct known_writer *writers_table(size_t *count);
