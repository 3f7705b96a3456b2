#pragma once
/* show_host: one server on the terminal: the verdict and its reason, the four checkpoints with what each stands on, and
 * how it was learnt. */

#include <jansson.h>

void show_host(json_t *record, json_t *evidence); /* evidence may be NULL */
