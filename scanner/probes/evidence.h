#pragma once
/* evidence: what the events and the services say about the cause, for the verdict (DOMAIN sections 10, 12, 13). */

#include "facts.h"

struct evidence {
	unsigned n8193, n13; /* with 0x800401fb, the published case's; without those that we provoked */
	unsigned live;       /* the same, provoked by our own question: evidence, but not another failure */
	unsigned earlier;    /* the same, provoked by earlier looks */
	unsigned noise;      /* 8193 and 13 with 0x8007045b: every ordinary shutdown logs them */
	int64_t last;        /* the newest of n8193, n13 and live; UNSEEN */
	bool since_boot;     /* one of them is live or younger than the last start of the host */
	bool covered;        /* the log reaches back over the whole window: none was missed */
	bool writer_errors;  /* a writer or VSS itself logged an error since the last start */
	bool backup_failed;  /* a backup failed within ten minutes of one of n8193 and n13 */
	const struct event *provider_fault; /* by which a shadow copy provider failed since the last start; or NULL */
	const char *cause; /* why there could be no writers, if it is proved not to be the published case; or NULL */
	const char *hint;  /* the same, by an event that may be older than the last start: it decides nothing */
};

/* window_h: hours that count; 0: those that were asked for. */
void evidence_weigh(const struct facts *facts, unsigned window_h, struct evidence *evidence);
/* Any event of the published case. */
bool evidence_matches(const struct evidence *evidence);
