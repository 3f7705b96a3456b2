/* events: what wevtutil prints, in every shape it has, becomes the same facts; anything else becomes none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "eventlog.h"
#include "events.h"
#include "str.h"

#define NS "xmlns='http://schemas.microsoft.com/win/2004/08/events/event'"
#define EVENT_OF(provider, id, record, data)                                                                           \
	"<Event " NS "><System><Provider Name='" provider "'/><EventID Qualifiers='0'>" id                             \
	"</EventID><Level>2</Level><TimeCreated SystemTime='2026-11-22T12:00:19.123456700Z'/><EventRecordID>" record   \
	"</EventRecordID><Channel>Application</Channel><Computer>srv</Computer></System><EventData>" data              \
	"</EventData></Event>"
#define EVENT(id, record, data) EVENT_OF("VSS", id, record, data)
#define DATA(text) "<Data>" text "</Data>"
#define E13                                                                                                            \
	DATA("{4E14FBA2-2E22-11D1-9964-00C04FBBB345}")                                                                 \
	DATA("CEventSystem") DATA("0x800401fb, Object not registered\r\n")
#define E8193 DATA("CoCreateInstance") DATA("0x800401fb, x") DATA("\r\n\r\n操作:\r\n   ライターへのサブスクライブ")

static int read_text(const char *text, struct event_facts *facts, struct error *e)
{
	return events_read(text, strlen(text), facts, e);
}

static void to_utf16(struct str *out, const char *ascii)
{
	for (; *ascii; ascii++) {
		str_addc(out, *ascii);
		str_addc(out, '\0');
	}
}

static void expect_two(const char *about, const struct event_facts *facts)
{
	if (facts->count != 2 || facts->event[0].id != 13 || facts->event[1].id != 8193)
		fail_msg("%s: %zu events", about, facts->count);
	assert_int_equal(facts->event[0].hr, 0x800401fb);
	assert_int_equal(facts->event[1].hr, 0x800401fb);
	assert_int_equal(facts->event[0].record_id, 42);
	assert_int_equal(facts->event[0].time, event_time("2026-11-22T12:00:19Z"));
	assert_string_equal(facts->event[0].clsid, "4e14fba2-2e22-11d1-9964-00c04fbbb345");
	assert_non_null(strstr(facts->event[0].text, "; CEventSystem; 0x800401fb, Object not registered"));
	assert_false(facts->truncated);
}

static void every_shape_of_wevtutil_reads_alike(void **state)
{
#define PAIR EVENT("13", "42", E13) "\r\n" EVENT("8193", "41", DATA("CoCreateInstance") DATA("0x800401fb, x"))
	static const char *const shapes[][2] = {
		{ "bare", PAIR },
		{ "with a root", "<Events>" PAIR "</Events>" },
		{ "with a root and a declaration",
			"<?xml version='1.0' encoding='utf-8' standalone='yes'?>\r\n<Events>" PAIR "</Events>\r\n" },
		{ "with a byte order mark", "\xef\xbb\xbf" PAIR },
		{ "a declaration of another encoding",
			"<?xml version='1.0' encoding='utf-16'?><Events>" PAIR "</Events>" },
	};

	(void)state;
	FOR_EACH(shape, shapes)
		for (int wide = 0; wide < 3; wide++) {
			OWN_VALUE(event_facts_done) struct event_facts facts = { 0 };
			OWN_VALUE(str_done) struct str bytes = { 0 };
			struct error e = { 0 };
			if (wide && (*shape)[1][0] == '\xef')
				continue;
			if (wide == 2)
				str_addn(&bytes, "\xff\xfe", 2);
			wide ? to_utf16(&bytes, (*shape)[1]) : str_add(&bytes, (*shape)[1]);
			if (events_read(str_text(&bytes), bytes.len, &facts, &e) < 0)
				fail_msg("%s (%d): %s", (*shape)[0], wide, e.cause);
			expect_two((*shape)[0], &facts);
		}
}

static void no_match_is_no_event_and_no_failure(void **state)
{
	static const char *const nothing[] = { "", "\r\n", "<Events></Events>", "<Events/>", "\xff\xfe" };

	(void)state;
	FOR_EACH(text, nothing) {
		struct event_facts facts = { 0 };
		struct error e = { 0 };
		assert_int_equal(read_text(*text, &facts, &e), 0);
		assert_int_equal(facts.count, 0);
	}
}

static void hr_stands_at_the_start_of_a_string(void **state)
{
	static const struct {
		const char *about, *data;
		uint32_t hr;
	} cases[] = {
		{ "the published case", E8193, 0x800401fb },
		{ "Russian text behind it",
			DATA("CoCreateInstance") DATA("0x80070424, Указанная служба не установлена.\r\n"), 0x80070424 },
		{ "blanks before it", DATA(" \r\n0x8007045B, shutdown"), 0x8007045b },
		{ "in the middle it is not one", DATA("Operation 0x800401fb"), 0 },
		{ "nine digits are none", DATA("0x800401fb0, x"), 0 },
		{ "seven are none", DATA("0x800401f, x"), 0 },
		{ "the first one counts", DATA("0x80070005, x") DATA("0x800401fb, y"), 0x80070005 },
		{ "none", DATA("x"), 0 },
		{ "upper case", DATA("0X800401FB, x"), 0x800401fb },
		{ "decimal", DATA("2147746299, x"), 0x800401fb },
		{ "decimal with a sign", DATA("-2147220997"), 0x800401fb },
		{ "an insert", DATA("%%2147746299"), 0x800401fb },
		{ "a process id is none", DATA("1234567890"), 0 },
		{ "more than thirty-two bits are none", DATA("9147746299"), 0 },
		{ "a number in a name is none", DATA("2147746299.bak"), 0 },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(event_facts_done) struct event_facts facts = { 0 };
		OWN_VALUE(str_done) struct str text = { 0 };
		struct error e = { 0 };
		str_addf(&text, EVENT("8193", "7", "%s"), c->data);
		assert_int_equal(read_text(str_text(&text), &facts, &e), 0);
		if (facts.count != 1 || facts.event[0].hr != c->hr)
			fail_msg("%s: %zu, 0x%08x", c->about, facts.count, facts.count ? facts.event[0].hr : 0);
	}
}

/* wevtutil /f:RenderedXml, or an export of the event viewer. */
static void a_message_speaks_where_there_are_no_strings(void **state)
{
#define RENDERED(data, message)                                                                                        \
	"<Event " NS "><System><Provider Name='VSS'/><EventID>8193</EventID><Channel>Application</Channel></System>"   \
	"<EventData>" data "</EventData>"                                                                              \
	"<RenderingInfo Culture='ja-JP'><Message>" message "</Message><Level>エラー</Level><Channel/>"              \
	"<Provider>VSS</Provider></RenderingInfo></Event>"
	static const struct {
		const char *about, *text;
		uint32_t hr;
	} cases[] = {
		{ "hexadecimal", RENDERED("", "エラー。hr = 0x800401fb、オブジェクト"), 0x800401fb },
		{ "decimal", RENDERED("<Data></Data>", "error -2147220997."), 0x800401fb },
		{ "the strings come first", RENDERED(DATA("0x8007045b, x"), "hr = 0x800401fb"), 0x8007045b },
		{ "no number", RENDERED("", "nothing 0x8004"), 0 },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(event_facts_done) struct event_facts facts = { 0 };
		struct error e = { 0 };
		assert_int_equal(read_text(c->text, &facts, &e), 0);
		if (facts.count != 1 || facts.event[0].hr != c->hr)
			fail_msg("%s: 0x%08x", c->about, facts.count ? facts.event[0].hr : 0);
	}
}

