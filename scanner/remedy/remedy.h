#pragma once
/* remedy: repairs one host: looks, asks for consent, changes, verifies, and rolls back if it did not help. The same
 * function continues what an earlier process began: what the journal knows to be done is not done again, what it only
 * knows to be intended is looked for on the host first. */

#include "consent.h"
#include "journal.h"
#include "plan.h"
#include "verify.h"

struct remedy_options {
	const struct plan *plan;
	const char *change; /* its id */
	struct journal *journal;
	const struct change_past *past; /* of a change that is continued; NULL: a fresh one */
	struct audit_options audit;
	const struct names *protect;
	bool isolate_required;
	/* Opens a session to the host, also after it was lost, and for each look of a reboot. NULL with *e set. */
	struct session *(*open)(void *context, const struct host *host, struct deadline deadline, struct error *e);
	void *open_context;
	/* Asked before anything is stopped: why this host must wait (a constant); NULL: it need not. */
	const char *(*held)(void *context, const struct host *host);
	void *held_context;
	unsigned restart_wait_s; /* for the server's script to end */
	unsigned reboot_wait_s;  /* for the server to be back */
	unsigned verify_s;       /* for the writers to be back: three looks within */
};
enum { RESTART_WAIT_S = 120, REBOOT_WAIT_S = 1200, VERIFY_S = 120 };

struct repair { /* what became of one host */
	const struct host *host;
	enum repair_result result;
	enum repair_step step; /* where it failed; REPAIR_LOOK also if it was not begun */
	bool has_code;
	int64_t code;       /* Win32 error, ReturnValue */
	const char *reason; /* as in struct consent; "window", "drift", "unreachable", "journal", "aborted"; NULL */
	char message[600];
	struct state before, after;
	bool has_before, has_after;
	struct result *first, *last; /* the audits before and after, or NULL */
	struct str output;           /* what the server's scripts wrote, each below its name */
	int64_t restarted;           /* when the restart was sent, by the host's clock; UNSEEN */
	int64_t ended;               /* Unix seconds, our clock */
	unsigned duration_ms;
	bool unfinished; /* left in the middle: the journal has no result, `resume` looks what was done */
};
void repair_free(struct repair *repair);
CLEANUP_OF(struct repair, repair_free);

/* In a worker's thread; never fails: what went wrong is in the repair. NULL only without memory. The change_result is
 * in the journal when it returns, unless unfinished. */
struct repair *remedy_host(const struct remedy_options *options, const struct host *host, struct deadline deadline);

/* Looks at a host again that was fixed, after the soak: one that has relapsed becomes fix_failed at "soak", in the
 * journal too. One that could not be looked at counts as relapsed. */
void remedy_soak(const struct remedy_options *options, struct repair *repair, struct deadline deadline);

/* The change_result: the journal's entry and the record of reports. {"type":"change_result","schema":"vssfleet/1",
 * "change","host","action","result","step","code","reason","before","after","message","duration_ms","ended"}.
 * NULL: no memory. */
json_t *repair_record(const struct repair *repair, const struct remedy_options *options);
