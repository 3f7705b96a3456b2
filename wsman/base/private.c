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

#include "language.h"
#include "own.h"

/* cannot: "cannot open %s: %s", in English */
#define FAIL(e, cannot, path) error_code(e, ERROR_LOCAL, errno, _(cannot), path, strerror(errno))

static int make_one(const char *path, struct error *e)
{
	if (!mkdir(path, 0700))
		return chmod(path, 0700) < 0 ? FAIL(e, N_("cannot protect %s: %s"), path)
					     : 0; /* the umask may have taken more */
	return errno == EEXIST ? 0 : FAIL(e, N_("cannot make the directory %s: %s"), path);
}

int private_directory(const char *path, struct error *e)
{
	OWN(own_free) char *part = strdup(path);
	struct stat st;

	if (!part)
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	for (char *slash = part; *slash && (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		if (make_one(part, e) < 0)
			return -1;
		*slash = '/';
	}
	if (make_one(path, e) < 0)
		return -1;
	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		return error_set(e, ERROR_LOCAL, _("%s is not a directory"), path);
	return 0;
}

char *private_path(const char *path, struct error *e)
{
	OWN(own_free) char *above = strdup(path), *name = strdup(path), *resolved = NULL;
	char *joined = NULL;
	struct stat st;

	if (!above || !name) {
		error_set(e, ERROR_LOCAL, _("out of memory"));
		return NULL;
	}
	const char *directory = dirname(above);
	if (private_directory(directory, e) < 0)
		return NULL;
	if (!(resolved = realpath(directory, NULL)) || stat(resolved, &st) < 0) {
		FAIL(e, N_("cannot use %s: %s"), path);
		return NULL;
	}
	if (st.st_mode & (S_IWGRP | S_IWOTH)) {
		error_set(e, ERROR_LOCAL,
			_("other users can write to %s: choose a directory that only you can write to"), resolved);
		return NULL;
	}
	if (asprintf(&joined, "%s/%s", strcmp(resolved, "/") ? resolved : "", basename(name)) < 0) {
		error_set(e, ERROR_LOCAL, _("out of memory"));
		return NULL;
	}
	return joined;
}

int private_open(const char *path, struct error *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
	struct stat st;

	if (fd < 0 && errno == ELOOP)
		return error_code(e, ERROR_LOCAL, ELOOP, _("%s is a symbolic link: name the file itself"), path);
	if (fd < 0)
		return FAIL(e, N_("cannot open %s: %s"), path);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		error_set(e, ERROR_LOCAL, _("%s is not a regular file"), path);
	else if ((st.st_mode & 07777 & ~(mode_t)S_IRGRP) != 0600 && fchmod(fd, 0600) < 0)
		FAIL(e, N_("cannot protect %s: %s"), path);
	else
		return fd;
	close(fd);
	return -1;
}

int private_settle(const char *path)
{
	OWN(own_free) char *copy = strdup(path);
	int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd < 0)
		return -1;
	int rc = fsync(fd);
	close(fd);
	return rc;
}

int private_check(int fd, const char *file, mode_t open_to, struct error *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return error_code(e, ERROR_LOCAL, errno, "%.200s: %s", file, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return error_set(e, ERROR_LOCAL, "%.200s: not a regular file", file);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return error_set(e, ERROR_LOCAL, "%.200s: belongs to user %u; expected %u or root", file,
			(unsigned)st.st_uid, (unsigned)geteuid());
	if (st.st_mode & open_to)
		return error_set(e, ERROR_LOCAL, "%.200s: mode %04o lets others at the secret; run chmod 600", file,
			(unsigned)st.st_mode & 07777);
	return 0;
}

int private_lock(const char *path, struct error *e)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = private_open(path, e);

	if (fd < 0 || !fcntl(fd, F_OFD_SETLK, &whole))
		return fd;
	if (errno == EAGAIN || errno == EACCES)
		error_code(e, ERROR_LOCAL, EWOULDBLOCK, _("another run holds the lock %s"), path);
	else
		FAIL(e, N_("cannot lock %s: %s"), path);
	close(fd);
	return -1;
}

int private_is_locked(const char *path)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return errno == EACCES;
	int asked = fcntl(fd, F_OFD_GETLK, &whole);
	close(fd);
	return asked == 0 && whole.l_type != F_UNLCK;
}
