/* lists: see the header. */
#include "lists.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/inventory-test-XXXXXX";

int lists_begin(void **state)
{
	(void)state;
	umask(0);
	return mkdtemp(directory) && chdir(directory) == 0 ? 0 : -1;
}

int lists_end(void **state)
{
	(void)state;
	unlink("hosts.ini");
	return chdir("/") == 0 && rmdir(directory) == 0 ? 0 : -1;
}

void file_write(const char *name, const char *bytes, size_t len, unsigned mode)
{
	unlink(name);
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

int list_read(struct hosts *hosts, const char *text, struct error *e)
{
	file_write("hosts.ini", text, strlen(text), 0600);
	return inventory_read(hosts, "hosts.ini", e);
}

static void describe_text(struct str *out, const char *key, const char *value)
{
	if (value)
		str_addf(out, " %s%s", key, value);
}

void list_describe(struct str *out, const struct hosts *hosts)
{
	for (size_t i = 0; i < hosts->count; i++) {
		const struct host *host = &hosts->host[i];
		str_add(out, host->name);
		describe_text(out, "", host->address);
		if (host->port)
			str_addf(out, " port=%u", host->port);
		describe_text(out, "scheme=", host->scheme);
		describe_text(out, "auth=", host->auth);
		describe_text(out, "user=", host->user);
		describe_text(out, "ca=", host->ca_file);
		describe_text(out, "spn=", host->kerberos_host);
		describe_text(out, "cert=", host->cert_validation);
		for (size_t g = 0; g < host->group_count; g++)
			str_addf(out, "%s%s", g ? "," : " {", host->groups[g]);
		str_add(out, host->group_count ? "}\n" : "\n");
	}
}

void list_expect(const char *about, const struct hosts *hosts, const char *expect)
{
	struct str seen = { 0 };

	list_describe(&seen, hosts);
	if (strcmp(str_text(&seen), expect) != 0)
		fail_msg("%s: expected\n%sgot\n%s", about, expect, str_text(&seen));
	str_done(&seen);
}
