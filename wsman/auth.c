/* auth: see the header. Basic: the password itself goes over the wire, so it needs a server that TLS has verified, or
 * an administrator who spelled out that clear text will do. libcurl is not given the password: it would keep copies. */
#include "auth.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char soap[] = "application/soap+xml";

struct basic {
	struct auth auth;
	struct str authorization; /* secret */
};

static const char *basic_authorization(struct auth *a)
{
	return str_text(&((struct basic *)a)->authorization);
}

static int basic_seal(struct auth *a, const char *plain, size_t len, struct str *sealed, struct error *e)
{
	(void)a; /* Basic protects nothing: the message goes as it is */
	str_addn(sealed, plain, len);
	return str_failed(sealed) ? error_set(e, ERROR_LOCAL, "the request does not fit in memory") : 0;
}

static int basic_unseal(struct auth *a, const char *content_type, struct str *body, struct error *e)
{
	(void)a, (void)body;
	if (!strncasecmp(content_type, soap, strlen(soap)))
		return 0;
	return error_set(e, ERROR_PROTOCOL,
		"the answer is not SOAP but %.80s: a proxy or another product answers on that port",
		content_type[0] ? content_type : "of no stated type");
}

static void basic_free(struct auth *a)
{
	struct basic *basic = (struct basic *)a;
	str_wipe(&basic->authorization);
	free(basic);
}

static const struct auth_scheme basic_scheme = {
	.name = "basic",
	.word = "Basic",
	.content_type = "application/soap+xml;charset=UTF-8",
	.authorization = basic_authorization,
	.seal = basic_seal,
	.unseal = basic_unseal,
	.free = basic_free,
};

static int basic_allowed(const struct connection *c, struct error *e)
{
	if (c->tls && c->insecure_tls)
		return error_set(e, ERROR_LOCAL,
			"Basic is refused where the certificate is not checked: anyone could read the password; give "
			"the CA "
			"by --ca-file");
	if (!c->tls && !c->insecure_plaintext)
		return error_set(e, ERROR_LOCAL,
			"Basic over plain HTTP would show the password to the network: use HTTPS, port 5986");
	if (!c->credential->user || !c->credential->password)
		return error_set(e, ERROR_LOCAL, "Basic needs a user and a password");
	if (strchr(c->credential->user, ':'))
		return error_set(e, ERROR_LOCAL, "Basic cannot carry a user name with a colon");
	return 0;
}

static struct auth *basic_new(const struct connection *c, struct error *e)
{
	if (basic_allowed(c, e) < 0)
		return NULL;
	struct basic *basic = calloc(1, sizeof(*basic));
	if (!basic) {
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	basic->auth.scheme = &basic_scheme;
	OWN(auth_free) struct auth *a = &basic->auth;
	size_t len = strlen(c->credential->user) + 1 + secret_len(c->credential->password);
	OWN_VALUE(str_wipe) struct str plain = STR(len);
	/* Room first: growing would leave copies behind. */
	str_reserve(&plain, len);
	str_reserve(&basic->authorization, strlen("Basic ") + (len + 2) / 3 * 4);
	str_add(&plain, c->credential->user);
	str_addc(&plain, ':');
	str_addn(&plain, secret_bytes(c->credential->password), secret_len(c->credential->password));
	str_add(&basic->authorization, "Basic ");
	base64_encode(&basic->authorization, str_text(&plain), plain.len);
	if (!str_failed(&plain) && !str_failed(&basic->authorization))
		return TAKE(a);
	error_set(e, ERROR_LOCAL, "out of memory");
	return NULL;
}

struct auth *auth_new(const struct connection *c, struct error *e)
{
	switch (c->credential->method) {
	case AUTH_BASIC:
		return basic_new(c, e);
	}
	error_set(e, ERROR_LOCAL, "unknown authentication method");
	return NULL;
}

void auth_free(struct auth *a)
{
	if (a)
		a->scheme->free(a);
}