static struct event_record record_of(int64_t id)
{
	return (struct event_record){ .provider = "VSS", .id = 8193, .record_id = id, .time = 1000 + id };
}

static void of_many_in_whatever_order_the_newest_stay(void **state)
{
	OWN_VALUE(event_facts_done) struct event_facts facts = { 0 };
	struct error e = { 0 };

	(void)state;
	for (int64_t id = 1; id <= 40000; id++) {
		const struct event_record record = record_of(id);
		assert_int_equal(events_take(&facts, &record, &e), 0);
		assert_true(facts.count <= 2 * EVENTS_MAX);
	}
	events_settle(&facts);
	assert_int_equal(facts.count, EVENTS_MAX);
	assert_true(facts.truncated);
	for (int64_t i = 0; i < EVENTS_MAX; i++)
		assert_int_equal(facts.event[i].record_id, 40000 - i);
}

static void what_our_looks_provoked_is_marked(void **state)
{
	static struct look yesterday = { 1010, 1012 };
	static const struct last_good remembered = { .look = &yesterday, .look_count = 1 };
	static const struct {
		int64_t id;
		bool live, earlier;
	} cases[] = { { 9, false, false }, { 10, false, true }, { 12, false, true }, { 13, false, false },
		{ 20, false, false }, { 21, true, false } };
	OWN_VALUE(event_facts_done) struct event_facts facts = { .newest_before = 20 };
	struct error e = { 0 };

	(void)state;
	for (size_t i = COUNT(cases); i--;) {
		const struct event_record record = record_of(cases[i].id);
		assert_int_equal(events_take(&facts, &record, &e), 0);
	}
	events_mark_live(&facts);
	events_mark_earlier(&facts, &remembered);
	events_mark_earlier(&facts, NULL);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct event *event = &facts.event[COUNT(cases) - 1 - i];
		if (event->live != cases[i].live || event->earlier != cases[i].earlier)
			fail_msg("%lld: live %d, earlier %d", (long long)cases[i].id, event->live, event->earlier);
	}
}

