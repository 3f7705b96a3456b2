#pragma once
/* announce: tells the log of this machine (system_log.h) what a run changed: an entry for each change of verdict, and
 * one for the run. Each begins with an id that filters can rely on (JP1/IM, Hinemos): VSSF, a number, and E, W or I for
 * error, warning, information. The texts are English whatever the language is: programs read them. */

#include "store.h"

enum { ANNOUNCED_HOSTS_MAX = 500 }; /* of one run; behind them an entry says how many more there are */

/* Changes are those since the complete run of the same servers before it, and without one all findings; a run that was
 * cut tells only that. */
int announce_run(struct store *store, const struct run_info *run, struct error *e);
