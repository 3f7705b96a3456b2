#pragma once
/* config: what Get of the WinRM configuration answers: the limits of the server. MS-WSMV 4.2.1. */

#include "host.h"
#include "str.h"

void config_add(const struct host *host, struct str *out);
