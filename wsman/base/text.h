#pragma once
/* text: turning the bytes of a Windows host into UTF-8, strictly, and bytes into base64 and back. */

#include <stdbool.h>
#include <stddef.h>

#include "str.h"

bool is_ip_literal(const char *text); /* IPv4 or IPv6, without brackets and zone */

bool utf8_valid(const char *bytes, size_t len); /* strict: no overlong forms, no surrogates, nothing above U+10FFFF */

/* Appends bytes in the given Windows code page (437, 850, 852, 866, 932, 936, 949, 950, 1250-1258, 65001) as UTF-8.
 * Returns 0, or -1 if the page is unknown or a byte sequence is not part of it (nothing is added then). */
int text_from_codepage(struct str *out, const char *bytes, size_t len, unsigned codepage);

/* UTF-16, with or without a BOM (then little-endian). -1 on an odd length or an unpaired surrogate; nothing is added.
 */
int text_from_utf16(struct str *out, const char *bytes, size_t len);
bool text_looks_utf16(const char *bytes, size_t len); /* a BOM, or NULs at every second place of the first bytes */

/* Appends valid UTF-8: each invalid byte becomes U+FFFD. For showing, never for judging. */
void text_sanitize(struct str *out, const char *bytes, size_t len);

/* Standard base64 with white space allowed between. -1 if anything else is found or the padding is wrong. */
int base64_decode(struct str *out, const char *text, size_t len);
void base64_encode(struct str *out, const void *bytes, size_t len);
