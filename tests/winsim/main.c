/* winsim: a fleet of Windows servers in one process, as far as WinRM can tell; see README.md. */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libxml/parser.h>

#include "acceptor.h"
#include "control.h"
#include "delay.h"
#include "history.h"
#include "http.h"
#include "own.h"

struct simulation {
	struct options options;
	struct fleet fleet;
	struct certificate certificate;
	struct http_server *https, *http;
	struct control *control;
	int closed; /* bound, but not listening */
	uint16_t closed_port;
	char password[25];
};

static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static void make_password(char *password, size_t room)
{
	static const char letters[] = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789+-.,_!#&";
	unsigned char random[64];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		abort();
	for (size_t i = 0; i + 1 < room; i++)
		password[i] = letters[random[i] % (sizeof(letters) - 1)];
	password[room - 1] = '\0';
}

static int write_file(const char *dir, const char *name, mode_t mode, const char *text)
{
	OWN_VALUE(str_done) struct str path = { 0 };
	int fd;

	str_addf(&path, "%s/%s", dir, name);
	fd = open(str_text(&path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (fd < 0 || dprintf(fd, "%s\n", text) < 0 || close(fd) < 0) {
		fprintf(stderr, "winsim: %s: %s\n", str_text(&path), strerror(errno));
		return -1;
	}
	return 0;
}

static int write_state(const struct simulation *s)
{
	OWN_VALUE(str_done) struct str ports = { 0 };
	const char *dir = s->options.dir;

	str_addf(&ports, "HTTPS_PORT=%u\nHTTP_PORT=%u\nCONTROL_PORT=%u", http_port(s->https), http_port(s->http),
		control_port(s->control));
	if (write_file(dir, "ports", 0644, str_text(&ports)) < 0 ||
		write_file(dir, "user", 0644, s->options.user) < 0 ||
		write_file(dir, "password", 0600, s->options.password) < 0)
		return -1;
	return s->options.inventory_http
		       ? fleet_write_inventory(&s->fleet, dir, "http", http_port(s->http), s->closed_port)
		       : fleet_write_inventory(&s->fleet, dir, "https", http_port(s->https), s->closed_port);
}

static int start(struct simulation *s)
{
	if (mkdir(s->options.dir, 0755) < 0 && errno != EEXIST) {
		fprintf(stderr, "winsim: %s: %s\n", s->options.dir, strerror(errno));
		return -1;
	}
	if (!s->options.password) {
		make_password(s->password, sizeof(s->password));
		s->options.password = s->password;
	}
	if (fleet_init(&s->fleet, &s->options) < 0 || certificate_make(&s->certificate, &s->fleet, &s->options) < 0 ||
		acceptor_start(&s->options, &s->fleet) < 0 || delay_start() < 0)
		return -1;
	s->https = http_start(&s->fleet, &s->options, &s->certificate, s->options.https_port);
	s->http = s->https ? http_start(&s->fleet, &s->options, NULL, s->options.http_port) : NULL;
	s->control = s->http ? control_start(&s->fleet, s->options.control_port) : NULL;
	s->closed = s->control ? http_bind(&s->closed_port, false) : -1;
	return s->closed < 0 ? -1 : write_state(s);
}

static void stop(struct simulation *s)
{
	if (s->https)
		delay_stop();
	control_stop(s->control);
	http_stop(s->http);
	http_stop(s->https);
	if (s->closed > 0)
		close(s->closed);
	acceptor_stop();
	certificate_done(&s->certificate);
	fleet_done(&s->fleet);
	options_done(&s->options);
	xmlCleanupParser();
}

int main(int argc, char **argv)
{
	static struct simulation s;
	sigset_t ending;
	int signal_number, result;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&ending);
	sigaddset(&ending, SIGTERM);
	sigaddset(&ending, SIGINT);
	pthread_sigmask(SIG_BLOCK, &ending, NULL); /* in all threads; sigwait() below takes them */
	if (options_read(&s.options, argc, argv) < 0)
		return 2;
	raise_descriptor_limit();
	xmlInitParser();
	history_end();
	result = start(&s);
	if (result == 0) {
		puts("ready");
		fflush(stdout);
		sigwait(&ending, &signal_number);
	}
	stop(&s);
	return result == 0 ? 0 : 1;
}
