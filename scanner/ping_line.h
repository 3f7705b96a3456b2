#pragma once
/* ping_line: what ping has to say about one host, in one line: how it is reached, or which leg failed, why, and what to
 * do about it. Texts of the host stand in it as they are: who shows it escapes it. */

#include "ping.h"
#include "str.h"

/* name_width: columns of the longest host name; the line has no newline. */
void ping_line(struct str *line, const struct ping *p, unsigned name_width);
