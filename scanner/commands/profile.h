#pragma once
/* profile: the settings of the environment and of the configuration files, which stand in for options of the command
 * line. Keys are the long names of options; before the sections stand general ones:
 *     user = CORP\svc-backup
 *     [profile "tokyo"]
 *     inventory = /etc/vssfleet/tokyo.ini
 *     forks = 200
 * What comes first wins: VSSFLEET_FORKS of the environment, the file of --config, $XDG_CONFIG_HOME/vssfleet/config,
 * /etc/vssfleet/vssfleet.conf, each of the latter two with the conf.d beside it (config_files.h); within one of them
 * the profile comes before what is general. section.h has the other sections. */

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "str.h"

enum { PROFILE_NAME_MAX = 36 }; /* bytes: letters, digits, - _ . */

struct setting {
	char *key, *value;
	char *origin;  /* "FILE:LINE" or "VSSFLEET_NAME" */
	unsigned rank; /* those of one place have the same; lower ones win */
};

struct settings {
	struct setting *setting; /* by rank */
	size_t count;
	struct str unknown; /* variables of the environment that are almost settings, ", " between */
};
void settings_done(struct settings *settings);

/* config, profile: NULL for none. -1 with *e set (ERROR_LOCAL): a file cannot be read, a key of it is none that may be
 * set, whatever profile it is in, or no file has the profile. *settings is to be freed in any case. */
int settings_read(struct settings *settings, const char *config, const char *profile, struct error *e);

/* The first that counts; more of them, of the same rank, follow until NULL: settings_next(). */
const struct setting *settings_find(const struct settings *settings, const char *key);
const struct setting *settings_next(const struct settings *settings, const struct setting *setting);

bool profile_name_valid(const char *name);

/* One at a time runs a profile. The descriptor to keep open; -1 with *e set: code EWOULDBLOCK if another one runs. */
int profile_lock(const char *profile, struct error *e);
