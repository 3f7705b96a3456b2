/* Tests of xml: what is read, what is refused, and that nothing cut short is ever accepted. */
#include "cases.h"
#include "str.h"
#include "xml.h"

#include <stdlib.h>
#include <string.h>

/* Writes down what the reader was told: <name [attribute]>, then text and </name>. */
static int note_start(void *context, const struct xml_element *element, struct error *e)
{
	const char *attribute = xml_attribute(element, "k");
	(void)e;
	str_addf(context, attribute ? "<%s k=%s>" : "<%s>", element->name, attribute);
	return 0;
}

static int note_end(void *context, const struct xml_element *element, const char *text, size_t len, struct error *e)
{
	(void)e;
	assert_int_equal(strlen(text), len);
	str_addf(context, "%s</%s>", text, element->name);
	return 0;
}

static int read_text(const char *text, size_t len, struct str *notes, struct error *e)
{
	const struct xml_reader reader = { .start = note_start, .end = note_end, .context = notes };
	return xml_read(text, len, &reader, e);
}

/* Without the final NUL, so that a sanitizer sees a read behind the end. */
static char *exactly(const char *bytes, size_t len)
{
	char *exact = malloc(len ? len : 1);
	assert_non_null(exact);
	memcpy(exact, bytes, len);
	return exact;
}

