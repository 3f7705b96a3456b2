#pragma once
/* secret: a password in locked memory that is left out of core dumps and wiped when freed. */

#include <stddef.h>

#include "own.h"

struct secret;

enum { SECRET_MAX = 4096 }; /* bytes */

/* Copies bytes and wipes the original. NULL if they are too long or memory cannot be had. */
struct secret *secret_new(char *bytes, size_t len);
void secret_free(struct secret *s);
CLEANUP_OF(struct secret, secret_free);

const char *secret_bytes(const struct secret *s); /* NUL-terminated; never copy it anywhere that is not wiped */
size_t secret_len(const struct secret *s);

/* Call once at start: no core dumps, not traceable by other processes of the same user. */
void secrets_protect_process(void);
