/* eventlog: see eventlog.h. */

#include "eventlog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "codec.h"
#include "history.h"
#include "host.h"
#include "own.h"

enum { FIRST_RECORD = 37000 };

// clang-format off
static const struct context {
	const char *name, *id;
} contexts[] = {
	{ "ASR Writer", "be000cbe-11fe-4426-9c58-531aa6355fc4" },
	{ "Registry Writer", "afbab4a2-367d-4d15-a586-71dbb18f8485" },
	{ "COM+ REGDB Writer", "542da469-d3e1-473c-9f4f-7847f01fc64f" },
	{ "Shadow Copy Optimization Writer", "4dc3bdd4-ab48-4d07-adb0-3bee2926fd7f" },
};

static const char *const channels[] = { "Application", "System", "Security", "Microsoft-Windows-Backup" };
// clang-format on

void event_list_done(struct event_list *list)
{
	free(list->event);
	*list = (struct event_list){ 0 };
}

static void keep_channel(struct event_list *list, const char *channel)
{
	size_t keep = 0;

	for (size_t i = 0; i < list->count; i++)
		if (strcasecmp(list->event[i].kind->channel, channel) == 0)
			list->event[keep++] = list->event[i];
	list->count = keep;
}

/* Who clears a log begins to count anew. */
static size_t first_record(const struct host *host)
{
	return host->scenario->events == EVENTS_CLEARED ? 1 : FIRST_RECORD;
}

int eventlog_read(const struct host *host, const char *channel, struct event_list *list)
{
	bool known = !channel;

	FOR_EACH(name, channels)
		known = known || strcasecmp(*name, channel) == 0;
	*list = (struct event_list){ .event = calloc(HISTORY_MAX + FRESH_EVENTS_MAX, sizeof(*list->event)) };
	if (!known || !list->event) {
		event_list_done(list);
		return -1;
	}
	history_add(host, list);
	memcpy(list->event + list->count, host->fresh, host->fresh_count * sizeof(*host->fresh));
	list->count += host->fresh_count;
	for (size_t i = 0; i < list->count; i++)
		list->event[i].record = (uint32_t)(first_record(host) + i);
	if (channel)
		keep_channel(list, channel);
	return 0;
}

static void add_context(const struct host *host, const struct event *event, struct str *out)
{
	const struct context *context = &contexts[event->writer % COUNT(contexts)];
	char instance[UUID_SIZE];
	bool japanese = host->scenario->language == LANGUAGE_JA && host->scenario->ignores_codepage;

	uuid_of(instance, host->seed, hash_text(context->id) + host->generation);
	str_addf(out,
		japanese ? "\r\n\r\n操作:\r\n   ライターをサブスクライブしています\r\n\r\nコンテキスト:\r\n   ライター "
			   "クラス ID: {%s}\r\n   ライター名: %s\r\n   ライター "
			   "インスタンス ID: {%s}"
			 : "\r\n\r\nOperation:\r\n   Subscribing Writer\r\n\r\nContext:\r\n   Writer Class Id: "
			   "{%s}\r\n   Writer "
			   "Name: %s\r\n   Writer Instance ID: {%s}",
		context->id, context->name, instance);
}

bool event_string(const struct host *host, const struct event *event, size_t i, struct str *out)
{
	const char *text = i < EVENT_STRINGS_MAX ? event->kind->strings[i] : NULL;

	if (!text)
		return false;
	if (strcmp(text, "@") == 0)
		add_context(host, event, out);
	else
		str_add(out, text);
	return true;
}

void event_system_time(const struct event *event, char text[40])
{
	struct tm utc;
	size_t len;

	gmtime_r(&event->when, &utc);
	len = strftime(text, 40, "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(text + len, 40 - len, ".%03u000000Z", event->milliseconds);
}

/* The process that logged it, as VSS writes it into the binary part. */
static void add_binary(const struct event *event, struct str *out)
{
	OWN_VALUE(str_done) struct str text = { 0 };

	str_addf(&text,
		"- Code: %s00000581- Call: %s00000565- PID:  %08u- TID:  %08u- CMD:  C:\\Windows\\system32\\vssvc.exe  "
		" "
		"- User: Name: NT AUTHORITY\\SYSTEM, SID:S-1-5-18 ",
		event->kind->id == 13 ? "SECSECRC" : "WRTWRTIC", event->kind->id == 13 ? "SECSECRC" : "WRTWRTIC",
		1200 + event->writer * 4, 2216 + event->writer * 8);
	str_add(out, "<Binary>");
	for (size_t i = 0; i < text.len; i++)
		str_addf(out, "%02X", (unsigned char)text.data[i]);
	str_add(out, "</Binary>");
}

static void xml_strings(const struct host *host, const struct event *event, struct str *out)
{
	str_add(out, "<EventData>");
	for (size_t i = 0;; i++) {
		OWN_VALUE(str_done) struct str text = { 0 };
		if (!event_string(host, event, i, &text))
			break;
		if (event->kind->names[i])
			str_addf(out, "<Data Name='%s'>", event->kind->names[i]);
		else
			str_add(out, "<Data>");
		xml_add(out, str_text(&text));
		str_add(out, "</Data>");
	}
	if (strcmp(event->kind->provider, "VSS") == 0)
		add_binary(event, out);
	str_add(out, "</EventData>");
}

void event_xml(const struct host *host, const struct event *event, struct str *out)
{
	char when[40];

	event_system_time(event, when);
	str_addf(out,
		"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='%s'/>"
		"<EventID "
		"Qualifiers='0'>%u</EventID><Level>%u</Level><Task>0</Task><Keywords>0x80000000000000</Keywords>"
		"<TimeCreated SystemTime='%s'/><EventRecordID>%u</EventRecordID><Channel>%s</Channel>"
		"<Computer>%s</Computer><Security/></System>",
		event->kind->provider, event->kind->id, event->kind->level, when, event->record, event->kind->channel,
		host->name);
	xml_strings(host, event, out);
	str_add(out, "</Event>");
}

void event_message(const struct host *host, const struct event *event, struct str *out)
{
	bool japanese = host->scenario->language == LANGUAGE_JA;

	str_add(out, japanese ? "ボリューム シャドウ コピー サービス エラー:" : "Volume Shadow Copy Service error:");
	for (size_t i = 0;; i++) {
		OWN_VALUE(str_done) struct str text = { 0 };
		if (!event_string(host, event, i, &text))
			break;
		str_addc(out, ' ');
		str_add(out, str_text(&text));
	}
}
