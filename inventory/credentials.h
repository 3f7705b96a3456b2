#pragma once
/* credentials: where passwords come from: a 0600 file, $CREDENTIALS_DIRECTORY, a prompt, the environment. Never argv.
 */

#include "error.h"
#include "secret.h"

/* In this order: file (--password-file; refused unless a regular file owned by us or root with no group or other
 * permission), $CREDENTIALS_DIRECTORY/vssfleet.password, VSSFLEET_PASSWORD (removed from the environment at once;
 * *warning is set to one sentence), a prompt on /dev/tty without echo (only if may_prompt).
 * A trailing newline is not part of the password. NULL with *e set (ERROR_LOCAL) if there is none or it is refused. */
struct secret *credentials_password(
	const char *file, const char *user, int may_prompt, const char **warning, struct error *e);
