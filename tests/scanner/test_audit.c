/* audit: whole conversations with a host that is a function. Each scene says how the host differs from a healthy 2019
 * and which requests must come, in which order; the answer is a result. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audit.h"
#include "listing.h"
#include "text.h"

struct reply { /* all zero: the answer of a healthy host */
	enum error_kind fail;
	const char *fault; /* the number */
};

struct scene {
	const char *about;
	const char *trace; /* the requests, a word each */
	struct reply os, product, services, rest, create, receive, subscribe, eventlog,
		processes;              /* rest: of services */
	bool shared, own, pending_once; /* EventSystem */
	bool empty;                     /* no writers */
	const char *language;           /* of vssadmin; NULL: en */
	const char *preamble;
	int vssadmin_exit;
	const char *breaks_in; /* the part in which the output stops */
	const char *events;    /* "8193 13": in the log; with 0x800401fb */
	enum event_source source;
	const char *live;  /* provoked by vssadmin */
	bool overlap;      /* the second query also finds what the first found, and what is older than t0 */
	const char *fails; /* the part that ends with exit code 5 */
	bool no_wsb, client;
	bool restarted; /* EventSystem, today */
	bool remembers; /* a writer of a third party, in the last good set */
	bool looked;    /* before, when the events were logged */

	const char *cause;
	enum verdict verdict;
	enum confidence confidence;
	enum vss_outcome outcome;
	size_t writers;
	const char *errors;    /* "services:fault vss:timeout" */
	const char *fallbacks; /* joined by ", " */
	const char *reason;    /* a part of it */
	bool leaked;
};

struct host_state {
	const struct scene *scene;
	struct str trace;
	struct str command;
	unsigned codepage, service_queries, pulls;
	const struct session *session;
};

enum { HOST_MS = 3600 * 1000, VSSADMIN_S = 120 };

#define ENVELOPE                                                                                                       \
	"<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' "                                               \
	"xmlns:a='http://schemas.xmlsoap.org/ws/2004/08/addressing' "                                                  \
	"xmlns:w='http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd' "                                                    \
	"xmlns:n='http://schemas.xmlsoap.org/ws/2004/09/enumeration' "                                                 \
	"xmlns:x='http://schemas.xmlsoap.org/ws/2004/09/transfer' "                                                    \
	"xmlns:rsp='http://schemas.microsoft.com/wbem/wsman/1/windows/shell'>"
#define SHELL_URI "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"

/* --- WMI --- */

static void one_row(struct str *body, const char *columns)
{
	str_addf(body,
		"<n:EnumerateResponse><n:EnumerationContext/><w:Items><w:XmlFragment>%s</w:XmlFragment></w:Items>"
		"<w:EndOfSequence/></n:EnumerateResponse>",
		columns);
}

static void service_row(struct str *body, const char *name, const char *state, const char *type, unsigned pid)
{
	str_addf(body,
		"<w:XmlFragment><DisplayName>x</DisplayName><Name>%s</Name><PathName>svchost.exe</PathName>"
		"<ProcessId>%u</ProcessId><ServiceType>%s</ServiceType><StartMode>Auto</StartMode><State>%s</State>"
		"</w:XmlFragment>",
		name, pid, type, state);
}

/* As Windows does: one row in the first answer, the others in a Pull. */
static void services_begin(struct str *body)
{
	str_add(body, "<n:EnumerateResponse><n:EnumerationContext>uuid:1</n:EnumerationContext><w:Items>");
	service_row(body, "nsi", "Running", "Share Process", 816);
	str_add(body, "</w:Items></n:EnumerateResponse>");
}

static void services_rest(struct host_state *h, struct str *body)
{
	const struct scene *c = h->scene;
	bool pending = c->pending_once && h->service_queries == 1;

	str_add(body, "<n:PullResponse><n:Items>");
	service_row(body, "EventSystem", pending ? "Start Pending" : "Running",
		c->own ? "Own Process" : "Share Process", c->shared ? 816 : 1025);
	service_row(body, "FontCache", "Running", "Share Process", 816);
	service_row(body, "wbengine", "Stopped", "Own Process", 0);
	service_row(body, "CryptSvc", "Running", "Share Process", 700);
	str_add(body, "</n:Items><n:EndOfSequence/></n:PullResponse>");
}

/* --- events --- */

static void wide(struct str *out, const char *ascii)
{
	for (; *ascii; ascii++) {
		str_addc(out, *ascii);
		str_addc(out, '\0');
	}
}

static void event(struct str *xml, const char *provider, const char *id, unsigned record, const char *time)
{
	str_addf(xml,
		"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='%s'/>"
		"<EventID>%s</EventID><TimeCreated SystemTime='%s'/><EventRecordID>%u</EventRecordID>"
		"<Channel>%s</Channel></System><EventData>"
		"<Data>{4e14fba2-2e22-11d1-9964-00c04fbbb345}</Data><Data>CEventSystem</Data>"
		"<Data>0x800401fb, x</Data></EventData></Event>",
		provider, id, time, record, strcmp(provider, "VSS") ? "Microsoft-Windows-Backup" : "Application");
}

