/* Tests of enumerate: a list comes whole or not at all, and leaves no context open. */
#include "cases.h"
#include "script.h"
#include "wmi.h"

#include <string.h>

#define FRAGMENT(name, pid) "<w:XmlFragment><Name>" name "</Name><ProcessId>" pid "</ProcessId></w:XmlFragment>"
#define FIRST(context, items, rest)                                                                                    \
	"<n:EnumerateResponse><n:EnumerationContext>" context "</n:EnumerationContext><w:Items>" items                 \
	"</w:Items>" rest "</n:EnumerateResponse>"
#define NEXT(context, items)                                                                                           \
	"<n:PullResponse><n:EnumerationContext>" context "</n:EnumerationContext><n:Items>" items                      \
	"</n:Items></n:PullResponse>"
#define LAST(items) "<n:PullResponse><n:Items>" items "</n:Items><n:EndOfSequence/></n:PullResponse>"
#define END "<w:EndOfSequence/>"

static const char wql[] = "SELECT Name FROM X WHERE a<'b'";

static void one_row_ends_in_the_first_answer(void **state)
{
	static const struct line lines[] = {
		{ "enumeration/Enumerate<*<w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>*"
		  "Dialect=\"http://schemas.microsoft.com/wbem/wsman/1/WQL\">SELECT Name FROM X WHERE "
		  "a&lt;'b'</w:Filter>",
			FIRST("", FRAGMENT(" EventSystem\n", "816"), END), 0 },
	};
	struct script script = SCRIPT(lines);
	OWN(session_free) struct session *s = script_session_open(&script);
	struct error e = { 0 };
	(void)state;

	OWN(wmi_rows_free) struct wmi_rows *rows = wmi_query(s, wql, &e);
	assert_non_null(rows);
	assert_int_equal(wmi_count(rows), 1);
	assert_string_equal(wmi_text(rows, 0, "name"), "EventSystem");
	assert_string_equal(wmi_text(rows, 0, "PROCESSID"), "816");
	assert_null(wmi_text(rows, 0, "State"));
	assert_null(wmi_text(rows, 1, "Name"));
	script_ended(&script);
}

static void the_first_item_comes_alone_and_the_rest_by_pulls(void **state)
{
	static const struct line lines[] = {
		{ "/Enumerate<", FIRST("uuid:1", FRAGMENT("a", "1"), ""), 0 },
		{ "/Pull<*<n:EnumerationContext>uuid:1</n:EnumerationContext><n:MaxElements>32000</n:MaxElements>",
			NEXT(" uuid:2 ", FRAGMENT("b", "2") FRAGMENT("c", "3")), 0 },
		{ "/Pull<*>uuid:2<", LAST(FRAGMENT("d", "4")), 0 },
	};
	struct script script = SCRIPT(lines);
	OWN(session_free) struct session *s = script_session_open(&script);
	struct error e = { 0 };
	(void)state;

	OWN(wmi_rows_free) struct wmi_rows *rows = wmi_query(s, wql, &e);
	assert_non_null(rows);
	assert_int_equal(wmi_count(rows), 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(wmi_text(rows, i, "Name"), ((const char *[]){ "a", "b", "c", "d" })[i]);
		assert_string_equal(wmi_text(rows, i, "ProcessId"), ((const char *[]){ "1", "2", "3", "4" })[i]);
	}
	script_ended(&script);
}

static void an_empty_class_is_an_empty_list(void **state)
{
	static const struct line lines[] = { { "/Enumerate<", FIRST("", "", END), 0 } };
	struct script script = SCRIPT(lines);
	OWN(session_free) struct session *s = script_session_open(&script);
	struct error e = { 0 };
	(void)state;

	OWN(wmi_rows_free) struct wmi_rows *rows = wmi_query(s, wql, &e);
	assert_non_null(rows);
	assert_int_equal(wmi_count(rows), 0);
	script_ended(&script);
}

