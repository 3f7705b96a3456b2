#pragma once
/* verdict: what the facts mean. A pure function: no clock, no network, no words of any language (DOMAIN section 2). */

#include "facts.h"

enum verdict { /* in the order in which reports show them */
	VERDICT_AFFECTED,
	VERDICT_WRITERS_MISSING,
	VERDICT_VSS_FAULT,
	VERDICT_UNREACHABLE,
	VERDICT_UNKNOWN,
	VERDICT_FIX_PENDING,
	VERDICT_AT_RISK,
	VERDICT_BUSY,
	VERDICT_SHARED,
	VERDICT_HEALTHY,
	VERDICTS
};
const char *verdict_name(enum verdict verdict);
int verdict_of_name(const char *name); /* -1 if there is none */

enum checkpoint { CHECKPOINT_UNKNOWN, CHECKPOINT_MATCH, CHECKPOINT_NO_MATCH };
const char *checkpoint_name(enum checkpoint checkpoint);

enum confidence { CONFIDENCE_NONE, CONFIDENCE_PROBABLE, CONFIDENCE_CONFIRMED };
const char *confidence_name(enum confidence confidence); /* NULL for none */

struct policy {
	bool isolate_required; /* shared is a finding (decided by --fail-on, not by the verdict) */
	unsigned window_h;     /* of events, default 168 */
};

struct judgement {
	enum verdict verdict;
	enum confidence confidence; /* affected only */
	const char *cause; /* a constant, or NULL. writers_missing: "D4 eventsystem_stopped" (the number of DOMAIN
			      section 10 and a word); vss_fault: a word, "writer_failed" */
	enum checkpoint writers, environment, events, eventsystem;
	char reason[400];        /* one English sentence: what is the matter and how we know */
	const char *missing[16]; /* names of writers of the minimum set that were not listed (constants) */
	size_t missing_count;
	bool missing_known; /* false: the writers are not known, so neither is what is missing */
};

/* The host answered; facts may lack anything. policy NULL: the default. */
struct judgement verdict_of(const struct facts *facts, const struct policy *policy);
