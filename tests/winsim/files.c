/* files: see files.h. */

#include "files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "own.h"

static const char *const of_windows[] = { "C:", "C:\\Program Files", "C:\\ProgramData", "C:\\Users", "C:\\Windows",
	"C:\\Windows\\Logs", "C:\\Windows\\System32", "C:\\Windows\\TEMP" };

static void file_free(struct file *file)
{
	free(file->path);
	str_done(&file->bytes);
	free(file);
}

void files_done(struct files *files)
{
	while (files->first) {
		struct file *file = files->first;
		files->first = file->next;
		file_free(file);
	}
	files->count = 0;
}

bool files_is_device(const char *name)
{
	static const char *const devices[] = { "NUL", "CON", "PRN", "AUX" };
	const char *slash = strrchr(name, '\\');

	if (slash)
		name = slash + 1;
	FOR_EACH(device, devices)
		if (strcasecmp(*device, name) == 0)
			return true;
	return false;
}

/* One step of a path: "..", "." or a name. False: it does not fit or Windows takes no such name. */
static bool add_step(char path[PATH_MOST], const char *step, size_t len)
{
	size_t used = strlen(path);
	char *slash = strrchr(path, '\\');

	if (len == 2 && strncmp(step, "..", 2) == 0) {
		if (slash)
			*slash = '\0';
		return true;
	}
	while (len && (step[len - 1] == '.' || step[len - 1] == ' '))
		len--;
	if (len == 0)
		return true;
	if (used + 1 + len >= PATH_MOST || strcspn(step, "<>|\":") < len)
		return false;
	snprintf(path + used, PATH_MOST - used, "\\%.*s", (int)len, step);
	return true;
}

bool files_absolute(const char *directory, const char *name, char path[PATH_MOST])
{
	OWN_VALUE(str_done) struct str bare = { 0 };
	const char *at;

	for (; *name; name++)
		if (*name != '"')
			str_addc(&bare, *name == '/' ? '\\' : *name);
	at = str_text(&bare);
	if (!*at || strncmp(at, "\\\\", 2) == 0)
		return false;
	if (at[1] == ':') {
		if (at[0] != 'C' && at[0] != 'c')
			return false;
		snprintf(path, PATH_MOST, at[2] == '\\' || !at[2] ? "C:" : "%s", directory);
		at += 2;
	} else {
		snprintf(path, PATH_MOST, "%s", *at == '\\' ? "C:" : directory);
	}
	while (*at) {
		size_t len = strcspn(at, "\\");
		if (!add_step(path, at, len))
			return false;
		at += len + (at[len] == '\\');
	}
	return true;
}

static bool is_of_windows(const char *path)
{
	FOR_EACH(one, of_windows)
		if (strcasecmp(*one, path) == 0)
			return true;
	return false;
}

struct file *files_find(const struct files *files, const char *path)
{
	for (struct file *file = files->first; file; file = file->next)
		if (strcasecmp(file->path, path) == 0)
			return file;
	return NULL;
}

bool files_exist(const struct files *files, const char *path, bool *directory)
{
	const struct file *file = files_find(files, path);

	*directory = file ? file->directory : true;
	return file || is_of_windows(path);
}

bool files_match(const char *pattern, const char *name)
{
	if (*pattern == '*')
		return files_match(pattern + 1, name) || (*name && files_match(pattern, name + 1));
	if (!*pattern || !*name)
		return !*pattern && !*name;
	return (*pattern == '?' || strncasecmp(pattern, name, 1) == 0) && files_match(pattern + 1, name + 1);
}

static bool is_inside(const struct file *file, const char *directory)
{
	size_t len = strlen(directory);

	return strncasecmp(file->path, directory, len) == 0 && file->path[len] == '\\';
}

struct file *files_next(const struct files *files, const char *directory, const char *pattern, const struct file *after)
{
	for (struct file *file = after ? after->next : files->first; file; file = file->next) {
		const char *name = strrchr(file->path, '\\') + 1;
		if (is_inside(file, directory) && (size_t)(name - file->path) == strlen(directory) + 1 &&
			files_match(pattern, name))
			return file;
	}
	return NULL;
}

static enum files_result add(struct files *files, const char *path, bool directory, struct file **made)
{
	struct file **end = &files->first, *file;

