#pragma once
/* shell_word: a word of a command line, to be shown. */

#include <stdio.h>

/* Behind a space, as a shell reads it back; safe for a terminal. */
void print_shell_word(const char *word, FILE *out);
