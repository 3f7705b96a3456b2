#pragma once
/* repair: what a host does to those who repair it. The host's lock is held. */

#include <stdbool.h>
#include <stdint.h>

struct host;

/* What came of a scenario's enum repair so far. */
struct repair_state {
	uint64_t relapses_at;           /* clock_ms(); 0: not planned */
	uint32_t watched;               /* PID of EventSystem for which it was planned */
	bool relapsed;                  /* that process has lost the subscriptions */
	bool disturbed;                 /* the network or the script died, which happens once */
	bool shell_breaks, shell_broke; /* the next answer of a shell; it did, which happens once */
	bool listed, backup_runs;       /* somebody asked for the writers; and a backup began after that */
	unsigned stops_seen;            /* of EventSystem */
};

void repair_prepare(struct host *host);              /* once the services are there */
void repair_settle(struct host *host, uint64_t now); /* after services_settle() */
void repair_process_created(struct host *host);
void repair_writers_listed(struct host *host);
void repair_audit_begins(struct host *host);      /* when somebody asks for the services, or opens a shell */
unsigned repair_down_ms(const struct host *host); /* simulated: how long a reboot takes; 0: for ever */
