/* subscribe: a pull subscription as a conversation: what comes is handed on in its order, silence is its end, and it is
 * ended whatever happened. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cases.h"
#include "fault.h"
#include "script.h"
#include "subscribe.h"

#define QUERY "<QueryList><Query Id=\"0\"><Select Path=\"Application\">*</Select></Query></QueryList>"
#define EVENTING "http://schemas.xmlsoap.org/ws/2004/08/eventing"
#define LOG "windows/EventLog</w:ResourceURI>"

#define SUBSCRIBE LOG "*" EVENTING "/Subscribe<"
#define PULL(context) LOG "*enumeration/Pull<*<n:EnumerationContext>" context "</n:EnumerationContext>"
#define UNSUBSCRIBE LOG "*" EVENTING "/Unsubscribe<*<e:Identifier xmlns:e=\"" EVENTING "\">SUB-1</e:Identifier>"

#define SUBSCRIBED_AS(manager, context)                                                                                \
	"<e:SubscribeResponse xmlns:e=\"" EVENTING "\"><e:SubscriptionManager><a:Address>x</a:Address>"                \
	"<a:ReferenceProperties><w:ResourceURI>y</w:ResourceURI>" manager "</a:ReferenceProperties>"                   \
	"</e:SubscriptionManager><e:Expires>PT0.000S</e:Expires>" context "</e:SubscribeResponse>"
#define IDENTIFIER "<e:Identifier> SUB-1 </e:Identifier>"
#define CONTEXT(id) "<n:EnumerationContext>" id "</n:EnumerationContext>"
#define SUBSCRIBED SUBSCRIBED_AS(IDENTIFIER, CONTEXT("c1"))
#define PULLED(context, items) "<n:PullResponse>" CONTEXT(context) "<n:Items>" items "</n:Items></n:PullResponse>"
#define EVENT(number)                                                                                                  \
	"<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System><EventRecordID>" number        \
	"</EventRecordID></System></Event>"
#define HEARTBEAT(context) PULLED(context, "")

/* ---- what was handed on ---- */

struct seen {
	char ids[200];
	bool refuses;
};

static int on_start(void *context, const struct xml_element *element, struct error *e)
{
	struct seen *seen = context;

	if (seen->refuses && !strcmp(element->name, "Event"))
		return error_set(e, ERROR_PARSE, "not wanted");
	return 0;
}

static int on_end(void *context, const struct xml_element *element, const char *text, size_t len, struct error *e)
{
	struct seen *seen = context;

	(void)len;
	(void)e;
	if (element->ns == NS_EVENT && !strcmp(element->name, "EventRecordID"))
		snprintf(seen->ids + strlen(seen->ids), sizeof(seen->ids) - strlen(seen->ids), "%s ", text);
	return 0;
}

struct outcome {
	int rc;
	bool complete;
	struct seen seen;
	struct error e;
};

static struct outcome converse(struct script *script, size_t max, bool refuses)
{
	struct outcome o = { .seen = { .refuses = refuses } };
	const struct xml_reader events = { on_start, on_end, &o.seen };
	OWN(session_free) struct session *s = script_session_open(script);

	o.rc = subscribe_read(s, QUERY, max, &events, &o.complete, &o.e);
	script_ended(script);
	return o;
}

/* ---- conversations ---- */

static void silence_is_the_end(void **state)
{
	static const struct line until_two_heartbeats[] = {
		{ SUBSCRIBE, SUBSCRIBED, 0 },
		{ PULL("c1"), PULLED("c2", EVENT("7") EVENT("8")), 0 },
		{ PULL("c2"), HEARTBEAT("c3"), 0 },
		{ PULL("c3"), PULLED("c4", EVENT("9")), 0 },
		{ PULL("c4"), HEARTBEAT("c5"), 0 },
		{ PULL("c5"), HEARTBEAT("c6"), 0 },
		{ UNSUBSCRIBE, "", 0 },
	};
	static const struct line until_time_out[] = {
		{ SUBSCRIBE, SUBSCRIBED, 0 },
		{ PULL("c1"), PULLED("c2", EVENT("7") EVENT("8") EVENT("9")), 0 },
		{ PULL("c2"), TIMED_OUT, 0 },
		{ UNSUBSCRIBE, "", 0 },
	};
	static const struct line until_the_end[] = {
		{ SUBSCRIBE, SUBSCRIBED, 0 },
		{ PULL("c1"),
			"<n:PullResponse><n:Items>" EVENT("7") EVENT("8") EVENT("9") "</n:Items><n:EndOfSequence/>"
										     "</n:PullResponse>",
			0 },
		{ UNSUBSCRIBE, "", 0 },
	};
	static const struct line the_context_never_changes[] = {
		{ SUBSCRIBE, SUBSCRIBED, 0 },
		{ PULL("c1"), PULLED("c1", EVENT("7") EVENT("8") EVENT("9")), 0 },
		{ PULL("c1"), HEARTBEAT("c1"), 0 },
		{ PULL("c1"), HEARTBEAT("c1"), 0 },
		{ UNSUBSCRIBE, "", 0 },
	};
	static const struct line unsubscribing_is_lost[] = {
		{ SUBSCRIBE, SUBSCRIBED, 0 },
		{ PULL("c1"), PULLED("c2", EVENT("7") EVENT("8") EVENT("9")), 0 },
		{ PULL("c2"), TIMED_OUT, 0 },
		{ UNSUBSCRIBE, NULL, ERROR_CONNECT },
		{ UNSUBSCRIBE, FAULT_OF("2150858779", "n:InvalidEnumerationContext", ""), 0 },
	};
	struct script scripts[] = { SCRIPT(until_two_heartbeats), SCRIPT(until_time_out), SCRIPT(until_the_end),
		SCRIPT(the_context_never_changes), SCRIPT(unsubscribing_is_lost) };

	(void)state;
	FOR_EACH(script, scripts) {
		struct outcome o = converse(script, SIZE_MAX, false);
		if (o.rc < 0 || !o.complete || strcmp(o.seen.ids, "7 8 9 ") != 0 || o.e.kind)
			fail_msg("conversation %td: %d, \"%s\": %s", script - scripts, o.rc, o.seen.ids, o.e.cause);
	}
}

