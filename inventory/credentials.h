#pragma once
/* credentials: where passwords come from: a 0600 file, $CREDENTIALS_DIRECTORY, a prompt, the environment. Never argv.
 */

#include "error.h"
#include "secret.h"

/* In this order: file (--password-file; refused unless a regular file owned by us or root with no group or other
 * permission), $CREDENTIALS_DIRECTORY/vssfleet.password, VSSFLEET_PASSWORD (removed from the environment at once;
 * *warning is set to one sentence). A trailing newline is not part of the password.
 * 0: *secret is the caller's, NULL if nothing holds a password. -1 with *e set (ERROR_LOCAL) if one is refused. */
int credentials_password(const char *file, struct secret **secret, const char **warning, struct error *e);

/* Another secret, which nobody can be asked for: in the file, refused as above, or else in the systemd credential. As
 * credentials_password(). */
int credentials_secret(const char *file, const char *credential, struct secret **secret, struct error *e);

/* Asks on /dev/tty without echo. NULL with *e set: ERROR_LOCAL without a terminal, ERROR_ABORTED after Ctrl-C. */
struct secret *credentials_prompt(const char *user, struct error *e);
