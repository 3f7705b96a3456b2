#pragma once
/* diff: what changed between two runs, host by host (UX section 5). A host that is not checked now is never resolved,
 * nor is one that nobody asked for any longer. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "own.h"
#include "report.h"
#include "store.h"
#include "verdict.h"

enum diff_class { /* in the order of reports */
	DIFF_SAME,
	DIFF_NEW,         /* a finding */
	DIFF_REGRESSED,   /* a finding again, not later than REGRESSED_S after it was resolved */
	DIFF_WORSE,       /* another finding, not a lighter one; or a shared process where it was alone */
	DIFF_RESOLVED,    /* checked, and no finding any longer */
	DIFF_BETTER,      /* a lighter finding, or one while a backup runs: that proves nothing yet */
	DIFF_NOT_CHECKED, /* newly */
	DIFF_CHECKED,     /* newly */
	DIFF_ADDED,       /* not in the earlier run */
	DIFF_REMOVED,     /* not in the later one */
	DIFF_RENAMED,     /* the same machine, as before, under another name */
	DIFF_CLASSES
};
const char *diff_class_name(enum diff_class class); /* "new", "newly_not_checked", "host_added" ...; "same" */

enum { DIFF_ABSENT = -1, REGRESSED_S = 30 * 86400 };

/* What is known from before the later run: from verdicts, newest first. */
struct diff_past {
	int settled;         /* the newest that was a finding or a proof of health; DIFF_ABSENT: none */
	int64_t resolved_at; /* when the health that it still proves was first seen after a finding; UNSEEN: never */
	int64_t healthy_at;  /* the earliest of that row so far */
};
#define DIFF_NO_PAST                                                                                                   \
	{                                                                                                              \
		DIFF_ABSENT, UNSEEN, UNSEEN                                                                            \
	}
/* isolate_required: a shared process is a finding. Nonzero: older ones say nothing more. */
int diff_past_add(struct diff_past *past, int verdict, int64_t at, bool isolate_required);

/* A verdict that is a finding by UX section 1. */
bool diff_is_finding(int verdict, bool isolate_required);
bool diff_is_checked(int verdict);
/* before, now: enum verdict or DIFF_ABSENT, not both; at: when the later run began. A pure function. */
enum diff_class diff_class_of(int before, int now, const struct diff_past *past, int64_t at, bool isolate_required);

struct diff_host {
	char *host; /* its name now; of a removed one its last */
	int before; /* enum verdict or DIFF_ABSENT */
	int now;
	enum diff_class class;
	char *kind;      /* of the error that it was not checked for; NULL */
	char *reason;    /* one or two sentences; NULL */
	char *origin_ja; /* of them what is not in the host's record, in Japanese; NULL */
};
struct diff {
	struct diff_host *host; /* those that changed, by class and name */
	size_t count;
	size_t same; /* hosts of the later run that did not */
};
void diff_done(struct diff *diff);
/* from: NULL: every host is an added one. diff: diff_done() in any case. */
int diff_of(struct diff *diff, struct store *store, const struct run_info *from, const struct run_info *to,
	struct error *e);

/* changes.csv (UX section 3.1); options->csv_encoding is not CSV_AUTO here. */
int diff_csv(FILE *out, const struct diff *diff, const struct run_info *from, const struct run_info *to,
	const struct report_options *options, struct error *e);