static void events_of(struct str *out, const char *ids, unsigned newest, const char *time, bool utf16)
{
	OWN_VALUE(str_done) struct str xml = { 0 };
	char *list = strdup(ids ? ids : ""), *rest = NULL;

	str_add(&xml, "<Events>");
	for (char *id = strtok_r(list, " ", &rest); id; id = strtok_r(NULL, " ", &rest))
		event(&xml, "VSS", id, newest--, time);
	str_add(&xml, "</Events>");
	utf16 ? wide(out, str_text(&xml)) : str_add(out, str_text(&xml));
	free(list);
}

/* --- the shell --- */

static void vssadmin(const struct scene *c, unsigned codepage, struct str *out)
{
	const struct language *l = language(codepage == 437 ? "en" : c->language ? c->language : "en");
	OWN_VALUE(str_done) struct str utf8 = { 0 };

	if (c->vssadmin_exit)
		str_add(out, "Error: You don't have the correct permissions to run this command.\r\n");
	else
		listing(&utf8, l, codepage == 437 ? NULL : c->preamble, minimum, c->empty ? 0 : MINIMUM_AND_ONE);
	str_addn(out, str_text(&utf8), utf8.len);
}

#define TASK                                                                                                           \
	"<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n<Task "                                                        \
	"xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\"><Triggers><CalendarTrigger><ScheduleByDay>"   \
	"<DaysInterval>1</DaysInterval></ScheduleByDay></CalendarTrigger></Triggers><Settings><Enabled>true</Enabled>" \
	"</Settings></Task>\r\n"

static int print_part(struct host_state *h, const char *name, struct str *out)
{
	const struct scene *c = h->scene;

	assert_false(c->client && (!strcmp(name, "task") || !strcmp(name, "success") || !strcmp(name, "failure")));
	if (c->fails && !strcmp(c->fails, name))
		return 5;
	if (!strcmp(name, "newest"))
		events_of(out, "1000", 500, "2026-11-22T11:59:00Z", false);
	else if (!strcmp(name, "oldest"))
		events_of(out, "1000", 1, "2026-01-01T00:00:00Z", false);
	else if (!strcmp(name, "events"))
		events_of(out, c->events, c->overlap ? 505 : 490, "2026-11-22T10:00:00Z", true);
	else if (!strcmp(name, "live") && c->overlap)
		events_of(out, "13 8193 13 8193 13 8193 13 8193", 507, "2026-11-22T12:00:05Z", false);
	else if (!strcmp(name, "live"))
		events_of(out, c->live, 510, "2026-11-22T12:00:05Z", false);
	else if (!strcmp(name, "oemcp"))
		str_add(out, "\r\nHKEY_LOCAL_MACHINE\\...\\CodePage\r\n    OEMCP    REG_SZ    932\r\n\r\n");
	else if ((!strcmp(name, "success") || !strcmp(name, "failure")) && c->no_wsb)
		return 15007;
	else if (!strcmp(name, "task") && c->no_wsb)
		return 1;
	else if (!strcmp(name, "success") || !strcmp(name, "failure"))
		str_add(out, "<Events></Events>");
	else if (!strcmp(name, "task"))
		str_add(out, TASK);
	else if (!strcmp(name, "type"))
		str_addf(out, "\r\nHKEY\r\n    Type    REG_DWORD    %s\r\n\r\n", c->own ? "0x10" : "0x20");
	else if (!strcmp(name, "tasklist"))
		str_addf(out,
			"\"System Idle Process\",\"0\",\"N/A\"\r\n\"svchost.exe\",\"816\",\"nsi,FontCache%s\"\r\n%s",
			c->shared ? ",EventSystem" : "",
			c->shared ? "" : "\"svchost.exe\",\"1025\",\"EventSystem\"\r\n");
	else if (!strcmp(name, "writers")) {
		vssadmin(c, h->codepage, out);
		return c->vssadmin_exit;
	} else
		fail_msg("%s: an unknown part %s", c->about, name);
	return 0;
}

/* Runs the command line: what stands before each `call echo MARK NAME %^errorlevel%` is the part of that name. */
static bool run_script(struct host_state *h, struct str *out)
{
	static const char echo[] = "call echo ";
	const char *at = str_text(&h->command);

	while ((at = strstr(at, echo))) {
		char mark[64], name[32];
		at += sizeof(echo) - 1;
		assert_int_equal(sscanf(at, "%63s %31s %%^errorlevel%%", mark, name), 2);
		int code = print_part(h, name, out);
		if (h->scene->breaks_in && !strcmp(h->scene->breaks_in, name)) {
			out->len -= out->len ? 1 : 0; /* in the middle of its last line */
			return false;
		}
		str_addf(out, "%s %s %d\r\n", mark, name, code);
	}
	return true;
}