static void other_providers_do_not_count(void **state)
{
	OWN_VALUE(event_facts_done) struct event_facts facts = { 0 };
	struct error e = { 0 };

	(void)state;
	assert_int_equal(read_text(EVENT_OF("Microsoft-Windows-CertificateServicesClient", "13", "9", E13)
					   EVENT("13", "8", E13) EVENT_OF("HTTP", "13", "7", E13),
				 &facts, &e),
		0);
	assert_int_equal(facts.count, 1);
	assert_int_equal(facts.event[0].record_id, 8);
}

static void what_a_program_logged_does_not_void_the_rest(void **state)
{
	static const char *const odd[] = { "a\x01"
					   "b",
		"a&#x1;b", "a&#0;b", "a]]>b",
		"a\xef\xbf\xbf"
		"b",
		"a&#xFFFF;b",
		"a\xff"
		"b" };

	(void)state;
	FOR_EACH(text, odd) {
		OWN_VALUE(event_facts_done) struct event_facts facts = { 0 };
		OWN_VALUE(str_done) struct str document = { 0 };
		struct error e = { 0 };
		str_addf(&document, EVENT("8193", "7", DATA("%s") DATA("0x800401fb, x")), *text);
		if (read_text(str_text(&document), &facts, &e) < 0)
			fail_msg("%s: %s", *text, e.cause);
		assert_int_equal(facts.count, 1);
		assert_int_equal(facts.event[0].hr, 0x800401fb);
	}
}

static void half_a_surrogate_does_not_void_the_rest(void **state)
{
	OWN_VALUE(event_facts_done) struct event_facts facts = { 0 };
	OWN_VALUE(str_done) struct str bytes = { 0 };
	struct error e = { 0 };

	(void)state;
	to_utf16(&bytes,
		"<Event " NS "><System><Provider Name='VSS'/><EventID>8193</EventID></System><EventData><Data>a");
	str_addn(&bytes, "\x00\xd8", 2);
	to_utf16(&bytes, "b</Data></EventData></Event>");
	assert_int_equal(events_read(str_text(&bytes), bytes.len, &facts, &e), 0);
	assert_string_equal(facts.event[0].text, "a\xef\xbf\xbd"
						 "b");
	assert_int_equal(facts.event[0].record_id, UNSEEN);
}

