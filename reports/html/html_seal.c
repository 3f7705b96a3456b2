/* html_seal: see the header. */
#include "html_seal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "language.h"
#include "own.h"
#include "str.h"
#include "text.h"

enum { BUFFER = 64 << 10 };

static ssize_t pass_on(void *context, const char *bytes, size_t len)
{
	struct html_seal *seal = context;

	seal->written += len;
	if (!EVP_DigestUpdate(seal->digest, bytes, len))
		return 0;
	return seal->out ? (ssize_t)fwrite(bytes, 1, len, seal->out) : (ssize_t)len;
}

FILE *html_seal_begin(struct html_seal *seal, FILE *out, struct error *e)
{
	seal->out = out;
	seal->digest = EVP_MD_CTX_new();
	seal->stream = fopencookie(seal, "w", (cookie_io_functions_t){ .write = pass_on });
	if (!seal->stream || !seal->digest || !EVP_DigestInit_ex(seal->digest, EVP_sha256(), NULL)) {
		error_set(e, ERROR_LOCAL, _("out of memory"));
		return NULL;
	}
	setvbuf(seal->stream, NULL, _IOFBF, BUFFER);
	return seal->stream;
}

static int cannot_write(struct error *e)
{
	return error_set(e, ERROR_LOCAL, _("the report cannot be written: %s"), strerror(errno));
}

int html_seal_hash(struct html_seal *seal, char hex[DIGEST_DIGITS + 1], struct error *e)
{
	unsigned char hash[DIGEST_BYTES];

	if (fflush(seal->stream) != 0 || ferror(seal->stream) || !EVP_DigestFinal_ex(seal->digest, hash, NULL))
		return cannot_write(e);
	digest_hex(hex, hash, sizeof(hash));
	return 0;
}

int html_seal_end(struct html_seal *seal, struct error *e)
{
	char hex[DIGEST_DIGITS + 1];

	if (html_seal_hash(seal, hex, e) < 0)
		return -1;
	fprintf(seal->out, "<!-- complete sha256=%s -->\n", hex);
	return ferror(seal->out) ? cannot_write(e) : 0;
}

void html_seal_done(struct html_seal *seal)
{
	if (seal->stream)
		fclose(seal->stream);
	EVP_MD_CTX_free(seal->digest);
	*seal = (struct html_seal){ 0 };
}

void html_source_hash(FILE *out, const char *text, size_t len)
{
	OWN_VALUE(str_done) struct str base64 = { 0 };
	unsigned char digest[DIGEST_BYTES];

	EVP_Digest(text, len, digest, NULL, EVP_sha256(), NULL);
	base64_encode(&base64, digest, sizeof(digest));
	fprintf(out, "'sha256-%s'", str_text(&base64));
}
