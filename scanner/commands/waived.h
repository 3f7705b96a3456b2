#pragma once
/* waived: the waivers that a command goes by, and what it says about them. */

#include "options.h"
#include "str.h"
#include "waivers.h"

/* The file of --waivers, else waivers.conf beside the configuration of the user or the system, the first that is there.
 * Without one *path stays empty, or, to_write, is where it belongs. */
int waived_path(struct str *path, const struct options *o, bool to_write, struct error *e);

/* Reads it and finds its hosts among these, which must not change while the waivers are used. Without a file there are
 * no waivers. -1 with *e set: ERROR_LOCAL. waivers_done() in any case. */
int waived_read(struct waivers *waivers, const struct options *o, struct hosts *hosts, struct error *e);

/* Loud: the waivers that would have taken a finding, had they not expired. */
void waived_tell_lapsed(const struct waivers *waivers);