static void stream(struct str *body, const char *bytes, size_t len)
{
	str_add(body, "<rsp:Stream Name='stdout' CommandId='C1'>");
	base64_encode(body, bytes, len);
	str_add(body, "</rsp:Stream>");
}

/* Both halves in one answer: streams end anywhere, also inside a character. */
static bool receive(struct host_state *h, struct str *body)
{
	OWN_VALUE(str_done) struct str out = { 0 };
	bool plain = !strstr(str_text(&h->command), "call echo"), whole = true;

	if (plain)
		vssadmin(h->scene, h->codepage, &out);
	else
		whole = run_script(h, &out);
	size_t half = out.len / 2 | 1;
	half = half > out.len ? out.len : half;
	str_add(body, "<rsp:ReceiveResponse>");
	stream(body, str_text(&out), half);
	stream(body, str_text(&out) + half, out.len - half);
	str_addf(body, "<rsp:CommandState CommandId='C1' State='" SHELL_URI "/CommandState/%s'>%s</rsp:CommandState>",
		whole ? "Done" : "Running", whole ? "<rsp:ExitCode>0</rsp:ExitCode>" : "");
	str_add(body, "</rsp:ReceiveResponse>");
	return whole;
}

static void take_command(struct host_state *h, const char *request)
{
	const char *from = strstr(request, "<rsp:Command>") + strlen("<rsp:Command>");

	str_clear(&h->command);
	str_addn(&h->command, from, (size_t)(strstr(from, "</rsp:Command>") - from));
	assert_true(h->command.len < 7000 + 200); /* escapes */
}

static void take_codepage(struct host_state *h, const char *request)
{
	const char *option = strstr(request, "WINRS_CODEPAGE");
	assert_non_null(option);
	h->codepage = (unsigned)strtoul(strchr(option, '>') + 1, NULL, 10);
}

/* --- the host --- */

static int fails(const struct reply *reply, struct str *body, struct error *e, bool *handled)
{
	*handled = reply->fail || reply->fault;
	if (reply->fail)
		return error_set(e, reply->fail, "as the scene says");
	if (reply->fault)
		str_addf(body,
			"<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text xml:lang='ja-JP'/>"
			"</s:Reason><s:Detail><f:WSManFault "
			"xmlns:f='http://schemas.microsoft.com/wbem/wsman/1/wsmanfault' "
			"Code='%s' Machine='srv'><f:Message>no</f:Message></f:WSManFault></s:Detail></s:Fault>",
			reply->fault);
	return 0;
}

#define SYSTEM_OF(type)                                                                                                \
	"<BuildNumber>17763</BuildNumber><Caption>Windows</Caption><CodeSet>932</CodeSet><LastBootUpTime>"             \
	"<Datetime>2026-11-01T00:00:00+09:00</Datetime></LastBootUpTime><LocalDateTime><Datetime>"                     \
	"2026-11-22T21:00:00+09:00</Datetime></LocalDateTime><Locale>0411</Locale>"                                    \
	"<ProductType>" type "</ProductType><Version>10.0.17763</Version>"

static void processes_of(const struct scene *c, struct str *body)
{
	str_addf(body,
		"<n:EnumerateResponse><n:EnumerationContext/><w:Items><w:XmlFragment><CreationDate><Datetime>%s</"
		"Datetime>"
		"</CreationDate><ProcessId>1025</ProcessId></w:XmlFragment><w:XmlFragment><CreationDate>"
		"<Datetime>2026-11-01T00:02:00+09:00</Datetime></CreationDate><ProcessId>700</ProcessId></"
		"w:XmlFragment>"
		"</w:Items><w:EndOfSequence/></n:EnumerateResponse>",
		c->restarted ? "2026-11-22T08:00:00+09:00" : "2026-11-01T00:01:00+09:00");
}

static int answer_query(struct host_state *h, const char *request, struct str *body, struct error *e)
{
	const struct scene *c = h->scene;
	bool os = strstr(request, "Win32_OperatingSystem"), product = strstr(request, "Win32_ComputerSystemProduct"),
	     services = strstr(request, "Win32_Service"), processes = strstr(request, "Win32_Process"), handled;
	const struct reply *reply = os          ? &c->os
				    : product   ? &c->product
				    : services  ? &c->services
				    : processes ? &c->processes
						: &c->eventlog;

	str_add(&h->trace, os          ? "os "
			   : product   ? "product "
			   : services  ? "services "
			   : processes ? "processes "
				       : "eventlog ");
	h->service_queries += services;
	int rc = fails(reply, body, e, &handled);
	if (handled)
		return rc;
	if (os)
		one_row(body, c->client ? SYSTEM_OF("1") : SYSTEM_OF("3"));
	else if (product)
		one_row(body, "<Name>VMware7,1</Name><UUID>4C4C4544-0031-4A10-8052-B4C04F4A3132</UUID>"
			      "<Vendor>VMware, Inc.</Vendor>");
	else if (services)
		services_begin(body);
	else if (processes)
		processes_of(c, body);
	else
		one_row(body, "<EventCode>8193</EventCode><InsertionStrings>CoCreateInstance</InsertionStrings>"
			      "<InsertionStrings>0x800401fb, x</InsertionStrings><RecordNumber>7</RecordNumber>"
			      "<SourceName>VSS</SourceName><TimeGenerated><Datetime>2026-11-22T10:00:00Z</Datetime>"
			      "</TimeGenerated>");
	return 0;
}

