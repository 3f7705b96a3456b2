/* report: see the header. */
#include "report.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv.h"
#include "html.h"
#include "ndjson.h"
#include "private.h"
#include "record.h"

static const char *const html_files[] = { "report.html", NULL };
static const char *const ndjson_files[] = { "results.ndjson", NULL };
static const char *const json_files[] = { "results.json", NULL };

static const struct report_format formats[] = {
	{ "html", html_files, report_html_write },
	{ "csv", csv_files, report_csv_write },
	{ "ndjson", ndjson_files, report_ndjson_write },
	{ "json", json_files, report_json_write },
};

const struct report_format *report_format(const char *name)
{
	FOR_EACH(format, formats)
		if (!strcmp(format->name, name))
			return format;
	return NULL;
}

const char *report_format_names(void)
{
	return "html, csv, ndjson, json";
}

struct each_host {
	const char *run;
	int (*each)(void *context, json_t *record, json_t *evidence);
	void *context;
	bool stopped, no_memory;
};

static int each_record(void *context, json_t *record, json_t *evidence)
{
	struct each_host *all = context;

	all->stopped = all->each(all->context, record, evidence) != 0;
	return all->stopped;
}

static int each_never_begun(void *context, const char *host)
{
	struct each_host *all = context;
	json_t *record = record_never_begun(all->run, host);

	all->no_memory = !record;
	all->stopped = !record || all->each(all->context, record, NULL) != 0;
	json_decref(record);
	return all->stopped;
}

int report_never_begun(struct store *store, const struct run_info *run,
	int (*each)(void *context, json_t *record, json_t *evidence), void *context, struct error *e)
{
	struct each_host all = { .run = run->id, .each = each, .context = context };

	if (strcmp(run->state, "running") && store_pending(store, run->id, each_never_begun, &all, e) < 0)
		return -1;
	return all.no_memory ? error_set(e, ERROR_LOCAL, "out of memory for a record") : 0;
}

int report_each(struct store *store, const struct run_info *run, enum store_order order, int with_evidence,
	int (*each)(void *context, json_t *record, json_t *evidence), void *context, struct error *e)
{
	struct each_host all = { .run = run->id, .each = each, .context = context };

	if (store_records(store, run->id, order, with_evidence, each_record, &all, e) < 0)
		return -1;
	return all.stopped ? 0 : report_never_begun(store, run, each, context, e);
}

/* A format on its way to a place. */
struct view {
	const struct report_format *format;
	struct store *store;
	const struct run_info *run;
	struct report_options options;
};

static struct view view_of(const struct report_format *format, struct store *store, const struct run_info *run,
	const struct report_options *options, enum csv_encoding automatic)
{
	struct view view = { format, store, run, *options };

	if (view.options.csv_encoding == CSV_AUTO)
		view.options.csv_encoding = automatic;
	return view;
}

static int cannot_write(const char *name, struct error *e)
{
	return error_code(e, ERROR_LOCAL, errno, "%s cannot be written: %s", name, strerror(errno));
}

/* What was written has left us; errno may be of something else since: a disk that is full says so again. */
static int flush(FILE *out, const char *name, struct error *e)
{
	if (ferror(out)) {
		error_clear(e);
		clearerr(out);
		errno = EIO;
		putc('\n', out);
		fflush(out);
		return cannot_write(name, e);
	}
	return fflush(out) == EOF ? cannot_write(name, e) : 0;
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
		return error_set(e, ERROR_LOCAL, "the name %s is too long", name);
	int fd = openat(directory, file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return cannot_write(name, e);
	if ((file->out = fdopen(fd, "w")))
		return 0;
	cannot_write(name, e);
	close(fd);
	unlinkat(directory, file->temporary, 0);
	return -1;
}

/* Closes them and waits until the disk has them; *e tells of the first that it could not have. */
static int settle(struct file *file, size_t count, struct error *e)
{
	int rc = 0;

	for (size_t i = 0; i < count; i++) {
		rc = rc == 0 ? flush(file[i].out, file[i].name, e) : rc;
		if (rc == 0 && fsync(fileno(file[i].out)) < 0)
			rc = cannot_write(file[i].name, e);
		if (fclose(file[i].out) == EOF && rc == 0)
			rc = cannot_write(file[i].name, e);
	}
	return rc;
}

/* Gives them their names, or removes them if the report is not whole. */
static int publish(const struct file *file, size_t count, int directory, bool whole, struct error *e)
{
	for (size_t i = 0; i < count; i++) {
		if (whole && renameat(directory, file[i].temporary, directory, file[i].name) < 0) {
			cannot_write(file[i].name, e);
			whole = false;
		}
		if (!whole)
			unlinkat(directory, file[i].temporary, 0);
	}
	if (whole && fsync(directory) < 0)
		return cannot_write(file->name, e);
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

static int write_files(const struct view *view, int directory, const char *const *names, struct error *e)
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
	bool whole = !names[count] && view->format->write(view->store, view->run, &view->options, out, e) == 0;
	whole = settle(file, count, e) == 0 && whole;
	return publish(file, count, directory, whole, e);
}

static int write_stream(const struct view *view, FILE *stream, const char *name, struct error *e)
{
	FILE *const out[REPORT_FILES_MAX] = { stream };
	int rc = view->format->write(view->store, view->run, &view->options, out, e);

	return flush(stream, name, e) < 0 ? -1 : rc;
}

static int open_directory(const char *path, struct error *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 ? fd : error_code(e, ERROR_LOCAL, errno, "%s cannot be used: %s", path, strerror(errno));
}

int report_to_directory(const struct report_format *format, struct store *store, const struct run_info *run,
	const char *path, const struct report_options *options, struct error *e)
{
	struct view view = view_of(format, store, run, options, CSV_UTF8_BOM);

	if (private_directory(path, e) < 0)
		return -1;
	int directory = open_directory(path, e);
	if (directory < 0)
		return -1;
	int rc = write_files(&view, directory, format->files, e);
	close(directory);
	return rc;
}

/* A pipe or a device cannot be replaced by a finished file. */
static int write_special(const struct view *view, const char *path, struct error *e)
{
	FILE *out = fopen(path, "we");

	if (!out)
		return cannot_write(path, e);
	int rc = write_stream(view, out, path, e);
	if (fclose(out) == EOF && rc == 0)
		rc = cannot_write(path, e);
	return rc;
}

int report_to_file(const struct report_format *format, struct store *store, const struct run_info *run,
	const char *path, const struct report_options *options, struct error *e)
{
	struct view stream = view_of(format, store, run, options, CSV_UTF8);
	struct view file = view_of(format, store, run, options, CSV_UTF8_BOM);
	struct stat st;

	if (!strcmp(path, "-"))
		return write_stream(&stream, stdout, "the standard output", e);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return error_set(e, ERROR_LOCAL, "%s is a directory", path);
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return write_special(&stream, path, e);
	OWN(own_free) char *above = strdup(path), *name = strdup(path);
	if (!above || !name)
		return error_set(e, ERROR_LOCAL, "out of memory");
	int directory = open_directory(dirname(above), e);
	if (directory < 0)
		return -1;
	int rc = write_files(&file, directory, (const char *[]){ basename(name), NULL }, e);
	close(directory);
	return rc;
}
