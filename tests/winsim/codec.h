#pragma once
/* codec: Base64, UUIDs, XML text and Windows code pages, straight on OpenSSL and iconv and on purpose not shared with
 * the product, so that a mistake there cannot cancel out here. */

#include <stdint.h>

#include "str.h"

enum { UUID_SIZE = 37 }; /* "XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX" and NUL */

enum codepage { CODEPAGE_UTF8 = 65001, CODEPAGE_UTF16 = 1200, CODEPAGE_JAPANESE = 932, CODEPAGE_US = 437 };

void base64_add(struct str *out, const void *bytes, size_t len);
/* Strict: no white space, full quartets. 0 or -1. */
int base64_decode(struct str *out, const char *text);

void uuid_random(char uuid[UUID_SIZE]); /* upper case, as Windows writes them */
/* The same number every time for the same key and salt. */
void uuid_of(char uuid[UUID_SIZE], uint64_t key, uint64_t salt);
uint64_t hash_text(const char *text);
uint64_t hash_mix(uint64_t a, uint64_t b);

/* Escaped for XML; control characters become '?' (MS-WSMV 3.1.4.1.25), CR a reference, so that it survives. */
void xml_add(struct str *out, const char *text);

/* UTF-8 in the bytes of a code page; what the page lacks becomes '?'. */
void encode_add(struct str *out, const char *utf8, unsigned codepage);