/* Oldest first: one record a Pull, and then nothing but heartbeats. */
static void events_pulled(struct host_state *h, const char *request, struct str *body)
{
	bool whole = strstr(request, "<n:MaxElements>1<");

	str_add(body, "<n:PullResponse><n:EnumerationContext>uuid:3</n:EnumerationContext><n:Items>");
	if (whole)
		event(body, "Microsoft-Windows-Security-SPP", "903", 1, "2026-01-01T00:00:00Z");
	else if (h->pulls++ == 0)
		event(body, "VSS", "8193", 7, "2026-11-22T10:00:00Z");
	str_add(body, "</n:Items></n:PullResponse>");
}

static int answer_eventlog(struct host_state *h, const char *request, struct str *body, struct error *e)
{
	bool handled;

	if (strstr(request, "/eventing/Unsubscribe<")) {
		assert_non_null(strstr(request, "http://schemas.xmlsoap.org/ws/2004/08/eventing\">SUB</e:Identifier>"));
		str_add(&h->trace, "unsubscribe ");
	} else if (strstr(request, "/enumeration/Pull<")) {
		str_add(&h->trace, "events ");
		events_pulled(h, request, body);
	} else {
		str_add(&h->trace, "subscribe ");
		int rc = fails(&h->scene->subscribe, body, e, &handled);
		if (handled)
			return rc;
		str_add(body, "<e:SubscribeResponse xmlns:e='http://schemas.xmlsoap.org/ws/2004/08/eventing'>"
			      "<e:SubscriptionManager><a:ReferenceProperties><e:Identifier>SUB</e:Identifier>"
			      "</a:ReferenceProperties></e:SubscriptionManager><n:EnumerationContext>uuid:2"
			      "</n:EnumerationContext></e:SubscribeResponse>");
	}
	return 0;
}

static int answer(struct host_state *h, const char *request, struct str *body, struct error *e)
{
	const struct scene *c = h->scene;
	bool handled;

	/* What hangs in the shell must not use up the time of the host. */
	bool in_shell = strstr(request, SHELL_URI "/cmd");
	assert_int_equal(deadline_left(session_deadline(h->session)) > VSSADMIN_S * 1000, !in_shell);
	if (strstr(request, "/windows/EventLog<"))
		return answer_eventlog(h, request, body, e);
	if (strstr(request, "/enumeration/Enumerate<"))
		return answer_query(h, request, body, e);
	if (strstr(request, "/enumeration/Pull<")) {
		str_add(&h->trace, "pull ");
		int rc = fails(&c->rest, body, e, &handled);
		if (handled)
			return rc;
		services_rest(h, body);
	} else if (strstr(request, "/enumeration/Release<"))
		str_add(&h->trace, "release ");
	else if (strstr(request, "/transfer/Create<")) {
		str_add(&h->trace, "create ");
		int rc = fails(&c->create, body, e, &handled);
		if (handled)
			return rc;
		take_codepage(h, request);
		str_add(body, "<x:ResourceCreated><a:ReferenceParameters><w:SelectorSet><w:Selector Name='ShellId'>S1"
			      "</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>");
	} else if (strstr(request, "/shell/Command<")) {
		str_add(&h->trace, "command ");
		take_command(h, request);
		str_add(body, "<rsp:CommandResponse><rsp:CommandId>C1</rsp:CommandId></rsp:CommandResponse>");
	} else if (strstr(request, "/shell/Receive<")) {
		bool again = strstr(str_text(&h->trace), "receive ") && c->breaks_in;
		str_add(&h->trace, "receive ");
		if (again) {
			int rc = fails(&c->receive, body, e, &handled);
			assert_true(handled); /* a scene that breaks says how */
			return rc;
		}
		receive(h, body);
	} else if (strstr(request, "/shell/Signal<")) {
		str_add(&h->trace, "signal ");
		str_add(body, "<rsp:SignalResponse/>");
	} else if (strstr(request, "/transfer/Delete<")) {
		str_add(&h->trace, "delete ");
		if (c->leaked)
			return error_set(e, ERROR_TLS, "as the scene says");
	} else
		fail_msg("%s: %s", c->about, request);
	return 0;
}

static int exchange(void *context, const char *request, size_t len, struct str *reply, struct error *e)
{
	struct host_state *h = context;
	OWN_VALUE(str_done) struct str body = { 0 };
	const char *id = strstr(request, "<a:MessageID>");

	assert_int_equal(strlen(request), len);
	if (answer(h, request, &body, e) < 0)
		return -1;
	id += strlen("<a:MessageID>");
	str_addf(reply, ENVELOPE "<s:Header><a:RelatesTo>%.*s</a:RelatesTo></s:Header><s:Body>%s</s:Body></s:Envelope>",
		(int)strcspn(id, "<"), id, str_text(&body));
	return 0;
}

