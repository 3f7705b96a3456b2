#pragma once
/* record: one result as the JSON object of the record format vssfleet/1 (DESIGN section 6), and the evidence beside it.
 * The only encoder: the store keeps records, and every report format is a view of stored records. */

#include <jansson.h>

#include "result.h"

/* A new reference; NULL if memory ran out. Unknown is null, never absent; keys in the order of DESIGN section 6.
 * Beyond DESIGN's keys (additive): "reason" after "cause", "fallbacks" after "errors". */
json_t *record_of(const char *run, const struct result *result);

/* What the record is too small for: {"vssadmin": raw text or null, "vssadmin_codepage", "vssadmin_note", "events":
 * [...], "services": [...]}. services: those in EventSystem's process or svchost group (-k name), those that host known
 * writers, and VSS, SWPRV, wbengine, COMSysApp, SENS. */
json_t *evidence_of(const struct result *result);
