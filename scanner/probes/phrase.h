#pragma once
/* phrase: parts of a reason that several verdicts need. */

#include "evidence.h"
#include "str.h"

enum { PHRASE_NAMES = 6 }; /* names that are shown of a list */

void phrase_name(struct str *out, const char *name); /* bounded */
/* "process 816 with FontCache, netprofm, nsi" */
void phrase_sharing(struct str *out, const struct eventsystem_facts *eventsystem);
/* "; " and what the log says, also when it says nothing. */
void phrase_events(struct str *out, const struct facts *facts, const struct evidence *evidence);
/* Those that are wanted, with state, last error and service. */
void phrase_writers(struct str *out, const struct vss_facts *vss, bool (*wanted)(const struct writer *));