/* --- the scenes --- */

#define QUERIES "os product services pull "
#define SHELL "create command receive delete "
#define SUBSCRIPTION "subscribe events events events unsubscribe "
#define COVERAGE "subscribe events unsubscribe "
#define HUNG "create command receive receive signal signal delete "

// clang-format off
static const struct scene scenes[] = {
	{ "healthy", QUERIES SHELL, .verdict = VERDICT_HEALTHY, .outcome = VSS_WRITERS, .writers = 7 },
	{ "affected, Japanese", QUERIES SHELL, .shared = true, .empty = true, .language = "ja", .events = "13 8193",
		.live = "13 8193", .verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_CONFIRMED, .outcome = VSS_EMPTY,
		.reason = "1 x 8193 and 1 x 13 with 0x800401fb in the last 168 h, 2 provoked by this look" },
	{ "affected, proved only by what we provoked", QUERIES SHELL, .shared = true, .empty = true, .live = "8193",
		.verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_CONFIRMED, .outcome = VSS_EMPTY },
	{ "provoked ones that both queries found", QUERIES SHELL, .shared = true, .empty = true, .events = "13",
		.overlap = true, .verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_CONFIRMED, .outcome = VSS_EMPTY,
		.reason = "0x800401fb: 7 provoked by this look" },
	{ "63: an earlier look provoked them", QUERIES SHELL, .shared = true, .empty = true, .events = "13 8193",
		.looked = true, .verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_CONFIRMED, .outcome = VSS_EMPTY,
		.reason = "0x800401fb: 2 provoked by earlier looks" },
	{ "63: and this one too", QUERIES SHELL, .shared = true, .empty = true, .events = "13", .live = "8193",
		.looked = true, .verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_CONFIRMED, .outcome = VSS_EMPTY,
		.reason = "0x800401fb: 1 provoked by this look, 1 by earlier looks" },
	{ "at risk", QUERIES SHELL, .shared = true, .events = "8193", .verdict = VERDICT_AT_RISK,
		.outcome = VSS_WRITERS, .writers = 7 },
	{ "fixed, not restarted", QUERIES SHELL, .shared = true, .own = true, .verdict = VERDICT_FIX_PENDING,
		.outcome = VSS_WRITERS, .writers = 7 },
	{ "no Windows Server Backup", QUERIES SHELL, .no_wsb = true, .verdict = VERDICT_HEALTHY,
		.outcome = VSS_WRITERS, .writers = 7 },
	{ "38: EventSystem is starting", QUERIES SHELL "services pull ", .pending_once = true,
		.verdict = VERDICT_HEALTHY, .outcome = VSS_WRITERS, .writers = 7 },

	{ "35: a client has no Windows Server Backup to ask for", QUERIES SHELL, .client = true,
		.verdict = VERDICT_HEALTHY, .outcome = VSS_WRITERS, .writers = 7 },
	{ "33: no writers, alone: how old are the processes", QUERIES SHELL "processes ", .empty = true,
		.verdict = VERDICT_WRITERS_MISSING, .cause = "D8 not_visible", .outcome = VSS_EMPTY },
	{ "no writers, alone, and EventSystem was restarted", QUERIES SHELL "processes ", .empty = true,
		.restarted = true, .verdict = VERDICT_WRITERS_MISSING, .cause = "D9 eventsystem_restarted",
		.outcome = VSS_EMPTY },
	{ "no writers, alone, and nobody knows how old the processes are", QUERIES SHELL "processes ", .empty = true,
		.processes = { .fault = "2150858778" }, .verdict = VERDICT_WRITERS_MISSING, .outcome = VSS_EMPTY,
		.errors = "processes:fault" },
	{ "a writer that was there when all was well", QUERIES SHELL, .remembers = true, .verdict = VERDICT_VSS_FAULT,
		.cause = "last_good_writer_missing", .outcome = VSS_WRITERS, .writers = 7, .reason = "Backup Agent" },

	{ "10: vssadmin refuses", QUERIES SHELL, .vssadmin_exit = 2, .verdict = VERDICT_UNKNOWN, .outcome = VSS_FAILED,
		.reason = "correct permissions" },
	{ "empty behind an unknown preamble, empty in English", QUERIES SHELL SHELL, .shared = true, .empty = true,
		.language = "ja", .preamble = "応答を待っています。", .events = "8193", .verdict = VERDICT_AFFECTED,
		.confidence = CONFIDENCE_CONFIRMED, .outcome = VSS_EMPTY, .fallbacks = "codepage 437" },
	{ "78: the shell is disabled", QUERIES "create " SUBSCRIPTION COVERAGE, .create = { .fault = "2150859180" },
		.shared = true, .verdict = VERDICT_UNKNOWN, .errors = "vss:denied", .fallbacks = "events by subscription",
		.reason = "could not be asked for: shell create: " },
	{ "78: and the log may not be subscribed to", QUERIES "create subscribe eventlog ",
		.create = { .fault = "2150859180" }, .subscribe = { .fault = "5" }, .shared = true,
		.verdict = VERDICT_UNKNOWN, .errors = "vss:denied events:denied", .fallbacks = "events by WMI" },
	{ "the shell only: nothing else is asked", QUERIES SHELL, .source = EVENTS_WEVTUTIL, .fails = "events",
		.verdict = VERDICT_UNKNOWN, .outcome = VSS_WRITERS, .writers = 7, .errors = "events:fault" },
	{ "by subscription, as it was asked for", QUERIES SHELL SUBSCRIPTION, .source = EVENTS_SUBSCRIBE, .shared = true,
		.empty = true, .verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_CONFIRMED, .outcome = VSS_EMPTY,
		.reason = "1 x 8193" },
	{ "by WMI, as it was asked for", QUERIES SHELL "eventlog ", .source = EVENTS_WMI, .shared = true,
		.empty = true, .verdict = VERDICT_AFFECTED, .confidence = CONFIDENCE_CONFIRMED, .outcome = VSS_EMPTY,
		.reason = "1 x 8193" },
	{ "58: Win32_NTLogEvent is too much for WMI", QUERIES SHELL "eventlog " SUBSCRIPTION, .source = EVENTS_WMI,
		.eventlog = { .fault = "2147749938" }, .shared = true, .verdict = VERDICT_AT_RISK, .outcome = VSS_WRITERS,
		.writers = 7, .errors = "events:fault", .fallbacks = "events by subscription" },
	{ "the connection is lost at the subscription", QUERIES "create subscribe ",
		.create = { .fault = "2150859180" }, .subscribe = { .fail = ERROR_TLS }, .verdict = VERDICT_UNKNOWN,
		.errors = "vss:denied events:tls" },
	{ "77: WMI is broken", "os services " SHELL, .os = { .fault = "2150858778" }, .services = { .fault = "2150858778" },
		.shared = true, .empty = true, .events = "8193 13", .live = "8193", .verdict = VERDICT_AFFECTED,
		.confidence = CONFIDENCE_CONFIRMED, .outcome = VSS_EMPTY,
		.errors = "environment:fault services:fault", .fallbacks = "services by tasklist" },
	{ "77: WMI is broken, writers fine and alone", "os services " SHELL, .os = { .fault = "2150858778" },
		.services = { .fault = "2150858778" }, .verdict = VERDICT_HEALTHY, .outcome = VSS_WRITERS, .writers = 7,
		.errors = "environment:fault services:fault", .fallbacks = "services by tasklist" },
	{ "77: and fixed, not restarted", "os services " SHELL, .os = { .fault = "2150858778" }, .own = true, .shared = true,
		.services = { .fault = "2150858778" }, .verdict = VERDICT_FIX_PENDING, .outcome = VSS_WRITERS, .writers = 7,
		.errors = "environment:fault services:fault", .fallbacks = "services by tasklist" },
	{ "40: the list of services breaks the protocol", "os product services " SHELL,
		.services = { .fail = ERROR_PROTOCOL }, .verdict = VERDICT_UNKNOWN, .outcome = VSS_WRITERS, .writers = 7,
		.errors = "services:protocol", .reason = "the list of services is not known: enumerate: " },
	{ "40: the list of services is cut: the server loses the rest of it", "os product services pull services pull " SHELL,
		.rest = { .fault = "2150858779" }, .shared = true, .verdict = VERDICT_UNKNOWN, .outcome = VSS_WRITERS,
		.writers = 7, .errors = "services:fault",
		.reason = "the list of services is not known: pull: the server lost the enumeration" },
	{ "40: the same without writers", "os product services pull services pull " SHELL,
		.rest = { .fault = "2150858780" }, .shared = true, .empty = true, .events = "8193 13",
		.verdict = VERDICT_UNKNOWN, .outcome = VSS_EMPTY, .errors = "services:fault" },
	{ "77: WMI breaks in the middle of the list", QUERIES "release " SHELL, .rest = { .fault = "2150858778" }, .shared = true,
		.verdict = VERDICT_SHARED, .outcome = VSS_WRITERS, .writers = 7, .errors = "services:fault",
		.fallbacks = "services by tasklist" },
	{ "76: denied everywhere", "os services create subscribe eventlog ", .os = { .fault = "5" }, .services = { .fault = "5" },
		.create = { .fault = "5" }, .subscribe = { .fault = "5" }, .eventlog = { .fault = "5" },
		.verdict = VERDICT_UNKNOWN,
		.errors = "environment:denied services:denied vss:denied events:denied events:denied" },
	{ "only the model is refused", QUERIES SHELL, .product = { .fault = "2150858778" }, .verdict = VERDICT_HEALTHY,
		.outcome = VSS_WRITERS, .writers = 7, .errors = "environment:fault" },
	{ "wevtutil is refused", QUERIES SHELL SUBSCRIPTION, .fails = "events", .verdict = VERDICT_HEALTHY,
		.outcome = VSS_WRITERS, .writers = 7, .errors = "events:fault", .fallbacks = "events by subscription" },
	{ "and WMI's log too", QUERIES SHELL "subscribe eventlog ", .fails = "events",
		.subscribe = { .fault = "2150858753" }, .eventlog = { .fault = "2150858778" }, .verdict = VERDICT_UNKNOWN,
		.outcome = VSS_WRITERS, .writers = 7, .errors = "events:fault events:fault events:fault",
		.reason = "the events could not be read: events: " },

	{ "16: vssadmin hangs", QUERIES HUNG, .breaks_in = "writers", .receive = { .fail = ERROR_TIMEOUT }, .shared = true,
		.events = "8193 13", .verdict = VERDICT_UNKNOWN, .outcome = VSS_TIMEOUT, .errors = "vss:timeout" },
	{ "15: the connection is lost among the writers", QUERIES HUNG, .breaks_in = "writers",
		.receive = { .fail = ERROR_TLS }, .verdict = VERDICT_UNKNOWN, .outcome = VSS_UNREADABLE,
		.errors = "vss:tls", .reason = "unreadable: its output was cut" },
	{ "the connection is lost before vssadmin", QUERIES HUNG, .breaks_in = "task", .receive = { .fail = ERROR_TLS },
		.shared = true, .empty = true, .events = "8193", .verdict = VERDICT_UNKNOWN, .errors = "vss:tls",
		.reason = "could not be asked for: shell receive: " },
	{ "the connection is lost behind vssadmin", QUERIES HUNG, .breaks_in = "live", .receive = { .fail = ERROR_TLS },
		.shared = true, .empty = true, .events = "8193 13", .verdict = VERDICT_AFFECTED,
		.confidence = CONFIDENCE_CONFIRMED, .outcome = VSS_EMPTY, .errors = "vss:tls" },
	{ "the shell stays behind", QUERIES SHELL, .leaked = true, .verdict = VERDICT_HEALTHY, .outcome = VSS_WRITERS,
		.writers = 7, .errors = "shell:protocol" },

	{ "74: the name does not resolve", "os ", .os = { .fail = ERROR_DNS }, .verdict = VERDICT_UNREACHABLE,
		.errors = "connect:dns", .reason = "as the scene says." },
	{ "74: the certificate is wrong", "os ", .os = { .fail = ERROR_TLS }, .verdict = VERDICT_UNREACHABLE,
		.errors = "connect:tls" },
	{ "74: a proxy answers", "os ", .os = { .fail = ERROR_PROTOCOL }, .verdict = VERDICT_UNREACHABLE,
		.errors = "connect:protocol" },
	{ "75: not authenticated", "os ", .os = { .fail = ERROR_AUTH }, .verdict = VERDICT_UNREACHABLE,
		.errors = "connect:auth" },
	{ "nobody answers", "os ", .os = { .fail = ERROR_TIMEOUT }, .verdict = VERDICT_UNREACHABLE,
		.errors = "connect:timeout" },
	{ "the connection is lost among the queries", "os product services ", .services = { .fail = ERROR_AUTH },
		.verdict = VERDICT_UNKNOWN, .errors = "services:auth", .reason = "as the scene says." },
};
// clang-format on

