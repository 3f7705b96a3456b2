#pragma once
/* options_help: what --help and --usage print, in columns, in the language of the reader. */

#include <stdio.h>

#include "option_table.h"

/* For `program`, whose arguments are written like that (NULL: none) and that does `what`. */
struct help {
	const char *program, *arguments, *what;
	unsigned groups; /* of its options */
};

void help_print(const struct help *help, FILE *out);
void help_print_usage(const struct help *help, FILE *out);
