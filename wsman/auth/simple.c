/* simple: the schemes without a conversation. Each request carries one header that says it all, and messages are
 * protected by TLS or not at all: Basic, client certificates (MS-WSMV 2.2.3.2), and nobody. */
#include "scheme.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

struct simple {
	struct auth auth;
	struct str header; /* secret */
};

static int simple_prepare(struct auth *a, struct deadline deadline, struct error *e)
{
	(void)a, (void)deadline, (void)e;
	return 0;
}

static int simple_begin(struct auth *a, const struct binding *binding, struct error *e)
{
	(void)a, (void)binding, (void)e;
	return 0;
}

static char *simple_header(struct auth *a)
{
	return ((struct simple *)a)->header.data;
}

static int simple_take(struct auth *a, const char *token, struct error *e)
{
	(void)a, (void)token, (void)e;
	return 0;
}

static bool simple_another(struct auth *a)
{
	(void)a;
	return false;
}

static void simple_free(struct auth *a)
{
	struct simple *simple = (struct simple *)a;
	str_wipe(&simple->header);
	free(simple);
}

#define SIMPLE                                                                                                         \
	.prepare = simple_prepare, .begin = simple_begin, .header = simple_header, .take = simple_take,                \
	.another = simple_another, .seal = clear_seal, .unseal = clear_unseal, .free = simple_free
static const struct auth_scheme basic_scheme = { .word = "Basic", .lockable = true, SIMPLE };
static const struct auth_scheme certificate_scheme = { SIMPLE };
static const struct auth_scheme anonymous_scheme = { SIMPLE };

/* header: taken over. */
static struct auth *simple_new(const struct auth_scheme *scheme, const char *name, struct str *header, struct error *e)
{
	struct simple *simple = str_failed(header) ? NULL : calloc(1, sizeof(*simple));

	if (!simple) {
		str_wipe(header);
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	simple->auth = (struct auth){ .scheme = scheme, .name = name, .ready = true, .established = true };
	simple->header = *header;
	return &simple->auth;
}

/* The password itself goes over the wire. libcurl is not given it: it would keep copies. */
struct auth *basic_new(const struct credential *c, struct error *e)
{
	if (!c->user || !c->password) {
		error_set(e, ERROR_AUTH, "Basic needs a user and a password");
		return NULL;
	}
	if (strchr(c->user, ':')) {
		error_set(e, ERROR_AUTH, "Basic cannot carry a user name with a colon");
		return NULL;
	}
	static const char beginning[] = "Authorization: Basic ";
	size_t len = strlen(c->user) + 1 + secret_len(c->password);
	OWN_VALUE(str_wipe) struct str plain = STR(len);
	struct str header = { 0 };
	/* Room first: growing would leave copies behind. */
	str_reserve(&plain, len);
	str_reserve(&header, strlen(beginning) + (len + 2) / 3 * 4);
	str_add(&plain, c->user);
	str_addc(&plain, ':');
	str_addn(&plain, secret_bytes(c->password), secret_len(c->password));
	str_add(&header, beginning);
	base64_encode(&header, str_text(&plain), plain.len);
	if (str_failed(&plain)) {
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	return simple_new(&basic_scheme, "basic", &header, e);
}

/* TLS has shown the certificate; the header asks WinRM to take it as a proof (MS-WSMV 2.2.3.2). */
struct auth *certificate_new(const struct credential *c, const struct auth_target *target, struct error *e)
{
	struct str header = { 0 };

	if (!c->certificate) {
		error_set(e, ERROR_AUTH, "no client certificate: give --cert and --key");
		return NULL;
	}
	if (!target->tls) {
		error_set(e, ERROR_AUTH, "a client certificate needs HTTPS, port 5986");
		return NULL;
	}
	str_add(&header, "Authorization: http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual");
	return simple_new(&certificate_scheme, "certificate", &header, e);
}

struct auth *anonymous_new(struct error *e)
{
	struct str header = { 0 };

	str_add(&header, "WSMANIDENTIFY: unauthenticated");
	return simple_new(&anonymous_scheme, "anonymous", &header, e);
}
