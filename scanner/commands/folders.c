/* folders: see the header. */
#include "folders.h"
#include "collector.h"
#include "errno_text.h"
#include "grow.h"
#include "language.h"
#include "spelling.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDERS_MAX = 100000, OPEN_FOLDER = O_RDONLY | O_DIRECTORY | O_CLOEXEC };

CLEANUP_OF(DIR, closedir);

static bool holds(const struct folders *folders, const char *name)
{
	struct stat info;

	return fstatat(folders->fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool is_single(const struct folders *folders)
{
	for (size_t i = 0; i < collected_file_count; i++)
		if (collected_files[i].file && holds(folders, collected_files[i].file))
			return true;
	return holds(folders, COLLECTED_FACTS);
}

/* Names of computers may hold underscores, which names in DNS must not. */
static bool computer_name_valid(const char *name, char why[NAME_WHY])
{
	char plain[NAME_BYTES_MAX + 2];

	snprintf(plain, sizeof(plain), "%s", name);
	for (char *c = plain; *c; c++)
		if (*c == '_')
			*c = 'x';
	return host_name_valid(plain, why);
}

static int add(struct hosts *hosts, const char *name, const char *source, struct error *e)
{
	char why[NAME_WHY];

	if (!computer_name_valid(name, why))
		return error_set(e, ERROR_LOCAL,
			_("the folder \"%s\" is named like no server: %s; rename or remove it"), name, why);
	if (hosts->count == FOLDERS_MAX)
		return error_set(e, ERROR_LOCAL, _("more than %d folders"), FOLDERS_MAX);
	struct host *grown = array_grow(hosts->host, hosts->count, sizeof(*grown));
	if (!grown)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	hosts->host = grown;
	struct host *host = &hosts->host[hosts->count++];
	*host = (struct host){ .name = strdup(name), .source = strdup(source) };
	return host->name && host->source ? 0 : error_set(e, ERROR_LOCAL, _("out of memory"));
}

static int add_entry(struct folders *folders, const char *name, const char *directory, struct error *e)
{
	struct stat info;

	if (*name == '.')
		return 0;
	if (fstatat(folders->fd, name, &info, AT_SYMLINK_NOFOLLOW) < 0)
		return error_set(e, ERROR_LOCAL, "\"%s\": %s", name, errno_text(errno));
	if (S_ISLNK(info.st_mode))
		return error_set(
			e, ERROR_LOCAL, _("\"%s\" is a symbolic link, which is not followed; remove it"), name);
	if (!S_ISDIR(info.st_mode))
		return 0;
	if (folders->single)
		return error_set(e, ERROR_LOCAL,
			_("it holds what was collected on one server, and the folder \"%s\" besides; keep them apart"),
			name);
	return add(&folders->hosts, name, directory, e);
}

static int add_entries(struct folders *folders, const char *directory, struct error *e)
{
	OWN(closedir) DIR *dir = opendir(directory);

	errno = dir ? 0 : errno;
	for (struct dirent *entry; dir && (entry = readdir(dir)); errno = 0)
		if (add_entry(folders, entry->d_name, directory, e) < 0)
			return -1;
	return errno ? error_set(e, ERROR_LOCAL, "%s", errno_text(errno)) : 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct host *)a)->name, ((const struct host *)b)->name);
}

int folders_open(struct folders *folders, const char *directory, struct error *e)
{
	OWN(own_free) char *path = realpath(directory, NULL);
	struct hosts *hosts = &folders->hosts;

	*folders = (struct folders){ .fd = open(directory, OPEN_FOLDER) };
	if (folders->fd < 0 || !path)
		return error_set(e, ERROR_LOCAL, "%s", errno_text(errno));
	folders->single = is_single(folders);
	if (add_entries(folders, directory, e) < 0 ||
		(folders->single && add(hosts, strrchr(path, '/') + 1, directory, e) < 0))
		return -1;
	if (!hosts->count)
		return error_set(e, ERROR_LOCAL, _("no folder of a server is in it"));
	qsort(hosts->host, hosts->count, sizeof(*hosts->host), by_name);
	return 0;
}

void folders_done(struct folders *folders)
{
	hosts_done(&folders->hosts);
	if (folders->fd >= 0)
		close(folders->fd);
}

const char *folder_of(const struct folders *folders, const struct host *host)
{
	return folders->single ? "." : host->name;
}