static void nothing_in_the_log_is_no_failure(void **state)
{
	static const struct line lines[] = {
		{ SUBSCRIBE, SUBSCRIBED, 0 },
		{ PULL("c1"), HEARTBEAT("c2"), 0 },
		{ PULL("c2"), HEARTBEAT("c3"), 0 },
		{ UNSUBSCRIBE, "", 0 },
	};
	struct script script = SCRIPT(lines);
	struct outcome o = converse(&script, SIZE_MAX, false);

	(void)state;
	assert_int_equal(o.rc, 0);
	assert_true(o.complete);
	assert_string_equal(o.seen.ids, "");
}

static void the_question_is_as_windows_wants_it(void **state)
{
	static const struct line lines[] = {
		{ SUBSCRIBE
			"*<w:Option Name=\"ReadExistingEvents\">true</w:Option>*<e:Subscribe*"
			"<e:Delivery Mode=\"http://schemas.dmtf.org/wbem/wsman/1/wsman/Pull\">*<w:Heartbeats>PT5.000S*"
			"<e:Expires>*<w:Filter Dialect=\"http://schemas.microsoft.com/win/2004/08/events/"
			"eventquery\">" QUERY,
			SUBSCRIBED, 0 },
		{ PULL("c1") "<n:MaxElements>1</n:MaxElements>", PULLED("c2", EVENT("7")), 0 },
		{ UNSUBSCRIBE "*<s:Body></s:Body>", "", 0 },
	};
	struct script script = SCRIPT(lines);
	struct outcome o = converse(&script, 1, false);

	(void)state;
	assert_int_equal(o.rc, 0);
	assert_false(o.complete); /* there may be more than the one that was wanted */
	assert_string_equal(o.seen.ids, "7 ");
}

static void what_failed_is_told_and_ended(void **state)
{
	static const struct line denied[] = {
		{ SUBSCRIBE, FAULT_OF("5", "w:AccessDenied", "Access is denied."), 0 },
	};
	static const struct line no_channel[] = {
		{ SUBSCRIBE, FAULT_OF("15007", "w:InternalError", "The specified channel could not be found."), 0 },
	};
	static const struct line no_context[] = {
		{ SUBSCRIBE, SUBSCRIBED_AS(IDENTIFIER, ""), 0 },
		{ UNSUBSCRIBE, "", 0 },
	};
	static const struct line no_answer[] = {
		{ SUBSCRIBE, "<n:EnumerateResponse/>", 0 },
	};
	static const struct line no_next_context[] = {
		{ SUBSCRIBE, SUBSCRIBED, 0 },
		{ PULL("c1"), "<n:PullResponse><n:Items>" EVENT("7") "</n:Items></n:PullResponse>", 0 },
		{ UNSUBSCRIBE, "", 0 },
	};
	static const struct line lost[] = {
		{ SUBSCRIBE, SUBSCRIBED, 0 },
		{ PULL("c1"), NULL, ERROR_CONNECT },
		{ UNSUBSCRIBE, "", 0 },
	};
	static const struct line context_lost[] = {
		{ SUBSCRIBE, SUBSCRIBED, 0 },
		{ PULL("c1"), PULLED("c2", EVENT("7")), 0 },
		{ PULL("c2"), FAULT_OF("2150858779", "n:InvalidEnumerationContext", ""), 0 },
		{ UNSUBSCRIBE, "", 0 },
	};
	static const struct line quota_in_the_middle[] = {
		{ SUBSCRIBE, SUBSCRIBED, 0 },
		{ PULL("c1"), FAULT_OF("2150859174", "w:InternalError", ""), 0 },
		{ UNSUBSCRIBE, "", 0 },
	};
	static const struct {
		const char *about;
		struct script script;
		enum error_kind kind;
		uint32_t code;
	} cases[] = {
		{ "the account is no Event Log Reader", SCRIPT(denied), ERROR_DENIED, 5 },
		{ "no such channel", SCRIPT(no_channel), ERROR_FAULT, 15007 },
		{ "no context to pull", SCRIPT(no_context), ERROR_PROTOCOL, 0 },
		{ "another answer", SCRIPT(no_answer), ERROR_PROTOCOL, 0 },
		{ "it stops without its end", SCRIPT(no_next_context), ERROR_PROTOCOL, 0 },
		{ "an answer is lost, and the events in it", SCRIPT(lost), ERROR_CONNECT, 0 },
		{ "the context is lost", SCRIPT(context_lost), ERROR_FAULT, FAULT_CONTEXT_INVALID },
		{ "a quota in the middle", SCRIPT(quota_in_the_middle), ERROR_QUOTA, FAULT_OPERATIONS_PER_USER },
	};

	(void)state;
	FOR_EACH(c, cases) {
		struct script script = c->script;
		struct outcome o = converse(&script, SIZE_MAX, false);
		if (o.rc == 0 || o.complete || o.e.kind != c->kind || (c->code && o.e.code != c->code))
			fail_msg("%s: %d, %s %s", c->about, o.rc, error_kind_name(o.e.kind), o.e.cause);
	}
}

