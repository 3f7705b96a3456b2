#pragma once
/* checks: what must be right on this machine before servers can be asked. Asks no server; only --keytab asks a KDC. */

#include "options.h"
#include "str.h"

enum health {
	HEALTH_OK,
	HEALTH_WARN, /* something will not work, or not for all */
	HEALTH_FAIL, /* what the command line asks for cannot work */
	HEALTH_NONE, /* nothing to look at */
};

/* Appends to what: what was seen, and the cure if that is not good. One line, not escaped. */
typedef enum health check_fn(const struct options *o, struct str *what);

/* checks_kerberos.c */
check_fn check_krb5_conf, check_ticket_cache, check_keytab, check_ntlm;
/* checks_machine.c */
check_fn check_clock, check_files, check_locked_memory, check_certificates, check_password, check_store, check_versions;
