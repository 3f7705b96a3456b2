/* dependents: see the header. The output is
 *	Enum: entriesRead  = 2
 *
 *	SERVICE_NAME: SENS
 *	DISPLAY_NAME: System Event Notification Service
 *	        TYPE               : 20  WIN32_SHARE_PROCESS
 * and more indented lines, then a blank line and the next block. Only the head, the blank lines and the first line of a
 * block are judged: they are the same in every language but for the labels. */
#include "dependents.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "vsstext.h"

enum { NAME_ROOM = 1024 }; /* a service name has 256 characters at most */

/* The next whole line, trimmed; indented tells how it began. What has no line feed was cut: it is none. */
static bool next_line(const char **at, const char *end, struct span *line, bool *indented)
{
	const char *feed = memchr(*at, '\n', (size_t)(end - *at));

	if (!feed)
		return false;
	*indented = **at == ' ' || **at == '\t';
	*line = span_trim((struct span){ *at, (size_t)(feed - *at) });
	*at = feed + 1;
	return true;
}

/* The number behind the last "=". */
static bool head_number(struct span line, size_t *number)
{
	const char *equals = line.len ? memrchr(line.at, '=', line.len) : NULL;

	if (!equals)
		return false;
	struct span digits = span_trim((struct span){ equals + 1, (size_t)(line.at + line.len - equals - 1) });
	if (!digits.len || digits.len > 4)
		return false;
	*number = 0;
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.at[i] < '0' || digits.at[i] > '9')
			return false;
		*number = *number * 10 + (size_t)(digits.at[i] - '0');
	}
	return true;
}

static const struct service *service_named(struct span value, const struct service_facts *services)
{
	char name[NAME_ROOM];

	if (!value.len || value.len >= sizeof(name) || memchr(value.at, '\0', value.len))
		return NULL;
	memcpy(name, value.at, value.len);
	name[value.len] = '\0';
	return service_find(services, name);
}

static const struct service *service_in(
	struct span line, bool indented, const struct service_facts *services, const char *of)
{
	struct span value;

	if (indented || !span_after_colon(line, &value))
		return NULL;
	const struct service *service = service_named(value, services);
	return service && strcasecmp(service->name, of) ? service : NULL;
}

static int read_blocks(const char *at, const char *end, const struct service_facts *services, const char *of,
	struct names *found, struct error *e)
{
	struct span line;
	bool indented, inside = false;

	while (next_line(&at, end, &line, &indented)) {
		if (line.len && !inside) {
			const struct service *service = service_in(line, indented, services, of);
			if (!service)
				return error_set(e, ERROR_PARSE,
					"sc.exe lists a service that depends on %s but is none of this server: %.*s",
					of, (int)(line.len < 100 ? line.len : 100), line.at);
			if (names_add(found, service->name, e) < 0)
				return -1;
		}
		inside = line.len;
	}
	return 0;
}

static int read_all(const char *text, size_t len, const struct service_facts *services, const char *of,
	struct names *found, struct error *e)
{
	const char *at = text, *end = text + len;
	struct span line = { 0 };
	bool indented;
	size_t number;

	while (!line.len)
		if (!next_line(&at, end, &line, &indented))
			return error_set(e, ERROR_PARSE, "sc.exe does not tell what depends on %s", of);
	if (indented || !head_number(line, &number) || number > NAMES_MAX)
		return error_set(e, ERROR_PARSE, "sc.exe does not tell how many services depend on %s: %.*s", of,
			(int)(line.len < 100 ? line.len : 100), line.at);
	if (read_blocks(at, end, services, of, found, e) < 0)
		return -1;
	if (found->count != number)
		return error_set(e, ERROR_PARSE, "sc.exe lists %zu of the %zu services that depend on %s", found->count,
			number, of);
	return 0;
}

static int add_running(
	const struct names *found, const struct service_facts *services, struct names *stops, struct error *e)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct service *service = service_find(services, found->name[i]);
		if (!service->pid)
			continue;
		if (!name_is_plain(service->name))
			return error_set(e, ERROR_PARSE,
				"the service \"%.200s\" must be stopped too, but its name cannot stand in a command "
				"line; "
				"stop it by hand, or repair with reboot",
				service->name);
		if (names_add(stops, service->name, e) < 0)
			return -1;
	}
	return 0;
}

int dependents_read(const char *text, size_t len, const struct service_facts *services, const char *of,
	struct names *stops, struct error *e)
{
	OWN_VALUE(names_done) struct names found = { 0 };
	size_t before = stops->count;

	if (read_all(text, len, services, of, &found, e) < 0)
		return -1;
	if (add_running(&found, services, stops, e) == 0)
		return 0;
	while (stops->count > before)
		free(stops->name[--stops->count]);
	return -1;
}
