/* private: see the header. Locks are open file description locks: unlike flock() they can be asked without being
 * taken. */
#include "private.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "own.h"

static int fail(struct error *e, const char *what, const char *path)
{
	return error_code(e, ERROR_LOCAL, errno, "cannot %s %s: %s", what, path, strerror(errno));
}

static int make_one(const char *path, struct error *e)
{
	if (!mkdir(path, 0700))
		return chmod(path, 0700) < 0 ? fail(e, "protect", path) : 0; /* the umask may have taken more */
	return errno == EEXIST ? 0 : fail(e, "make the directory", path);
}

int private_directory(const char *path, struct error *e)
{
	OWN(own_free) char *part = strdup(path);
	struct stat st;

	if (!part)
		return error_set(e, ERROR_LOCAL, "out of memory");
	for (char *slash = part; *slash && (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		if (make_one(part, e) < 0)
			return -1;
		*slash = '/';
	}
	if (make_one(path, e) < 0)
		return -1;
	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		return error_set(e, ERROR_LOCAL, "%s is not a directory", path);
	return 0;
}

char *private_path(const char *path, struct error *e)
{
	OWN(own_free) char *above = strdup(path), *name = strdup(path), *resolved = NULL;
	char *joined = NULL;
	struct stat st;

	if (!above || !name) {
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	const char *directory = dirname(above);
	if (private_directory(directory, e) < 0)
		return NULL;
	if (!(resolved = realpath(directory, NULL)) || stat(resolved, &st) < 0) {
		fail(e, "use", path);
		return NULL;
	}
	if (st.st_mode & (S_IWGRP | S_IWOTH)) {
		error_set(e, ERROR_LOCAL,
			"other users can write to %s: choose another directory or run chmod go-w on it", resolved);
		return NULL;
	}
	if (asprintf(&joined, "%s/%s", strcmp(resolved, "/") ? resolved : "", basename(name)) < 0) {
		error_set(e, ERROR_LOCAL, "out of memory");
		return NULL;
	}
	return joined;
}

int private_open(const char *path, struct error *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
	struct stat st;

	if (fd < 0 && errno == ELOOP)
		return error_code(e, ERROR_LOCAL, ELOOP, "%s is a symbolic link: name the file itself", path);
	if (fd < 0)
		return fail(e, "open", path);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		error_set(e, ERROR_LOCAL, "%s is not a regular file", path);
	else if ((st.st_mode & 07777) != 0600 && fchmod(fd, 0600) < 0)
		fail(e, "protect", path);
	else
		return fd;
	close(fd);
	return -1;
}

int private_lock(const char *path, struct error *e)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = private_open(path, e);

	if (fd < 0 || !fcntl(fd, F_OFD_SETLK, &whole))
		return fd;
	if (errno == EAGAIN || errno == EACCES)
		error_code(e, ERROR_LOCAL, EWOULDBLOCK, "another run holds the lock %s", path);
	else
		fail(e, "lock", path);
	close(fd);
	return -1;
}

int private_is_locked(const char *path)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return 0;
	int asked = fcntl(fd, F_OFD_GETLK, &whole);
	close(fd);
	return asked == 0 && whole.l_type != F_UNLCK;
}
