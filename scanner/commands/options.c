/* options: see the header. getopt_long() reads the command line by option_table.c. */
#include "options.h"
#include "command.h"
#include "escape.h"
#include "language.h"
#include "option_table.h"
#include "options_help.h"
#include "own.h"
#include "profile.h"
#include "remedy.h"
#include "suggest.h"
#include "verdict.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
	KEY_HELP = 900,
	KEY_USAGE,
	KEY_BASE = 1000,
	ROWS_MAX = 128
}; /* getopt's values of rows without a letter are KEY_BASE + row */

struct parse {
	struct options *options;
	unsigned groups;
	bool takes_arguments;
	const char *place; /* of the setting in hand: "FILE:LINE"; NULL: the command line */
	const char *program;
};

int (*options_refused)(const char *why);

/* The fields of struct options point into them: both last as long as the program. */
static struct settings settings;
static const char command_line[] = N_("command line"), built_in[] = N_("built-in");
static const char *origin[ROWS_MAX]; /* of the option in that row; NULL: built-in */

static _Noreturn void refuse(const char *why)
{
	complain_text(0, "%s", why);
	exit(options_refused ? options_refused(why) : EXIT_USAGE);
}

void option_refuse(const struct parse *p, const char *format, ...)
{
	OWN_VALUE(str_done) struct str text = { 0 }, safe = { 0 };
	va_list args;

	va_start(args, format);
	str_addv(&text, format, args);
	va_end(args);
	if (p->place) {
		str_addf(&safe, "%s: %s", p->place, str_text(&text));
		refuse(str_text(&safe));
	}
	escape_terminal(&safe, str_text(&text));
	fprintf(stderr, "%s: %s\n", p->program, str_text(&safe));
	fprintf(stderr, _("Try `%s --help' or `%s --usage' for more information.\n"), p->program, p->program);
	exit(options_refused ? options_refused(str_text(&text)) : EXIT_USAGE);
}

unsigned option_choice(struct parse *p, const char *option, const char *text, const char *const *names)
{
	unsigned count = 0;
	for (; names[count]; count++)
		if (!strcmp(names[count], text))
			return count;
	const char *near = suggest(text, names, count);
	if (near)
		option_refuse(p, _("%s %s: unknown; did you mean %s?"), option, text, near);
	option_refuse(p, _("%s %s: unknown"), option, text);
	return 0;
}

static unsigned number(struct parse *p, const struct option_row *row, const char *text, const char **rest)
{
	char *end;
	errno = 0;
	unsigned long n = strtoul(text, &end, 10);
	if (errno || !isdigit((unsigned char)*text) || n > row->most)
		option_refuse(p, _("--%s %s: not a number from %u to %u"), row->name, text, row->least, row->most);
	*rest = end;
	return (unsigned)n;
}

