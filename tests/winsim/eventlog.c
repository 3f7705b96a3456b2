/* eventlog: see eventlog.h. A history is computed at each reading from the scenario and the start of the simulation, so
 * that ten thousand hosts need no memory for it. */

#include "eventlog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "codec.h"
#include "host.h"
#include "own.h"

enum { DAY = 86400, HISTORY_MAX = 256, FIRST_RECORD = 37000 };

#define EVENT_SYSTEM_CLSID "{4e14fba2-2e22-11d1-9964-00c04fbbb345}"
#define VSS_EVENT_CLSID "{faf53cc4-bd73-4e36-83f1-2b23f46e513e}"
#define NOT_REGISTERED "0x800401fb, Object is not registered\r\n"
#define SHUTTING_DOWN "0x8007045b, A system shutdown is in progress.\r\n"
#define CLASS_UNKNOWN "0x80040154, Class not registered\r\n"
#define BACKUP "Microsoft-Windows-Backup"

// clang-format off
enum kind {
	KIND_PUBLISHED_8193, KIND_PUBLISHED_13, KIND_SHUTDOWN_8193, KIND_SHUTDOWN_13, KIND_IDLE, KIND_CALLBACK,
	KIND_TYPELIB_8193, KIND_TYPELIB_22, KIND_TYPELIB_34, KIND_STOPPED_19, KIND_STOPPED_38, KIND_ENROLLMENT_13,
	KIND_LICENSING, KIND_BACKUP_521, KIND_BACKUP_START, KIND_BACKUP_OK, KIND_BACKUP_FAILED, KIND_BACKUP_VSS,
	KIND_WRITER_8229, KIND_HOSTILE,
};

static const struct event_kind kinds[] = {
	[KIND_PUBLISHED_8193] = { "Application", "VSS", 8193, 2, { "CoCreateInstance", NOT_REGISTERED, "@" } },
	[KIND_PUBLISHED_13] = { "Application", "VSS", 13, 2, { EVENT_SYSTEM_CLSID, "CEventSystem", NOT_REGISTERED, "@" } },
	[KIND_SHUTDOWN_8193] = { "Application", "VSS", 8193, 2, { "CoCreateInstance", SHUTTING_DOWN, "@" } },
	[KIND_SHUTDOWN_13] = { "Application", "VSS", 13, 2, { EVENT_SYSTEM_CLSID, "CEventSystem", SHUTTING_DOWN, "@" } },
	[KIND_IDLE] = { "Application", "VSS", 8224, 4, { "" } },
	[KIND_CALLBACK] = { "Application", "VSS", 8194, 2, { "0x80070005, Access is denied.\r\n", "@" } },
	[KIND_TYPELIB_8193] = { "Application", "VSS", 8193, 2, { "CoCreateInstance(CLSID_VSSEvent)", CLASS_UNKNOWN, "@" } },
	[KIND_TYPELIB_22] = { "Application", "VSS", 22, 2, { VSS_EVENT_CLSID, "VSSEvent", CLASS_UNKNOWN, "@" } },
	[KIND_TYPELIB_34] = { "Application", "VSS", 34, 2, { "@" } },
	[KIND_STOPPED_19] = { "Application", "VSS", 19, 2, { EVENT_SYSTEM_CLSID, "CEventSystem",
		"0x80070422, The service cannot be started.\r\n", "@" } },
	[KIND_STOPPED_38] = { "Application", "VSS", 38, 2, { "@" } },
	[KIND_ENROLLMENT_13] = { "Application", "Microsoft-Windows-CertificateServicesClient-CertEnroll", 13, 2,
		{ "Local system", "Machine", "ca01.sim.example", "0x800706ba (WIN32: 1722 RPC_S_SERVER_UNAVAILABLE)" } },
	[KIND_LICENSING] = { "Application", "Microsoft-Windows-Security-SPP", 903, 4, { "" } },
	[KIND_BACKUP_521] = { "Application", BACKUP, 521, 2, { "2155348129", "%%2155348129" } },
	[KIND_BACKUP_START] = { BACKUP, BACKUP, 1, 4, { "" } },
	[KIND_BACKUP_OK] = { BACKUP, BACKUP, 4, 4, { "" } },
	[KIND_BACKUP_FAILED] = { BACKUP, BACKUP, 5, 2, { "2155348129", "%%2155348129" } },
	[KIND_BACKUP_VSS] = { BACKUP, BACKUP, 9, 2, { "2155348129" } },
	[KIND_WRITER_8229] = { "Application", "VSS", 8229, 3, { "0x800423f2, The writer's timeout expired.\r\n", "@" } },
	[KIND_HOSTILE] = { "Application", "VSS", 8193, 2, { "=cmd|' /C calc'!A0<script>alert(1)</script>",
		"0x80070539, ]]>\x1b[31mred\x1b[0m \xe2\x80\xae""gnp.exe\r\n", "-->\x01\x02 <img src=x onerror=alert(1)> &amp;" } },
};

static const struct context {
	const char *name, *id;
} contexts[] = {
	{ "ASR Writer", "be000cbe-11fe-4426-9c58-531aa6355fc4" },
	{ "Registry Writer", "afbab4a2-367d-4d15-a586-71dbb18f8485" },
	{ "COM+ REGDB Writer", "542da469-d3e1-473c-9f4f-7847f01fc64f" },
	{ "Shadow Copy Optimization Writer", "4dc3bdd4-ab48-4d07-adb0-3bee2926fd7f" },
};

