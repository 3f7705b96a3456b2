#pragma once
/* host: one server to look at, as the inventory describes it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "own.h"

struct host {
	char *name;    /* as written; the identity of the host in this run. RFC 1123 labels or an IP literal */
	char *address; /* where to connect (ansible_host, second column), or NULL: the name itself */
	uint16_t port; /* 0: the default of the scheme */
	char *scheme;  /* "http", "https", or NULL: the run's default. All below: NULL or unset means the run's default
			*/
	char *auth;    /* "basic", "kerberos" ... (ansible_winrm_transport) */
	char *user;    /* ansible_user */
	char *ca_file; /* ansible_winrm_ca_trust_path */
	char *kerberos_host;    /* ansible_winrm_kerberos_hostname_override */
	char *kerberos_service; /* ansible_winrm_service: the only service to ask a ticket for */
	char *credential;       /* vssfleet_credential: of the file for --credentials */
	char *pinned_key;       /* vssfleet_pinned_key: "sha256//BASE64" */
	char *peer;             /* vssfleet_peer: hosts with the same word are never repaired at the same time */
	char *cert_validation;  /* "validate", "ignore" (ansible_winrm_server_cert_validation) */
	char *source;           /* file name, "-" or "command line" */
	unsigned line;          /* in source; 0 if it has none */
	char **groups;          /* sorted, without "all" and "ungrouped" */
	size_t group_count;
};

struct lookup;

/* A growing list of hosts; the hosts belong to it. */
struct hosts {
	struct host *host;
	size_t count;
	size_t merged;  /* duplicates that were merged into an earlier entry */
	char **ignored; /* names of host variables that mean nothing to us, once each, for one notice */
	size_t ignored_count;
	struct lookup *by_name; /* finds a host by its name; made when it is needed */
};
void hosts_done(struct hosts *hosts);
