#pragma once
/* expected: the writers that a server should have and does not list: the minimum of every Windows, those of its roles
 * in the policy, those that it had when it was last well. */

#include "verdict.h"

/* Fills missing, missing_count, missing_minimum, missing_policy and missing_known of *j. */
void expected_missing(const struct facts *facts, const struct policy *policy, struct judgement *j);
/* Of the minimum exactly those are missing that run inside the VSS service itself: it did not start as it should. */
bool expected_hosted_by_vss_missing(const struct vss_facts *vss);
