#pragma once
/* option_table: one row an option; see options.h. */

#include "options.h"

struct parse; /* a command line or a configuration that is being read */

enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_NUMBER, OPTION_SECONDS, OPTION_CHOICE, OPTION_OTHER };

struct option_row {
	enum option_group group;
	const char *name;
	char letter;          /* 0: no short form */
	const char *argument; /* as --help shows it; NULL for flags */
	const char *help;
	enum option_kind kind;
	size_t offset;             /* of the field in struct options: bool, const char * or unsigned by kind */
	unsigned least, most;      /* of numbers and seconds */
	const char *const *choice; /* NULL-terminated; the index is stored */
	void (*other)(struct parse *p, struct options *o, char *argument);
};

extern const struct option_row option_table[];
extern const size_t option_count;
extern const char *const option_group_titles[GROUPS]; /* by bit number */

/* The index of text among names (NULL-terminated); ends the program, saying what was probably meant, if it is none. */
unsigned option_choice(struct parse *p, const char *option, const char *text, const char *const *names);

/* It may stand in a configuration: all but what a command is told each time, such as --apply, --yes, --resume. */
bool option_is_setting(const struct option_row *row);
const struct option_row *option_setting(const char *name); /* NULL: there is no such setting */

/* Ends the program after saying what is wrong and where help is, or, for a setting of the configuration, with the place
 * that it stands at. */
void option_refuse(const struct parse *p, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));
