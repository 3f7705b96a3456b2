/* options: see the header. glibc's argp reads the command line and writes --help from option_table.c. */
#include "options.h"
#include "command.h"
#include "option_table.h"
#include "own.h"
#include "suggest.h"
#include "verdict.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BASE = 1000, ROWS_MAX = 128 }; /* argp keys of rows without a letter are KEY_BASE + row */

struct parse {
	struct options *options;
	unsigned groups;
	bool takes_arguments;
};

unsigned option_choice(struct argp_state *state, const char *option, const char *text, const char *const *names)
{
	unsigned count = 0;
	for (; names[count]; count++)
		if (!strcmp(names[count], text))
			return count;
	const char *near = suggest(text, names, count);
	argp_error(state, "%s %s: unknown%s%s%s", option, text, near ? "; did you mean " : "", near ? near : "",
		near ? "?" : "");
	return 0;
}

static unsigned number(struct argp_state *state, const struct option_row *row, const char *text, const char **rest)
{
	char *end;
	errno = 0;
	unsigned long n = strtoul(text, &end, 10);
	if (errno || !isdigit((unsigned char)*text) || n > row->most)
		argp_error(state, "--%s %s: not a number from %u to %u", row->name, text, row->least, row->most);
	*rest = end;
	return (unsigned)n;
}

/* "90", "30s", "5m", "2h", "7d" */
static unsigned seconds(struct argp_state *state, const struct option_row *row, const char *text)
{
	static const struct {
		const char *unit;
		unsigned seconds;
	} units[] = { { "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 } };
	const char *unit;
	unsigned n = number(state, row, text, &unit);

	FOR_EACH(u, units)
		if (!strcmp(unit, u->unit) && n <= row->most / u->seconds && n * u->seconds >= row->least)
			return n * u->seconds;
	argp_error(state, "--%s %s: not a time such as 30s, 5m, 2h, 7d (%u s to %u s)", row->name, text, row->least,
		row->most);
	return 0;
}

static unsigned plain_number(struct argp_state *state, const struct option_row *row, const char *text)
{
	const char *rest;
	unsigned n = number(state, row, text, &rest);
	if (*rest || n < row->least)
		argp_error(state, "--%s %s: not a number from %u to %u", row->name, text, row->least, row->most);
	return n;
}

static void set(struct argp_state *state, struct options *o, const struct option_row *row, char *argument)
{
	void *field = (char *)o + row->offset;
	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)field = true;
		break;
	case OPTION_TEXT:
		*(const char **)field = argument;
		break;
	case OPTION_NUMBER:
		*(unsigned *)field = plain_number(state, row, argument);
		break;
	case OPTION_SECONDS:
		*(unsigned *)field = seconds(state, row, argument);
		break;
	case OPTION_CHOICE:
		*(unsigned *)field = option_choice(state, row->name, argument, row->choice);
		break;
	case OPTION_OTHER:
		row->other(state, o, argument);
		break;
	}
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	const struct parse *p = state->input;

	if (key == ARGP_KEY_ARG) {
		if (!p->takes_arguments)
			argp_error(state, "\"%s\" is not expected here", argument);
		if (p->options->argument_count == ARGUMENTS_MAX)
			argp_error(
				state, "more than %d targets: put them into a file and give it by -i", ARGUMENTS_MAX);
		p->options->argument[p->options->argument_count++] = argument;
		return 0;
	}
	for (size_t i = 0; i < option_count; i++) {
		const struct option_row *row = &option_table[i];
		if ((row->group & p->groups) && key == (row->letter ? row->letter : KEY_BASE + (int)i)) {
			set(state, p->options, row, argument);
			return 0;
		}
	}
	return ARGP_ERR_UNKNOWN;
}

static void list_options(struct argp_option *list, unsigned groups)
{
	int section = 0;
	const char *title = NULL;

	for (size_t i = 0; i < option_count; i++) {
		const struct option_row *row = &option_table[i];
		const char *its = option_group_titles[__builtin_ctz(row->group)];
		if (!(row->group & groups))
			continue;
		if (its && its != title)
			*list++ = (struct argp_option){ .doc = title = its, .group = ++section };
		*list++ = (struct argp_option){
			.name = row->name,
			.key = row->letter ? row->letter : KEY_BASE + (int)i,
			.arg = row->argument,
			.doc = row->help,
			.flags = row->help ? 0 : OPTION_HIDDEN | OPTION_ARG_OPTIONAL,
			.group = section,
		};
	}
	*list = (struct argp_option){ 0 };
}

/* getopt only says that it does not know an option; say also which one was probably meant. */
static void refuse_unknown(int argc, char **argv, unsigned groups)
{
	const char *names[ROWS_MAX + 1] = { "help" };
	size_t count = 1;
	for (size_t i = 0; i < option_count; i++)
		if (option_table[i].group & groups)
			names[count++] = option_table[i].name;

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		size_t len = strcspn(argv[i], "=");
		bool known = strncmp(argv[i], "--", 2) != 0 || !strcmp(argv[i], "--usage");
		for (size_t k = 0; k < count && !known; k++)
			known = len > 2 &&
				!strncmp(names[k], argv[i] + 2, len - 2); /* getopt takes unique beginnings too */
		if (known)
			continue;
		const char *near = suggest(argv[i] + 2, names, count);
		exit(complain_text(EXIT_USAGE, "there is no option %s%s%s%s; `%s --help` lists them", argv[i],
			near ? "; did you mean --" : "", near ? near : "", near ? "?" : "", argv[0]));
	}
}

enum { HOST_TIMEOUT_S = 300, REPAIR_TIMEOUT_S = 1800 };

static void defaults(struct options *o, unsigned groups)
{
	*o = (struct options){
		.forks = 64,
		.rate = 200,
		.connect_timeout_s = 30,
		.operation_timeout_s = 60,
		.vssadmin_timeout_s = 120,
		.host_timeout_s = groups & GROUP_CHANGE ? REPAIR_TIMEOUT_S : HOST_TIMEOUT_S,
		.min_coverage = 100,
		.fail_on = 1u << VERDICT_AFFECTED | 1u << VERDICT_WRITERS_MISSING | 1u << VERDICT_VSS_FAULT |
			   1u << VERDICT_FIX_PENDING | 1u << VERDICT_AT_RISK,
		.format = { report_format("html"), report_format("csv"), report_format("ndjson") },
		.format_count = 3,
		.csv_delimiter = ",",
		.stats_every_s = 30,
		.soak_s = OPTION_NOT_GIVEN,
		.at_once = OPTION_NOT_GIVEN,
	};
}

void options_parse(struct options *o, int argc, char **argv, unsigned groups, const char *arguments, const char *what)
{
	struct argp_option list[ROWS_MAX + GROUPS + 1];
	struct parse p = { .options = o, .groups = groups, .takes_arguments = arguments != NULL };
	const struct argp argp = { .options = list, .parser = parse, .args_doc = arguments, .doc = what };

	defaults(o, groups);
	list_options(list, groups);
	refuse_unknown(argc, argv, groups);
	argp_parse(&argp, argc, argv, 0, NULL, &p);
}

struct report_options options_report(const struct options *o)
{
	return (struct report_options){
		.lang = o->lang ? "ja" : "en",
		.csv_encoding = (enum csv_encoding)o->csv_encoding,
		.csv_delimiter = o->csv_delimiter[0],
		.csv_raw = o->csv_raw,
	};
}