static void documents_are_read_or_refused(void **state)
{
	static const struct {
		const char *about, *document, *expect; /* NULL: ERROR_PARSE */
	} cases[] = {
		{ "the smallest", "<a/>", "<a></a>" },
		{ "text", "<a>x y</a>", "<a>x y</a>" },
		{ "text around a child joins", "<a>x<b>y</b>z</a>", "<a><b>y</b>xz</a>" },
		{ "siblings do not mix", "<a><b>1</b><b>2</b></a>", "<a><b>1</b><b>2</b></a>" },
		{ "predefined entities", "<a>&lt;&amp;&gt;&quot;&apos;</a>", "<a><&>\"'</a>" },
		{ "character references", "<a>&#x30e9;&#65;</a>",
			"<a>\xe3\x83\xa9"
			"A</a>" },
		{ "CDATA", "<a>1<![CDATA[<b>&amp;]]>2</a>", "<a>1<b>&amp;2</a>" },
		{ "comments and instructions", "<!--<x>--><a><?p <y> ?>1<!-- - -->2</a><!-- -->", "<a>12</a>" },
		{ "an attribute", "<a k='1&amp;2&#38;3&lt;\"'/>", "<a k=1&2&3<\"></a>" },
		{ "a > in an attribute", "<a k=\"x>y\">1</a>", "<a k=x>y>1</a>" },
		{ "a declaration", "<?xml version=\"1.0\" encoding=\"utf-8\"?><a/>", "<a></a>" },
		{ "a mark and a declaration", "\xef\xbb\xbf<?xml version='1.0'?>\r\n<a/>", "<a></a>" },
		{ "white space first", " \n<a/>", "<a></a>" },
		{ "namespaces", "<p:a xmlns:p='u'><p:b/></p:a>", "<a><b></b></a>" },
		{ "nothing", "", NULL },
		{ "white space only", "  \n ", NULL },
		{ "text only", "hello", NULL },
		{ "a declaration only", "<?xml version='1.0'?>", NULL },
		{ "another encoding", "<?xml version='1.0' encoding='Shift_JIS'?><a/>", NULL },
		{ "an encoding without a name", "<?xml encoding>", NULL },
		{ "an encoding that hides markup", "<?xml version='1.0' encoding=\"UTF-7\"?><a/>", NULL },
		{ "not closed", "<a>", NULL },
		{ "closed wrongly", "<a></b>", NULL },
		{ "crossed", "<a><b></a></b>", NULL },
		{ "two roots", "<a/><b/>", NULL },
		{ "text behind", "<a/>x", NULL },
		{ "a bare ampersand", "<a>a & b</a>", NULL },
		{ "an unknown entity", "<a>&nbsp;</a>", NULL },
		{ "an attribute twice", "<a k='1' k='2'/>", NULL },
		{ "an attribute without quotes", "<a k=1/>", NULL },
		{ "a < in an attribute", "<a k='<'/>", NULL },
		{ "an undeclared prefix", "<p:a/>", NULL },
		{ "bytes that are no UTF-8", "<a>\x83\x89</a>", NULL },
		{ "a control character", "<a>\x01</a>", NULL },
		{ "a reference to a control character", "<a>&#1;</a>", NULL },
		{ "a DOCTYPE", "<!DOCTYPE a><a/>", NULL },
		{ "a DOCTYPE in lower case", "<!doctype a><a/>", NULL },
		{ "a DOCTYPE behind a comment", "<!-- --><!DOCTYPE a []><a/>", NULL },
		{ "an external entity", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", NULL },
		{ "an entity bomb",
			"<!DOCTYPE a [<!ENTITY b 'xxxxxxxxxx'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>"
			"<!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'>]><a>&d;</a>",
			NULL },
		{ "a parameter entity", "<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://h/'> %x;]><a/>", NULL },
		{ "an open comment", "<a><!-- </a>", NULL },
		{ "an open CDATA", "<a><![CDATA[ </a>", NULL },
		{ "an open tag", "<a k='", NULL },
		{ "HTML", "<html><body><p>401<br></body></html>", NULL },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct str notes = { 0 };
		struct error e = { 0 };
		OWN(own_free) char *exact = exactly(c->document, strlen(c->document));
		int rc = read_text(exact, strlen(c->document), &notes, &e);
		if (c->expect && (rc < 0 || strcmp(str_text(&notes), c->expect) != 0))
			fail_msg("%s: %d, %s, \"%s\"", c->about, rc, e.cause, str_text(&notes));
		if (!c->expect && (rc == 0 || e.kind != ERROR_PARSE || !e.cause[0]))
			fail_msg("%s: accepted as \"%s\", or no ERROR_PARSE", c->about, str_text(&notes));
		str_done(&notes);
	}
}

/* A document of repeated parts: first, then count times each of part (numbered if it is an attribute) and end. */
static int read_repeated(const char *first, const char *part, size_t count, const char *middle, const char *end,
	const char *last, struct error *e)
{
	OWN_VALUE(str_done) struct str document = STR(64 << 20), notes = STR(64 << 20);

	str_add(&document, first);
	for (size_t i = 0; i < count; i++)
		str_addf(&document, part[0] == ' ' ? "%s%zu='v'" : "%s", part, i);
	str_add(&document, middle);
	for (size_t i = 0; i < count; i++)
		str_add(&document, end);
	str_add(&document, last);
	assert_false(str_failed(&document));
	*e = (struct error){ 0 };
	return read_text(str_text(&document), document.len, &notes, e);
}

static void limits_hold_to_the_last_one(void **state)
{
	static const struct {
		const char *about, *first, *part, *middle, *end, *last;
		size_t most;
	} cases[] = {
		{ "depth", "", "<a>", "", "</a>", "", XML_DEPTH_MAX },
		{ "elements", "<r>", "<a/>", "", "", "</r>", XML_ELEMENTS_MAX - 1 },
		{ "text", "<r>", "x", "", "", "</r>", XML_TEXT_MAX },
		{ "text around children", "<r>", "<a/>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "", "", "</r>",
			XML_TEXT_MAX / 32 },
		{ "attributes", "<r", " k", ">", "", "</r>", XML_ATTRIBUTES_MAX },
		{ "attributes that look like declarations", "<r", " xmlnsk", ">", "", "</r>", XML_ATTRIBUTES_MAX },
		{ "declarations", "<r", " xmlns:k", ">", "", "</r>", XML_DECLARATIONS_MAX },
		{ "bytes of a start tag", "<r a='", "x", "'>", "", "</r>", XML_TAG_MAX - 8 },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct error e;
		if (read_repeated(c->first, c->part, c->most, c->middle, c->end, c->last, &e) < 0)
			fail_msg("%s: the last one allowed is refused: %s", c->about, e.cause);
		if (read_repeated(c->first, c->part, c->most + 1, c->middle, c->end, c->last, &e) == 0)
			fail_msg("%s: one too many is accepted", c->about);
		if (e.kind != ERROR_PARSE)
			fail_msg("%s: kind %d, %s", c->about, e.kind, e.cause);
	}
}

static void namespace_declarations_in_scope_are_limited(void **state)
{
	OWN_VALUE(str_done) struct str document = { 0 }, notes = { 0 };
	struct error e = { 0 };
	(void)state;

	for (int depth = 0; depth < 20; depth++) {
		str_add(&document, "<a");
		for (int i = 0; i < 60; i++)
			str_addf(&document, " xmlns:n%d_%d='u'", depth, i);
		str_add(&document, ">");
	}
	for (int depth = 0; depth < 20; depth++)
		str_add(&document, "</a>");
	assert_int_equal(read_text(str_text(&document), document.len, &notes, &e), -1);
	assert_non_null(strstr(e.cause, "namespace"));
}

static const char sample[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- c --><s:a xmlns:s='u' k=\"1>2\"><b>x&amp;y"
	"</b><![CDATA[<z>]]><c k='\xe3\x83\xa9'/>\xe3\x82\xa4</s:a>";

static void a_document_cut_at_any_byte_is_refused(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(sample) - 1; len++) {
		OWN_VALUE(str_done) struct str notes = { 0 };
		struct error e = { 0 };
		OWN(own_free) char *exact = exactly(sample, len);
		if (read_text(exact, len, &notes, &e) == 0)
			fail_msg("accepted when cut after %zu bytes", len);
	}
	OWN_VALUE(str_done) struct str notes = { 0 };
	struct error e = { 0 };
	assert_int_equal(read_text(sample, sizeof(sample) - 1, &notes, &e), 0);
}

static void any_changed_byte_is_survived(void **state)
{
	static const char changes[] = { 0, '<', '>', '&', '"', '/', '!', '\x80', '\xff' };
	char changed[sizeof(sample)];
	(void)state;

	for (size_t i = 0; i < sizeof(sample) - 1; i++)
		FOR_EACH(to, changes) {
			OWN_VALUE(str_done) struct str notes = { 0 };
			struct error e = { 0 };
			memcpy(changed, sample, sizeof(sample));
			changed[i] = *to;
			int rc = read_text(changed, sizeof(sample) - 1, &notes, &e);
			if ((rc < 0) != (e.kind != ERROR_NONE))
				fail_msg("byte %zu as 0x%02x: %d without its reason", i, (unsigned char)*to, rc);
		}
}

static void utf16_reads_like_utf8(void **state)
{
	static const char text[] = "<?xml version='1.0' encoding='UTF-16'?><a k='1'>x</a>";
	static const struct {
		const char *about, *mark;
		bool big;
	} cases[] = { { "little-endian", "\xff\xfe", false }, { "big-endian", "\xfe\xff", true },
		{ "no mark", "", false } };
	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str document = { 0 }, notes = { 0 };
		struct error e = { 0 };
		str_add(&document, c->mark);
		for (const char *p = text; *p; p++)
			str_addn(&document, c->big ? (char[]){ 0, *p } : (char[]){ *p, 0 }, 2);
		if (read_text(document.data, document.len, &notes, &e) < 0 ||
			strcmp(str_text(&notes), "<a k=1>x</a>") != 0)
			fail_msg("%s: %s \"%s\"", c->about, e.cause, str_text(&notes));
		error_clear(&e);
		if (read_text(document.data, document.len - 1, &notes, &e) == 0)
			fail_msg("%s: half a character is accepted", c->about);
	}
}

