#pragma once
/* variables: what the host variables of an Ansible inventory mean to us. */

#include "error.h"
#include "hosts.h"
#include "source.h"

/* Sets one variable of vars, in place of an earlier value; one that means nothing to us is noted in hosts->ignored.
 * -1 with *e set (at says where): a malformed value, a password, a template, a vault blob. */
int variable_set(
	struct host *vars, struct hosts *hosts, const char *name, const char *value, struct place at, struct error *e);

/* Refuses what only Ansible itself could evaluate: templates and vault blobs. */
int refuse_unevaluated(const char *text, struct place at, struct error *e);
