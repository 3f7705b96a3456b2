/* profile: see the header. */
#include "profile.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config_files.h"
#include "ini_file.h"
#include "language.h"
#include "option_table.h"
#include "own.h"
#include "places.h"
#include "private.h"
#include "section.h"

enum { RANK_ENVIRONMENT, RANK_FILES };
static const char prefix[] = "VSSFLEET_";

struct reading {
	struct settings *settings;
	const struct config_file *file;
	const char *profile;
	bool found; /* the profile, in any file */
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

/* ---- files ---- */

/* A layer has one rank for the profile in each of its files, and behind these one for what is general in each. */
static unsigned rank_of(const struct config_file *file, bool general)
{
	return RANK_FILES + (2 * file->layer + general) * CONFIG_FILES_MAX + file->place;
}

/* The accounts of a file are read when they are needed (accounts.h): here it is only noted that it has some. */
static int note_credential(struct reading *reading, const struct ini_line *line, struct error *e)
{
	static const char key[] = "credentials";
	OWN_VALUE(str_done) struct str origin = { 0 };
	unsigned rank = rank_of(reading->file, true);

	if (last_of(reading->settings, key, rank))
		return 0;
	for (unsigned other = rank_of(&(struct config_file){ .layer = reading->file->layer }, true); other < rank;
		other++)
		if (last_of(reading->settings, key, other))
			return error_set(
				e, ERROR_LOCAL, _("another file beside this one has [credential] sections already"));
	str_addf(&origin, "%s:%u", reading->file->path, line->number);
	return add(reading->settings, key, reading->file->path, str_take(&origin), rank, e);
}

static int on_line(void *context, const struct ini_line *line, struct error *e)
{
	struct reading *reading = context;
	OWN_VALUE(str_done) struct str origin = { 0 };
	bool general;

	if (line->kind && !strcmp(line->kind, "credential"))
		return note_credential(reading, line, e);
	const char *key = section_setting(line, &general, e);
	if (!key)
		return -1;
	if (!general && (!reading->profile || strcmp(reading->profile, line->name) != 0))
		return 0;
	reading->found |= !general;
	unsigned rank = rank_of(reading->file, general);
	struct setting *before = last_of(reading->settings, key, rank);
	if (before && line->continues)
		return lengthen(before, line->value, e);
	if (before && strcmp(key, "inventory") != 0)
		return error_set(e, ERROR_LOCAL, _("%s is given twice"), key);
	str_addf(&origin, "%s:%u", reading->file->path, line->number);
	return add(reading->settings, key, line->value, str_take(&origin), rank, e);
}

static int read_files(struct settings *settings, const char *config, const char *profile, struct error *e)
{
	OWN_VALUE(config_files_done) struct config_files files = { 0 };
	struct reading reading = { .settings = settings, .profile = profile };

	if (config_files_find(&files, config, e) < 0)
		return -1;
	for (size_t i = 0; i < files.count; i++) {
		reading.file = &files.file[i];
		if (ini_read(files.file[i].path, on_line, &reading, e) < 0)
			return -1;
	}
	if (profile && !reading.found)
		return error_set(e, ERROR_LOCAL, _("there is no [profile \"%s\"] in %s or their conf.d"), profile,
			str_text(&files.searched));
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
	if (setting_near(str_text(&key))) /* others may use the prefix too */
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
