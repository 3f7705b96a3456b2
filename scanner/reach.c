/* reach: see the header. */
#include "reach.h"
#include "auth.h"
#include "text.h"

#include <string.h>

static const struct credential *named(const char *name, const struct fleet_access *access, struct error *e)
{
	for (size_t i = 0; i < access->named_count; i++)
		if (!strcmp(access->named[i].name, name))
			return &access->named[i];
	error_set(e, ERROR_AUTH, "the inventory names the credential %s: --credentials gives none of that name", name);
	return NULL;
}

static const struct credential *credential_of(
	const struct host *host, const struct fleet_access *access, struct error *e)
{
	if (host->credential)
		return named(host->credential, access, e);
	for (size_t i = 0; host->user && i < access->credential_count; i++)
		if (access->credential[i].user && !strcmp(access->credential[i].user, host->user))
			return &access->credential[i];
	if (!host->user && access->credential_default)
		return access->credential_default;
	error_set(e, ERROR_AUTH, "no credential for user %s", host->user ? host->user : "(none)");
	return NULL;
}

static const struct trust *trust_of(const struct host *host, const struct fleet_access *access)
{
	for (size_t i = 0; host->ca_file && i < access->host_trust_count; i++)
		if (!strcmp(access->host_trust[i].ca_file, host->ca_file))
			return access->host_trust[i].trust;
	return access->trust;
}

/* Port 5985 is for those who seal their messages, 5986 for the others (MS-WSMV 3.1.4.1.31). */
static bool is_tls(const struct host *host, const struct fleet_access *access, enum auth_method method)
{
	const char *scheme = host->scheme ? host->scheme : access->scheme;
	uint16_t port = host->port ? host->port : access->port;

	if (scheme)
		return !strcmp(scheme, "https");
	if (port == 5985 || port == 5986)
		return port == 5986;
	return !auth_method_seals(method);
}

int reach(const struct host *host, const struct fleet_access *access, struct connection *connection, struct error *e)
{
	uint16_t port = host->port ? host->port : access->port;
	/* ansible_host may be another name for the host (then TLS and SPN go by it) or just the address to connect to.
	 */
	bool renamed = host->address && !is_ip_literal(host->address);
	const char *name = renamed ? host->address : host->name;
	const struct credential *credential = credential_of(host, access, e);
	enum auth_method method = AUTH_AUTO;

	if (!credential)
		return -1;
	if (auth_method_parse(host->auth, &method) < 0)
		return error_set(
			e, ERROR_AUTH, "the inventory asks for %s, which is no way to authenticate", host->auth);
	if (method == AUTH_AUTO)
		method = credential->wish;
	method = auth_method_for(method, credential, host->kerberos_host ? host->kerberos_host : name);
	bool tls = is_tls(host, access, method);
	*connection = (struct connection){
		.name = name,
		.address = renamed ? NULL : host->address,
		.port = port  ? port
			: tls ? 5986
			      : 5985,
		.tls = tls,
		.tls13 = access->tls13,
		.insecure_tls =
			access->insecure_tls || (host->cert_validation && !strcmp(host->cert_validation, "ignore")),
		.insecure_plaintext = access->insecure_plaintext,
		.no_cbt = access->no_cbt,
		.pinned_key = host->pinned_key ? host->pinned_key : access->pinned_key,
		.trust = trust_of(host, access),
		.credential = credential,
		.method = method,
		.spn_host = host->kerberos_host,
		.spn_service = host->kerberos_service,
		.proxy = access->proxy,
		.trace = access->trace,
		.connect_timeout_ms = access->connect_timeout_ms,
		.operation_timeout_s = access->operation_timeout_s,
	};
	return 0;
}
