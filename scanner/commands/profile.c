/* profile: see the header. */
#include "profile.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ini_file.h"
#include "language.h"
#include "option_table.h"
#include "own.h"
#include "places.h"
#include "private.h"
#include "suggest.h"

enum { RANK_ENVIRONMENT, RANK_FILES, RANKS_PER_FILE = 2, SUGGESTED_MAX = 128 };
static const char prefix[] = "VSSFLEET_";

struct reading {
	struct settings *settings;
	const char *file, *profile;
	unsigned rank; /* of the profile in this file; the general settings have the next */
	bool found;    /* the profile, in any file */
};

void settings_done(struct settings *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		free(settings->setting[i].key);
		free(settings->setting[i].value);
		free(settings->setting[i].origin);
	}
	free(settings->setting);
	str_done(&settings->unknown);
	*settings = (struct settings){ 0 };
}

/* ---- adding ---- */

static int no_memory(struct error *e)
{
	return error_set(e, ERROR_LOCAL, _("out of memory"));
}

static int add(
	struct settings *settings, const char *key, const char *value, char *origin, unsigned rank, struct error *e)
{
	struct setting *grown = reallocarray(settings->setting, settings->count + 1, sizeof(*grown));
	struct setting added = { strdup(key), strdup(value), origin, rank };

	if (grown)
		settings->setting = grown;
	if (!grown || !added.key || !added.value || !added.origin) {
		free(added.key);
		free(added.value);
		free(added.origin);
		return no_memory(e);
	}
	size_t at = settings->count++;
	for (; at && grown[at - 1].rank > rank; at--)
		grown[at] = grown[at - 1];
	grown[at] = added;
	return 0;
}

static struct setting *last_of(const struct settings *settings, const char *key, unsigned rank)
{
	for (size_t i = settings->count; i > 0; i--)
		if (settings->setting[i - 1].rank == rank && !strcmp(settings->setting[i - 1].key, key))
			return &settings->setting[i - 1];
	return NULL;
}

static int lengthen(struct setting *setting, const char *more, struct error *e)
{
	OWN_VALUE(str_done) struct str value = { 0 };

	str_addf(&value, "%s,%s", setting->value, more);
	char *text = str_take(&value);
	if (!text)
		return no_memory(e);
	free(setting->value);
	setting->value = text;
	return 0;
}

static const char *near_setting(const char *key)
{
	const char *names[SUGGESTED_MAX];
	size_t count = 0;

	for (size_t i = 0; i < option_count && count < SUGGESTED_MAX; i++)
		if (option_is_setting(&option_table[i]))
			names[count++] = option_table[i].name;
	return suggest(key, names, count);
}

/* ---- files ---- */

static int refuse_key(const char *key, struct error *e)
{
	if (strstr(key, "password"))
		return error_set(e, ERROR_LOCAL, _("%.40s: passwords are not read from here; use password-file"), key);
	for (size_t i = 0; i < option_count; i++)
		if (!strcmp(option_table[i].name, key))
			return error_set(e, ERROR_LOCAL, _("%s can only be given on the command line"), key);
	const char *near = near_setting(key);
	return near ? error_set(e, ERROR_LOCAL, _("%.40s is unknown; did you mean %s?"), key, near)
		    : error_set(e, ERROR_LOCAL, _("%.40s is unknown"), key);
}

static int on_line(void *context, const struct ini_line *line, struct error *e)
{
	struct reading *reading = context;
	bool general = !*line->section;
	unsigned rank = reading->rank + general;
	OWN_VALUE(str_done) struct str origin = { 0 };

	if (!general && ini_expect(line, "profile", e) < 0)
		return -1;
	if (!general && !profile_name_valid(line->name))
		return error_set(
			e, ERROR_LOCAL, _("\"%.60s\" is no name of a profile: letters, digits, - _ ."), line->name);
	if (!option_setting(line->key))
		return refuse_key(line->key, e);
	if (!general && (!reading->profile || strcmp(reading->profile, line->name) != 0))
		return 0;
	reading->found |= !general;
	struct setting *before = last_of(reading->settings, line->key, rank);
	if (before && line->continues)
		return lengthen(before, line->value, e);
	if (before && strcmp(line->key, "inventory") != 0)
		return error_set(e, ERROR_LOCAL, _("%s is given twice"), line->key);
	str_addf(&origin, "%s:%u", reading->file, line->number);
	return add(reading->settings, line->key, line->value, str_take(&origin), rank, e);
}