static int note_namespace(void *context, const struct xml_element *element, struct error *e)
{
	(void)e;
	str_addf(context, "%s=%d,%u,%s;", element->name, element->ns, element->depth, xml_namespace(element));
	return 0;
}

static void elements_are_told_apart_by_namespace_not_by_prefix(void **state)
{
	static const char document[] =
		"<s:E xmlns:s='http://www.w3.org/2003/05/soap-envelope'>"
		"<E xmlns='http://www.w3.org/2003/05/soap-envelope'/><E/><E xmlns='urn:x'/></s:E>";
	OWN_VALUE(str_done) struct str notes = { 0 };
	const struct xml_reader reader = { .start = note_namespace, .context = &notes };
	struct error e = { 0 };
	OWN_VALUE(str_done) struct str expect = { 0 };
	(void)state;

	str_addf(&expect,
		"E=%d,1,http://www.w3.org/2003/05/soap-envelope;E=%d,2,http://www.w3.org/2003/05/soap-envelope;"
		"E=%d,2,;E=%d,2,urn:x;",
		NS_SOAP, NS_SOAP, NS_NONE, NS_OTHER);
	assert_int_equal(xml_read(document, sizeof(document) - 1, &reader, &e), 0);
	assert_string_equal(str_text(&notes), str_text(&expect));
}

