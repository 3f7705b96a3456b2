#pragma once
/* confirm: nobody changes servers by accident: the number of them has to be typed. */

#include "options.h"

/* EXIT_OK, or EXIT_REFUSED after it was said why. planned: the hosts are those of a plan that was read (--plan), or of
 * a change that was confirmed once, so that --yes speaks of something known. */
int confirm_change(const struct options *o, size_t hosts, bool planned);
