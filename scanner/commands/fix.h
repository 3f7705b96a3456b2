#pragma once
/* fix: what the commands that repair share: what they were asked for, with whom they talk, and what they found. */

#include <stdio.h>

#include "access.h"
#include "gate.h"
#include "host.h"
#include "options.h"
#include "policy.h"
#include "remedy_job.h"
#include "remembered.h"
#include "rings.h"
#include "store.h"
#include "str.h"

struct fix {
	const struct options *options;
	char **word; /* of the command line, as it was typed: the verb first */
	int words;
	enum action action;
	struct str directory, journal_path; /* of the store; "" with --store none */
	struct store *store;

	struct hosts hosts; /* all that may be named */
	json_t *sources;    /* that they came from, for the journal */
	char *run, *undoes; /* that the plan is made from, or undoes; NULL: none */
	json_t *types;      /* of a revert: see recorded.h */
	struct policy policy;
	struct names protect;
	struct rings rings;
	struct amount max_fail; /* valid if --max-fail was given, else 1 */
	struct gate gate;
	struct access access;
	struct remembered remembered;
	struct remedy_job job;
	struct stop stop;
	struct plan plan;
	FILE *talk;  /* stdout, or stderr while records go there */
	bool stream; /* -F ndjson -o -: records go to stdout as hosts end */
};
void fix_done(struct fix *fix);

/* After options_parse(): the store, where its journal is, rings and amounts, the policy. Says what is wrong and returns
 * the exit code, else EXIT_OK. */
int fix_begin(struct fix *fix);
/* When the hosts are known: whom to ask as whom. Says what is wrong, and what is loud; an exit code. */
int fix_access(struct fix *fix);
/* What a look, or a repair, needs to know; after fix_access(). */
int fix_job(struct fix *fix, struct error *e);
