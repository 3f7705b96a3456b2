#pragma once
/* probes: each asks a host one question and fills in its part of the facts (audit.c has their order). All return 0, or
 * -1 with *e set when the question has no answer; side answers that failed are noted in the result. */

#include "audit.h"

int probe_environment(struct session *s, const struct audit_options *options, struct result *result, struct error *e);
int probe_services(struct session *s, const struct audit_options *options, struct result *result, struct error *e);
int probe_vss(struct session *s, const struct audit_options *options, struct result *result, struct error *e);
/* When EventSystem and the hosts of writers were started, where no writer is left and EventSystem is alone; otherwise
 * nothing. */
int probe_processes(struct session *s, const struct audit_options *options, struct result *result, struct error *e);
/* By subscription or WMI, where the shell of probe_vss() gave none; otherwise nothing. */
int probe_events(struct session *s, const struct audit_options *options, struct result *result, struct error *e);
