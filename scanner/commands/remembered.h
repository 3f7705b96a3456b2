#pragma once
/* remembered: what earlier runs saw of the servers of this one, read before it begins, for any thread to look at. */

#include "audit.h"
#include "host.h"
#include "store.h"

struct remembered {
	const struct hosts *hosts;
	struct last_good *good; /* by the host's place in hosts */
};

/* -1 with *e set if the store cannot be read. remembered_done() in any case. */
int remembered_read(struct remembered *r, struct store *store, const struct hosts *hosts, struct error *e);
/* -1 with *e naming a server of which a damaged record may have told more. */
int remembered_whole(const struct remembered *r, struct error *e);
void remembered_done(struct remembered *r);

/* For audit_options.last_good: context is the struct remembered, host one of its hosts. */
const struct last_good *remembered_of(void *context, const struct host *host);
