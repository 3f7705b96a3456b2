/* damage: what a host said, cut or damaged at any byte, never earns a verdict that the whole would not earn. Every
 * output goes through its real parser into the facts of a host about which everything else is known, and on to the
 * verdict. What is damaged: the output ends there, the byte is another one, the byte is missing.
 *
 * No parser can tell damage that makes another statement of the same form from a host that says so: a number that
 * became another number, the name of another program, another text. On the wire TLS or the seal of the message tells;
 * the fixtures of outputs mark such values. Between \3 and \2 stands a number: it may become any other by a changed or
 * a missing digit; whatever else happens to it is damage. Between \1 and \2 stands free text: it is cut, but not
 * damaged. In the lists of vssadmin there are neither. In collected folders nothing is left out: see
 * test_damaged_folder.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "answer.h"
#include "answers.h"
#include "events.h"
#include "listing.h"
#include "services.h"
#include "verdict.h"
#include "vssadmin.h"

enum { NOW = 1795348800 }; /* 2026-11-22T12:00:00Z */

/* --- the hosts --- */

static char *word(const char *text)
{
	return strdup(text);
}

static void add_service(struct service_facts *list, const char *name, int64_t pid)
{
	list->service = realloc(list->service, (list->count + 1) * sizeof(*list->service));
	list->service[list->count++] = (struct service){ .name = word(name),
		.state = word("Running"),
		.start_mode = word("Auto"),
		.service_type = word("Share Process"),
		.path = word("svchost.exe -k LocalService"),
		.pid = pid };
}

static void read_list(struct facts *facts, const char *bytes, size_t len, int exit_code, bool done, unsigned page)
{
	struct vssadmin_output output = { bytes, len, exit_code, done, false, page };
	vss_facts_done(&facts->vss);
	vssadmin_read(&output, &facts->vss);
}

enum machine { ALONE, SHARED, HOSTS };

/* Everything is well and known, but for the writers. */
static void build(struct facts *facts, enum machine host)
{
	struct service_facts list = { .seen = true };
	struct error e = { 0 };

	facts_init(facts);
	facts->environment.server_time = NOW;
	facts->environment.last_boot = NOW - 400 * 3600;
	facts->events = (struct event_facts){ .seen = true, .window_h = 168, .covered_from = NOW - 168 * 3600 };
	facts->backup.running = BACKUP_RUNNING_NO;
	facts->backup.product = "wsb";
	add_service(&list, "EventSystem", 816);
	add_service(&list, "nsi", host == SHARED ? 816 : 900);
	facts_take_services(facts, &list, &e);
}

static void build_writers(struct facts *facts, bool writers)
{
	OWN_VALUE(str_done) struct str text = { 0 };

	listing(&text, language("en"), NULL, minimum, writers ? MINIMUM_AND_ONE : 0);
	read_list(facts, str_text(&text), text.len, 0, true, 0);
}

/* --- damage --- */

enum { TEXT = '\1', END = '\2', NUMBER = '\3' };

struct fixture {
	const char *about;
	struct str bytes;
	char *mark; /* for each byte: 0, TEXT or NUMBER */
};

static void fixture_done(struct fixture *f)
{
	str_done(&f->bytes);
	free(f->mark);
}

static bool is_mark(char c)
{
	return c == TEXT || c == END || c == NUMBER;
}

/* Takes the marks out. */
static void fixture_of(struct fixture *f, const char *about, const char *bytes, size_t len)
{
	char mark = 0;

	*f = (struct fixture){ .about = about, .mark = calloc(len + 1, 1) };
	for (size_t i = 0; i < len; i++) {
		if (is_mark(bytes[i])) {
			mark = (char)(bytes[i] == END ? 0 : bytes[i]);
			continue;
		}
		f->mark[f->bytes.len] = mark;
		str_addc(&f->bytes, bytes[i]);
	}
}

/* Reads bytes into the facts as one part of what the host said. */
typedef void read_fn(struct facts *facts, const char *bytes, size_t len, const void *how);

