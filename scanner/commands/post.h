#pragma once
/* post: mails a run. All: -1 with *e set, by cause and cure. */

#include "error.h"
#include "options.h"

/* Whether the options of mail hold, before a run keeps how it was started: a URL with a password must not get there. */
int post_check(const struct options *o, struct error *e);
/* What --mail-to and --mail-policy want of a run that has just ended; the store remembers what was sent. */
int post_run(const struct options *o, struct store *store, const struct run_info *run, struct error *e);
/* Somebody asks for a letter about this run: no policy holds it back, and the next run's is as if it had not been. */
int post_asked(const struct options *o, struct store *store, const struct run_info *run, struct error *e);
