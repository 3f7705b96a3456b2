#pragma once
/* label: what the tokens of records are called in the language of the reader: verdicts, kinds of errors, results of
 * repairs, states of runs (UX section 1). In English the token itself; so is any that is not known here. */

#include <jansson.h>

const char *label_of(const char *token);
/* Why a record has its verdict, in that language; NULL if it does not say. The record's own. */
const char *reason_of(const json_t *record);
