#pragma once
/* registry: what `reg query KEY /v NAME` prints, and the environment of a server as its registry tells it. */

#include "facts.h"

/* The value of the first such line, between its type and the end of the line; false if there is none. text: any number
 * of outputs behind each other, in UTF-8. */
bool registry_value(const char *text, const char *name, const char **value, size_t *len);

/* From the values of the keys that collector.c asks for. What is not there or contradicts itself stays unknown. */
void environment_from_registry(const char *text, struct environment_facts *environment);
