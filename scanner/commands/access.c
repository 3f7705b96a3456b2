/* access: see the header. */
#include "access.h"
#include "credentials.h"
#include "guard.h"
#include "trust.h"

#include <stdlib.h>
#include <string.h>

static bool has_user(const struct access *access, const char *user)
{
	for (size_t i = 0; i < access->fleet.credential_count; i++)
		if (!strcmp(access->credential[i].user, user))
			return true;
	return false;
}

static int add_user(struct access *access, const char *user, struct error *e)
{
	if (has_user(access, user))
		return 0;
	size_t n = access->fleet.credential_count;
	struct credential *grown = reallocarray(access->credential, n + 1, sizeof(*grown));
	if (grown)
		access->credential = grown;
	struct guard *guard = grown ? guard_new(user) : NULL;
	if (!guard)
		return error_set(e, ERROR_LOCAL, "out of memory");
	grown[n] = (struct credential){
		.name = user, .method = AUTH_BASIC, .user = user, .password = access->password, .guard = guard
	};
	access->fleet.credential = grown;
	access->fleet.credential_count = n + 1;
	return 0;
}

static bool has_trust(const struct access *access, const char *ca_file)
{
	for (size_t i = 0; i < access->fleet.host_trust_count; i++)
		if (!strcmp(access->host_trust[i].ca_file, ca_file))
			return true;
	return false;
}

static int add_trust(struct access *access, const char *ca_file, struct error *e)
{
	if (has_trust(access, ca_file))
		return 0;
	size_t n = access->fleet.host_trust_count;
	struct host_trust *grown = reallocarray(access->host_trust, n + 1, sizeof(*grown));
	if (!grown)
		return error_set(e, ERROR_LOCAL, "out of memory");
	access->fleet.host_trust = access->host_trust = grown;
	struct trust *trust = trust_new(ca_file, e);
	if (!trust)
		return -1;
	grown[n] = (struct host_trust){ .ca_file = ca_file, .trust = trust };
	access->fleet.host_trust_count = n + 1;
	return 0;
}

/* The user of the password prompt: the run's, else the first that the inventory names. */
static const char *first_user(const struct options *o, const struct hosts *hosts)
{
	for (size_t i = 0; !o->user && i < hosts->count; i++)
		if (hosts->host[i].user)
			return hosts->host[i].user;
	return o->user;
}

static int prepare(struct access *access, const struct options *o, const struct hosts *hosts, const char **warning,
	struct error *e)
{
	const char *user = first_user(o, hosts);
	if (!user)
		return error_set(e, ERROR_LOCAL, "no account: give --user, or ansible_user in the inventory");
	if (!(access->password = credentials_password(o->password_file, user, !o->no_input, warning, e)))
		return -1;
	if (o->user && add_user(access, o->user, e) < 0)
		return -1;
	if (!(access->trust = trust_new(o->ca_file, e)))
		return -1;
	access->fleet.trust = access->trust;
	for (size_t i = 0; i < hosts->count; i++) {
		const struct host *host = &hosts->host[i];
		if ((host->user && add_user(access, host->user, e) < 0) ||
			(host->ca_file && add_trust(access, host->ca_file, e) < 0))
			return -1;
	}
	if (o->user)
		access->fleet.credential_default = &access->credential[0];
	return 0;
}

int access_prepare(struct access *access, const struct options *o, const struct hosts *hosts, const char **warning,
	struct error *e)
{
	*access = (struct access){
		.fleet = {
			.scheme = o->scheme == SCHEME_HTTP ? "http" : "https",
			.port = (uint16_t)o->port,
			.proxy = o->proxy,
			.insecure_tls = o->insecure_tls,
			.insecure_plaintext = o->insecure_plaintext,
			.connect_timeout_ms = o->connect_timeout_s * 1000,
			.operation_timeout_s = o->operation_timeout_s,
		},
	};
	if (o->scheme == SCHEME_HTTP && !o->insecure_plaintext)
		return error_set(e, ERROR_LOCAL,
			"--scheme http would send the password and all answers in clear; use https, or "
			"spell out --insecure-plaintext");
	if (o->proxy && strchr(o->proxy, '@'))
		return error_set(
			e, ERROR_LOCAL, "--proxy with a password in it could be read by others from the process list");
	if (prepare(access, o, hosts, warning, e) == 0)
		return 0;
	access_done(access);
	return -1;
}

void access_done(struct access *access)
{
	for (size_t i = 0; i < access->fleet.credential_count; i++)
		guard_free(access->credential[i].guard);
	for (size_t i = 0; i < access->fleet.host_trust_count; i++)
		trust_free((struct trust *)access->host_trust[i].trust);
	free(access->credential);
	free(access->host_trust);
	trust_free(access->trust);
	secret_free(access->password);
	*access = (struct access){ 0 };
}
