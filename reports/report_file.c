/* report_file: see the header. */
#include "report_file.h"
#include "language.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int report_cannot_write(const char *name, struct error *e)
{
	return error_code(e, ERROR_LOCAL, errno, _("%s cannot be written: %s"), name, strerror(errno));
}

/* errno may be of something else since: a disk that is full says so again. */
int report_flush(FILE *out, const char *name, struct error *e)
{
	if (ferror(out)) {
		error_clear(e);
		clearerr(out);
		errno = EIO;
		putc('\n', out);
		fflush(out);
		return report_cannot_write(name, e);
	}
	return fflush(out) == EOF ? report_cannot_write(name, e) : 0;
}

/* A file that is not there under its name before it is whole; until then an older one stays. */
struct file {
	const char *name;
	char temporary[NAME_MAX + 1];
	FILE *out;
};

static int create(struct file *file, int directory, const char *name, struct error *e)
{
	int len = snprintf(file->temporary, sizeof(file->temporary), "%s.tmp.%ld", name, (long)getpid());

	file->name = name;
	if (len < 0 || len >= (int)sizeof(file->temporary))
		return error_set(e, ERROR_LOCAL, _("the name %s is too long"), name);
	int fd = openat(directory, file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return report_cannot_write(name, e);
	if ((file->out = fdopen(fd, "w")))
		return 0;
	report_cannot_write(name, e);
	close(fd);
	unlinkat(directory, file->temporary, 0);
	return -1;
}

/* Closes them and waits until the disk has them; *e tells of the first that it could not have. */
static int settle(struct file *file, size_t count, struct error *e)
{
	int rc = 0;

	for (size_t i = 0; i < count; i++) {
		rc = rc == 0 ? report_flush(file[i].out, file[i].name, e) : rc;
		if (rc == 0 && fsync(fileno(file[i].out)) < 0)
			rc = report_cannot_write(file[i].name, e);
		if (fclose(file[i].out) == EOF && rc == 0)
			rc = report_cannot_write(file[i].name, e);
	}
	return rc;
}

/* Gives them their names, or removes them if the report is not whole. */
static int publish(const struct file *file, size_t count, int directory, bool whole, struct error *e)
{
	for (size_t i = 0; i < count; i++) {
		if (whole && renameat(directory, file[i].temporary, directory, file[i].name) < 0) {
			report_cannot_write(file[i].name, e);
			whole = false;
		}
		if (!whole)
			unlinkat(directory, file[i].temporary, 0);
	}
	if (whole && fsync(directory) < 0)
		return report_cannot_write(file->name, e);
	return whole ? 0 : -1;
}

/* "report.html.tmp.4711" of a process that is gone, or was one with our number. */
static bool is_stale(const char *entry, const char *name)
{
	size_t len = strlen(name);
	char *end;

	if (strncmp(entry, name, len) || strncmp(entry + len, ".tmp.", 5))
		return false;
	long pid = strtol(entry + len + 5, &end, 10);
	return !*end && pid > 0 && (pid == getpid() || (kill((pid_t)pid, 0) < 0 && errno == ESRCH));
}

static void remove_stale(int directory, const char *name)
{
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = fd < 0 ? NULL : fdopendir(fd);

	if (!list && fd >= 0)
		close(fd);
	for (const struct dirent *entry; list && (entry = readdir(list));)
		if (is_stale(entry->d_name, name))
			unlinkat(directory, entry->d_name, 0);
	if (list)
		closedir(list);
}

static int write_files(int directory, const char *const *names, report_files_fn *write, void *context, struct error *e)
{
	struct file file[REPORT_FILES_MAX];
	FILE *out[REPORT_FILES_MAX] = { NULL };
	size_t count = 0;

	for (; names[count]; count++) {
		remove_stale(directory, names[count]);
		if (create(&file[count], directory, names[count], e) < 0)
			break;
		out[count] = file[count].out;
	}
	bool whole = !names[count] && write(context, out, e) == 0;
	whole = settle(file, count, e) == 0 && whole;
	return publish(file, count, directory, whole, e);
}

int report_files_write(
	const char *path, const char *const *names, report_files_fn *write, void *context, struct error *e)
{
	int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (directory < 0)
		return error_code(e, ERROR_LOCAL, errno, _("%s cannot be used: %s"), path, strerror(errno));
	int rc = write_files(directory, names, write, context, e);
	close(directory);
	return rc;
}