static void a_lost_subscribe_is_asked_again_once(void **state)
{
	static const struct line lines[] = {
		{ SUBSCRIBE, NULL, ERROR_CONNECT },
		{ SUBSCRIBE, SUBSCRIBED, 0 },
		{ PULL("c1"), TIMED_OUT, 0 },
		{ UNSUBSCRIBE, "", 0 },
	};
	static const struct line twice[] = {
		{ SUBSCRIBE, NULL, ERROR_CONNECT },
		{ SUBSCRIBE, NULL, ERROR_CONNECT },
	};
	struct script script = SCRIPT(lines), lost = SCRIPT(twice);

	(void)state;
	assert_int_equal(converse(&script, SIZE_MAX, false).rc, 0);
	struct outcome o = converse(&lost, SIZE_MAX, false);
	assert_int_equal(o.rc, -1);
	assert_int_equal(o.e.kind, ERROR_CONNECT);
}

static void events_that_are_refused_end_it(void **state)
{
	static const struct line lines[] = {
		{ SUBSCRIBE, SUBSCRIBED, 0 },
		{ PULL("c1"), PULLED("c2", EVENT("7")), 0 },
		{ UNSUBSCRIBE, "", 0 },
	};
	struct script script = SCRIPT(lines);
	struct outcome o = converse(&script, SIZE_MAX, true);

	(void)state;
	assert_int_equal(o.rc, -1);
	assert_int_equal(o.e.kind, ERROR_PARSE);
}

/* Of a server that never falls silent the same is had for ever. */
static void endless_pulls_come_to_an_end(void **state)
{
	static struct line lines[SUBSCRIBE_PULLS_MAX + 2];
	struct script script = SCRIPT(lines);

	(void)state;
	lines[0] = (struct line){ SUBSCRIBE, SUBSCRIBED, 0 };
	for (size_t i = 1; i <= SUBSCRIBE_PULLS_MAX; i++)
		lines[i] = (struct line){ PULL("c1"), PULLED("c1", EVENT("7")), 0 };
	lines[COUNT(lines) - 1] = (struct line){ UNSUBSCRIBE, "", 0 };
	struct outcome o = converse(&script, SIZE_MAX, false);
	assert_int_equal(o.rc, 0);
	assert_false(o.complete);
}

/* A Pull that was given too little time proves no silence. */
static void a_time_out_at_the_deadline_is_no_silence(void **state)
{
	static const struct line lines[] = {
		{ SUBSCRIBE, SUBSCRIBED, 0 },
		{ PULL("c1"), TIMED_OUT, 0 },
		{ UNSUBSCRIBE, "", 0 },
	};
	struct script script = SCRIPT(lines);
	struct seen seen = { 0 };
	const struct xml_reader events = { on_start, on_end, &seen };
	OWN(session_free) struct session *s = script_session(&script, deadline_in(8000, NULL));
	struct error e = { 0 };
	bool complete;

	(void)state;
	assert_int_equal(subscribe_read(s, QUERY, SIZE_MAX, &events, &complete, &e), -1);
	assert_int_equal(e.kind, ERROR_TIMEOUT);
	script_ended(&script);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_is_the_end),
		cmocka_unit_test(nothing_in_the_log_is_no_failure),
		cmocka_unit_test(the_question_is_as_windows_wants_it),
		cmocka_unit_test(what_failed_is_told_and_ended),
		cmocka_unit_test(a_lost_subscribe_is_asked_again_once),
		cmocka_unit_test(events_that_are_refused_end_it),
		cmocka_unit_test(endless_pulls_come_to_an_end),
		cmocka_unit_test(a_time_out_at_the_deadline_is_no_silence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
