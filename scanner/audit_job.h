#pragma once
/* audit_job: the fleet's job of a scan: reaches one host, asks it everything, judges it. */

#include "audit.h"
#include "reach.h"

struct audit_job {
	struct fleet_access access;
	struct audit_options options;
};

/* A fleet_job; context: struct audit_job. Gives a struct result, the caller's to result_free(). */
void *audit_job(void *context, const struct host *host, struct deadline deadline);
