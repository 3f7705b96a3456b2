#pragma once
/* policy: what an organisation expects of its servers, beyond what every Windows has. As a file for --policy:
 *     isolate_required = yes
 *     event_window = 14d
 *     [role "sql"]
 *     service = MSSQL*
 *     writer = SqlServerWriter
 * A role holds where one of its services exists, or everywhere if it names none; its writers are named as vssadmin
 * lists them or by their class id, and must be listed there. service and writer may be given several times. */

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

struct policy_role {
	char *name;
	char **service; /* names; a * at the end stands for anything */
	size_t service_count;
	char **writer; /* names without case, or class GUIDs in lower case without braces */
	size_t writer_count;
};

struct policy {
	bool isolate_required; /* shared is a finding (decided by --fail-on, not by the verdict) */
	unsigned window_h;     /* of events; 0: not said, as many as were asked for */
	struct policy_role *role;
	size_t role_count;
};

/* -1 with *e set (ERROR_LOCAL), with file and line. *policy is to be freed in any case. */
int policy_read(struct policy *policy, const char *file, struct error *e);
void policy_done(struct policy *policy);
