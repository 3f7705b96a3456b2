/* services: see the header. ServiceType is what is configured, the process id is the truth (MS-SCMR). */
#include "services.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "console.h"
#include "probes.h"

enum { TEXT_MAX = 4 << 20, FIELDS = 3, FIELD_IMAGE = 0, FIELD_PID = 1, FIELD_SERVICES = 2 };

static bool pid_of(const char *text, int64_t *pid)
{
	size_t digits = text ? strspn(text, "0123456789") : 0;

	if (!digits || digits > 10 || text[digits])
		return false;
	*pid = strtoll(text, NULL, 10);
	return *pid <= UINT32_MAX;
}

/* NULL stays NULL, which is "not known"; memory that cannot be had is noted. */
static char *copy(const char *text, bool *no_memory)
{
	char *made = text ? strdup(text) : NULL;
	*no_memory |= text && !made;
	return made;
}

int services_from_rows(const struct wmi_rows *rows, struct service_facts *services, struct error *e)
{
	OWN_VALUE(service_facts_done) struct service_facts list = { 0 };
	size_t count = wmi_count(rows);
	bool no_memory = false;

	if (!count || count > SERVICES_MAX)
		return error_set(e, ERROR_PARSE, "Win32_Service has %zu rows", count);
	list.service = calloc(count, sizeof(*list.service));
	if (!list.service)
		return error_set(e, ERROR_LOCAL, "out of memory");
	for (size_t i = 0; i < count; i++) {
		struct service *s = &list.service[list.count++];
		const char *name = wmi_text(rows, i, "Name");
		if (!name || !*name || !pid_of(wmi_text(rows, i, "ProcessId"), &s->pid))
			return error_set(e, ERROR_PARSE, "a service has no name or no process id");
		*s = (struct service){
			.name = copy(name, &no_memory),
			.display_name = copy(wmi_text(rows, i, "DisplayName"), &no_memory),
			.state = copy(wmi_text(rows, i, "State"), &no_memory),
			.start_mode = copy(wmi_text(rows, i, "StartMode"), &no_memory),
			.service_type = copy(wmi_text(rows, i, "ServiceType"), &no_memory),
			.path = copy(wmi_text(rows, i, "PathName"), &no_memory),
			.pid = s->pid,
		};
	}
	if (no_memory)
		return error_set(e, ERROR_LOCAL, "out of memory");
	list.seen = true;
	*services = list;
	list = (struct service_facts){ 0 };
	return 0;
}

/* One CSV line in place: three quoted fields. The end of the line, or NULL if it is none. */
static char *csv_line(char *at, char *field[FIELDS])
{
	for (int i = 0; i < FIELDS; i++) {
		if (*at++ != '"')
			return NULL;
		field[i] = at;
		char *to = at;
		for (; *at && (*at != '"' || at[1] == '"') && *at != '\n'; at++) {
			at += *at == '"';
			*to++ = *at;
		}
		if (*at++ != '"' || (i + 1 < FIELDS && *at++ != ','))
			return NULL;
		*to = '\0';
	}
	at += *at == '\r';
	return *at == '\n' ? at + 1 : NULL;
}

static int add_names(char *names, int64_t pid, struct service_facts *list, struct error *e)
{
	char *rest = NULL;

	for (char *name = strtok_r(names, ", ", &rest); name; name = strtok_r(NULL, ", ", &rest)) {
		if (list->count == SERVICES_MAX)
			return error_set(e, ERROR_PARSE, "tasklist lists more than %d services", SERVICES_MAX);
		char *own = strdup(name);
		if (!own)
			return error_set(e, ERROR_LOCAL, "out of memory");
		list->service[list->count++] = (struct service){ .name = own, .pid = pid };
	}
	return 0;
}

/* The text for "no services" differs by language, but the idle process (0) is listed first and hosts none: its text is
 * that text. */
static int read_tasklist(char *at, struct service_facts *list, struct error *e)
{
	const char *none = NULL;

	while (*at) {
		char *field[FIELDS];
		int64_t pid;
		if (*at == '\r' || *at == '\n') {
			at++;
			continue;
		}
		at = csv_line(at, field);
		if (!at || !pid_of(field[FIELD_PID], &pid))
			return error_set(e, ERROR_PARSE, "tasklist printed a line that is not its CSV");
		if (!pid)
			none = field[FIELD_SERVICES];
		else if ((!none || strcmp(none, field[FIELD_SERVICES])) &&
			 add_names(field[FIELD_SERVICES], pid, list, e) < 0)
			return -1;
	}
	if (!none || !list->count)
		return error_set(e, ERROR_PARSE, "the list of tasklist is not whole");
	return 0;
}