static void joined_errors(struct str *out, const struct result *result)
{
	for (size_t i = 0; i < result->error_count; i++)
		str_addf(out, "%s%s:%s", i ? " " : "", result->errors[i].probe,
			error_kind_name(result->errors[i].error.kind));
}

static void check(const struct scene *c, const struct host_state *h, const struct result *result)
{
	OWN_VALUE(str_done) struct str errors = { 0 }, fallbacks = { 0 };

	joined_errors(&errors, result);
	for (size_t i = 0; i < result->fallback_count; i++)
		str_addf(&fallbacks, "%s%s", i ? ", " : "", result->fallbacks[i]);
	if (strcmp(str_text(&h->trace), c->trace) != 0)
		fail_msg("%s: asked %s", c->about, str_text(&h->trace));
	if (result->judgement.verdict != c->verdict || result->judgement.confidence != c->confidence)
		fail_msg("%s: %s: %s", c->about, verdict_name(result->judgement.verdict), result->judgement.reason);
	if (result->facts.vss.outcome != c->outcome || result->facts.vss.count != c->writers)
		fail_msg("%s: outcome %d, %zu writers: %s", c->about, result->facts.vss.outcome,
			result->facts.vss.count, result->facts.vss.note);
	if (strcmp(str_text(&errors), c->errors ? c->errors : "") != 0)
		fail_msg("%s: errors %s", c->about, str_text(&errors));
	if (strcmp(str_text(&fallbacks), c->fallbacks ? c->fallbacks : "") != 0)
		fail_msg("%s: fallbacks %s", c->about, str_text(&fallbacks));
	if (c->cause && (!result->judgement.cause || strcmp(result->judgement.cause, c->cause) != 0))
		fail_msg("%s: cause %s", c->about, result->judgement.cause ? result->judgement.cause : "none");
	if (c->reason && !strstr(result->judgement.reason, c->reason))
		fail_msg("%s: %s", c->about, result->judgement.reason);
	if (result->leaked_shell != c->leaked || result->connected != (c->verdict != VERDICT_UNREACHABLE))
		fail_msg("%s: leaked %d, connected %d", c->about, result->leaked_shell, result->connected);
}

