/* Tests of envelope: what was written reads back as the request it was. */
#include "cases.h"
#include "envelope.h"

#include <string.h>

static const char *const prefixes[] = {
	[NS_NONE] = "-",
	[NS_OTHER] = "?",
	[NS_SOAP] = "s",
	[NS_ADDRESSING] = "a",
	[NS_WSMAN] = "w",
	[NS_WSMANV] = "p",
	[NS_ENUMERATION] = "n",
};

static int note_start(void *context, const struct xml_element *element, struct error *e)
{
	struct str *seen = context;
	(void)e;
	const char *name = xml_attribute(element, "Name"), *must = xml_attribute(element, "mustUnderstand");
	str_addf(seen, "<%s:%s", prefixes[element->ns], element->name);
	if (name)
		str_addf(seen, " Name=%s", name);
	if (must)
		str_addf(seen, " must=%s", must);
	str_add(seen, ">");
	return 0;
}

static int note_end(void *context, const struct xml_element *element, const char *text, size_t len, struct error *e)
{
	struct str *seen = context;
	(void)element, (void)e;
	str_addn(seen, text, len);
	str_add(seen, "/");
	return 0;
}

/* The request as a reader sees it. */
static char *read_back(const struct request *request, int64_t timeout_ms)
{
	OWN_VALUE(str_done) struct str message = STR(REQUEST_MAX);
	struct str seen = STR(REQUEST_MAX);
	const struct xml_reader reader = { .start = note_start, .end = note_end, .context = &seen };
	struct error e = { 0 };

	envelope_write(&message, request, "http://srv.example:5985/wsman", "uuid:ID", timeout_ms);
	assert_false(str_failed(&message));
	if (xml_read(str_text(&message), message.len, &reader, &e) < 0)
		fail_msg("%s in %s", e.cause, str_text(&message));
	return str_take(&seen);
}

static void assert_holds(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is missing in %s", part, text);
}

static void a_request_reads_back_as_it_was(void **state)
{
	const struct selector selectors[] = { { "Name", "EventSystem" }, { "Kind", "a<b>&\"c\"" } };
	const struct selector options[] = { { "WINRS_NOPROFILE", "TRUE" } };
	const struct request request = {
		.action = "urn:action",
		.resource_uri = "urn:resource",
		.body = "<n:Pull>x</n:Pull>",
		.selectors = selectors,
		.selector_count = 2,
		.options = options,
		.option_count = 1,
	};
	(void)state;

	OWN(own_free) char *seen = read_back(&request, 60000);
	assert_string_equal(seen,
		"<s:Envelope><s:Header><a:To>http://srv.example:5985/wsman/"
		"<w:ResourceURI must=true>urn:resource/<a:ReplyTo><a:Address must=true>"
		"http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous//<a:Action must=true>urn:action/"
		"<a:MessageID>uuid:ID/<w:MaxEnvelopeSize must=true>512000/<w:OperationTimeout>PT60.000S/"
		"<w:Locale must=false>/<p:DataLocale must=false>/<w:OptionSet><w:Option Name=WINRS_NOPROFILE>"
		"TRUE//<w:SelectorSet><w:Selector Name=Name>EventSystem/<w:Selector Name=Kind>a<b>&\"c\"///"
		"<s:Body><n:Pull>x///");
}

static void identify_has_no_addressing(void **state)
{
	const struct request request = { .body = "<i:Identify xmlns:i='urn:i'/>" };
	(void)state;

	OWN(own_free) char *seen = read_back(&request, 60000);
	assert_string_equal(seen, "<s:Envelope><s:Header>/<s:Body><?:Identify>///");
}

static void the_timeout_is_a_duration_to_the_millisecond(void **state)
{
	static const struct {
		int64_t ms;
		const char *expect;
	} cases[] = {
		{ 500, ">PT0.500S/" },
		{ 1, ">PT0.001S/" },
		{ 60000, ">PT60.000S/" },
		{ 61023, ">PT61.023S/" },
	};
	const struct request request = { .action = "urn:a", .resource_uri = "urn:r", .body = "" };
	(void)state;
	FOR_EACH(c, cases) {
		OWN(own_free) char *seen = read_back(&request, c->ms);
		assert_holds(seen, c->expect);
	}
}

static void no_value_can_leave_its_place(void **state)
{
	static const char hostile[] = "\"/></w:SelectorSet><evil/>\x01\x83<!--]]>";
	const struct selector selector = { hostile, hostile };
	const struct request request = {
		.action = hostile, .resource_uri = hostile, .body = "", .selectors = &selector, .selector_count = 1
	};
	(void)state;

	OWN(own_free) char *seen = read_back(&request, 1000);
	assert_holds(
		seen, "Name=\"/></w:SelectorSet><evil/>\xef\xbf\xbd\xef\xbf\xbd<!--]]>>\"/></w:SelectorSet><evil/>");
	assert_null(strstr(seen, ":evil"));
}

static void a_request_that_is_too_large_fails_once(void **state)
{
	OWN_VALUE(str_done) struct str message = STR(600);
	const struct request request = { .action = "urn:a", .resource_uri = "urn:r", .body = "" };
	(void)state;

	envelope_write(&message, &request, "http://srv.example:5985/wsman", "uuid:ID", 1000);
	assert_true(str_failed(&message));
}

static void message_ids_are_new_and_well_formed(void **state)
{
	char one[MESSAGE_ID_LEN + 1], two[MESSAGE_ID_LEN + 1];
	struct error e = { 0 };
	(void)state;

	assert_int_equal(message_id_new(one, &e), 0);
	assert_int_equal(message_id_new(two, &e), 0);
	assert_int_equal(strlen(one), MESSAGE_ID_LEN);
	assert_memory_equal(one, "uuid:", 5);
	assert_int_equal(strspn(one + 5, "0123456789ABCDEF-"), 36);
	assert_int_equal(one[5 + 14], '4'); /* the version of random UUIDs */
	assert_true(strchr("89AB", one[5 + 19]) != NULL);
	assert_string_not_equal(one, two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_reads_back_as_it_was),
		cmocka_unit_test(identify_has_no_addressing),
		cmocka_unit_test(the_timeout_is_a_duration_to_the_millisecond),
		cmocka_unit_test(no_value_can_leave_its_place),
		cmocka_unit_test(a_request_that_is_too_large_fails_once),
		cmocka_unit_test(message_ids_are_new_and_well_formed),
	};
	xml_global_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
