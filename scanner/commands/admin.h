#pragma once
/* admin: who may change servers from this machine: root, and where it has a group vssfleet-admin, its members. */

#include <stdbool.h>
#include <sys/types.h>

#include "error.h"

#define ADMIN_GROUP "vssfleet-admin"

/* Where there is no such group, anybody may. -1 with *e set: ERROR_LOCAL: not this user, or nobody can tell. */
int admin_permits(const char *group, uid_t user, struct error *e);
/* EXIT_OK, or EXIT_REFUSED after it was said why. */
int admin_check(void);
