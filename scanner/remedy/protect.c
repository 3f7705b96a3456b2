/* protect: what a restart must not stop, and what must not be repaired at the same time. See consent.h. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "consent.h"

const char *const protected_services[] = { "DFSR", "DHCPServer", "NTDS", "NtFrs", "WINS", "ClusSvc", "vmms",
	"MSExchange*", "MSSQL*" };
const size_t protected_service_count = COUNT(protected_services);

static bool name_fits(const char *pattern, const char *name)
{
	size_t len = strlen(pattern);

	return len && pattern[len - 1] == '*' ? !strncasecmp(pattern, name, len - 1) : !strcasecmp(pattern, name);
}

bool consent_protects(const struct names *protect, const char *service)
{
	const char *const *pattern = protect ? (const char *const *)protect->name : protected_services;
	size_t count = protect ? protect->count : protected_service_count;

	for (size_t i = 0; i < count; i++)
		if (name_fits(pattern[i], service))
			return true;
	return false;
}

bool consent_is_cluster_node(const struct survey *look)
{
	const struct service *cluster = service_find(&look->result->facts.services, "ClusSvc");
	return *look->cluster || (cluster && cluster->pid);
}

/* A name is not longer than DNS allows; what is, is none. */
static char *key_of(const char *kind, const char *name)
{
	enum { NAME_MAX_DNS = 255 };
	char *key = NULL;

	if (asprintf(&key, "%s:%s", kind, name && *name && strlen(name) <= NAME_MAX_DNS ? name : "?") < 0)
		return NULL;
	for (char *at = key; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	return key;
}

int consent_peers(const struct survey *look, const char *tag, char *key[3], struct error *e)
{
	const struct environment_facts *env = &look->result->facts.environment;
	bool cluster = consent_is_cluster_node(look), controller = env->product_type == 2, failed = false;

	key[0] = cluster ? key_of("cluster", look->cluster) : NULL;
	key[1] = controller ? key_of("dc", look->domain) : NULL;
	key[2] = tag && *tag ? key_of("peer", tag) : NULL;
	failed = (cluster && !key[0]) || (controller && !key[1]) || (tag && *tag && !key[2]);
	return failed ? error_set(e, ERROR_LOCAL, "out of memory") : 0;
}
