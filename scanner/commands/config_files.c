/* config_files: see the header. */
#include "config_files.h"
#include "errno_text.h"
#include "language.h"
#include "own.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LAYER_GIVEN, LAYER_USER, LAYER_SYSTEM };
static const char drop_ins[] = "conf.d", suffix[] = ".conf";

void config_files_done(struct config_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		free(files->file[i].path);
	str_done(&files->searched);
	*files = (struct config_files){ 0 };
}

void config_path(struct str *path, const char *name)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (xdg && *xdg == '/')
		str_addf(path, "%s/vssfleet/%s", xdg, name);
	else if (home && *home == '/')
		str_addf(path, "%s/.config/vssfleet/%s", home, name);
}

static int add(struct config_files *files, const char *path, unsigned layer, struct error *e)
{
	unsigned place = 0;

	for (size_t i = 0; i < files->count; i++)
		place += files->file[i].layer == layer;
	if (files->count == CONFIG_FILES_MAX)
		return error_set(e, ERROR_LOCAL, _("%.200s: more than %d configuration files"), path, CONFIG_FILES_MAX);
	struct config_file *file = &files->file[files->count];
	*file = (struct config_file){ strdup(path), layer, place };
	if (!file->path)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	files->count++;
	return 0;
}

static bool is_missing(const char *path)
{
	return access(path, F_OK) < 0 && errno == ENOENT; /* what cannot be seen must not be passed over */
}

static int is_drop_in(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name), end = strlen(suffix);

	return *entry->d_name != '.' && len > end && !strcmp(entry->d_name + len - end, suffix);
}

static int later_first(const struct dirent **a, const struct dirent **b)
{
	return -strcmp((*a)->d_name, (*b)->d_name);
}

static int add_drop_ins(struct config_files *files, const char *directory, unsigned layer, struct error *e)
{
	struct dirent **entry = NULL;
	int count = scandir(directory, &entry, is_drop_in, later_first), rc = 0;

	if (count < 0)
		return errno == ENOENT ? 0
				       : error_code(e, ERROR_LOCAL, errno, "%.200s: %s", directory, errno_text(errno));
	for (int i = 0; i < count; i++) {
		OWN_VALUE(str_done) struct str path = { 0 };
		str_addf(&path, "%s/%s", directory, entry[i]->d_name);
		rc = rc < 0 ? rc : add(files, str_text(&path), layer, e);
		free(entry[i]);
	}
	free(entry);
	return rc;
}

/* A file that may be missing, behind what stands in conf.d. */
static int add_layer(
	struct config_files *files, const char *path, const char *directory, unsigned layer, struct error *e)
{
	str_addf(&files->searched, "%s%s", files->searched.len ? ", " : "", path);
	if (add_drop_ins(files, directory, layer, e) < 0)
		return -1;
	return is_missing(path) ? 0 : add(files, path, layer, e);
}

int config_files_find(struct config_files *files, const char *config, struct error *e)
{
	OWN_VALUE(str_done) struct str own = { 0 };
	OWN_VALUE(str_done) struct str own_drop_ins = { 0 };

	*files = (struct config_files){ 0 };
	config_path(&own, "config");
	config_path(&own_drop_ins, drop_ins);
	str_add(&files->searched, config);
	if (config && add(files, config, LAYER_GIVEN, e) < 0)
		return -1;
	if (own.len && add_layer(files, str_text(&own), str_text(&own_drop_ins), LAYER_USER, e) < 0)
		return -1;
	return add_layer(files, CONFIG_SYSTEM "/vssfleet.conf", CONFIG_SYSTEM "/conf.d", LAYER_SYSTEM, e);
}
