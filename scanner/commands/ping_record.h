#pragma once
/* ping_record: what ping found out about one host, as a record for programs. */

#include <jansson.h>

#include "ping.h"

json_t *ping_record(const struct ping *p); /* a new reference; NULL if memory ran out */
