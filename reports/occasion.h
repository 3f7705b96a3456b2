#pragma once
/* occasion: whether a run is worth a letter, and what it can tell as changed. It is compared with the run that the last
 * letter was sent about, so that a letter that could not be sent, or a day without one, leaves nothing out. */

#include <stdbool.h>

#include "diff.h"

enum mail_policy { MAIL_CHANGES, MAIL_PROBLEMS, MAIL_ALWAYS };

struct occasion {
	bool due;
	struct run_info before; /* what the changes are since; its id is "" if there is none */
	struct diff diff;
	size_t recounted;    /* servers of the same verdict that count as something else: by a waiver, by the policy */
	struct error unread; /* why it is not known whether more changed */
};
/* Due if the policy says so, if no letter was ever sent about these servers (lineage.h), if the last one is older than
 * heartbeat_s, or told of a part of a run that went on since: silence always means something. *occasion is to be freed
 * in any case. */
int occasion_of(struct occasion *occasion, struct store *store, const struct run_info *run, enum mail_policy policy,
	unsigned heartbeat_s, struct error *e);
/* Somebody asks for a letter about the run: changes are those since the complete run before it. */
int occasion_asked(struct occasion *occasion, struct store *store, const struct run_info *run, struct error *e);
void occasion_done(struct occasion *occasion);