static void a_record_that_does_not_say_what_it_is_voids_the_rest(void **state)
{
#define SYSTEM(text) "<System>" text "</System><EventData>" E8193 "</EventData>"
#define PROVIDER "<Provider Name='VSS'/>"
#define ID "<EventID>8193</EventID>"
	static const struct {
		const char *about, *text, *cause;
	} cases[] = {
		{ "no namespace", "<Event>" SYSTEM(PROVIDER ID) "</Event>", "namespace" },
		{ "another one",
			"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/evenu'>" SYSTEM(
				PROVIDER ID) "</Event>",
			"namespace" },
		{ "no provider", "<Event " NS ">" SYSTEM(ID) "</Event>", "provider" },
		{ "a provider without a name", "<Event " NS ">" SYSTEM("<Provider Guid='{x}'/>" ID) "</Event>",
			"provider" },
		{ "an empty name", "<Event " NS ">" SYSTEM("<Provider Name=''/>" ID) "</Event>", "provider" },
		{ "no id", "<Event " NS ">" SYSTEM(PROVIDER) "</Event>", "id" },
		{ "an id that is no number", "<Event " NS ">" SYSTEM(PROVIDER "<EventID>8l93</EventID>") "</Event>",
			"id" },
		{ "an id of more than sixteen bits",
			"<Event " NS ">" SYSTEM(PROVIDER "<EventID>65536</EventID>") "</Event>", "id" },
		{ "nothing at all", "<Event " NS "/>", "provider" },
	};

	(void)state;
	FOR_EACH(c, cases)
		for (int behind = 0; behind < 2; behind++) {
			OWN_VALUE(event_facts_done) struct event_facts facts = { 0 };
			OWN_VALUE(str_done) struct str text = { 0 };
			struct error e = { 0 };
			str_addf(&text, "<Events>%s%s</Events>", behind ? EVENT("13", "42", E13) : "", c->text);
			if (read_text(str_text(&text), &facts, &e) == 0 || e.kind != ERROR_PARSE ||
				!strstr(e.cause, c->cause))
				fail_msg("%s: %s", c->about, e.cause);
			assert_int_equal(facts.count, 0);
		}
}

static void what_programs_put_into_their_records_is_theirs(void **state)
{
	static const char text[] = EVENT_OF("App", "0", "9",
		"") "<Event " NS "><System><Provider Name='VSS'/><EventID>8193"
		    "</EventID></System><UserData><Event xmlns='urn:app'><Provider/></Event></UserData></Event>";
	OWN_VALUE(event_facts_done) struct event_facts facts = { 0 };
	struct error e = { 0 };

	(void)state;
	assert_int_equal(read_text(text, &facts, &e), 0);
	assert_int_equal(facts.count, 1);
	assert_int_equal(facts.event[0].id, 8193);
}

static void a_cut_document_leaves_the_facts_as_they_were(void **state)
{
	static const char text[] = "<Events>" EVENT("13", "42", E13) EVENT("8193", "41", E8193) "</Events>";
	OWN_VALUE(event_facts_done) struct event_facts facts = { 0 };
	struct error e = { 0 };

	(void)state;
	assert_int_equal(read_text(EVENT("13", "50", E13), &facts, &e), 0);
	for (size_t len = sizeof("<Events>") - 1; len < sizeof(text) - 1; len++) {
		error_clear(&e);
		if (events_read(text, len, &facts, &e) == 0 || e.kind != ERROR_PARSE)
			fail_msg("cut at %zu: %s", len, e.cause);
		assert_int_equal(facts.count, 1);
		assert_int_equal(facts.event[0].record_id, 50);
	}
}

static void more_than_the_limit_is_truncated(void **state)
{
	OWN_VALUE(event_facts_done) struct event_facts facts = { 0 };
	OWN_VALUE(str_done) struct str text = { 0 };
	struct error e = { 0 };

	(void)state;
	for (int i = 0; i < EVENTS_MAX + 5; i++)
		str_addf(&text, EVENT("13", "%d", E13), 9000 - i);
	assert_int_equal(read_text(str_text(&text), &facts, &e), 0);
	assert_int_equal(facts.count, EVENTS_MAX);
	assert_int_equal(facts.event[0].record_id, 9000);
	assert_true(facts.truncated);
}