struct trial {
	const struct fixture *fixture;
	read_fn *read;
	const void *how;
	enum machine host;
	bool lists;   /* the list of writers is what is damaged; elsewhere: */
	bool writers; /* of the host */
	bool trims; /* white space at the edges of a value is no part of it: where a digit became some, it is shorter */
	struct judgement whole;
};

static struct judgement judge(const struct trial *t, const char *bytes, size_t len)
{
	OWN_VALUE(facts_done) struct facts facts;
	char *exact = malloc(len + 1); /* a read beyond it is seen */

	build(&facts, t->host);
	if (!t->lists)
		build_writers(&facts, t->writers);
	memcpy(exact, bytes, len);
	exact[len] = '\0';
	t->read(&facts, exact, len, t->how);
	struct judgement j = verdict_of(&facts, NULL);
	free(exact);
	return j;
}

/* Without the events another cause cannot be seen: no writers and a shared process are the published case then, but
 * only probably. */
static bool is_better(const struct trial *t, const struct judgement *j)
{
	if (t->whole.verdict == VERDICT_WRITERS_MISSING && j->confidence == CONFIDENCE_PROBABLE)
		return false;
	bool claims = j->verdict == VERDICT_HEALTHY || j->verdict == VERDICT_SHARED ||
		      j->verdict == VERDICT_WRITERS_MISSING || j->verdict == VERDICT_AFFECTED;
	return claims && (j->verdict != t->whole.verdict || j->confidence > t->whole.confidence);
}

static void expect(const struct trial *t, const char *how, size_t at, const char *bytes, size_t len)
{
	struct judgement j = judge(t, bytes, len);

	if (is_better(t, &j))
		fail_msg("%s, %s at %zu: %s instead of %s: %s", t->fixture->about, how, at, verdict_name(j.verdict),
			verdict_name(t->whole.verdict), j.reason);
}

static bool is_another_number(const struct trial *t, size_t at, char c)
{
	bool shorter = t->trims && (c == ' ' || c == '\n');

	return t->fixture->mark[at] == NUMBER && ((c >= '0' && c <= '9') || shorter);
}

static void replace(struct trial *t, char *bytes, size_t at, char c)
{
	const struct str *whole = &t->fixture->bytes;

	if (is_another_number(t, at, c))
		return;
	memcpy(bytes, whole->data, whole->len);
	bytes[at] = c;
	expect(t, "another byte", at, bytes, whole->len);
}

static void leave_out(struct trial *t, char *bytes, size_t at)
{
	const struct str *whole = &t->fixture->bytes;

	if (t->fixture->mark[at] == NUMBER)
		return;
	memcpy(bytes, whole->data, at);
	memcpy(bytes + at, whole->data + at + 1, whole->len - at - 1);
	expect(t, "a missing byte", at, bytes, whole->len - 1);
}

static void damage_each_byte(struct trial *t)
{
	static const char replacements[] = { '\n', ' ', '0', ',' };
	static const char bits[] = { 0x01, 0x20 };
	const struct str *whole = &t->fixture->bytes;
	char *bytes = malloc(whole->len + 1);

	for (size_t at = 0; at < whole->len; at++) {
		if (t->fixture->mark[at] == TEXT)
			continue;
		FOR_EACH(bit, bits)
			replace(t, bytes, at, (char)(whole->data[at] ^ *bit));
		FOR_EACH(c, replacements)
			replace(t, bytes, at, *c);
		leave_out(t, bytes, at);
	}
	free(bytes);
}

static void cut_everywhere(struct trial *t)
{
	for (size_t len = 0; len < t->fixture->bytes.len; len++)
		expect(t, "cut", len, t->fixture->bytes.data, len);
}

static void begin(struct trial *t)
{
	t->whole = judge(t, str_text(&t->fixture->bytes), t->fixture->bytes.len);
}

static void try_everything(struct trial *t)
{
	begin(t);
	cut_everywhere(t);
	damage_each_byte(t);
}

static void expect_whole(const struct trial *t, enum verdict verdict)
{
	if (t->whole.verdict != verdict)
		fail_msg("%s: whole it is %s: %s", t->fixture->about, verdict_name(t->whole.verdict), t->whole.reason);
}

/* --- vssadmin --- */

