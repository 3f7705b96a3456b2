#pragma once
/* access: makes what sessions borrow for a whole run: credentials with their guards, certificate stores. */

#include "host.h"
#include "options.h"
#include "reach.h"

struct access {
	struct fleet_access fleet;
	struct credential *credential; /* one per user that the inventory or --user names */
	struct secret *password;
	struct trust *trust;
	struct host_trust *host_trust;
};

/* Reads the password and the certificates; *warning: one sentence to show, or NULL. -1 with *e set: ERROR_LOCAL. */
int access_prepare(struct access *access, const struct options *o, const struct hosts *hosts, const char **warning,
	struct error *e);
void access_done(struct access *access);