static void times_are_read_strictly(void **state)
{
	static const struct {
		const char *text;
		int64_t time;
	} cases[] = {
		{ "1970-01-01T00:00:01Z", 1 },
		{ "2026-11-22T12:00:19.123456700Z", 1795348819 },
		{ "2026-11-22T12:00:19Z", 1795348819 },
		{ "2026-11-22T21:00:19.5+09:00", 1795348819 },
		{ "2026-11-22T07:00:19-05:00", 1795348819 },
		{ "2026-11-22T12:00:19", UNSEEN },
		{ "2026-11-22 12:00:19Z", UNSEEN },
		{ "2026-13-22T12:00:19Z", UNSEEN },
		{ "2026-11-22T12:00:19.Z", UNSEEN },
		{ "2026-11-22T12:00:19Zx", UNSEEN },
		{ "1601-01-01T00:00:00Z", UNSEEN },
		{ "", UNSEEN },
	};

	(void)state;
	FOR_EACH(c, cases)
		if (event_time(c->text) != c->time)
			fail_msg("%s: %lld", c->text, (long long)event_time(c->text));
}

static void times_of_wmi_are_read_in_both_notations(void **state)
{
	static const struct {
		const char *text;
		int64_t time;
	} cases[] = {
		{ "20261122120019.000000+000", 1795348819 },
		{ "20261122210019.123456+540", 1795348819 },
		{ "20261122070019.000000-300", 1795348819 },
		{ "2026-11-22T21:00:19+09:00", 1795348819 },
		{ "20261122120019.000000+***", UNSEEN },
		{ "20261322120019.000000+000", UNSEEN },
		{ "20261122120019.000000", UNSEEN },
		{ "", UNSEEN },
	};

	(void)state;
	FOR_EACH(c, cases)
		if (event_time_wmi(c->text) != c->time)
			fail_msg("%s: %lld", c->text, (long long)event_time_wmi(c->text));
}

static void the_questions_fit_the_host(void **state)
{
	OWN_VALUE(str_done) struct str command = { 0 }, wql = { 0 }, query = { 0 };
	size_t terms = 0;

	(void)state;
	eventlog_command(&command, 604800, 200, true);
	for (const char *at = str_text(&command); (at = strstr(at, "EventID=")); at++)
		terms++;
	assert_true(terms >= 5 && terms <= 21);
	assert_null(strchr(str_text(&command), '%'));
	assert_non_null(strstr(str_text(&command), "timediff(@SystemTime) <= 604800000]"));
	eventlog_subscription(&query, 604800);
	assert_non_null(strstr(str_text(&query), "<Select Path=\"Application\">*[System[Provider[@Name='VSS'] and ("));
	assert_non_null(strstr(str_text(&query), "timediff(@SystemTime) &lt;= 604800000]"));
	eventlog_wql(&wql, 1795348819);
	assert_non_null(strstr(str_text(&wql), "TimeGenerated>='20261122120019.000000+000' AND (EventCode=8193 or "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shape_of_wevtutil_reads_alike),
		cmocka_unit_test(no_match_is_no_event_and_no_failure),
		cmocka_unit_test(hr_stands_at_the_start_of_a_string),
		cmocka_unit_test(a_message_speaks_where_there_are_no_strings),
		cmocka_unit_test(of_many_in_whatever_order_the_newest_stay),
		cmocka_unit_test(what_our_looks_provoked_is_marked),
		cmocka_unit_test(other_providers_do_not_count),
		cmocka_unit_test(what_a_program_logged_does_not_void_the_rest),
		cmocka_unit_test(half_a_surrogate_does_not_void_the_rest),
		cmocka_unit_test(a_record_that_does_not_say_what_it_is_voids_the_rest),
		cmocka_unit_test(what_programs_put_into_their_records_is_theirs),
		cmocka_unit_test(a_cut_document_leaves_the_facts_as_they_were),
		cmocka_unit_test(more_than_the_limit_is_truncated),
		cmocka_unit_test(times_are_read_strictly),
		cmocka_unit_test(times_of_wmi_are_read_in_both_notations),
		cmocka_unit_test(the_questions_fit_the_host),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