struct how {
	int exit_code;
	bool done;
	unsigned codepage;
};

static void read_vssadmin(struct facts *facts, const char *bytes, size_t len, const void *how)
{
	const struct how *h = how;
	read_list(facts, bytes, len, h->exit_code, h->done, h->codepage);
}

#define SQL "SqlServerWriter", "a65faa63-5ea8-4ebc-9dbd-a0c4db26912a", "7f4f6a3a-0009-4c5e-9a0b-eacf897c2bb2"

/* The six of every server, the last of which may be changed, and another one. */
static const struct list {
	const char *about;
	struct listed last;
	size_t skip; /* of the minimum, from its beginning */
	bool none;
	enum verdict whole;
} lists[] = {
	{ "all stable", { SQL, 1, NULL, NULL }, .whole = VERDICT_SHARED },
	{ "one has failed", { SQL, 10, "Late", "Broken" }, .whole = VERDICT_VSS_FAULT },
	{ "one failed at its first step", { SQL, 6, NULL, "Broken" }, .whole = VERDICT_VSS_FAULT },
	{ "one is stable with an error", { SQL, 1, "Again", NULL }, .whole = VERDICT_VSS_FAULT },
	{ "one waits", { SQL, 5, NULL, "Waiting" }, .whole = VERDICT_VSS_FAULT },
	{ "System Writer is missing", { SQL, 1, NULL, NULL }, .skip = 1, .whole = VERDICT_VSS_FAULT },
	{ "none", { SQL, 1, NULL, NULL }, .none = true, .whole = VERDICT_AFFECTED },
};

static void list_text(struct fixture *f, const struct language *l, const struct list *c, const char *preamble)
{
	OWN_VALUE(str_done) struct str text = { 0 };
	struct listed writers[MINIMUM + 1];
	size_t count = 0;

	for (size_t i = c->skip; i < MINIMUM; i++)
		writers[count++] = minimum[i];
	writers[count++] = c->last;
	listing(&text, l, preamble, writers, c->none ? 0 : count);
	fixture_of(f, c->about, str_text(&text), text.len);
}

static void a_list_of_writers_is_whole_or_proves_nothing(void **state)
{
	static const char *const tongues[] = { "en", "ja" };
	static const struct how live = { 0, true, 0 }, cut = { 0, false, 0 };

	(void)state;
	FOR_EACH(c, lists)
		FOR_EACH(tongue, tongues) {
			OWN_VALUE(fixture_done) struct fixture f;
			struct trial t = { &f, read_vssadmin, &live, SHARED, .lists = true };
			list_text(&f, language(*tongue), c, NULL);
			begin(&t);
			expect_whole(&t, c->whole);
			damage_each_byte(&t);
			t.how = &cut; /* the host did not say that the command ended */
			cut_everywhere(&t);
		}
}

static void what_is_no_list_never_becomes_one(void **state)
{
	static const char *const texts[][2] = {
		{ "refused", "vssadmin 1.1 - tool\r\n(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\n"
			     "Error: You don't have the correct permissions to run this command.\r\n" },
		{ "an hr",
			"vssadmin 1.1 - tool\r\n(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\nError: 0x8000FFFF\r\n" },
		{ "a localised preamble", "vssadmin 1.1 - outil\r\n(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\n"
					  "En attente de l'autre.\r\nPatience.\r\n\r\n" },
		{ "another program", "'vssadmin' is not recognized as an internal or external command.\r\n" },
		{ "half of a banner", "vssadmin 1.1 - tool\r\n" },
	};
	static const struct how ends[] = { { 2, true, 0 }, { 0, true, 0 } };

	(void)state;
	FOR_EACH(text, texts)
		FOR_EACH(end, ends) {
			OWN_VALUE(fixture_done) struct fixture f;
			struct trial t = { &f, read_vssadmin, end, SHARED, .lists = true };
			fixture_of(&f, (*text)[0], (*text)[1], strlen((*text)[1]));
			begin(&t);
			expect_whole(&t, VERDICT_UNKNOWN);
			damage_each_byte(&t);
		}
}

