/* credentials: see the header. Everything that held the password on the way is wiped. */
#include "credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "language.h"
#include "private.h"

#define PASSWORD_VARIABLE "VSSFLEET_PASSWORD"
#define PASSWORD_CREDENTIAL "vssfleet.password"

/* systemd lets the service's user read a file of root by an ACL, whose mask shows as the permission of the group
 * (systemd.exec(5), LoadCredential=). A file of the administrator has no such excuse. */
enum { FORBIDDEN_FOR_FILE = 077, FORBIDDEN_FOR_CREDENTIAL = 037 };

struct buffer { /* a password on the way; the last byte is for a newline */
	char bytes[SECRET_MAX + 2];
	size_t len;
};

static void buffer_wipe(struct buffer *b)
{
	explicit_bzero(b, sizeof(*b));
}

static void close_at(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* NULL with *e set if it is empty, too long or more than a line. where says where it came from. */
static struct secret *secret_of(struct buffer *b, const char *where, struct error *e)
{
	struct secret *secret;

	if (b->len && b->bytes[b->len - 1] == '\n')
		b->len--;
	if (b->len && b->bytes[b->len - 1] == '\r')
		b->len--;
	if (b->len == 0)
		error_set(e, ERROR_LOCAL, _("%.200s: the password is empty"), where);
	else if (b->len > SECRET_MAX)
		error_set(e, ERROR_LOCAL, _("%.200s: longer than %d bytes"), where, SECRET_MAX);
	else if (memchr(b->bytes, '\n', b->len) || memchr(b->bytes, '\0', b->len))
		error_set(e, ERROR_LOCAL, _("%.200s: more than one line; expected the password alone"), where);
	else if (!(secret = secret_new(b->bytes, b->len)))
		error_set(e, ERROR_LOCAL, _("out of memory"));
	else
		return secret;
	return NULL;
}

static int read_whole(int fd, struct buffer *b, const char *file, struct error *e)
{
	while (b->len < sizeof(b->bytes)) {
		ssize_t got = read(fd, b->bytes + b->len, sizeof(b->bytes) - b->len);
		if (got == 0)
			break;
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_code(e, ERROR_LOCAL, errno, "%.200s: %s", file, strerror(errno));
		b->len += (size_t)got;
	}
	return 0;
}

/* O_NONBLOCK: a pipe in place of the file must be refused, not waited for. */
static struct secret *from_file(const char *file, mode_t forbidden, struct error *e)
{
	OWN_VALUE(close_at) int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	OWN_VALUE(buffer_wipe) struct buffer b = { .len = 0 };

	if (fd < 0) {
		error_code(e, ERROR_LOCAL, errno, "%.200s: %s", file,
			errno == ELOOP ? _("is a symbolic link; name the file itself") : strerror(errno));
		return NULL;
	}
	if (private_check(fd, file, forbidden, e) < 0 || read_whole(fd, &b, file, e) < 0)
		return NULL;
	return secret_of(&b, file, e);
}

/* 0 with *secret NULL if the directory has no such credential, -1 with *e set if it cannot be used. */
static int from_credentials_directory(const char *name, struct secret **secret, struct error *e)
{
	const char *directory = getenv("CREDENTIALS_DIRECTORY");
	OWN(own_free) char *path = NULL;

	*secret = NULL;
	if (!directory || !*directory)
		return 0;
	if (asprintf(&path, "%s/%s", directory, name) < 0) {
		path = NULL;
		return error_set(e, ERROR_LOCAL, _("out of memory"));
	}
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return 0;
	*secret = from_file(path, FORBIDDEN_FOR_CREDENTIAL, e);
	return *secret ? 0 : -1;
}

/* Wipes the variable where it is: the kernel shows that memory as /proc/PID/environ. */
static struct secret *from_environment(struct error *e)
{
	OWN_VALUE(buffer_wipe) struct buffer b = { .len = 0 };
	char *value = getenv(PASSWORD_VARIABLE);
	size_t len = value ? strlen(value) : 0;
	struct secret *secret = NULL;

	if (len > SECRET_MAX)
		error_set(e, ERROR_LOCAL, _("%.200s: longer than %d bytes"), PASSWORD_VARIABLE, SECRET_MAX);
	else if (len) {
		memcpy(b.bytes, value, len);
		b.len = len;
		secret = secret_of(&b, PASSWORD_VARIABLE, e);
	}
	if (value)
		explicit_bzero(value, len);
	unsetenv(PASSWORD_VARIABLE);
	return secret;
}

/* One line; 0, or -1 with *e set. A signal ends it, and is delivered once the caller lets signals through again. */
static int read_line(int tty, int signals, struct buffer *b, struct error *e)
{
	struct pollfd wait[] = { { .fd = tty, .events = POLLIN }, { .fd = signals, .events = POLLIN } };

	while (b->len < sizeof(b->bytes) && (b->len == 0 || b->bytes[b->len - 1] != '\n')) {
		if (poll(wait, COUNT(wait), -1) < 0 && errno != EINTR)
			return error_code(e, ERROR_LOCAL, errno, _("terminal: %s"), strerror(errno));
		if (wait[1].revents)
			return error_set(e, ERROR_ABORTED, _("no password was entered"));
		if (!wait[0].revents)
			continue;
		ssize_t got = read(tty, b->bytes + b->len, sizeof(b->bytes) - b->len);
		if (got <= 0)
			return error_set(e, ERROR_LOCAL, _("no password was entered"));
		b->len += (size_t)got;
	}
	return 0;
}

static int ask(int tty, int signals, const char *user, struct buffer *b, struct error *e)
{
	struct termios before, silent;

	if (tcgetattr(tty, &before) < 0)
		return error_code(e, ERROR_LOCAL, errno, _("terminal: %s"), strerror(errno));
	silent = before;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	silent.c_lflag |= ICANON | ISIG;
	silent.c_cc[VSUSP] = _POSIX_VDISABLE; /* no stop with the echo off */
	if (tcsetattr(tty, TCSAFLUSH, &silent) < 0)
		return error_code(e, ERROR_LOCAL, errno, _("terminal: %s"), strerror(errno));
	if (user)
		dprintf(tty, _("Password for %s: "), user);
	else
		dprintf(tty, "%s", _("Password: "));
	int failed = read_line(tty, signals, b, e);
	tcsetattr(tty, TCSAFLUSH, &before);
	dprintf(tty, "\n");
	return failed;
}

static const int ending_signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

/* Signals wait until the terminal is as it was. */
struct secret *credentials_prompt(const char *user, struct error *e)
{
	OWN_VALUE(close_at) int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	OWN_VALUE(buffer_wipe) struct buffer b = { .len = 0 };
	sigset_t ending, before;

	if (tty < 0) {
		error_code(
			e, ERROR_LOCAL, errno, _("no password: there is no terminal to ask on; use --password-file"));
		return NULL;
	}
	sigemptyset(&ending);
	FOR_EACH(number, ending_signals)
		sigaddset(&ending, *number);
	OWN_VALUE(close_at) int signals = signalfd(-1, &ending, SFD_CLOEXEC);
	if (signals < 0) {
		error_code(e, ERROR_LOCAL, errno, "signalfd: %s", strerror(errno));
		return NULL;
	}
	pthread_sigmask(SIG_BLOCK, &ending, &before);
	int failed = ask(tty, signals, user, &b, e);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed ? NULL : secret_of(&b, "prompt", e);
}

int credentials_secret(const char *file, const char *credential, struct secret **secret, struct error *e)
{
	if (!file)
		return from_credentials_directory(credential, secret, e);
	return (*secret = from_file(file, FORBIDDEN_FOR_FILE, e)) ? 0 : -1;
}

int credentials_password(const char *file, struct secret **secret, const char **warning, struct error *e)
{
	struct error from_variable = { 0 };
	OWN(secret_free) struct secret *variable = from_environment(&from_variable);

	*warning = NULL;
	*secret = NULL;
	if (file)
		return (*secret = from_file(file, FORBIDDEN_FOR_FILE, e)) ? 0 : -1;
	if (from_credentials_directory(PASSWORD_CREDENTIAL, secret, e) < 0)
		return -1;
	if (*secret)
		return 0;
	if (from_variable.kind != ERROR_NONE) {
		*e = from_variable;
		return -1;
	}
	if (variable)
		*warning = _("VSSFLEET_PASSWORD was used: other programs of this user could have read it; better use "
			     "--password-file or a systemd credential.");
	*secret = TAKE(variable);
	return 0;
}
