#pragma once
/* preflight: what is made ready, and what is said, before many hosts are asked. */

#include "host.h"
#include "options.h"
#include "policy.h"

/* Hosts at once that the limit of open files allows, after it was raised as far as it goes; says so if it is fewer. */
unsigned clip_forks(unsigned forks);
unsigned long files_for_forks(unsigned forks); /* that so many hosts at once may need */

/* Starts the program again where that saves memory; call it before anything was read. */
void start_frugally(unsigned forks);

/* What counts as a finding, and how far back events count: from --policy, --isolate-required and --since, which comes
 * first; *o is completed by what the file says. -1 with *e set: ERROR_LOCAL. policy_done() in any case. */
int prepare_policy(struct policy *policy, struct options *o, struct error *e);

/* Loud: what makes answers less trustworthy, or readable for others. */
void tell_insecure(const struct options *o);
void tell_nameless(size_t servers);           /* reached by NTLM for want of a name */
void tell_ignored(const struct hosts *hosts); /* host variables that mean nothing here */
