/* section: see the header. */
#include "section.h"
#include "language.h"
#include "option_table.h"
#include "own.h"
#include "profile.h"
#include "str.h"
#include "suggest.h"

#include <string.h>

enum { SUGGESTED_MAX = 128 };

static const struct section {
	const char *name, *prefix[2]; /* left out of its keys */
	unsigned groups;              /* of the options that it has settings of */
} sections[] = {
	{ "mail", { "mail-", "smtp-" }, GROUP_MAIL },
	{ "report", { NULL }, GROUP_REPORT | GROUP_STREAM | GROUP_DIFF },
	{ "store", { NULL }, GROUP_STORE | GROUP_GC },
	{ "policy", { NULL }, GROUP_OUTCOME | GROUP_REPAIR | GROUP_CHANGE | GROUP_CHECK },
};

static const struct section *section_named(const char *name)
{
	FOR_EACH(section, sections)
		if (!strcmp(section->name, name))
			return section;
	return NULL;
}

static const struct option_row *row_in(const struct section *section, const char *name)
{
	const struct option_row *row = option_setting(name);

	return row && (!section || (row->group & section->groups)) ? row : NULL;
}

/* [mail] to is mail-to, [store] file is store, and each setting of the section goes by its own name too. */
static const struct option_row *row_of(const struct section *section, const char *key)
{
	const struct option_row *row = row_in(section, key);

	for (size_t i = 0; section && !row && i < COUNT(section->prefix) && section->prefix[i]; i++) {
		OWN_VALUE(str_done) struct str name = { 0 };
		str_addf(&name, "%s%s", section->prefix[i], key);
		row = row_in(section, str_text(&name));
	}
	return row || !section || strcmp(key, "file") != 0 ? row : row_in(section, section->name);
}

static const char *near_setting(const struct section *section, const char *key)
{
	const char *names[SUGGESTED_MAX];
	size_t count = 0;

	for (size_t i = 0; i < option_count && count < SUGGESTED_MAX; i++)
		if (row_in(section, option_table[i].name) == &option_table[i])
			names[count++] = option_table[i].name;
	return suggest(key, names, count);
}

static int refuse_key(const struct section *section, const char *key, struct error *e)
{
	if (strstr(key, "password"))
		return error_set(e, ERROR_LOCAL, _("%.40s: passwords are not read from here; use password-file"), key);
	if (section && row_in(NULL, key))
		return error_set(e, ERROR_LOCAL, _("%.40s does not belong into [%s]"), key, section->name);
	for (size_t i = 0; i < option_count; i++)
		if (!strcmp(option_table[i].name, key))
			return error_set(e, ERROR_LOCAL, _("%s can only be given on the command line"), key);
	const char *near = near_setting(section, key);
	return near ? error_set(e, ERROR_LOCAL, _("%.40s is unknown; did you mean %s?"), key, near)
		    : error_set(e, ERROR_LOCAL, _("%.40s is unknown"), key);
}

static int refuse_section(const struct ini_line *line, struct error *e)
{
	if (line->kind && !strcmp(line->kind, "profile"))
		return error_set(
			e, ERROR_LOCAL, _("\"%.60s\" is no name of a profile: letters, digits, - _ ."), line->name);
	return error_set(e, ERROR_LOCAL,
		_("[%.60s] is no section; there are [profile \"NAME\"], [credential \"NAME\"], [mail], [report], "
		  "[store] "
		  "and [policy]"),
		line->section);
}

const char *section_setting(const struct ini_line *line, bool *general, struct error *e)
{
	bool profile = line->kind && !strcmp(line->kind, "profile") && profile_name_valid(line->name);
	const struct section *section = line->kind ? NULL : section_named(line->section);

	*general = !profile;
	if (!profile && !section && *line->section) {
		refuse_section(line, e);
		return NULL;
	}
	const struct option_row *row = row_of(section, line->key);
	if (!row)
		refuse_key(section, line->key, e);
	return row ? row->name : NULL;
}

const char *setting_near(const char *key)
{
	return near_setting(NULL, key);
}
