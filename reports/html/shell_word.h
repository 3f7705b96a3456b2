#pragma once
/* shell_word: a word of a command that is shown, quoted where a shell needs it: every one can be pasted (UX section
 * 2.5). */

#include "str.h"

void shell_word(struct str *out, const char *word);
