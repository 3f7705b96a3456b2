/* client_certificate: see the header. */
#include "client_certificate.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "private.h"

struct client_certificate {
	X509 *certificate;
	STACK_OF(X509) * chain;
	EVP_PKEY *key;
};

static int refuse(struct error *e, const char *file, const char *what)
{
	char reason[160] = "";
	unsigned long code = ERR_peek_last_error();

	if (code)
		ERR_error_string_n(code, reason, sizeof(reason));
	ERR_clear_error();
	return error_set(e, ERROR_LOCAL, "%.200s: %s%s%s", file, what, code ? ": " : "", reason);
}

static void bio_free(BIO *bio)
{
	BIO_free(bio);
}
CLEANUP_OF(BIO, bio_free);

static int read_certificates(struct client_certificate *c, const char *file, struct error *e)
{
	OWN(bio_free) BIO *bio = BIO_new_file(file, "r");
	X509 *next;

	if (!bio || !(c->certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)))
		return refuse(e, file, "no certificate in PEM form can be read");
	if (!(c->chain = sk_X509_new_null()))
		return error_set(e, ERROR_LOCAL, "out of memory");
	while ((next = PEM_read_bio_X509(bio, NULL, NULL, NULL)))
		if (!sk_X509_push(c->chain, next)) {
			X509_free(next);
			return error_set(e, ERROR_LOCAL, "out of memory");
		}
	ERR_clear_error(); /* the end of the file */
	return 0;
}

static int tell_passphrase(char *room, int size, int writing, void *passphrase)
{
	const struct secret *secret = passphrase;
	(void)writing;

	if (!secret || secret_len(secret) > (size_t)size)
		return -1;
	memcpy(room, secret_bytes(secret), secret_len(secret));
	return (int)secret_len(secret);
}

static FILE *open_key(const char *file, struct error *e)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	FILE *stream = NULL;

	if (fd < 0)
		error_set(e, ERROR_LOCAL, "%.200s: the key cannot be read: %s", file, strerror(errno));
	else if (private_check(fd, file, 077, e) == 0 && !(stream = fdopen(fd, "r")))
		error_set(e, ERROR_LOCAL, "out of memory");
	if (!stream && fd >= 0)
		close(fd);
	return stream;
}

static int read_key(struct client_certificate *c, const char *file, const struct secret *passphrase, struct error *e)
{
	FILE *stream = open_key(file, e);

	if (!stream)
		return -1;
	setvbuf(stream, NULL, _IONBF, 0); /* no copy of the key in a buffer that nobody wipes */
	c->key = PEM_read_PrivateKey(stream, NULL, tell_passphrase, (void *)passphrase);
	fclose(stream);
	if (c->key)
		return 0;
	return refuse(e, file,
		passphrase ? "no key in PEM form can be read with that passphrase"
			   : "no key in PEM form can be read (an encrypted one needs --password-file)");
}

struct client_certificate *client_certificate_new(
	const char *certificate_file, const char *key_file, const struct secret *passphrase, struct error *e)
{
	OWN(client_certificate_free) struct client_certificate *c = calloc(1, sizeof(*c));

	if (!c) {
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	if (read_certificates(c, certificate_file, e) < 0 || read_key(c, key_file, passphrase, e) < 0)
		return NULL;
	if (X509_check_private_key(c->certificate, c->key) != 1) {
		refuse(e, key_file, "the key does not belong to the certificate");
		return NULL;
	}
	return TAKE(c);
}

void client_certificate_free(struct client_certificate *c)
{
	if (!c)
		return;
	X509_free(c->certificate);
	sk_X509_pop_free(c->chain, X509_free);
	EVP_PKEY_free(c->key);
	free(c);
}

int client_certificate_use(const struct client_certificate *c, SSL_CTX *tls)
{
	return SSL_CTX_use_cert_and_key(tls, c->certificate, c->key, c->chain, 1) == 1 ? 0 : -1;
}
