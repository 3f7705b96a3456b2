#pragma once
/* reason: the verdict in one English sentence, with the numbers that it stands on. */

#include "evidence.h"
#include "verdict.h"

/* Fills j->reason from the rest of *j. */
void reason_give(const struct facts *facts, const struct evidence *evidence, struct judgement *j);