static int read_file(struct reading *reading, const char *file, bool needed, struct error *e)
{
	if (!needed && (!*file || (access(file, F_OK) < 0 && errno == ENOENT)))
		return 0;
	reading->file = file;
	return ini_read(file, on_line, reading, e);
}

static int read_files(struct settings *settings, const char *config, const char *profile, struct error *e)
{
	OWN_VALUE(str_done) struct str own = { 0 };
	struct reading reading = { .settings = settings, .profile = profile };

	config_path(&own, "config");
	const char *const files[] = { config ? config : "", str_text(&own), CONFIG_SYSTEM "/vssfleet.conf" };
	for (unsigned i = 0; i < COUNT(files); i++) {
		reading.rank = RANK_FILES + RANKS_PER_FILE * i;
		if (read_file(&reading, files[i], i == 0 && config, e) < 0)
			return -1;
	}
	if (profile && !reading.found)
		return error_set(e, ERROR_LOCAL, _("there is no [profile \"%s\"] in %s%s%s%s%s"), profile, files[0],
			*files[0] ? ", " : "", files[1], *files[1] ? _(" or ") : "", files[2]);
	return 0;
}

/* ---- environment ---- */

/* FAIL_ON is fail-on. */
static void key_of(struct str *key, const char *variable, size_t len)
{
	for (size_t i = 0; i < len; i++)
		str_addc(key, variable[i] == '_' ? '-' : (char)tolower((unsigned char)variable[i]));
}

static int read_variable(struct settings *settings, const char *variable, struct error *e)
{
	static const char *const others[] = { "password", "config", "profile" };
	OWN_VALUE(str_done) struct str key = { 0 };
	OWN_VALUE(str_done) struct str origin = { 0 };
	size_t len = strcspn(variable, "=");
	const char *value = variable + len + (variable[len] == '=');

	key_of(&key, variable + strlen(prefix), len - strlen(prefix));
	str_addn(&origin, variable, len);
	if (!*value)
		return 0;
	FOR_EACH(other, others)
		if (!strcmp(str_text(&key), *other))
			return 0;
	if (option_setting(str_text(&key)))
		return add(settings, str_text(&key), value, str_take(&origin), RANK_ENVIRONMENT, e);
	if (near_setting(str_text(&key))) /* others may use the prefix too */
		str_addf(&settings->unknown, "%s%s", settings->unknown.len ? ", " : "", str_text(&origin));
	return 0;
}

int settings_read(struct settings *settings, const char *config, const char *profile, struct error *e)
{
	*settings = (struct settings){ 0 };
	if (profile && !profile_name_valid(profile))
		return error_set(e, ERROR_LOCAL, _("--profile %.60s: letters, digits, - _ . and at most %d"), profile,
			PROFILE_NAME_MAX);
	for (char **variable = environ; *variable; variable++)
		if (!strncmp(*variable, prefix, strlen(prefix)) && read_variable(settings, *variable, e) < 0)
			return -1;
	return read_files(settings, config, profile, e);
}

/* ---- what was read ---- */

const struct setting *settings_find(const struct settings *settings, const char *key)
{
	for (size_t i = 0; i < settings->count; i++)
		if (!strcmp(settings->setting[i].key, key))
			return &settings->setting[i];
	return NULL;
}

const struct setting *settings_next(const struct settings *settings, const struct setting *setting)
{
	for (const struct setting *s = setting + 1; s < settings->setting + settings->count; s++)
		if (s->rank == setting->rank && !strcmp(s->key, setting->key))
			return s;
	return NULL;
}

bool profile_name_valid(const char *name)
{
	size_t len = strlen(name);

	for (const char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("-_.", *c))
			return false;
	return len > 0 && len <= PROFILE_NAME_MAX && *name != '.' && *name != '-';
}

void config_path(struct str *path, const char *name)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (xdg && *xdg == '/')
		str_addf(path, "%s/vssfleet/%s", xdg, name);
	else if (home && *home == '/')
		str_addf(path, "%s/.config/vssfleet/%s", home, name);
}

int profile_lock(const char *profile, struct error *e)
{
	OWN_VALUE(str_done) struct str path = { 0 };

	if (state_directory(&path, e) < 0)
		return -1;
	str_addf(&path, "/profile-%s.lock", profile);
	OWN(own_free) char *lock = private_path(str_text(&path), e);
	int fd = lock ? private_lock(lock, e) : -1;
	if (fd < 0 && e->has_code && e->code == EWOULDBLOCK) {
		error_clear(e);
		return error_code(e, ERROR_LOCAL, EWOULDBLOCK, _("profile %s: another run of it is not done"), profile);
	}
	return fd;
}
