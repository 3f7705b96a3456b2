#pragma once
/* plan_print: a plan as it is shown before anything is changed (UX 4.7). */

#include "planning.h"

/* The hosts with what is going to happen to each; of many hosts only the first of each ring at length. */
void plan_print_hosts(const struct fix *fix);
/* The candidates that are not in the plan, by why. */
void plan_print_rest(const struct candidates *candidates, FILE *out);
/* The hosts of a plan that are left out now. */
void plan_print_dropped(const struct todo *todo, FILE *out);
/* Guards, rings, window, hash. candidates: NULL for a plan that was read. */
void plan_print_terms(const struct fix *fix, const struct candidates *candidates);
/* The command that carries the plan out. */
void plan_print_next(const struct fix *fix);