/* A file that somebody saved does not say how the command ended: cut exactly behind a writer, or behind the header, it
 * looks whole (see vssadmin.c). Nowhere else. */
static void a_saved_list_looks_whole_only_between_its_paragraphs(void **state)
{
	static const struct how saved = { UNSEEN, true, 0 };

	(void)state;
	FOR_EACH(c, lists) {
		OWN_VALUE(fixture_done) struct fixture f;
		struct trial t = { &f, read_vssadmin, &saved, SHARED, .lists = true };
		list_text(&f, language("en"), c, NULL);
		begin(&t);
		const char *text = str_text(&f.bytes);
		for (size_t len = 1; len < f.bytes.len; len++) {
			struct judgement j = judge(&t, text, len);
			size_t rest = strspn(text + len, "\r\n");
			bool between = text[len - 1] == '\n' && text[len + rest] != ' ';
			if (is_better(&t, &j) && !between)
				fail_msg("%s cut at %zu: %s", c->about, len, verdict_name(j.verdict));
		}
	}
}

/* --- events --- */

#define TIME "2026-11-22T10:00:00Z"
#define EVENT_OF(provider, id, hr)                                                                                     \
	"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"                                \
	"<Provider Name='\1" provider "\2'/><EventID>\3" id "\2</EventID>"                                             \
	"<TimeCreated SystemTime='\3" TIME "\2'/><EventRecordID>7</EventRecordID>"                                     \
	"<Channel>\1"                                                                                                  \
	"Application\2</Channel></System><EventData><Data>CoCreateInstance</Data><Data>\1" hr                          \
	", x\2</Data></EventData></Event>"
#define EVENT(id, hr) EVENT_OF("VSS", id, hr)

static void read_event_xml(struct facts *facts, const char *bytes, size_t len, const void *how)
{
	struct error e = { 0 };

	(void)how;
	facts->events.seen = len && events_read(bytes, len, &facts->events, &e) == 0;
}

static void wide(struct str *out, const char *ascii)
{
	for (; *ascii; ascii++) {
		str_addc(out, *ascii);
		if (!is_mark(*ascii))
			str_addc(out, '\0');
	}
}

static void events_are_whole_or_unknown(void **state)
{
	static const struct {
		const char *about, *text;
		bool writers;
		enum machine host;
		enum verdict whole;
	} cases[] = {
		{ "the published case, writers fine", "<Events>" EVENT("8193", "0x800401fb") "</Events>", true, SHARED,
			VERDICT_AT_RISK },
		{ "the published case", "<Events>" EVENT("8193", "0x800401fb") EVENT("8193", "0x800401fb") "</Events>",
			false, SHARED, VERDICT_AFFECTED },
		{ "a provider", "<Events>" EVENT("12292", "0x80070424") "</Events>", true, ALONE, VERDICT_VSS_FAULT },
		{ "the event class", "<Events>" EVENT("34", "0x80040154") "</Events>", false, SHARED,
			VERDICT_WRITERS_MISSING },
		{ "nothing", "<Events></Events>", true, SHARED, VERDICT_SHARED },
	};

	(void)state;
	FOR_EACH(c, cases)
		for (int utf16 = 0; utf16 < 2; utf16++) {
			OWN_VALUE(fixture_done) struct fixture f;
			OWN_VALUE(str_done) struct str bytes = { 0 };
			struct trial t = { &f, read_event_xml, NULL, c->host, .writers = c->writers };
			utf16 ? wide(&bytes, c->text) : str_add(&bytes, c->text);
			fixture_of(&f, c->about, str_text(&bytes), bytes.len);
			begin(&t);
			expect_whole(&t, c->whole);
			try_everything(&t);
		}
}

/* --- services --- */

static void read_tasklist(struct facts *facts, const char *bytes, size_t len, const void *how)
{
	OWN_VALUE(service_facts_done) struct service_facts list = { 0 };
	struct error e = { 0 };
	static const char type[] = "\r\n    Type    REG_DWORD    0x20\r\n";

	(void)how;
	if (services_from_tasklist(bytes, len, 932, &list, &e) == 0)
		services_take_type(type, sizeof(type) - 1, &list);
	else
		assert_false(list.seen);
	facts_take_services(facts, &list, &e);
}