static const struct last_good *remembered(void *context, const struct host *host)
{
	static struct good_writer agent = { "99999999-2222-3333-4444-555555555555", (char *)"Backup Agent" };
	static const struct last_good good = {
		.time = 1795000000, .writer = &agent, .count = 1, .waiting_since = UNSEEN
	};
	static struct look then = { 1795341590, 1795341610 }; /* 10:00, by the host's clock */
	static const struct last_good looks = {
		.time = UNSEEN, .waiting_since = UNSEEN, .look = &then, .look_count = 1
	};
	const struct scene *c = context;

	assert_null(host); /* of the result, as it was given */
	return c->remembers ? &good : c->looked ? &looks : NULL;
}

static struct result *audit(const struct scene *c, struct host_state *h)
{
	const struct audit_options options = { .events = c->source,
		.window_h = 168,
		.vssadmin_timeout_s = VSSADMIN_S,
		.policy = { .window_h = 168 },
		.last_good = remembered,
		.last_good_context = (void *)c };
	struct result *result = calloc(1, sizeof(*result));

	*h = (struct host_state){ .scene = c };
	OWN(session_free) struct session *s = session_scripted("srv", exchange, h, deadline_in(HOST_MS, NULL));
	assert_non_null(s);
	h->session = s;
	audit_host(s, &options, result);
	return result;
}