static void rows_of_all_kinds_read_alike(void **state)
{
	static const struct line lines[] = {
		{ "/Enumerate<",
			FIRST("",
				"<w:XmlFragment><Array>1</Array><Array>2</"
				"Array><InstallDate><Datetime>2026-11-22T12:00:19Z"
				"</Datetime></InstallDate><Null xsi:nil='true'/><Empty/></w:XmlFragment>"
				"<p:Win32_X xmlns:p='urn:p' xmlns:cim='http://schemas.dmtf.org/wbem/wscim/1/common'"
				" xsi:type='p:Win32_X_Type'><p:EndOfSequence>a property</p:EndOfSequence>"
				"<p:InstallDate><cim:Datetime>2020-01-01T00:00:00+09:00</cim:Datetime></p:InstallDate>"
				"<p:Null xsi:nil=' "
				"1'/><p:Array>3</p:Array><p:Object><p:Inner>x</p:Inner></p:Object></p:Win32_X>",
				END),
			0 },
	};
	struct script script = SCRIPT(lines);
	OWN(session_free) struct session *s = script_session_open(&script);
	struct error e = { 0 };
	(void)state;

	OWN(wmi_rows_free) struct wmi_rows *rows = wmi_query(s, wql, &e);
	assert_non_null(rows);
	assert_int_equal(wmi_count(rows), 2);
	assert_string_equal(wmi_text(rows, 0, "Array"), "1");
	assert_string_equal(wmi_item(rows, 0, "Array", 1), "2");
	assert_null(wmi_item(rows, 0, "Array", 2));
	assert_string_equal(wmi_text(rows, 0, "InstallDate"), "2026-11-22T12:00:19Z");
	assert_null(wmi_text(rows, 0, "Null"));
	assert_string_equal(wmi_text(rows, 0, "Empty"), "");
	assert_string_equal(wmi_text(rows, 1, "InstallDate"), "2020-01-01T00:00:00+09:00");
	assert_string_equal(wmi_text(rows, 1, "EndOfSequence"), "a property");
	assert_string_equal(wmi_text(rows, 1, "array"), "3");
	assert_string_equal(wmi_text(rows, 1, "Object"), "");
	assert_null(wmi_text(rows, 1, "Inner"));
	script_ended(&script);
}

