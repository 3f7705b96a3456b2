#pragma once
/* inventory: reads host lists. Plain lists ("name [address [group...]]", ranges, # comments) and Ansible INI (groups,
 * :children, :vars, ranges [001:300] [a:f] [1:50:2], host variables), told apart by content; "-" is stdin. */

#include "error.h"
#include "host.h"

enum {
	INVENTORY_LINE_MAX = 8192,      /* bytes */
	INVENTORY_BYTES_MAX = 64 << 20, /* one source */
	INVENTORY_HOSTS_MAX = 200000,
};

/* Adds the hosts of a source to *hosts; the same name again is merged (first value of each variable wins, groups join).
 * -1 with *e set: ERROR_LOCAL, cause "hosts.ini:17: ..."; *hosts may then hold a part and must not be used. */
int inventory_read(struct hosts *hosts, const char *source, struct error *e);

/* Adds the hosts of a target given on the command line: a name, or one with ranges as ClusterShell and Ansible write
 * them: srv[001-120,130].corp.example, srv[001:120]. */
int inventory_add_target(struct hosts *hosts, const char *target, struct error *e);

/* Keeps the hosts that a pattern selects: names, globs, groups, "all", ~regex; a:b or a,b union, a:&b intersection,
 * a:!b difference. -1 with *e set if the pattern is malformed. Selecting none is not an error here. */
int inventory_limit(struct hosts *hosts, const char *pattern, struct error *e);

/* The same without taking any away: kept has a place for each host, by its position. */
int inventory_select(struct hosts *hosts, const char *pattern, bool *kept, struct error *e);
