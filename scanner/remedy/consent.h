#pragma once
/* consent: may this host be repaired now? A pure function of one look (DOMAIN sections 16 and 18, rows 85-101). */

#include "survey.h"

enum { ALLOW_ROLE = 1, ALLOW_CLUSTER = 2, ALLOW_PENDING_REBOOT = 4, ALLOW_USERS = 8 };

struct consent_options {
	enum action action;
	bool restart;                /* false: --no-restart */
	bool force;                  /* also where the verdict does not ask for it (shared, unknown) */
	unsigned allow;              /* ALLOW_... */
	bool isolate_required;       /* policy: shared is reason enough */
	const struct names *protect; /* services that must not be stopped unless ALLOW_ROLE; NULL: the usual. A restart
					stops its stops; a reboot all that runs: domain controllers need ALLOW_ROLE */
	const char *revert_to; /* ACTION_REVERT: the service type that the journal recorded; NULL: none is recorded */
};

struct consent {
	enum repair_result result; /* RESULT_NONE: yes. RESULT_SKIPPED: nothing to do. RESULT_DEFERRED: not now */
	const char *reason; /* constant: "isolated", "configured" (--no-restart, and the type is own), "reverted",
			       "no_record"; "backup", "role", "cluster", "pending_reboot", "users", "cause", "verdict",
			       "disabled", "stopped", "changing", "unchecked", "stops_unknown" */
	char message[400];  /* one sentence for the operator: what stands against it, and what to do */
};

struct consent consent_of(const struct survey *look, const struct consent_options *options);
/* Of a repair that was begun, before it stops anything: what it would disturb, or that this cannot be told. Whether it
 * is called for was settled before, and what it has changed itself would answer now. RESULT_NONE or RESULT_DEFERRED. */
struct consent consent_to_go_on(const struct survey *look, const struct consent_options *options);
/* What "backup" means: a backup program runs, or a writer is in the middle of a snapshot. Also before a rollback. */
bool consent_is_backing_up(const struct survey *look);

/* DFSR, DHCPServer, NTDS, NtFrs, WINS, ClusSvc, vmms, MSExchange..., SQL Server: what a restart must not stop unless it
 * is told to. */
extern const char *const protected_services[];
extern const size_t protected_service_count;
/* protect NULL: these; a * at the end of a name stands for anything. */
bool consent_protects(const struct names *protect, const char *service);
bool consent_is_cluster_node(const struct survey *look); /* its service runs, or the name of its cluster is known */

/* Keys of rings.h: what must not be repaired at the same time as another. tag: vssfleet_peer of the inventory, or NULL.
 * Nodes of clusters whose name is not known are peers of each other, and so are controllers of unknown domains. The
 * strings are the caller's to free, also on failure. -1: no memory. */
int consent_peers(const struct survey *look, const char *tag, char *key[3], struct error *e);
