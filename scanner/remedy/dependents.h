#pragma once
/* dependents: which services must be stopped before one can be, and in which order (sc.exe enumdepend, which prints
 * what EnumDependentServices gives: all dependents, direct or not, in the order in which to stop them). */

#include "facts.h"
#include "names.h"

/* Reads what `sc.exe enumdepend NAME SIZE` printed, in any language: labels are translated, names of services are not.
 * The first line of each block between blank lines names a service, behind its first colon. Adds those that run (pid
 * not 0 in services) to stops unless they are there, in the order printed. -1 with *e, and stops is as it was:
 * ERROR_PARSE if a block does not begin with the name of another known service, if there are fewer or more than the
 * head line says (the first line: "... = N"), if there is no head, or if one that runs has a name that is not plain
 * (name_is_plain). */
int dependents_read(const char *text, size_t len, const struct service_facts *services, const char *of,
	struct names *stops, struct error *e);
