#pragma once
/* verdict: what the facts mean. A pure function: no clock, no network, no words of any language (DOMAIN section 2). */

#include "facts.h"
#include "policy.h"

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

enum { MISSING_MAX = 32 };

struct judgement {
	enum verdict verdict;
	enum confidence confidence; /* affected only */
	const char *cause; /* a constant, or NULL. writers_missing: "D4 eventsystem_stopped" (the number of DOMAIN
			      section 10 and a word); vss_fault: a word, "writer_failed" */
	enum checkpoint writers, environment, events, eventsystem;
	char reason[400];                 /* one English sentence: what is the matter and how we know */
	char reason_ja[800];              /* the same in Japanese */
	const char *missing[MISSING_MAX]; /* names of expected writers that were not listed: first those of the minimum,
					     then the policy's, then those of the last good set (constants, or of
					     policy and last_good) */
	size_t missing_count, missing_minimum, missing_policy;
	bool missing_known; /* false: the writers are not known, so neither is what is missing */
};

/* Writers have waited for a backup for more than a day, by what earlier runs saw. */
bool verdict_is_stuck(const struct facts *facts);

/* The host answered; facts may lack anything. policy NULL: the default. What the judgement points to is theirs. */
struct judgement verdict_of(const struct facts *facts, const struct policy *policy);