static void the_end_counts_in_both_namespaces_and_with_a_context(void **state)
{
	static const struct {
		const char *about, *answer;
	} cases[] = {
		{ "wsman's", FIRST("", FRAGMENT("a", "1"), "<w:EndOfSequence/>") },
		{ "enumeration's", FIRST("", FRAGMENT("a", "1"), "<n:EndOfSequence/>") },
		{ "with a context", FIRST("uuid:9", FRAGMENT("a", "1"), "<w:EndOfSequence/>") },
		{ "before the items", "<n:EnumerateResponse><w:EndOfSequence/><w:Items>" FRAGMENT(
					      "a", "1") "</w:Items>"
							"</n:EnumerateResponse>" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		const struct line line = { "/Enumerate<", c->answer, 0 };
		struct script script = { .line = &line, .count = 1 };
		OWN(session_free) struct session *s = script_session_open(&script);
		struct error e = { 0 };
		OWN(wmi_rows_free) struct wmi_rows *rows = wmi_query(s, wql, &e);
		if (!rows || wmi_count(rows) != 1)
			fail_msg("%s: %s", c->about, e.cause);
		script_ended(&script);
	}
}

/* What a query ends in when its second answer is answer. */
struct trouble {
	const char *about;
	struct line line;
	bool released;
	enum error_kind kind;
};

static void a_query_that_fails_releases_its_context_and_gives_no_rows(void **state)
{
	static const struct trouble cases[] = {
		{ "a fault", { "/Pull<*>uuid:1<", FAULT_OF("2150858825", "w:EncodingLimit", "too large"), 0 }, true,
			ERROR_FAULT },
		{ "our time is over", { .expect = "/Pull<*>uuid:1<", .fail = ERROR_TIMEOUT }, false, ERROR_TIMEOUT },
		{ "no XML", { "/Pull<*>uuid:1<", "<?xml version='1.0'?><a>", 0 }, true, ERROR_PARSE },
		{ "an answer to something else", { "/Pull<*>uuid:1<", "<x/>", 0 }, true, ERROR_PROTOCOL },
		{ "no progress", { "/Pull<*>uuid:1<", NEXT("uuid:1", ""), 0 }, true, ERROR_PROTOCOL },
		{ "neither context nor end",
			{ "/Pull<*>uuid:1<",
				"<n:PullResponse><n:EnumerationContext/><n:Items>" FRAGMENT(
					"b", "2") "</n:Items>"
						  "</n:PullResponse>",
				0 },
			false, ERROR_PROTOCOL },
	};
	(void)state;
	FOR_EACH(c, cases) {
		const struct line lines[] = {
			{ "/Enumerate<", FIRST("uuid:1", FRAGMENT("a", "1"), ""), 0 },
			c->line,
			{ "/Release<*<n:Release><n:EnumerationContext>uuid:1</n:EnumerationContext></"
			  "n:Release>",
				"", 0 },
		};
		struct script script = { .line = lines, .count = c->released ? 3 : 2 };
		OWN(session_free) struct session *s = script_session_open(&script);
		struct error e = { 0 };
		OWN(wmi_rows_free) struct wmi_rows *rows = wmi_query(s, wql, &e);
		if (rows || e.kind != c->kind || !e.operation || strcmp(e.operation, "pull") != 0)
			fail_msg("%s: %s %s", c->about, error_kind_name(e.kind), e.cause);
		script_ended(&script);
	}
}

static void a_lost_context_starts_the_query_again_once(void **state)
{
	static const struct {
		const char *about;
		struct line line;
	} cases[] = {
		{ "expired", { "/Pull<", FAULT_OF("2150858780", "n:InvalidEnumerationContext", ""), 0 } },
		{ "invalid", { "/Pull<", FAULT_OF("2150858779", "n:InvalidEnumerationContext", ""), 0 } },
		{ "connection lost", { .expect = "/Pull<", .fail = ERROR_CONNECT } },
	};
	(void)state;
	FOR_EACH(c, cases) {
		const struct line first = { "/Enumerate<", FIRST("uuid:1", FRAGMENT("a", "1"), ""), 0 };
		struct line lines[8];
		size_t n = 0;
		lines[n++] = first;
		lines[n++] = c->line;
		lines[n++] = first;
		size_t second = n;
		lines[n++] = (struct line){ "/Pull<", LAST(FRAGMENT("b", "2")), 0 };
		struct script good = { .line = lines, .count = n };
		OWN(session_free) struct session *s = script_session_open(&good);
		struct error e = { 0 };
		OWN(wmi_rows_free) struct wmi_rows *rows = wmi_query(s, wql, &e);
		if (!rows || wmi_count(rows) != 2 || session_stats(s)->retries != 1)
			fail_msg("%s: %s", c->about, e.cause);
		script_ended(&good);

		lines[second] = c->line; /* lost a second time: an error */
		struct script bad = { .line = lines, .count = second + 1 };
		OWN(session_free) struct session *again = script_session_open(&bad);
		if (wmi_query(again, wql, &e) || e.kind == ERROR_NONE)
			fail_msg("%s twice: no error", c->about);
		script_ended(&bad);
	}
}

static void a_pull_that_timed_out_there_is_pulled_again(void **state)
{
	static const struct line lines[] = {
		{ "/Enumerate<", FIRST("uuid:1", FRAGMENT("a", "1"), ""), 0 },
		{ "/Pull<*>uuid:1<", TIMED_OUT, 0 },
		{ "/Pull<*>uuid:1<", TIMED_OUT, 0 },
		{ "/Pull<*>uuid:1<", LAST(FRAGMENT("b", "2")), 0 },
	};
	struct script script = SCRIPT(lines);
	OWN(session_free) struct session *s = script_session_open(&script);
	struct error e = { 0 };
	(void)state;

	OWN(wmi_rows_free) struct wmi_rows *rows = wmi_query(s, wql, &e);
	assert_non_null(rows);
	assert_int_equal(wmi_count(rows), 2);
	script_ended(&script);
}

/* Answers every Pull with another context and one more row, for ever. */
static int endless(void *context, const char *request, size_t len, struct str *reply, struct error *e)
{
	unsigned *asked = context;
	bool pull = strstr(request, "/Pull<") != NULL;
	(void)len, (void)e;

	++*asked;
	str_addf(reply,
		"<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'"
		" xmlns:n='http://schemas.xmlsoap.org/ws/2004/09/enumeration'><s:Body><n:%sResponse>"
		"<n:EnumerationContext>uuid:%u</n:EnumerationContext><n:Items><r><c>1</c></r></n:Items></n:%sResponse>"
		"</s:Body></s:Envelope>",
		pull ? "Pull" : "Enumerate", *asked, pull ? "Pull" : "Enumerate");
	return 0;
}

static void an_endless_enumeration_ends(void **state)
{
	unsigned asked = 0;
	OWN(session_free) struct session *s = session_scripted("srv", endless, &asked, deadline_in(600000, NULL));
	struct error e = { 0 };
	(void)state;

	assert_null(wmi_query(s, wql, &e));
	assert_int_equal(e.kind, ERROR_PROTOCOL);
	assert_int_equal(asked, 1 + WMI_PULLS_MAX + 1); /* and Release */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_row_ends_in_the_first_answer),
		cmocka_unit_test(the_first_item_comes_alone_and_the_rest_by_pulls),
		cmocka_unit_test(an_empty_class_is_an_empty_list),
		cmocka_unit_test(rows_of_all_kinds_read_alike),
		cmocka_unit_test(the_end_counts_in_both_namespaces_and_with_a_context),
		cmocka_unit_test(a_query_that_fails_releases_its_context_and_gives_no_rows),
		cmocka_unit_test(a_lost_context_starts_the_query_again_once),
		cmocka_unit_test(a_pull_that_timed_out_there_is_pulled_again),
		cmocka_unit_test(an_endless_enumeration_ends),
	};
	xml_global_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
