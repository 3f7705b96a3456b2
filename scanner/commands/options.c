/* options: see the header. glibc's argp reads the command line and writes --help from option_table.c. */
#include "options.h"
#include "command.h"
#include "option_table.h"
#include "own.h"
#include "profile.h"
#include "remedy.h"
#include "suggest.h"
#include "verdict.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BASE = 1000, ROWS_MAX = 128 }; /* argp keys of rows without a letter are KEY_BASE + row */

struct parse {
	struct options *options;
	unsigned groups;
	bool takes_arguments;
	const char *place; /* of the setting in hand: "FILE:LINE"; NULL: the command line */
};

/* The fields of struct options point into them: both last as long as the program. */
static struct settings settings;
static const char command_line[] = "command line";
static const char *origin[ROWS_MAX]; /* of the option in that row; NULL: built-in */

void option_refuse(struct argp_state *state, const char *format, ...)
{
	const struct parse *p = state->input;
	OWN_VALUE(str_done) struct str text = { 0 };
	va_list args;

	va_start(args, format);
	str_addv(&text, format, args);
	va_end(args);
	if (p->place)
		complain_text(0, "%s: %s", p->place, str_text(&text));
	else
		argp_error(state, "%s", str_text(&text));
	exit(argp_err_exit_status);
}

unsigned option_choice(struct argp_state *state, const char *option, const char *text, const char *const *names)
{
	unsigned count = 0;
	for (; names[count]; count++)
		if (!strcmp(names[count], text))
			return count;
	const char *near = suggest(text, names, count);
	option_refuse(state, "%s %s: unknown%s%s%s", option, text, near ? "; did you mean " : "", near ? near : "",
		near ? "?" : "");
	return 0;
}

static unsigned number(struct argp_state *state, const struct option_row *row, const char *text, const char **rest)
{
	char *end;
	errno = 0;
	unsigned long n = strtoul(text, &end, 10);
	if (errno || !isdigit((unsigned char)*text) || n > row->most)
		option_refuse(state, "--%s %s: not a number from %u to %u", row->name, text, row->least, row->most);
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
	option_refuse(state, "--%s %s: not a time such as 30s, 5m, 2h, 7d (%u s to %u s)", row->name, text, row->least,
		row->most);
	return 0;
}

static unsigned plain_number(struct argp_state *state, const struct option_row *row, const char *text)
{
	const char *rest;
	unsigned n = number(state, row, text, &rest);
	if (*rest || n < row->least)
		option_refuse(state, "--%s %s: not a number from %u to %u", row->name, text, row->least, row->most);
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

/* ---- settings of the configuration ---- */

/* A flag that is off is as if it were not there. */
static bool is_off(struct argp_state *state, const struct option_row *row, const char *value)
{
	static const char *const words[] = { "yes", "true", "1", "no", "false", "0", NULL };

	return row->kind == OPTION_FLAG && option_choice(state, row->name, value, words) >= 3;
}

static void take_setting(struct argp_state *state, struct parse *p, size_t i)
{
	const struct option_row *row = &option_table[i];
	const struct setting *setting = origin[i] ? NULL : settings_find(&settings, row->name);

	for (; setting; setting = settings_next(&settings, setting)) {
		p->place = origin[i] = setting->origin;
		if (!is_off(state, row, setting->value))
			set(state, p->options, row, setting->value);
		p->options->sources_configured |= !strcmp(row->name, "inventory");
	}
	p->place = NULL;
}

static void take_settings(struct argp_state *state, struct parse *p)
{
	struct options *o = p->options;
	struct error e = { 0 };
	const char *config = o->config ? o->config : getenv("VSSFLEET_CONFIG");

	if (!o->profile)
		o->profile = getenv("VSSFLEET_PROFILE");
	settings_done(&settings);
	if (settings_read(&settings, config && *config ? config : NULL, o->profile, &e) < 0)
		exit(complain(argp_err_exit_status, &e));
	if (settings.unknown.len)
		complain_text(0, "ignored, for there is no such setting: %s", str_text(&settings.unknown));
	for (size_t i = 0; i < option_count; i++)
		if ((option_table[i].group & p->groups) && option_is_setting(&option_table[i]))
			take_setting(state, p, i);
}

const char *options_origin(const struct option_row *row)
{
	const char *its = origin[row - option_table];

	return its ? its : "built-in";
}

bool options_said(const char *name)
{
	for (size_t i = 0; i < option_count; i++)
		if (!strcmp(option_table[i].name, name) && origin[i] && !strcmp(origin[i], command_line))
			return true;
	return false;
}

/* ---- the command line ---- */

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct parse *p = state->input;

	if (key == ARGP_KEY_END)
		take_settings(state, p);

	if (key == ARGP_KEY_ARG) {
		if (!p->takes_arguments)
			option_refuse(state, "\"%s\" is not expected here", argument);
		if (p->options->argument_count == ARGUMENTS_MAX)
			option_refuse(
				state, "more than %d targets: put them into a file and give it by -i", ARGUMENTS_MAX);
		p->options->argument[p->options->argument_count++] = argument;
		return 0;
	}
	for (size_t i = 0; i < option_count; i++) {
		const struct option_row *row = &option_table[i];
		if ((row->group & p->groups) && key == (row->letter ? row->letter : KEY_BASE + (int)i)) {
			set(state, p->options, row, argument);
			origin[i] = command_line;
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
		exit(complain_text(argp_err_exit_status, "there is no option %s%s%s%s; `%s --help` lists them", argv[i],
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
		.host_timeout_s =
			(groups & (GROUP_CHANGE | GROUP_SETTINGS)) == GROUP_CHANGE ? REPAIR_TIMEOUT_S : HOST_TIMEOUT_S,
		.min_coverage = 100,
		.fail_on = 1u << VERDICT_AFFECTED | 1u << VERDICT_WRITERS_MISSING | 1u << VERDICT_VSS_FAULT |
			   1u << VERDICT_FIX_PENDING | 1u << VERDICT_AT_RISK,
		.format = { report_format("html"), report_format("csv"), report_format("ndjson") },
		.format_count = 3,
		.csv_delimiter = ",",
		.stats_every_s = 30,
		.max_age_s = 26 * 3600,
		.smtp = "smtp://localhost",
		.soak_s = OPTION_NOT_GIVEN,
		.at_once = OPTION_NOT_GIVEN,
		.restart_timeout_s = RESTART_WAIT_S,
		.verify_timeout_s = VERIFY_S,
		.reboot_timeout_s = REBOOT_WAIT_S,
	};
}

void options_parse(struct options *o, int argc, char **argv, unsigned groups, const char *arguments, const char *what)
{
	struct argp_option list[ROWS_MAX + GROUPS + 1];
	struct parse p = { .options = o, .groups = groups | GROUP_CONFIG, .takes_arguments = arguments != NULL };
	const struct argp argp = { .options = list, .parser = parse, .args_doc = arguments, .doc = what };

	defaults(o, groups);
	memset(origin, 0, sizeof(origin));
	list_options(list, p.groups);
	refuse_unknown(argc, argv, p.groups);
	argp_parse(&argp, argc, argv, 0, NULL, &p);
}

struct report_options options_report(const struct options *o)
{
	return (struct report_options){
		.lang = o->lang ? "ja" : "en",
		.csv_encoding = (enum csv_encoding)o->csv_encoding,
		.csv_delimiter = o->csv_delimiter[0],
		.csv_raw = o->csv_raw,
		.prom_hosts = (enum prom_hosts)o->prom_hosts,
	};
}
