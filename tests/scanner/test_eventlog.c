/* eventlog: rows of Win32_NTLogEvent, where there is no shell, become the same facts as records of wevtutil. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "answer.h"
#include "eventlog.h"
#include "wmi.h"

#define STRING(text) "<InsertionStrings>" text "</InsertionStrings>"
#define EVENT(id, number, source, strings)                                                                             \
	ROW("<EventCode>" id "</EventCode>" strings "<RecordNumber>" number "</RecordNumber><SourceName>" source       \
	    "</SourceName><TimeGenerated><Datetime>2026-11-22T10:00:00Z</Datetime></TimeGenerated>")
#define NIL "<InsertionStrings xsi:nil='true'/>"
#define MESSAGE(text) NIL "<Message>" text "</Message>"

static void read_rows(const char *body, struct event_facts *facts)
{
	const char *const bodies[] = { body };
	struct replies replies = { bodies, 1, 0 };
	struct error e = { 0 };
	OWN(session_free)
	struct session *s = session_scripted("srv", answer_in_turn, &replies, deadline_in(60000, NULL));
	OWN(wmi_rows_free) struct wmi_rows *rows = wmi_query(s, "SELECT EventCode FROM Win32_NTLogEvent", &e);

	if (!rows || events_from_rows(rows, facts, &e) < 0)
		fail_msg("%s", e.cause);
}

static void the_hr_comes_from_strings_or_message_in_any_language(void **state)
{
	static const struct {
		const char *about, *body;
		uint32_t hr;
		const char *clsid;
	} cases[] = {
		{ "strings", ROWS(EVENT("8193", "1", "VSS", STRING("CoCreateInstance") STRING("0x800401fb, x"))),
			0x800401fb, "" },
		{ "54: hr only in the message",
			ROWS(EVENT("8193", "1", "VSS",
				MESSAGE("Volume Shadow Copy Service error: Unexpected error calling routine "
					"CoCreateInstance.  hr = 0x800401fb, Object is not registered\r\n. "))),
			0x800401fb, "" },
		{ "54: in Japanese",
			ROWS(EVENT("13", "1", "VSS",
				MESSAGE("ボリューム シャドウ コピー サービス情報: CLSID "
					"{4e14fba2-2e22-11d1-9964-00c04fbbb345}、"
					"名前 CEventSystem の COM サーバーを起動できません。[0x800401fb, "
					"オブジェクト]"))),
			0x800401fb, "4e14fba2-2e22-11d1-9964-00c04fbbb345" },
		{ "55: a Japanese context names the writer by its class",
			ROWS(EVENT("8193", "1", "VSS",
				STRING("CoCreateInstance") STRING("0x800401fb, x")
					STRING("操作: ライターへのサブスクライブ コンテキスト: ライター クラス ID: "
					       "{e8132975-6f93-4464-a53e-1050253ae220} ライター名: System Writer"))),
			0x800401fb, "e8132975-6f93-4464-a53e-1050253ae220" },
		{ "55: an English context behind Japanese",
			ROWS(EVENT("8193", "1", "VSS",
				STRING("CoCreateInstance") STRING("0x800401fb, オブジェクトは登録されていません")
					STRING("Operation: Subscribing Writer Context: Writer Class Id: "
					       "{be000cbe-11fe-4426-9c58-531aa6355fc4}"))),
			0x800401fb, "be000cbe-11fe-4426-9c58-531aa6355fc4" },
		{ "no number at all", ROWS(EVENT("8193", "1", "VSS", MESSAGE("nothing"))), 0, "" },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(event_facts_done) struct event_facts facts = { 0 };
		read_rows(c->body, &facts);
		if (facts.count != 1 || facts.event[0].hr != c->hr || strcmp(facts.event[0].clsid, c->clsid) != 0)
			fail_msg("%s: %zu events, 0x%08x %s", c->about, facts.count,
				facts.count ? facts.event[0].hr : 0, facts.count ? facts.event[0].clsid : "");
	}
}

static void rows_are_put_in_order_and_other_sources_do_not_count(void **state)
{
	static const char *const body = ROWS(EVENT("13", "7", "VSS", STRING("x")) EVENT("13", "8", "HTTP", STRING("x"))
			EVENT("8193", "9", "VSS", STRING("x")) EVENT("8193", "8", "vss", STRING("x")));
	OWN_VALUE(event_facts_done) struct event_facts facts = { 0 };

	(void)state;
	read_rows(body, &facts);
	assert_int_equal(facts.count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(facts.event[i].record_id, 9 - (int64_t)i);
	assert_false(facts.truncated);
}

static void older_notations_read_alike(void **state)
{
	static const char *const body = ROWS(
		ROW("<EventCode>3221233665</EventCode>" NIL "<Message>-2147220997</Message>"
		    "<RecordNumber>5</RecordNumber><SourceName>VSS</SourceName>"
		    "<TimeGenerated>20261122190000.000000+540</TimeGenerated>")
			ROW("<EventCode>13</EventCode>" NIL "<Message xsi:nil='true'/><RecordNumber>4</RecordNumber>"
			    "<SourceName>VSS</SourceName><TimeGenerated xsi:nil='true'/>"));
	OWN_VALUE(event_facts_done) struct event_facts facts = { 0 };

	(void)state;
	read_rows(body, &facts);
	assert_int_equal(facts.count, 2);
	assert_int_equal(facts.event[0].id, 8193); /* the lower half of the EventIdentifier */
	assert_int_equal(facts.event[0].hr, 0x800401fb);
	assert_int_equal(facts.event[0].time, event_time("2026-11-22T10:00:00Z"));
	assert_int_equal(facts.event[1].hr, 0);
	assert_int_equal(facts.event[1].time, UNSEEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hr_comes_from_strings_or_message_in_any_language),
		cmocka_unit_test(older_notations_read_alike),
		cmocka_unit_test(rows_are_put_in_order_and_other_sources_do_not_count),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
