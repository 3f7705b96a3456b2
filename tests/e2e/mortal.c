/* mortal: a library to preload, which kills its process with SIGKILL around the Nth of those calls that make something
 * last (fsync, fdatasync) or that send something (on TCP connections), so that a test can kill a program at every step.
 * What is sent counts from the first call that makes something last: what comes before it, nobody has to remember.
 *
 * MORTAL_CALL=sync|send MORTAL_AT=N (from 1; none: at each) MORTAL_WHEN=before|after, and MORTAL_COUNT=FILE, where
 * "SYNCS SENDS\n" is kept up to date; without MORTAL_CALL nothing is killed. MORTAL_SIGNAL=N: another than SIGKILL; one
 * that is stopped goes on when it is told to. */
#include <dlfcn.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum call { CALL_SYNC, CALL_SEND, CALLS };

static atomic_ulong counted[CALLS];

static const char *setting(const char *name)
{
	const char *value = getenv(name);
	return value ? value : "";
}

static void note(void)
{
	char text[48];
	const char *path = setting("MORTAL_COUNT");
	int fd = *path ? open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;

	if (fd < 0)
		return;
	int len = snprintf(
		text, sizeof(text), "%lu %lu\n", atomic_load(&counted[CALL_SYNC]), atomic_load(&counted[CALL_SEND]));
	if (pwrite(fd, text, (size_t)len, 0) != len)
		abort();
	close(fd);
}

static void die_if(const char *when)
{
	int number = atoi(setting("MORTAL_SIGNAL"));

	if (!strcmp(setting("MORTAL_WHEN"), when))
		kill(getpid(), number ? number : SIGKILL);
}

/* Before a call: counts it. True: it is the last one. */
static bool begin(enum call call)
{
	static const char *const names[CALLS] = { "sync", "send" };

	if (call == CALL_SEND && !atomic_load(&counted[CALL_SYNC]))
		return false;
	unsigned long number = atomic_fetch_add(&counted[call], 1) + 1;
	note();
	unsigned long at = strtoul(setting("MORTAL_AT"), NULL, 10);
	if (strcmp(setting("MORTAL_CALL"), names[call]) != 0 || (at && number != at))
		return false;
	die_if("before");
	return true;
}

static ssize_t end(bool last, ssize_t done)
{
	if (last)
		die_if("after");
	return done;
}

static bool is_connection(int fd)
{
	int domain = 0, type = 0;
	socklen_t size = sizeof(domain);

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
	       (domain == AF_INET || domain == AF_INET6) && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
	       type == SOCK_STREAM;
}

/* The function that is really meant. */
#define REAL(name)                                                                                                     \
	__typeof__(name) *real;                                                                                        \
	*(void **)&real = dlsym(RTLD_NEXT, #name)

int fsync(int fd)
{
	REAL(fsync);
	bool last = begin(CALL_SYNC);
	return (int)end(last, real(fd));
}

int fdatasync(int fd)
{
	REAL(fdatasync);
	bool last = begin(CALL_SYNC);
	return (int)end(last, real(fd));
}

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
	REAL(send);
	bool last = is_connection(fd) && begin(CALL_SEND);
	return end(last, real(fd, bytes, len, flags));
}

ssize_t sendto(int fd, const void *bytes, size_t len, int flags, __CONST_SOCKADDR_ARG to, socklen_t to_len)
{
	REAL(sendto);
	bool last = is_connection(fd) && begin(CALL_SEND);
	return end(last, real(fd, bytes, len, flags, to, to_len));
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	REAL(sendmsg);
	bool last = is_connection(fd) && begin(CALL_SEND);
	return end(last, real(fd, message, flags));
}

ssize_t write(int fd, const void *bytes, size_t len)
{
	REAL(write);
	bool last = is_connection(fd) && begin(CALL_SEND);
	return end(last, real(fd, bytes, len));
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	REAL(writev);
	bool last = is_connection(fd) && begin(CALL_SEND);
	return end(last, real(fd, parts, count));
}
