#pragma once
/* digest: SHA-256, and bytes in hexadecimal digits. */

#include <stdbool.h>
#include <stddef.h>

enum { DIGEST_BYTES = 32, DIGEST_DIGITS = 2 * DIGEST_BYTES };

/* Two lower-case digits for each byte and a NUL: hex has room for 2 * len + 1. */
void digest_hex(char *hex, const void *bytes, size_t len);
/* false: no memory; then hex is "". */
bool digest_of(char hex[DIGEST_DIGITS + 1], const void *bytes, size_t len);
