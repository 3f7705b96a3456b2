/* system_log: see the header. */
#include "system_log.h"

#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "own.h"
#include "str.h"

#define IDENTIFIER "vssfleet"

static void add_field(struct str *out, const char *name, const char *value)
{
	if (value && *value && !strchr(value, '\n'))
		str_addf(out, "%s=%s\n", name, value);
}

static bool send_to_journald(const struct log_entry *entry)
{
	static const struct sockaddr_un journald = { AF_UNIX, "/run/systemd/journal/socket" };
	OWN_VALUE(str_done) struct str text = { 0 };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return false;
	add_field(&text, "MESSAGE", entry->message);
	add_field(&text, "MESSAGE_ID", entry->id);
	add_field(&text, "SYSLOG_IDENTIFIER", IDENTIFIER);
	str_addf(&text, "PRIORITY=%d\n", entry->priority);
	add_field(&text, "VSSFLEET_RUN", entry->run);
	add_field(&text, "VSSFLEET_PROFILE", entry->profile);
	add_field(&text, "VSSFLEET_HOST", entry->host);
	add_field(&text, "VSSFLEET_VERDICT", entry->verdict);
	add_field(&text, "VSSFLEET_BEFORE", entry->before);
	bool sent = !str_failed(&text) && sendto(fd, str_text(&text), text.len, MSG_NOSIGNAL,
						  (const struct sockaddr *)&journald, sizeof(journald)) >= 0;
	close(fd);
	return sent;
}

void system_log(const struct log_entry *entry)
{
	if (send_to_journald(entry))
		return;
	openlog(IDENTIFIER, LOG_PID | LOG_NDELAY, LOG_DAEMON);
	syslog(entry->priority, "%s", entry->message);
	closelog();
}
