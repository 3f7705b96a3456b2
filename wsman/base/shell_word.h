#pragma once
/* shell_word: a word of a command that is shown, quoted where a shell needs it, so that every one can be pasted (UX
 * section 2.5). What is hostile in it for a terminal or a page stays: whoever shows it escapes it. */

#include "str.h"

void shell_word(struct str *out, const char *word);
