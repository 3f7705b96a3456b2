/* planfile: see the header. */
#include "planfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "own.h"
#include "private.h"

static int fail(struct error *e, const char *what, const char *path)
{
	return error_code(e, ERROR_LOCAL, errno, "cannot %s the plan %s: %s", what, path, strerror(errno));
}

/* Takes fd. */
static int fill(int fd, const json_t *json)
{
	FILE *file = fdopen(fd, "w");

	if (!file) {
		close(fd);
		return -1;
	}
	int rc = fchmod(fd, 0600) < 0 || json_dumpf(json, file, JSON_INDENT(1)) < 0 || fputc('\n', file) == EOF ||
				 fflush(file) == EOF || fsync(fd) < 0
			 ? -1
			 : 0;
	return fclose(file) == EOF ? -1 : rc;
}

/* mkostemp() makes a file that was not there, follows no link, and gives it to its owner alone. */
int planfile_write(const json_t *json, const char *path, struct error *e)
{
	OWN(own_free) char *beside = NULL;

	if (asprintf(&beside, "%s.XXXXXX", path) < 0) {
		beside = NULL;
		return error_set(e, ERROR_LOCAL, "out of memory");
	}
	int fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0)
		return fail(e, "write", path);
	if (fill(fd, json) < 0 || rename(beside, path) < 0) {
		fail(e, "write", path);
		unlink(beside);
		return -1;
	}
	return private_settle(path) < 0 ? fail(e, "write", path) : 0;
}

static json_t *parse(FILE *file, const char *path, struct error *e)
{
	json_error_t where;
	struct stat st;

	if (fstat(fileno(file), &st) < 0) {
		fail(e, "read", path);
		return NULL;
	}
	if (!S_ISREG(st.st_mode) || st.st_size > PLAN_MAX) {
		error_set(e, ERROR_LOCAL, "%s is not a plan: it is %s", path,
			S_ISREG(st.st_mode) ? "too large" : "not a regular file");
		return NULL;
	}
	json_t *json = json_loadf(file, JSON_REJECT_DUPLICATES, &where);
	if (!json)
		error_set(e, ERROR_LOCAL, "%s is not a plan: line %d: %s: make it anew with --plan-out", path,
			where.line, where.text);
	return json;
}

json_t *planfile_read(const char *path, struct error *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (!file) {
		fail(e, "read", path);
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	json_t *json = parse(file, path, e);
	fclose(file);
	return json;
}
