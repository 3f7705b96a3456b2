#pragma once
/* record: one result as the JSON object of the record format vssfleet/1 (DESIGN section 6), and the evidence beside it.
 * The only encoder: the store keeps records, and every report format is a view of stored records. */

#include <jansson.h>

#include "result.h"

#define RECORD_SCHEMA "vssfleet/1"

/* What a hostile host may fill: a record and its evidence stay below the store's limit of one value (4 MB), escaped. */
enum {
	RECORD_TEXT_MAX = 256,         /* bytes of a name or a text of the host; longer ones end in "..." */
	RECORD_LIST_MAX = 256,         /* writers, services; what is left out becomes an error of kind "parse" */
	EVIDENCE_RAW_MAX = 192 * 1024, /* bytes of vssadmin's output; the hash in the record is of all of it */
	EVIDENCE_EVENT_TEXT_MAX = 512, /* bytes */
	EVIDENCE_SERVICES_MAX = 128,
};

/* A new reference; NULL if memory ran out. Unknown is null, never absent; keys in the order of DESIGN section 6.
 * Beyond DESIGN's keys (additive): "reason" and "reason_ja" (the same in Japanese) after "cause", "fallbacks" after
 * "errors", platform.memory, eventsystem.started, "remedied" after "waiver" and "since" (null here:
 * see relapse.h and standing.h).
 * host.address is the inventory's, else the address that was spoken to. vss.writers is a list only for the outcomes
 * writers, partial and empty, eventsystem.shared_with only if the service runs. events.matching and hresults leave out
 * live events, which the probe may have provoked. Our own failures (ERROR_LOCAL) are of kind "aborted": the check was
 * given up on this side, and the host broke no rule. */
json_t *record_of(const char *run, const struct result *result);

/* The record of a host that the run ended before: unreachable, kind "aborted", never a server that was checked. */
json_t *record_never_begun(const char *run, const char *host);

/* What the record is too small for: {"vssadmin": raw text or null, "vssadmin_codepage", "vssadmin_note", "events":
 * [{"time","record_id","id","hr","clsid","writer","text","live"}], "services": [{"name","display_name","pid","state",
 * "start_mode","service_type","path"}]}; lists are null if unknown. services: those in EventSystem's process or svchost
 * group (-k name), those that host known writers, and VSS, SWPRV, wbengine, COMSysApp, SENS. */
json_t *evidence_of(const struct result *result);