/* "90", "30s", "5m", "2h", "7d" */
static unsigned seconds(struct parse *p, const struct option_row *row, const char *text)
{
	static const struct {
		const char *unit;
		unsigned seconds;
	} units[] = { { "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 } };
	const char *unit;
	unsigned n = number(p, row, text, &unit);

	FOR_EACH(u, units)
		if (!strcmp(unit, u->unit) && n <= row->most / u->seconds && n * u->seconds >= row->least)
			return n * u->seconds;
	option_refuse(p, _("--%s %s: not a time such as 30s, 5m, 2h, 7d (%u s to %u s)"), row->name, text, row->least,
		row->most);
	return 0;
}

static unsigned plain_number(struct parse *p, const struct option_row *row, const char *text)
{
	const char *rest;
	unsigned n = number(p, row, text, &rest);
	if (*rest || n < row->least)
		option_refuse(p, _("--%s %s: not a number from %u to %u"), row->name, text, row->least, row->most);
	return n;
}

static void set(struct parse *p, const struct option_row *row, char *argument)
{
	struct options *o = p->options;
	void *field = (char *)o + row->offset;
	switch (row->kind) {
	case OPTION_FLAG:
		*(bool *)field = true;
		break;
	case OPTION_TEXT:
		*(const char **)field = argument;
		break;
	case OPTION_NUMBER:
		*(unsigned *)field = plain_number(p, row, argument);
		break;
	case OPTION_SECONDS:
		*(unsigned *)field = seconds(p, row, argument);
		break;
	case OPTION_CHOICE:
		*(unsigned *)field = option_choice(p, row->name, argument, row->choice);
		break;
	case OPTION_OTHER:
		row->other(p, o, argument);
		break;
	}
}

/* ---- settings of the configuration ---- */

/* A flag that is off is as if it were not there. */
static bool is_off(struct parse *p, const struct option_row *row, const char *value)
{
	static const char *const words[] = { "yes", "true", "1", "no", "false", "0", NULL };

	return row->kind == OPTION_FLAG && option_choice(p, row->name, value, words) >= 3;
}

static void take_setting(struct parse *p, size_t i)
{
	const struct option_row *row = &option_table[i];
	const struct setting *setting = origin[i] ? NULL : settings_find(&settings, row->name);

	for (; setting; setting = settings_next(&settings, setting)) {
		p->place = origin[i] = setting->origin;
		if (!is_off(p, row, setting->value))
			set(p, row, setting->value);
		p->options->sources_configured |= !strcmp(row->name, "inventory");
	}
	p->place = NULL;
}

static bool is_taken(const struct parse *p, size_t i)
{
	return (option_table[i].group & p->groups) && option_is_setting(&option_table[i]);
}

/* A command with its own way to refuse has its own language, too. */
static void say_as_asked(const struct options *o)
{
	if (!options_refused)
		language_choose(o->lang == LANG_JAPANESE ? "ja" : o->lang == LANG_ENGLISH ? "en" : NULL);
}

/* The language first: what is wrong with the others is told in it. */
static void take_language(struct parse *p)
{
	for (size_t i = 0; i < option_count; i++)
		if (is_taken(p, i) && !strcmp(option_table[i].name, "lang"))
			take_setting(p, i);
	say_as_asked(p->options);
}

static void take_settings(struct parse *p)
{
	struct options *o = p->options;
	struct error e = { 0 };
	const char *config = o->config ? o->config : getenv("VSSFLEET_CONFIG");

	if (!o->profile)
		o->profile = getenv("VSSFLEET_PROFILE");
	settings_done(&settings);
	if (settings_read(&settings, config && *config ? config : NULL, o->profile, &e) < 0)
		refuse(e.cause);
	take_language(p);
	if (settings.unknown.len)
		complain_text(0, _("ignored, for there is no such setting: %s"), str_text(&settings.unknown));
	for (size_t i = 0; i < option_count; i++)
		if (is_taken(p, i))
			take_setting(p, i);
}

const char *options_origin(const struct option_row *row)
{
	const char *its = origin[row - option_table];

	return its ? its : built_in;
}

bool options_said(const char *name)
{
	for (size_t i = 0; i < option_count; i++)
		if (!strcmp(option_table[i].name, name) && origin[i] && !strcmp(origin[i], command_line))
			return true;
	return false;
}

/* ---- the command line ---- */

/* What getopt_long() is told: the letters, and the names with their values. */
struct spelling {
	char letters[2 * ROWS_MAX + 4];
	struct option names[ROWS_MAX + 3];
};

static void spell(struct spelling *spelling, unsigned groups)
{
	char *letter = spelling->letters;
	struct option *name = spelling->names;

	*letter++ = ':'; /* getopt is to tell us, not the terminal */
	for (size_t i = 0; i < option_count; i++) {
		const struct option_row *row = &option_table[i];
		int takes = !row->help ? optional_argument : row->argument ? required_argument : no_argument;
		if (!(row->group & groups))
			continue;
		if (row->letter)
			*letter++ = row->letter;
		if (row->letter && row->argument)
			*letter++ = ':';
		*name++ = (struct option){ row->name, takes, NULL, row->letter ? row->letter : KEY_BASE + (int)i };
	}
	*letter = '\0';
	*name++ = (struct option){ "help", no_argument, NULL, KEY_HELP };
	*name++ = (struct option){ "usage", no_argument, NULL, KEY_USAGE };
	*name = (struct option){ 0 };
}

static const struct option_row *row_of(int key, unsigned groups)
{
	for (size_t i = 0; i < option_count; i++) {
		const struct option_row *row = &option_table[i];
		if ((row->group & groups) && key == (row->letter ? row->letter : KEY_BASE + (int)i))
			return row;
	}
	return NULL;
}

/* key: ':' or '?', as getopt_long() says it of word. */
static void refuse_word(const struct parse *p, int key, const char *word)
{
	bool is_name = !strncmp(word, "--", 2);

	if (key == '?' && optopt && optopt < KEY_HELP && !row_of(optopt, p->groups)) /* maybe amid others: -qXy */
		option_refuse(p, _("invalid option -- '%c'"), optopt);
	if (key == ':' && is_name)
		option_refuse(p, _("option '%s' requires an argument"), word);
	if (key == ':')
		option_refuse(p, _("option requires an argument -- '%c'"), optopt);
	if (optopt)
		option_refuse(p, _("option '%.*s' doesn't allow an argument"), (int)strcspn(word, "="), word);
	option_refuse(p, _("option '%s' is ambiguous"), word);
}

static void take_word(struct parse *p, char *argument)
{
	struct options *o = p->options;

	if (!p->takes_arguments)
		option_refuse(p, _("\"%s\" is not expected here"), argument);
	if (o->argument_count == ARGUMENTS_MAX)
		option_refuse(p, _("more than %d targets: put them into a file and give it by -i"), ARGUMENTS_MAX);
	o->argument[o->argument_count++] = argument;
}

static void print_help(const struct help *help, bool usage)
{
	usage ? help_print_usage(help, stdout) : help_print(help, stdout);
	exit(fflush(stdout) == 0 ? EXIT_OK : EXIT_INTERNAL);
}

static void take_command_line(struct parse *p, int argc, char **argv, const struct help *help)
{
	struct spelling spelling;

	spell(&spelling, p->groups);
	opterr = 0;
	optind = 0; /* begins anew, also for a second command line */
	for (int key; optopt = 0, (key = getopt_long(argc, argv, spelling.letters, spelling.names, NULL)) != -1;) {
		const struct option_row *row = row_of(key, p->groups);
		if (key == KEY_HELP || key == KEY_USAGE || (key == '?' && optopt == '?'))
			print_help(help, key == KEY_USAGE);
		if (!row)
			refuse_word(p, key, argv[optind - 1]);
		set(p, row, optarg);
		origin[row - option_table] = command_line;
	}
	while (optind < argc)
		take_word(p, argv[optind++]);
	take_settings(p);
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
		OWN_VALUE(str_done) struct str why = { 0 };
		if (near)
			str_addf(&why, _("there is no option %s; did you mean --%s?; `%s --help` lists them"), argv[i],
				near, argv[0]);
		else
			str_addf(&why, _("there is no option %s; `%s --help` lists them"), argv[i], argv[0]);
		refuse(str_text(&why));
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
		.mail_heartbeat_s = 7 * 24 * 3600,
		.soak_s = OPTION_NOT_GIVEN,
		.at_once = OPTION_NOT_GIVEN,
		.restart_timeout_s = RESTART_WAIT_S,
		.verify_timeout_s = VERIFY_S,
		.reboot_timeout_s = REBOOT_WAIT_S,
	};
}

void options_parse(struct options *o, int argc, char **argv, unsigned groups, const char *arguments, const char *what)
{
	struct parse p = {
		.options = o, .groups = groups | GROUP_CONFIG, .takes_arguments = arguments != NULL, .program = argv[0]
	};
	const struct help help = { argv[0], arguments, what, p.groups };

	defaults(o, groups);
	memset(origin, 0, sizeof(origin));
	refuse_unknown(argc, argv, p.groups);
	take_command_line(&p, argc, argv, &help);
}

struct report_options options_report(const struct options *o)
{
	return (struct report_options){
		.lang = language_chosen() == JAPANESE ? "ja" : "en",
		.evidence = (enum report_evidence)o->evidence,
		.signoff = o->signoff,
		.csv_encoding = (enum csv_encoding)o->csv_encoding,
		.csv_delimiter = o->csv_delimiter[0],
		.csv_raw = o->csv_raw,
		.prom_hosts = (enum prom_hosts)o->prom_hosts,
	};
}
