#pragma once
/* html_seal: every byte of a page goes through a hash on its way, and the last line says so: a page that was cut lacks
 * it. And the hashes by which a page's policy allows what is its own. */

#include <openssl/evp.h>
#include <stdio.h>

#include "digest.h"
#include "error.h"

struct html_seal {
	FILE *out, *stream;
	size_t written; /* bytes that have come through */
	EVP_MD_CTX *digest;
};

/* out NULL: the bytes are hashed and go nowhere. The stream to write the page to; NULL with *e set. */
FILE *html_seal_begin(struct html_seal *seal, FILE *out, struct error *e);
/* Writes the last line. -1 with *e set (ERROR_LOCAL): what was written is no whole page. */
int html_seal_end(struct html_seal *seal, struct error *e);
/* Of all that was written so far, in hexadecimal digits. -1 with *e set: not all of it came through. */
int html_seal_hash(struct html_seal *seal, char hex[DIGEST_DIGITS + 1], struct error *e);
void html_seal_done(struct html_seal *seal);

void html_source_hash(FILE *out, const char *text, size_t len); /* 'sha256-...' of a style or a script */