static const char *const channels[] = { "Application", "System", "Security", BACKUP };
// clang-format on

void event_list_done(struct event_list *list)
{
	free(list->event);
	*list = (struct event_list){ 0 };
}

time_t eventlog_start_time(void)
{
	static time_t start;

	if (!start)
		start = time(NULL);
	return start;
}

static void add(struct event_list *list, enum kind kind, time_t when, unsigned writer)
{
	if (list->count < HISTORY_MAX)
		list->event[list->count++] = (struct event){
			.kind = &kinds[kind],
			.when = when,
			.milliseconds = (unsigned)(list->count * 137 % 1000),
			.writer = writer,
		};
}

/* One night's backup, as the published case logs it, or a good one. */
static void add_backup(struct event_list *list, const struct host *host, time_t when, bool failed)
{
	add(list, KIND_BACKUP_START, when, 0);
	for (unsigned writer = 0; failed && writer < 2; writer++) {
		add(list, KIND_PUBLISHED_13, when + 19, writer);
		add(list, KIND_PUBLISHED_8193, when + 19, writer);
	}
	if (failed) {
		add(list, KIND_BACKUP_521, when + 21, 0);
		add(list, KIND_BACKUP_VSS, when + 21, 0);
		add(list, KIND_BACKUP_FAILED, when + 21, 0);
		return;
	}
	if (host->scenario->writers == WRITERS_ONE_FAILED)
		add(list, KIND_WRITER_8229, when + 60, 0);
	add(list, KIND_BACKUP_OK, when + 1260, 0);
	add(list, KIND_IDLE, when + 1500, 0);
}

static void add_shutdown(struct event_list *list, time_t when)
{
	for (unsigned writer = 0; writer < 2; writer++) {
		add(list, KIND_SHUTDOWN_13, when, writer);
		add(list, KIND_SHUTDOWN_8193, when, writer);
	}
}

static void add_special(struct event_list *list, const struct host *host, time_t when)
{
	switch (host->scenario->events) {
	case EVENTS_TYPELIB:
		add(list, KIND_TYPELIB_34, when, 0);
		add(list, KIND_TYPELIB_22, when, 1);
		add(list, KIND_TYPELIB_8193, when, 1);
		return;
	case EVENTS_STOPPED:
		add(list, KIND_STOPPED_19, when, 0);
		add(list, KIND_STOPPED_38, when, 1);
		return;
	case EVENTS_HOSTILE:
		add(list, KIND_HOSTILE, when, 0);
		return;
	default:
		return;
	}
}

/* Two weeks with a backup each night; the published fault begins four nights ago. */
static void add_history(struct event_list *list, const struct host *host)
{
	time_t start = eventlog_start_time();
	int nights = host->scenario->events == EVENTS_ROLLED_OVER ? 0 : 14;
	bool published = host->scenario->events == EVENTS_PUBLISHED;

	add_shutdown(list, nights ? start - 15 * DAY : host->boot - 20);
	for (int night = nights; night > 0; night--) {
		time_t when = start - night * DAY + DAY / 2 + (time_t)(host->seed % 3600);
		if (night % 5 == 0)
			add(list, KIND_ENROLLMENT_13, when - 4000, 0);
		add(list, KIND_LICENSING, when - 3000, 0);
		add_backup(list, host, when, published && night <= 4);
		if (night <= 6)
			add_special(list, host, when + 1800);
	}
	if (!nights)
		for (int i = 60; i > 0; i--)
			add(list, KIND_LICENSING, start - i * 60, 0);
}

/* What happened before the log begins is not in it: a small log on a busy host. */
static void forget_old(struct event_list *list, const struct host *host)
{
	size_t keep = 0;
	time_t oldest = eventlog_start_time() - (host->scenario->events == EVENTS_ROLLED_OVER ? 3600 : 20 * DAY);

	for (size_t i = 0; i < list->count; i++)
		if (list->event[i].when >= oldest)
			list->event[keep++] = list->event[i];
	list->count = keep;
}

static void keep_channel(struct event_list *list, const char *channel)
{
	size_t keep = 0;

	for (size_t i = 0; i < list->count; i++)
		if (strcasecmp(list->event[i].kind->channel, channel) == 0)
			list->event[keep++] = list->event[i];
	list->count = keep;
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
	add_history(list, host);
	forget_old(list, host);
	memcpy(list->event + list->count, host->fresh, host->fresh_count * sizeof(*host->fresh));
	list->count += host->fresh_count;
	for (size_t i = 0; i < list->count; i++)
		list->event[i].record = (uint32_t)(FIRST_RECORD + i);
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

void eventlog_add_failed_subscriptions(struct host *host)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	for (unsigned writer = 0; writer < 2; writer++)
		for (int i = 0; i < 2; i++)
			host_log(host, &(struct event){
					       .kind = &kinds[i ? KIND_PUBLISHED_8193 : KIND_PUBLISHED_13],
					       .when = now.tv_sec,
					       .milliseconds = (unsigned)(now.tv_nsec / 1000000),
					       .writer = writer,
				       });
}
