#pragma once
/* access: makes what sessions borrow for a whole run: credentials with their guards, certificate stores, the trace. */

#include "accounts.h"
#include "host.h"
#include "options.h"
#include "reach.h"

struct access {
	struct fleet_access fleet;
	struct accounts accounts;
	struct credential *credential; /* one per user that the inventory or --user names, or of the ticket */
	struct credential *named;      /* one per account of --credentials */
	struct secret *password;       /* the run's */
	struct shared_guard *guard;    /* one per account and password, however it is spelled */
	size_t guard_count;
	struct trust *trust;
	struct host_trust *host_trust;
	struct trace *trace;
};

/* Reads passwords, keys and certificates; *warning: one sentence to show, or NULL. -1 with *e set: ERROR_LOCAL. */
int access_prepare(struct access *access, const struct options *o, const struct hosts *hosts, const char **warning,
	struct error *e);
/* Servers that there is a ticket for, but no name to ask for it by, so that they are reached by NTLM. */
size_t access_nameless(const struct access *access, const struct hosts *hosts);
/* Ends the trace: -1 with *e set if it is not whole. access_done() is still to be called. */
int access_end(struct access *access, struct error *e);
void access_done(struct access *access);
