#pragma once
/* services: the list of services, and who shares the process of COM+ Event System (DOMAIN section 16). */

#include "error.h"
#include "facts.h"
#include "wmi.h"

enum { SERVICES_MAX = 20000 }; /* a list that is longer is not one of services */

#define SERVICES_WQL "SELECT Name,DisplayName,State,StartMode,ServiceType,ProcessId,PathName FROM Win32_Service"

/* Fills *services (empty before; the caller's) from the rows of SERVICES_WQL. -1 with *e (ERROR_PARSE, ERROR_LOCAL):
 * a row without a name or a process id; then *services is empty. */
int services_from_rows(const struct wmi_rows *rows, struct service_facts *services, struct error *e);

/* The same from `tasklist /svc /fo csv /nh`, which knows names and process ids of what runs and nothing else. */
int services_from_tasklist(
	const char *bytes, size_t len, unsigned oem_codepage, struct service_facts *services, struct error *e);

/* For a list from tasklist: the configured type of EventSystem, from `reg query ... /v Type`. What cannot be read stays
 * unknown. */
void services_take_type(const char *bytes, size_t len, struct service_facts *services);

/* Who shares the process: *eventsystem borrows from *services, and its list is freed by facts_done(). -1: no memory,
 * everything unknown. */
int eventsystem_group(const struct service_facts *services, struct eventsystem_facts *eventsystem, struct error *e);

/* Puts a list into the facts in place of what was there, and groups it. *services is empty afterwards. */
int facts_take_services(struct facts *facts, struct service_facts *services, struct error *e);