static void audits_end_as_they_should(void **state)
{
	(void)state;
	FOR_EACH(c, scenes) {
		struct host_state h;
		struct result *result = audit(c, &h);
		check(c, &h, result);
		result_free(result);
		str_done(&h.trace);
		str_done(&h.command);
	}
}

static void a_healthy_audit_knows_everything_in_nine_requests(void **state)
{
	struct host_state h;
	struct result *result = audit(&scenes[0], &h);
	const struct facts *facts = &result->facts;

	(void)state;
	assert_true(result->transport.requests <= 9);
	assert_string_equal(facts->environment.version, "10.0.17763");
	assert_string_equal(facts->environment.hypervisor, "vmware");
	assert_int_equal(facts->environment.oem_codepage, 932);
	assert_int_equal(facts->environment.server_time, 1795348800);
	assert_true(facts->environment.skew_seen);
	assert_int_equal(facts->events.covered_from, 1795348800 - 168 * 3600);
	assert_int_equal(facts->events.window_h, 168);
	assert_true(facts->backup.seen && facts->backup.running == BACKUP_RUNNING_NO);
	assert_string_equal(facts->backup.schedule, "daily");
	assert_string_equal(facts->backup.product, "wsb");
	assert_int_equal(facts->services.count, 5);
	assert_int_equal(result->judgement.environment, CHECKPOINT_NO_MATCH); /* 2019 */
	assert_int_equal(result->judgement.events, CHECKPOINT_NO_MATCH);
	assert_true(result->checked_at > 0);
	result_free(result);
	str_done(&h.trace);
	str_done(&h.command);
}

static void what_we_provoked_is_marked_live_and_counted_once(void **state)
{
	struct host_state h;
	struct result *result = audit(&scenes[1], &h);
	const struct event_facts *events = &result->facts.events;

	(void)state;
	assert_int_equal(events->count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(events->event[i].live, i < 2);
	assert_true(events->event[0].record_id == 510 && events->event[3].record_id == 489);
	result_free(result);
	str_done(&h.trace);
	str_done(&h.command);
}

static void a_host_that_was_never_begun_is_unreachable(void **state)
{
	struct result result = { 0 };
	struct error e = { 0 };

	(void)state;
	error_set(&e, ERROR_ABORTED, "the run was stopped");
	audit_unreachable(&result, "connect", &e);
	assert_int_equal(result.judgement.verdict, VERDICT_UNREACHABLE);
	assert_false(result.connected);
	assert_string_equal(result.judgement.reason, "the run was stopped.");
	assert_int_equal(result.error_count, 1);
	assert_int_equal(result.facts.environment.product_type, UNSEEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(audits_end_as_they_should),
		cmocka_unit_test(a_healthy_audit_knows_everything_in_nine_requests),
		cmocka_unit_test(what_we_provoked_is_marked_live_and_counted_once),
		cmocka_unit_test(a_host_that_was_never_begun_is_unreachable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
