#pragma once
/* history: what the runs of the store said of hosts, without opening their records. */

#include <stdint.h>

#include "store.h"

struct sighting {
	const char *host;
	int verdict;        /* enum verdict; a host without a result was not reached: VERDICT_UNREACHABLE */
	const char *id;     /* that the host goes by whatever its name (SMBIOS UUID); NULL: unknown */
	const char *kind;   /* of its first error; NULL: none */
	const char *reason; /* of the verdict, English; NULL: none */
};
/* Each host of the run, in inventory order, also those without a result; of a damaged record there is the verdict
 * alone. each returns nonzero to stop. */
int history_sightings(struct store *store, const char *run, int (*each)(void *context, const struct sighting *sighting),
	void *context, struct error *e);

/* Each host of the run that goes by the same id as others of it, by id and name. each returns nonzero to stop. */
int history_clones(struct store *store, const char *run, int (*each)(void *context, const char *id, const char *host),
	void *context, struct error *e);

/* Each host that has a result in the run, in any order. each returns nonzero to stop. */
int history_verdicts(struct store *store, const char *run, int (*each)(void *context, const char *host, int verdict),
	void *context, struct error *e);

/* The host's verdicts in the runs before this one that began at or after since, newest first, with when the run began.
 */
int history_before(struct store *store, const char *run, const char *host, int64_t since,
	int (*each)(void *context, int verdict, int64_t at), void *context, struct error *e);

/* What the runs since then that could check the host, oldest first and at most `most` of them, said of the change that
 * had repaired it: back is when it was first found as it was before ("2026-11-22T12:05:41Z"), NULL: it was not, or it
 * was not this change. */
int history_since(struct store *store, const char *host, int64_t since, unsigned most, const char *change,
	int (*each)(void *context, const char *back), void *context, struct error *e);

/* Each host of the run that a change had repaired, by name, with the "remedied" of its record, which is borrowed. */
int history_remedied(struct store *store, const char *run,
	int (*each)(void *context, const char *host, const json_t *remedied), void *context, struct error *e);

/* The "eventsystem" of the host's record in the newest run before then that saw the service in a process; *eventsystem
 * is the caller's to json_decref(), NULL if there is none. */
int history_process(struct store *store, const char *host, int64_t before, json_t **eventsystem, struct error *e);
