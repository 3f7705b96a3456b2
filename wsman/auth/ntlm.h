#pragma once
/* ntlm: an account and its password, made ready for NTLM once and used by all sessions of a run. Thread-safe. */

#include <gssapi/gssapi.h>

#include "error.h"
#include "own.h"
#include "secret.h"

struct ntlm;

/* user: "CORP\svc", "svc@corp.example", or an account of the server itself: "Administrator", ".\Administrator".
 * No network. NULL with *e set: ERROR_LOCAL, for example where gss-ntlmssp is not installed. */
struct ntlm *ntlm_new(const char *user, const struct secret *password, struct error *e);
void ntlm_free(struct ntlm *n);
CLEANUP_OF(struct ntlm, ntlm_free);

gss_cred_id_t ntlm_credential(const struct ntlm *n);

bool ntlm_installed(void); /* the mechanism is there */