static void a_tasklist_is_whole_or_unknown(void **state)
{
	static const char *const texts[] = {
		"\"System Idle Process\",\"0\",\"N/A\"\r\n\"System\",\"4\",\"N/A\"\r\n"
		"\"svchost.exe\",\"816\",\"EventSystem,FontCache,netprofm,nsi\"\r\n\"cmd.exe\",\"9000\",\"N/A\"\r\n",
		"\"System Idle Process\",\"0\",\"\x8a\x59\x93\x96\x82\xc8\x82\xb5\"\r\n"
		"\"svchost.exe\",\"816\",\"FontCache,EventSystem\"\r\n"
		"\"cmd.exe\",\"9000\",\"\x8a\x59\x93\x96\x82\xc8\x82\xb5\"\r\n",
	};

	(void)state;
	FOR_EACH(text, texts)
		for (int writers = 0; writers < 2; writers++) {
			OWN_VALUE(fixture_done) struct fixture f;
			struct trial t = { &f, read_tasklist, NULL, ALONE, .writers = writers };
			fixture_of(&f, "tasklist", *text, strlen(*text));
			begin(&t);
			expect_whole(&t, writers ? VERDICT_SHARED : VERDICT_AFFECTED);
			try_everything(&t);
		}
}

/* The reply as the wire carries it, to the one request that there is; it must name the request's id. */
#define PLACE_OF_ID "(id)"
struct wire {
	const char *bytes;
	size_t len;
};

static int answer_bytes(void *context, const char *request, size_t len, struct str *reply, struct error *e)
{
	const struct wire *wire = context;
	const char *id = strstr(request, "<a:MessageID>") + strlen("<a:MessageID>");
	const char *place = memmem(wire->bytes, wire->len, PLACE_OF_ID, strlen(PLACE_OF_ID));
	size_t before = place ? (size_t)(place - wire->bytes) : wire->len;

	(void)len;
	(void)e;
	str_addn(reply, wire->bytes, before);
	if (place) {
		str_addn(reply, id, strcspn(id, "<"));
		str_addn(reply, place + strlen(PLACE_OF_ID), wire->len - before - strlen(PLACE_OF_ID));
	}
	return 0;
}

static void read_service_rows(struct facts *facts, const char *bytes, size_t len, const void *how)
{
	OWN_VALUE(service_facts_done) struct service_facts list = { 0 };
	struct wire wire = { bytes, len };
	struct error e = { 0 };
	OWN(session_free) struct session *s = session_scripted("srv", answer_bytes, &wire, deadline_in(1000, NULL));
	OWN(wmi_rows_free) struct wmi_rows *rows = wmi_query(s, SERVICES_WQL, &e);

	(void)how;
	if (!rows || services_from_rows(rows, &list, &e) < 0)
		assert_false(list.seen);
	facts_take_services(facts, &list, &e);
}

#define SERVICE(name, pid)                                                                                             \
	ROW("<Name>" name "</Name><ProcessId>\3" pid "\2</ProcessId><ServiceType>Share Process</ServiceType>"          \
	    "<StartMode>Auto</StartMode><State>Running</State>")

static void a_list_of_services_is_whole_or_unknown(void **state)
{
	OWN_VALUE(fixture_done) struct fixture f;
	OWN_VALUE(str_done) struct str text = { 0 };

	(void)state;
	answer_envelope(
		&text, "<a:MessageID>" PLACE_OF_ID "<", ROWS(SERVICE("EventSystem", "816") SERVICE("nsi", "816")));
	fixture_of(&f, "Win32_Service", str_text(&text), text.len);
	struct trial t = { &f, read_service_rows, NULL, ALONE, .writers = true, .trims = true };
	begin(&t);
	expect_whole(&t, VERDICT_SHARED);
	try_everything(&t);
}

/* --- the whole output of the shell --- */

#define TASK                                                                                                           \
	"<Task xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\"><Triggers><CalendarTrigger>"            \
	"<ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay></CalendarTrigger></Triggers></Task>\r\n"
