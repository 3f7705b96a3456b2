#pragma once
/* enumerate: Enumerate, Pull and Release of WMI classes, and Get. MS-WSMV 3.1.4.8-10, 3.1.4.2. */

#include "wsman.h"

operation_fn enumerate_open, enumerate_pull, enumerate_release, enumerate_get;

/* Contexts that nobody pulled in time end, and are a leak for the journal. The host's lock is held. */
void enumerations_expire(struct host *host);
void enumerations_drop(struct host *host);