int services_from_tasklist(
	const char *bytes, size_t len, unsigned oem_codepage, struct service_facts *services, struct error *e)
{
	OWN_VALUE(service_facts_done) struct service_facts list = { 0 };
	OWN_VALUE(str_done) struct str text = STR(3 * TEXT_MAX);

	if (len > TEXT_MAX)
		return error_set(e, ERROR_PARSE, "tasklist printed %zu bytes", len);
	console_text_lossy(&text, bytes, len, oem_codepage);
	list.service = calloc(SERVICES_MAX, sizeof(*list.service));
	if (!list.service || str_failed(&text))
		return error_set(e, ERROR_LOCAL, "out of memory");
	if (!text.len || strlen(text.data) != text.len)
		return error_set(e, ERROR_PARSE, "tasklist printed no text");
	if (read_tasklist(text.data, &list, e) < 0)
		return -1;
	list.seen = true;
	*services = list;
	list = (struct service_facts){ 0 };
	return 0;
}

void services_take_type(const char *bytes, size_t len, struct service_facts *services)
{
	enum { OWN_PROCESS = 0x10, SHARE_PROCESS = 0x20 };
	struct service *self = (struct service *)service_find(services, "EventSystem"); /* of a list that is ours */
	const char *value = memmem(bytes, len, "REG_DWORD", strlen("REG_DWORD"));
	char digits[16] = "";

	if (!self || !value || self->service_type)
		return;
	value += strlen("REG_DWORD");
	size_t left = (size_t)(bytes + len - value);
	memcpy(digits, value, left < sizeof(digits) - 1 ? left : sizeof(digits) - 1);
	unsigned long type = strtoul(digits, NULL, 16);
	self->service_type = type == OWN_PROCESS     ? strdup("Own Process")
			     : type == SHARE_PROCESS ? strdup("Share Process")
						     : NULL;
}

static int by_name(const void *a, const void *b)
{
	return strcasecmp((*(const struct service *const *)a)->name, (*(const struct service *const *)b)->name);
}

static bool is_pending(const struct service *s)
{
	static const char suffix[] = " Pending";
	size_t len = s->state ? strlen(s->state) : 0;
	return len >= sizeof(suffix) - 1 && !strcasecmp(s->state + len - (sizeof(suffix) - 1), suffix);
}

/* Running or not, and does the process id agree?  A service in between, or one that says both, proves nothing. */
static enum sharing alone_or_not(const struct service *s)
{
	if (is_pending(s))
		return SHARING_UNKNOWN;
	bool stopped = s->state && !strcasecmp(s->state, "Stopped");
	if (s->pid)
		return stopped ? SHARING_UNKNOWN : SHARING_ALONE;
	return stopped ? SHARING_STOPPED : SHARING_UNKNOWN;
}

int eventsystem_group(const struct service_facts *services, struct eventsystem_facts *eventsystem, struct error *e)
{
	const struct service *self = services->seen ? service_find(services, "EventSystem") : NULL;

	*eventsystem = (struct eventsystem_facts){ .service = self, .started = UNSEEN, .hosts_started = UNSEEN };
	if (!self)
		return 0;
	eventsystem->own_type = self->service_type && !strcasecmp(self->service_type, "Own Process");
	eventsystem->pending = is_pending(self);
	eventsystem->sharing = alone_or_not(self);
	if (eventsystem->sharing != SHARING_ALONE)
		return 0;
	const struct service **with = calloc(services->count, sizeof(const struct service *));
	if (!with) {
		eventsystem->sharing = SHARING_UNKNOWN;
		return error_set(e, ERROR_LOCAL, "out of memory");
	}
	size_t count = 0;
	for (size_t i = 0; i < services->count; i++)
		if (services->service[i].pid == self->pid && strcasecmp(services->service[i].name, self->name))
			with[count++] = &services->service[i];
	qsort(with, count, sizeof(const struct service *), by_name);
	eventsystem->shared_with = with;
	eventsystem->shared_count = count;
	eventsystem->sharing = count ? SHARING_SHARED : SHARING_ALONE;
	return 0;
}

int facts_take_services(struct facts *facts, struct service_facts *services, struct error *e)
{
	free(facts->eventsystem.shared_with);
	service_facts_done(&facts->services);
	facts->services = *services;
	*services = (struct service_facts){ 0 };
	return eventsystem_group(&facts->services, &facts->eventsystem, e);
}

int probe_services(struct session *s, const struct audit_options *options, struct result *result, struct error *e)
{
	OWN_VALUE(service_facts_done) struct service_facts services = { 0 };
	OWN(wmi_rows_free) struct wmi_rows *rows = wmi_query(s, SERVICES_WQL, e);

	(void)options;
	if (!rows || services_from_rows(rows, &services, e) < 0)
		return -1;
	return facts_take_services(&result->facts, &services, e);
}