#define OTHER_EVENT                                                                                                    \
	"<Events><Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='x'/>"    \
	"<EventID>1000</EventID><TimeCreated SystemTime='2026-11-01T10:00:00Z'/><EventRecordID>5</EventRecordID>"      \
	"</System></Event></Events>\r\n"

struct output {
	const char *about;
	size_t writers;
	const char *vssadmin; /* NULL: a list */
	int exit_code;
	const char *events;
	enum verdict whole;
};

static struct script *script_of(void)
{
	static const char *const parts[] = { "newest", "oldest", "events", "oemcp", "success", "failure", "task",
		"writers", "live" };
	struct script *script = calloc(1, sizeof(*script));
	struct error e = { 0 };

	assert_int_equal(script_init(script, &e), 0);
	FOR_EACH(part, parts)
		script_add(script, *part, "x");
	return script;
}

static void print_part(struct str *out, const struct output *c, const char *name)
{
	OWN_VALUE(str_done) struct str list = { 0 };

	if (!strcmp(name, "newest") || !strcmp(name, "oldest"))
		str_add(out, OTHER_EVENT);
	else if (!strcmp(name, "events"))
		str_add(out, c->events);
	else if (!strcmp(name, "oemcp"))
		str_add(out, "\r\n    OEMCP    REG_SZ    932\r\n");
	else if (!strcmp(name, "task"))
		str_add(out, TASK);
	else if (!strcmp(name, "writers") && c->vssadmin)
		str_add(out, c->vssadmin);
	else if (!strcmp(name, "writers")) {
		listing(&list, language("ja"), NULL, minimum, c->writers);
		str_addn(out, str_text(&list), list.len);
	} else
		str_add(out, "<Events></Events>\r\n");
}

static void print_all(struct str *out, const struct script *script, const struct output *c)
{
	for (size_t i = 0; i < script->count; i++) {
		print_part(out, c, script->name[i]);
		str_addf(out, "%s %s \3%d\2\r\n", script->mark, script->name[i],
			strcmp(script->name[i], "writers") ? 0 : c->exit_code);
	}
}

static void read_shell(struct facts *facts, const char *bytes, size_t len, const void *how)
{
	struct str out = { .data = (char *)bytes, .len = len };
	struct result *result = calloc(1, sizeof(*result));
	struct answers answers = { how, &out, false, result };
	struct error e = { 0 };

	event_facts_done(&facts->events);
	vss_facts_done(&facts->vss);
	result->facts = *facts;
	answers_read(&answers, 168, &e);
	*facts = result->facts;
	free(result);
}

static void the_output_of_the_shell_proves_only_what_came(void **state)
{
	static const struct output outputs[] = {
		{ "writers, no events", MINIMUM, NULL, 0, "<Events></Events>\r\n", VERDICT_SHARED },
		{ "no writers, no events", 0, NULL, 0, "<Events></Events>\r\n", VERDICT_AFFECTED },
		{ "refused", 0, "vssadmin 1.1 - t\r\n(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\nError: no\r\n", 2,
			"<Events></Events>\r\n", VERDICT_UNKNOWN },
	};
	struct script *script = script_of();

	(void)state;
	FOR_EACH(c, outputs) {
		OWN_VALUE(fixture_done) struct fixture f;
		OWN_VALUE(str_done) struct str text = { 0 };
		struct trial t = { &f, read_shell, script, SHARED, .lists = true };
		print_all(&text, script, c);
		fixture_of(&f, c->about, str_text(&text), text.len);
		begin(&t);
		expect_whole(&t, c->whole);
		try_everything(&t);
	}
	script_done(script);
	free(script);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_of_writers_is_whole_or_proves_nothing),
		cmocka_unit_test(what_is_no_list_never_becomes_one),
		cmocka_unit_test(a_saved_list_looks_whole_only_between_its_paragraphs),
		cmocka_unit_test(events_are_whole_or_unknown),
		cmocka_unit_test(a_tasklist_is_whole_or_unknown),
		cmocka_unit_test(a_list_of_services_is_whole_or_unknown),
		cmocka_unit_test(the_output_of_the_shell_proves_only_what_came),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
