#pragma once
/* run_meta: what the metadata of a run say of its settings, whichever command made it. */

#include <jansson.h>

#include "options.h"
#include "waivers.h"

/* Sets "profile", "waivers" and "narrowed": whether the command line took but a part of what is watched, by names, by
 * --limit, or by another inventory than the profile's. After options_parse(). -1: no memory. */
int run_meta_settings(json_t *meta, const struct options *o, const struct waivers *waivers);
