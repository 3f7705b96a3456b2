#pragma once
/* reason: the verdict in one sentence, in English and in Japanese, with the numbers that it stands on. */

#include "evidence.h"
#include "phrase.h"
#include "verdict.h"

/* Fills j->reason and j->reason_ja from the rest of *j. */
void reason_give(const struct facts *facts, const struct evidence *evidence, struct judgement *j);
/* What keeps us from a better verdict, behind what the reason says: operation and cause, in the words of the error. */
void reason_explain(const struct error *failure, struct judgement *j);

/* Its part for writers that are listed, and for writers that are not, for another reason than the published case. */
void reason_of_fault(
	struct sentence *s, const struct facts *facts, const struct evidence *evidence, const struct judgement *j);
void reason_of_missing(
	struct sentence *s, const struct facts *facts, const struct evidence *evidence, const struct judgement *j);
bool reason_is_waiting(const struct writer *w);
/* What a cause means, in the sentence's tongue. */
void reason_add_cause(struct sentence *s, const char *cause);
/* The cause that an event hints at without proving it, if there is one. */
void reason_add_hint(struct sentence *s, const struct evidence *evidence);