	if (files->count >= FILES_MAX)
		return FILES_FULL;
	file = calloc(1, sizeof(*file));
	if (!file || !(file->path = strdup(path)))
		abort();
	file->directory = directory;
	file->bytes = STR(FILE_BYTES_MAX);
	while (*end)
		end = &(*end)->next;
	*end = file;
	files->count++;
	if (made)
		*made = file;
	return FILES_OK;
}

/* The directory that a path is in; false: it is a root. */
static bool parent_of(const char *path, char parent[PATH_MOST])
{
	char *slash;

	snprintf(parent, PATH_MOST, "%s", path);
	slash = strrchr(parent, '\\');
	if (slash)
		*slash = '\0';
	return slash != NULL;
}

static bool parent_exists(const struct files *files, const char *path)
{
	char parent[PATH_MOST];
	bool directory;

	return parent_of(path, parent) && files_exist(files, parent, &directory) && directory;
}

enum files_result files_make_directory(struct files *files, const char *path)
{
	char parent[PATH_MOST];
	bool directory;
	enum files_result result;

	if (files_exist(files, path, &directory))
		return FILES_EXISTS;
	if (!parent_of(path, parent) || strpbrk(path, "*?"))
		return FILES_BAD_NAME;
	if (!files_exist(files, parent, &directory)) {
		result = files_make_directory(files, parent);
		if (result != FILES_OK)
			return result;
	} else if (!directory) {
		return FILES_NO_PATH;
	}
	return add(files, path, true, NULL);
}

static void unlink_file(struct files *files, struct file *file)
{
	struct file **at = &files->first;

	while (*at != file)
		at = &(*at)->next;
	*at = file->next;
	files->count--;
	file_free(file);
}

/* Removes what is inside a directory, but for what is open. */
static enum files_result empty_directory(struct files *files, const char *path)
{
	enum files_result result = FILES_OK;

	for (struct file *file = files->first, *next; file; file = next) {
		next = file->next;
		if (!is_inside(file, path))
			continue;
		if (file->open)
			result = FILES_SHARING;
		else if (!file->directory)
			unlink_file(files, file);
	}
	for (struct file *file = files->first, *next; file && result == FILES_OK; file = next) {
		next = file->next;
		if (is_inside(file, path))
			unlink_file(files, file);
	}
	return result;
}

enum files_result files_remove_directory(struct files *files, const char *path, bool with_all)
{
	struct file *directory = files_find(files, path);
	enum files_result result = FILES_OK;

	if (!directory)
		return is_of_windows(path) ? FILES_DENIED : FILES_NOT_FOUND;
	if (!directory->directory)
		return 267; /* ERROR_DIRECTORY */
	for (struct file *file = files->first; file && !with_all; file = file->next)
		if (is_inside(file, path))
			return FILES_NOT_EMPTY;
	if (with_all)
		result = empty_directory(files, path);
	if (result == FILES_OK)
		unlink_file(files, directory);
	return result;
}

enum files_result files_remove(struct files *files, const char *path)
{
	struct file *file = files_find(files, path);

	if (!file || file->directory)
		return FILES_NOT_FOUND;
	if (file->open)
		return FILES_SHARING;
	unlink_file(files, file);
	return FILES_OK;
}

enum files_result files_rename(struct files *files, const char *from, const char *to, bool replace)
{
	struct file *file = files_find(files, from), *other = files_find(files, to);
	char *path;

	if (!file)
		return FILES_NOT_FOUND;
	if (file->open || (other && other != file && other->open))
		return FILES_SHARING;
	if (!parent_exists(files, to))
		return FILES_NO_PATH;
	if (other && other != file && (!replace || other->directory))
		return FILES_EXISTS;
	path = strdup(to);
	if (!path)
		abort();
	if (other && other != file)
		unlink_file(files, other);
	free(file->path);
	file->path = path;
	return FILES_OK;
}

enum files_result files_open(struct files *files, const char *path, bool append, struct file **file)
{
	struct file *found = files_find(files, path);
	enum files_result result = FILES_OK;

	*file = NULL;
	if (found ? found->directory : is_of_windows(path))
		return FILES_DENIED;
	if (found && found->open)
		return FILES_SHARING;
	if (strpbrk(path, "*?"))
		return FILES_BAD_NAME;
	if (!found)
		result = parent_exists(files, path) ? add(files, path, false, &found) : FILES_NO_PATH;
	if (result != FILES_OK)
		return result;
	if (!append)
		str_clear(&found->bytes);
	found->open++;
	*file = found;
	return FILES_OK;
}

void files_close(struct file *file)
{
	if (file)
		file->open--;
}
