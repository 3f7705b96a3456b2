#pragma once
/* diff_print: what changed between two runs, for people: hosts folded, by class and by what became of them. */

#include <stdio.h>

#include "diff.h"

void diff_print(FILE *out, const struct diff *diff, const struct run_info *from, const struct run_info *to);
