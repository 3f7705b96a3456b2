#pragma once
/* accounts: the accounts of a file for --credentials: who to be on which servers. No secret stands in it, only where
 * secrets are:
 *     [credential "dmz"]
 *     user = DMZ\svc-backup
 *     password_file = /etc/vssfleet/dmz.password
 * A host takes one by its variable vssfleet_credential. */

#include <stddef.h>

#include "error.h"
#include "own.h"

struct account {
	char *name;
	char *user, *password_file;
	char *keytab;
	char *certificate, *key; /* PEM files */
	char *auth;              /* as --auth takes it */
};

struct accounts {
	struct account *account;
	size_t count;
};

/* -1 with *e set (ERROR_LOCAL), with file and line. *accounts is to be freed in any case. */
int accounts_read(struct accounts *accounts, const char *file, struct error *e);
void accounts_done(struct accounts *accounts);
