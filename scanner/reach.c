/* reach: see the header. */
#include "reach.h"

#include <arpa/inet.h>
#include <string.h>

static bool is_ip(const char *text)
{
	struct in6_addr any;
	return inet_pton(AF_INET, text, &any) == 1 || inet_pton(AF_INET6, text, &any) == 1;
}

static const struct credential *credential_of(const struct host *host, const struct fleet_access *access)
{
	for (size_t i = 0; host->user && i < access->credential_count; i++)
		if (!strcmp(access->credential[i].user, host->user))
			return &access->credential[i];
	return host->user ? NULL : access->credential_default;
}

static const struct trust *trust_of(const struct host *host, const struct fleet_access *access)
{
	for (size_t i = 0; host->ca_file && i < access->host_trust_count; i++)
		if (!strcmp(access->host_trust[i].ca_file, host->ca_file))
			return access->host_trust[i].trust;
	return access->trust;
}

int reach(const struct host *host, const struct fleet_access *access, struct connection *connection, struct error *e)
{
	const char *scheme = host->scheme ? host->scheme : access->scheme;
	bool tls = !strcmp(scheme, "https");
	uint16_t port = host->port ? host->port : access->port;
	/* ansible_host may be another name for the host (then TLS and SPN go by it) or just the address to connect to.
	 */
	bool renamed = host->address && !is_ip(host->address);

	*connection = (struct connection){
		.name = renamed ? host->address : host->name,
		.address = renamed ? NULL : host->address,
		.port = port  ? port
			: tls ? 5986
			      : 5985,
		.tls = tls,
		.insecure_tls =
			access->insecure_tls || (host->cert_validation && !strcmp(host->cert_validation, "ignore")),
		.insecure_plaintext = access->insecure_plaintext,
		.trust = trust_of(host, access),
		.credential = credential_of(host, access),
		.proxy = access->proxy,
		.connect_timeout_ms = access->connect_timeout_ms,
		.operation_timeout_s = access->operation_timeout_s,
	};
	if (host->auth && strcmp(host->auth, "basic") != 0)
		return error_set(e, ERROR_AUTH,
			"the inventory asks for %s, this version authenticates by Basic over HTTPS only", host->auth);
	if (!connection->credential)
		return error_set(e, ERROR_AUTH, "no credential for user %s", host->user ? host->user : "(none)");
	return 0;
}