static int refuse_b(void *context, const struct xml_element *element, struct error *e)
{
	(*(int *)context)++;
	return strcmp(element->name, "b") ? 0 : error_set(e, ERROR_PROTOCOL, "no b here");
}

static void a_handler_that_refuses_is_the_last_one_called(void **state)
{
	static const char document[] = "<a><b/><c/><d></a>";
	int calls = 0;
	const struct xml_reader reader = { .start = refuse_b, .context = &calls };
	struct error e = { 0 };
	(void)state;

	assert_int_equal(xml_read(document, sizeof(document) - 1, &reader, &e), -1);
	assert_int_equal(e.kind, ERROR_PROTOCOL);
	assert_string_equal(e.cause, "no b here");
	assert_int_equal(calls, 2);
}

static void what_is_escaped_reads_back(void **state)
{
	static const struct {
		const char *text, *expect;
	} cases[] = {
		{ "plain", "plain" },
		{ "<a href=\"x\">&'", "<a href=\"x\">&'" },
		{ "a\tb\nc\rd", "a\tb\nc\rd" },
		{ "\xe3\x83\xa9\xef\xbf\xbdz", "\xe3\x83\xa9\xef\xbf\xbdz" },
		{ "a\x01z", "a\xef\xbf\xbdz" },
		{ "a\xef\xbf\xbez", "a\xef\xbf\xbdz" },
		{ "a\x83z", "a\xef\xbf\xbdz" },
		{ "", "" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		OWN_VALUE(str_done) struct str document = { 0 }, notes = { 0 }, expect = { 0 };
		struct error e = { 0 };
		str_add(&document, "<a k=\"");
		xml_escape(&document, c->text);
		str_add(&document, "\">");
		xml_escape(&document, c->text);
		str_add(&document, "</a>");
		str_addf(&expect, "<a k=%s>%s</a>", c->expect, c->expect);
		if (read_text(str_text(&document), document.len, &notes, &e) < 0 ||
			strcmp(str_text(&notes), str_text(&expect)) != 0)
			fail_msg("%s: %s, \"%s\"", str_text(&document), e.cause, str_text(&notes));
	}
}

static int set_up(void **state)
{
	(void)state;
	xml_global_init();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_are_read_or_refused),
		cmocka_unit_test(limits_hold_to_the_last_one),
		cmocka_unit_test(namespace_declarations_in_scope_are_limited),
		cmocka_unit_test(a_document_cut_at_any_byte_is_refused),
		cmocka_unit_test(any_changed_byte_is_survived),
		cmocka_unit_test(utf16_reads_like_utf8),
		cmocka_unit_test(elements_are_told_apart_by_namespace_not_by_prefix),
		cmocka_unit_test(a_handler_that_refuses_is_the_last_one_called),
		cmocka_unit_test(what_is_escaped_reads_back),
	};
	return cmocka_run_group_tests(tests, set_up, NULL);
}
