#pragma once
/* strange: what hosts answer to a token that are broken or hostile in their authentication. */

#include <stdbool.h>

#include "scenario.h"
#include "str.h"

/* Whether such a host speaks; then *header gets the WWW-Authenticate header of its 401. authorization is not NULL. */
bool strange_challenge(enum trouble trouble, const char *authorization, struct str *header);
