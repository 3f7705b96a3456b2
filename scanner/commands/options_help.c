/* options_help: see the header. In the layout of GNU's argp, which people know; argp itself counts bytes for columns.
 */
#include "options_help.h"
#include "column.h"
#include "language.h"
#include "own.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

enum { RIGHT = 79, TEXT_AT = 29, USAGE_INDENT = 12, OPTIONS_MAX = 160 };

/* What every command has, besides those of the table. */
static const struct option_row own_rows[] = {
	{ .name = "help", .letter = '?', .help = N_("Give this help list") },
	{ .name = "usage", .help = N_("Give a short usage message") },
};

/* The options of some groups, by section, and by name within. Rows of groups without a title stand under the one before
 * them. */
struct rows {
	struct listed {
		const struct option_row *row;
		unsigned section;
	} listed[OPTIONS_MAX];
	size_t count;
	const char *title[OPTIONS_MAX]; /* of each section; NULL: none */
};

static int in_order(const void *a, const void *b)
{
	const struct listed *left = a, *right = b;

	return left->section != right->section ? (int)left->section - (int)right->section
					       : strcmp(left->row->name, right->row->name);
}

static void collect(struct rows *rows, unsigned groups)
{
	unsigned section = 0;

	*rows = (struct rows){ 0 };
	for (size_t i = 0; i < option_count && rows->count < OPTIONS_MAX; i++) {
		const char *title = option_group_titles[__builtin_ctz(option_table[i].group)];
		if (!(option_table[i].group & groups) || !option_table[i].help)
			continue;
		if (title && title != rows->title[section])
			rows->title[++section] = title;
		rows->listed[rows->count++] = (struct listed){ &option_table[i], section };
	}
	qsort(rows->listed, rows->count, sizeof(rows->listed[0]), in_order);
}

/* "  -i, --inventory=SOURCE     Host list: ..." */
static void add_option(struct str *text, const struct option_row *row)
{
	OWN_VALUE(str_done) struct str line = { 0 };

	if (row->letter)
		str_addf(&line, "  -%c, --%s", row->letter, row->name);
	else
		str_addf(&line, "      --%s", row->name);
	if (row->argument)
		str_addf(&line, "=%s", row->argument);
	size_t at = line.len < TEXT_AT ? TEXT_AT : line.len + 3;
	str_addf(text, "%-*s", (int)at, str_text(&line));
	column_wrap(text, _(row->help), at, TEXT_AT, RIGHT);
	str_addc(text, '\n');
}

void help_print(const struct help *help, FILE *out)
{
	OWN_VALUE(str_done) struct str text = { 0 };
	struct rows rows;

	collect(&rows, help->groups);
	str_addf(&text, "%s %s [OPTION...]%s%s\n", _("Usage:"), help->program, help->arguments ? " " : "",
		help->arguments ? help->arguments : "");
	column_wrap(&text, help->what, 0, 0, RIGHT);
	str_addc(&text, '\n');
	for (size_t i = 0; i < rows.count; i++) {
		const char *title = rows.title[rows.listed[i].section];
		if (i == 0 || rows.listed[i].section != rows.listed[i - 1].section)
			str_addf(&text, "\n%s%s%s", title ? " " : "", title ? _(title) : "", title ? "\n" : "");
		add_option(&text, rows.listed[i].row);
	}
	str_addc(&text, '\n');
	FOR_EACH(row, own_rows)
		add_option(&text, row);
	str_addc(&text, '\n');
	column_wrap(&text,
		_("Mandatory or optional arguments to long options are also mandatory or optional for any "
		  "corresponding short options."),
		0, 0, RIGHT);
	fprintf(out, "%s\n", str_text(&text));
}

/* ---- usage ---- */

static void add_word(struct str *text, size_t *at, const char *word)
{
	size_t width = column_width(word);

	if (*at + 1 + width > RIGHT) {
		str_addf(text, "\n%*s%s", USAGE_INDENT, "", word);
		*at = USAGE_INDENT + width;
	} else {
		str_addf(text, " %s", word);
		*at += 1 + width;
	}
}

static void add_letters(struct str *text, size_t *at, const struct rows *rows)
{
	OWN_VALUE(str_done) struct str flags = { 0 };

	str_add(&flags, "[-");
	for (size_t i = 0; i < rows->count; i++)
		if (rows->listed[i].row->letter && !rows->listed[i].row->argument)
			str_addc(&flags, rows->listed[i].row->letter);
	str_add(&flags, "?]");
	add_word(text, at, str_text(&flags));
	for (size_t i = 0; i < rows->count; i++) {
		OWN_VALUE(str_done) struct str word = { 0 };
		if (!rows->listed[i].row->letter || !rows->listed[i].row->argument)
			continue;
		str_addf(&word, "[-%c %s]", rows->listed[i].row->letter, rows->listed[i].row->argument);
		add_word(text, at, str_text(&word));
	}
}

static void add_long(struct str *text, size_t *at, const struct option_row *row)
{
	OWN_VALUE(str_done) struct str word = { 0 };

	str_addf(&word, "[--%s%s%s]", row->name, row->argument ? "=" : "", row->argument ? row->argument : "");
	add_word(text, at, str_text(&word));
}

void help_print_usage(const struct help *help, FILE *out)
{
	OWN_VALUE(str_done) struct str text = { 0 };
	struct rows rows;

	collect(&rows, help->groups);
	str_addf(&text, "%s %s", _("Usage:"), help->program);
	size_t at = column_width(str_text(&text));
	add_letters(&text, &at, &rows);
	for (size_t i = 0; i < rows.count; i++)
		add_long(&text, &at, rows.listed[i].row);
	FOR_EACH(row, own_rows)
		add_long(&text, &at, row);
	if (help->arguments)
		add_word(&text, &at, help->arguments);
	fprintf(out, "%s\n", str_text(&text));
}
