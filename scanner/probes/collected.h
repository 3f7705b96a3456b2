#pragma once
/* collected: a folder of outputs, as the script of collector.h left it for one server, becomes a result as if the
 * server had been asked. What nobody vouches for, or is missing, stays unknown. */

#include "result.h"

/* name: of the folder inside the directory whose descriptor is given. No link is followed, nothing outside of it is
 * read. Fills *result (its host is set by the caller; facts_init() done here): facts, errors, fallbacks, judgement;
 * checked_at is the time of collecting by the server's clock, UNSEEN if it was not told; the transport's scheme is
 * "offline". Never fails: what went wrong is in the result.
 */
void collected_judge(int directory, const char *name, const struct policy *policy, struct result *result);
