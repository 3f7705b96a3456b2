/* config: which settings hold, and where each comes from. */
#include "command.h"
#include "escape.h"
#include "language.h"
#include "option_table.h"
#include "own.h"
#include "verdict.h"

#include <stdio.h>
#include <string.h>

static void add_time(struct str *text, unsigned seconds)
{
	static const struct {
		unsigned seconds;
		char unit;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' } };

	FOR_EACH(u, units)
		if (seconds && seconds % u->seconds == 0) {
			str_addf(text, "%u%c", seconds / u->seconds, u->unit);
			return;
		}
	str_addf(text, "%us", seconds);
}

static void add_word(struct str *text, const char *word)
{
	str_addf(text, "%s%s", text->len ? "," : "", word);
}

/* Settings that are kept otherwise than they are written. */
static void add_other(struct str *text, const struct options *o, const char *name)
{
	if (!strcmp(name, "inventory"))
		for (size_t i = 0; i < o->source_count; i++)
			add_word(text, o->source[i]);
	else if (!strcmp(name, "format"))
		for (size_t i = 0; i < o->format_count; i++)
			add_word(text, o->format[i]->name);
	else if (!strcmp(name, "csv-delimiter"))
		str_add(text, o->csv_delimiter);
	else if (!strcmp(name, "fail-on"))
		for (int v = 0; v < VERDICTS; v++)
			if (o->fail_on >> v & 1)
				add_word(text, verdict_name((enum verdict)v));
	if (!text->len && !strcmp(name, "fail-on"))
		str_add(text, "none");
}

/* Without a word from anybody, 0 is none, or depends on something else. */
static bool is_said(const struct options *o, const struct option_row *row)
{
	unsigned value = *(const unsigned *)((const char *)o + row->offset);

	return value != OPTION_NOT_GIVEN && (value || strcmp(options_origin(row), "built-in") != 0);
}

static void add_value(struct str *text, const struct options *o, const struct option_row *row)
{
	const void *field = (const char *)o + row->offset;

	switch (row->kind) {
	case OPTION_FLAG:
		str_add(text, *(const bool *)field ? "yes" : "no");
		break;
	case OPTION_TEXT:
		str_add(text, *(const char *const *)field);
		break;
	case OPTION_NUMBER:
		if (is_said(o, row))
			str_addf(text, "%u", *(const unsigned *)field);
		break;
	case OPTION_SECONDS:
		if (is_said(o, row))
			add_time(text, *(const unsigned *)field);
		break;
	case OPTION_CHOICE:
		str_add(text, row->choice[*(const unsigned *)field]);
		break;
	case OPTION_OTHER:
		add_other(text, o, row->name);
		break;
	}
}

/* The password of a proxy is refused in use, but it may have been written. */
static void hide_secret(struct str *text)
{
	const char *at = strrchr(str_text(text), '@'), *slashes = strstr(str_text(text), "://");

	if (!at || !slashes || at < slashes)
		return;
	OWN_VALUE(str_done) struct str hidden = { 0 };
	str_addf(&hidden, _("%.*s://(hidden)%s"), (int)(slashes - str_text(text)), str_text(text), at);
	str_clear(text);
	str_add(text, str_text(&hidden));
}

static void print_setting(const struct options *o, const struct option_row *row)
{
	OWN_VALUE(str_done) struct str value = { 0 };
	OWN_VALUE(str_done) struct str safe = { 0 };

	add_value(&value, o, row);
	hide_secret(&value);
	escape_terminal(&safe, str_text(&value));
	printf("%s%s%s", row->name, safe.len ? " = " : " =", str_text(&safe));
	if (o->origin) {
		str_clear(&safe);
		escape_terminal(&safe, _(options_origin(row)));
		printf("\t; %s", str_text(&safe));
	}
	putchar('\n');
}

int cmd_config(int argc, char **argv)
{
	struct options o;

	options_parse(&o, argc, argv,
		GROUP_TARGETS | GROUP_ACCESS | GROUP_PACE | GROUP_OUTCOME | GROUP_REPORT | GROUP_MAIL | GROUP_STORE |
			GROUP_GC | GROUP_TALK | GROUP_CHECK | GROUP_REPAIR | GROUP_CHANGE | GROUP_SETTINGS,
		"show",
		_("Shows the settings that hold: those of the command line, of VSSFLEET_* in the environment, of the "
		  "configuration, and what is built in. Never a secret."));
	if (o.argument_count != 1 || strcmp(o.argument[0], "show") != 0)
		return complain_text(EXIT_USAGE, _("vssfleet config show"));
	for (size_t i = 0; i < option_count; i++)
		if (option_is_setting(&option_table[i]))
			print_setting(&o, &option_table[i]);
	return fflush(stdout) == 0 ? EXIT_OK : EXIT_INTERNAL;
}
