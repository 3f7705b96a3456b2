#pragma once
/* config_files: the configuration files that there are, in the order in which they count. Beside the file of the user
 * and beside that of the system there may be conf.d/NAME.conf: together they are one layer, in which a later name comes
 * before an earlier one, and all of them before the file itself. */

#include "error.h"
#include "str.h"

enum { CONFIG_FILES_MAX = 200, CONFIG_LAYERS = 3 };

struct config_file {
	char *path;
	unsigned layer, place; /* of --config, the user, the system; and in it */
};
struct config_files {
	struct config_file file[CONFIG_FILES_MAX];
	size_t count;
	struct str searched; /* where a file may stand: for messages */
};
/* config: of --config, which has to be there; NULL: none. *files is to be freed in any case. */
int config_files_find(struct config_files *files, const char *config, struct error *e);
void config_files_done(struct config_files *files);

/* $XDG_CONFIG_HOME/vssfleet/NAME or ~/.config/vssfleet/NAME; empty where neither variable is set. */
void config_path(struct str *path, const char *name);
#define CONFIG_SYSTEM "/etc/vssfleet"
