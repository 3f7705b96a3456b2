#pragma once
/* identity: by what a machine is known again when its name has changed: the UUID of its firmware (SMBIOS type 1,
 * DSP0134 section 7.2). */

/* The 8-4-4-4-12 hex digits in lower case, to be freed. NULL for anything else, for a value that says that there is
 * none, and for what makers leave in boards that they never numbered. NULL also without memory. */
char *identity_of(const char *uuid);
