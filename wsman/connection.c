/* connection: see the header. What must not go over which wire (RELIABILITY B: downgrade to Basic, clear text). */
#include "connection.h"
#include "auth.h"

bool connection_verifies(const struct connection *c)
{
	return c->tls && (!c->insecure_tls || c->pinned_key);
}

int connection_check(const struct connection *c, struct error *e)
{
	/* What an anonymous session says and hears, anyone may. */
	bool clear = !c->tls && !auth_method_seals(c->method) && c->method != AUTH_ANONYMOUS;

	if (c->method == AUTH_BASIC && c->tls && !connection_verifies(c))
		return error_set(e, ERROR_AUTH,
			"Basic is refused where the certificate is not checked: anyone could read the password; give "
			"the CA by --ca-file");
	if (clear && c->method == AUTH_CERTIFICATE)
		return error_set(e, ERROR_AUTH, "a client certificate needs HTTPS, port 5986");
	if (clear && !c->insecure_plaintext)
		return error_set(e, ERROR_AUTH,
			"Basic over plain HTTP would show the password to the network: use HTTPS, port 5986");
	if (c->tls && !c->insecure_tls && !c->pinned_key && !c->trust)
		return error_set(e, ERROR_LOCAL, "no certificates to check the server against");
	return 0;
}
