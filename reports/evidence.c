/* evidence: what the record is too small for: see record.h. */
#include "record.h"

#include <string.h>

#include "console.h"
#include "text.h"
#include "value.h"
#include "writers.h"

static json_t *raw_of(const char *raw)
{
	OWN_VALUE(str_done) struct str shown = STR(2 * EVIDENCE_RAW_MAX);
	size_t len = raw ? strlen(raw) : 0, kept = len;

	if (!raw)
		return json_null();
	if (len > EVIDENCE_RAW_MAX)
		for (kept = EVIDENCE_RAW_MAX; (raw[kept] & 0xc0) == 0x80 && kept > EVIDENCE_RAW_MAX - 4;)
			kept--;
	text_sanitize(&shown, raw, kept);
	if (kept < len)
		str_addf(&shown, "\n[%zu bytes more]\n", len - kept);
	return str_failed(&shown) ? NULL : json_stringn_nocheck(str_text(&shown), shown.len);
}

/* The first GUID among the strings that is a writer's: the labels around it are of any language (DOMAIN section 14). */
static const struct known_writer *writer_in(const char *text)
{
	const struct known_writer *writer = NULL;
	char guid[37];

	for (const char *open = strchr(text, '{'); open && !writer; open = strchr(open + 1, '{'))
		if (guid_at(open + 1, guid))
			writer = writer_known(guid, NULL);
	return writer;
}

static json_t *event_of(const struct event *e)
{
	const struct known_writer *writer = *e->clsid ? writer_known(e->clsid, NULL) : NULL;

	writer = writer || !e->text ? writer : writer_in(e->text);

	return json_pack("{s:o, s:o, s:I, s:o, s:o, s:s?, s:o, s:b}", "time", value_time(e->time), "record_id",
		value_number(e->record_id), "id", (json_int_t)e->id, "hr", value_hex(e->hr), "clsid",
		value_text(*e->clsid ? e->clsid : NULL, RECORD_TEXT_MAX), "writer", writer ? writer->name : NULL,
		"text", value_text(e->text, EVIDENCE_EVENT_TEXT_MAX), "live", e->live);
}

static json_t *events_of(const struct event_facts *events)
{
	if (!events->seen)
		return json_null();
	json_t *list = json_array();
	for (size_t i = 0; i < events->count; i++)
		value_add(&list, event_of(&events->event[i]));
	return list;
}

/* The group of "C:\Windows\system32\svchost.exe -k LocalService -p", as a length at *group; 0 if it has none. */
static size_t svchost_group(const char *path, const char **group)
{
	const char *option = path ? strstr(path, "svchost.exe -k ") : NULL;

	*group = option ? option + strlen("svchost.exe -k ") : "";
	return strcspn(*group, " \t");
}

static bool same_group(const struct service *a, const struct service *b)
{
	const char *group_a, *group_b;
	size_t len = svchost_group(a->path, &group_a);

	return len && len == svchost_group(b->path, &group_b) && !strncasecmp(group_a, group_b, len);
}

static bool hosts_known_writer(const char *service)
{
	size_t count;
	const struct known_writer *known = writers_table(&count);

	for (size_t i = 0; i < count; i++)
		if (known[i].service && !strcasecmp(known[i].service, service))
			return true;
	return false;
}

static bool is_relevant(const struct service *s, const struct service *eventsystem)
{
	static const char *const always[] = { "VSS", "SWPRV", "wbengine", "COMSysApp", "SENS" };

	FOR_EACH(name, always)
		if (!strcasecmp(*name, s->name))
			return true;
	if (eventsystem &&
		(s == eventsystem || (s->pid > 0 && s->pid == eventsystem->pid) || same_group(s, eventsystem)))
		return true;
	return hosts_known_writer(s->name);
}

static json_t *text(const char *s)
{
	return value_text(s, RECORD_TEXT_MAX);
}

static json_t *services_of(const struct facts *facts)
{
	if (!facts->services.seen)
		return json_null();
	json_t *list = json_array();
	for (size_t i = 0; i < facts->services.count && json_array_size(list) < EVIDENCE_SERVICES_MAX; i++) {
		const struct service *s = &facts->services.service[i];
		if (!is_relevant(s, facts->eventsystem.service))
			continue;
		value_add(&list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name", text(s->name), "display_name",
					 text(s->display_name), "pid", value_number(s->pid), "state", text(s->state),
					 "start_mode", text(s->start_mode), "service_type", text(s->service_type),
					 "path", text(s->path)));
	}
	return list;
}

json_t *evidence_of(const struct result *result)
{
	const struct vss_facts *vss = &result->facts.vss;

	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "vssadmin", raw_of(vss->raw), "vssadmin_codepage",
		vss->codepage ? json_integer(vss->codepage) : json_null(), "vssadmin_note",
		value_text(*vss->note ? vss->note : NULL, sizeof(vss->note)), "events",
		events_of(&result->facts.events), "services", services_of(&result->facts));
}
