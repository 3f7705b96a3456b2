/* The escapers: what a host says arrives as text, is seen as it is, and does nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>

#include "escape.h"
#include "hostile.h"
#include "own.h"
#include "text.h"

enum { RANDOM_TEXTS = 50000 };

enum context { HTML, ISLAND, CSV, CSV_RAW, XML, LABEL, TERMINAL };

static char *escaped(enum context context, const char *text)
{
	char *made = NULL;
	size_t len;
	OWN_VALUE(str_done) struct str shown = { 0 };
	FILE *out = open_memstream(&made, &len);

	switch (context) {
	case HTML:
		escape_html(out, text);
		break;
	case ISLAND:
		escape_json_island(out, text);
		break;
	case CSV:
	case CSV_RAW:
		escape_csv(out, text, context == CSV);
		break;
	case XML:
		escape_xml(out, text);
		break;
	case LABEL:
		escape_label(out, text);
		break;
	case TERMINAL:
		escape_terminal(&shown, text);
		fputs(str_text(&shown), out);
	}
	fclose(out);
	return made;
}

static void each_context_has_its_rules(void **state)
{
	static const struct {
		const char *about;
		enum context context;
		const char *text, *expect;
	} cases[] = {
		{ "markup", HTML, "<b a='1' c=\"2\">&", "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;" },
		{ "a control is shown as its picture", HTML, "a\x1b[0m\x7f", "a␛[0m␡" },
		{ "a line break of the host stays one", HTML, "a\r\nb\nc\td", "a\nb\nc\td" },
		{ "a carriage return alone is shown", HTML, "a\rb", "a␍b" },
		{ "bidi controls are shown by number", HTML,
			"\xe2\x80\xae"
			"exe.txt",
			"\\u{202E}exe.txt" },
		{ "isolates too", HTML, "\xe2\x81\xa6\xe2\x81\xa9", "\\u{2066}\\u{2069}" },
		{ "C1", HTML,
			"\xc2\x9b"
			"31m",
			"\\u{009B}31m" },
		{ "an invalid byte", HTML,
			"\xff\x80"
			"a",
			"\xef\xbf\xbd\xef\xbf\xbd"
			"a" },
		{ "a sequence that ends too early", HTML, "\xe3\x83", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "an overlong slash", HTML, "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "Japanese and beyond stay", HTML, "ライター髙\xf0\x9f\x92\xbe", "ライター髙\xf0\x9f\x92\xbe" },

		{ "the end of a script", ISLAND, "{\"a\":\"</script><!--\"}", "{\"a\":\"\\u003c/script>\\u003c!--\"}" },
		{ "line separators", ISLAND, "\"\xe2\x80\xa8\xe2\x80\xa9\"", "\"\\u2028\\u2029\"" },
		{ "an escaped control", ISLAND, "\"\\u001b[0m\\n\"", "\"␛[0m\\n\"" },
		{ "short escapes of controls", ISLAND, "\"\\b\\f\\t\"", "\"␈␌\\t\"" },
		{ "an escaped bidi control", ISLAND, "\"\\u202E\"", "\"\\\\u{202E}\"" },
		{ "a bidi control", ISLAND, "\"\xe2\x80\xae\"", "\"\\\\u{202E}\"" },
		{ "a backslash before u", ISLAND, "\"\\\\u001b\"", "\"\\\\u001b\"" },
		{ "other escapes stay", ISLAND, "\"\\\"\\\\\\/\\u0041\\ud83d\\udcbe\"",
			"\"\\\"\\\\\\/\\u0041\\ud83d\\udcbe\"" },
		{ "a document that was cut", ISLAND, "\"\\u00", "\"\\u00" },
		{ "a document that ends in a backslash", ISLAND, "\"\\", "\"\\" },

		{ "a plain field", CSV, "System Writer", "\"System Writer\"" },
		{ "quotes are doubled", CSV, "a\"b", "\"a\"\"b\"" },
		{ "delimiters and line breaks stay inside", CSV, "a,b;c\r\nd", "\"a,b;c\r\nd\"" },
		{ "=", CSV, "=1+1", "\"'=1+1\"" },
		{ "+", CSV, "+1", "\"'+1\"" },
		{ "-", CSV, "-1", "\"'-1\"" },
		{ "@", CSV, "@%SystemRoot%\\x.dll,-1", "\"'@%SystemRoot%\\x.dll,-1\"" },
		{ "tab", CSV, "\t=1", "\"'\t=1\"" },
		{ "carriage return", CSV, "\r=1", "\"'\r=1\"" },
		{ "line feed", CSV, "\n=1", "\"'\n=1\"" },
		{ "full-width =", CSV, "＝1", "\"'＝1\"" },
		{ "full-width +", CSV, "＋1", "\"'＋1\"" },
		{ "full-width -", CSV, "－1", "\"'－1\"" },
		{ "full-width @", CSV, "＠1", "\"'＠1\"" },
		{ "a formula further on is none", CSV, "a=1", "\"a=1\"" },
		{ "an empty field", CSV, "", "\"\"" },
		{ "controls are shown", CSV, "\x1b[0m", "\"␛[0m\"" },
		{ "without the guard", CSV_RAW, "=1+1", "\"=1+1\"" },

		{ "markup in XML", XML, "<b a='1' c=\"2\">&]]>", "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;]]&gt;" },
		{ "line breaks and tabs, which an attribute would lose", XML, "a\r\nb\tc", "a&#13;&#10;b&#9;c" },
		{ "what XML 1.0 has no place for", XML, "a\x01\x0c\xef\xbf\xbf", "a␁␌\xef\xbf\xbd" },
		{ "bidi in XML", XML, "\xe2\x80\xae", "\\u{202E}" },

		{ "quotes and backslashes in a label", LABEL, "a\"b\\c", "a\\\"b\\\\c" },
		{ "a line break in a label", LABEL, "a\r\nb", "a␍\\nb" },
		{ "bidi in a label", LABEL, "\xe2\x80\xae", "\\\\u{202E}" },
		{ "an invalid byte in a label", LABEL, "a\xff", "a\xef\xbf\xbd" },

		{ "colours", TERMINAL, "\x1b[31mred", "\\x1b[31mred" },
		{ "a new line", TERMINAL, "a\r\nb", "a\\x0d\\x0ab" },
		{ "DEL and C1", TERMINAL, "\x7f\xc2\x9b", "\\x7f\\x9b" },
		{ "bidi", TERMINAL, "\xe2\x80\xae", "\\u{202E}" },
		{ "an invalid byte", TERMINAL,
			"\x9b"
			"31m",
			"\xef\xbf\xbd"
			"31m" },
		{ "Japanese", TERMINAL, "安定", "安定" },
	};

	(void)state;
	FOR_EACH(c, cases) {
		OWN(own_free) char *got = escaped(c->context, c->text);
		if (strcmp(got, c->expect))
			fail_msg("%s: %s instead of %s", c->about, got, c->expect);
	}
}

/* What a reader should see of a text, written down once more: an oracle for the random texts. */
static void show(struct str *out, const char *text, bool keep_return)
{
	OWN_VALUE(str_done) struct str valid = { 0 };

	text_sanitize(&valid, text, strlen(text));
	for (const unsigned char *p = (const unsigned char *)str_text(&valid); *p; p++) {
		if (*p == '\r' && p[1] == '\n' && !keep_return)
			continue;
		if (*p == '\t' || *p == '\n' || (*p == '\r' && keep_return))
			str_addc(out, (char)*p);
		else if (*p < 0x20)
			str_addf(out, "\xe2\x90%c", 0x80 + *p);
		else if (*p == 0x7f)
			str_add(out, "\xe2\x90\xa1");
		else if (*p == 0xef && p[1] == 0xbf && p[2] >= 0xbe)
			str_add(out, "\xef\xbf\xbd"), p += 2;
		else if (*p == 0xc2 && p[1] < 0xa0)
			str_addf(out, "\\u{%04X}", *++p);
		else if (*p == 0xe2 && p[1] == 0x80 && p[2] >= 0xaa && p[2] <= 0xae)
			str_addf(out, "\\u{%04X}", 0x2000 + p[2] - 0x80), p += 2;
		else if (*p == 0xe2 && p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9)
			str_addf(out, "\\u{%04X}", 0x2040 + p[2] - 0x80), p += 2;
		else
			str_addc(out, (char)*p);
	}
}

static void an_html_parser_reads_what_was_meant(void **state)
{
	unsigned seed = 1;
	char text[HOSTILE_MAX];

	(void)state;
	for (int i = 0; i < RANDOM_TEXTS; i++) {
		OWN_VALUE(str_done) struct str expect = { 0 }, page = { 0 };
		OWN(own_free) char *inside = escaped(HTML, hostile_text(&seed, text));
		show(&expect, text, false);
		str_addf(&page, "<!DOCTYPE html><html><body><pre title=\"%s\">.%s</pre></body></html>", inside, inside);
		htmlDocPtr doc = htmlReadMemory(
			str_text(&page), (int)page.len, NULL, "UTF-8", HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
		xmlNodePtr body = xmlDocGetRootElement(doc)->children, pre = body->children;
		xmlChar *content = xmlNodeGetContent(pre), *title = xmlGetProp(pre, (const xmlChar *)"title");
		if (pre->next || body->next || (pre->children && pre->children->next) ||
			strcmp((char *)content + 1, str_text(&expect)) || strcmp((char *)title, str_text(&expect)))
			fail_msg("text %d: \"%s\" is read as \"%s\" and \"%s\"", i, inside, content, title);
		xmlFree(content);
		xmlFree(title);
		xmlFreeDoc(doc);
	}
}

static void an_xml_parser_reads_what_was_meant(void **state)
{
	unsigned seed = 4;
	char text[HOSTILE_MAX];

	(void)state;
	for (int i = 0; i < RANDOM_TEXTS; i++) {
		OWN_VALUE(str_done) struct str expect = { 0 }, document = { 0 };
		OWN(own_free) char *inside = escaped(XML, hostile_text(&seed, text));
		show(&expect, text, true);
		str_addf(&document, "<a b=\"%s\">.%s</a>", inside, inside);
		xmlDocPtr doc = xmlReadMemory(str_text(&document), (int)document.len, NULL, "UTF-8",
			XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NONET);
		if (!doc)
			fail_msg("text %d is no XML: %s", i, str_text(&document));
		xmlNodePtr root = xmlDocGetRootElement(doc);
		xmlChar *content = xmlNodeGetContent(root), *b = xmlGetProp(root, (const xmlChar *)"b");
		if (root->children->next || strcmp((char *)content + 1, str_text(&expect)) ||
			strcmp((char *)b, str_text(&expect)))
			fail_msg("text %d: \"%s\" is read as \"%s\" and \"%s\"", i, inside, content, b);
		xmlFree(content);
		xmlFree(b);
		xmlFreeDoc(doc);
	}
}

static void a_json_parser_reads_what_was_meant(void **state)
{
	unsigned seed = 2;
	char text[HOSTILE_MAX];

	(void)state;
	for (int i = 0; i < RANDOM_TEXTS; i++) {
		OWN_VALUE(str_done) struct str valid = { 0 }, expect = { 0 };
		hostile_text(&seed, text);
		text_sanitize(&valid, text, strlen(text));
		show(&expect, text, true);
		bool ascii = i % 2 && !strstr(str_text(&valid), "\xef\xbf\xbe"); /* escaped, U+FFFE does no harm */
		json_t *plain = json_string(str_text(&valid));
		OWN(own_free) char *document = json_dumps(plain, JSON_ENCODE_ANY | (ascii ? JSON_ENSURE_ASCII : 0));
		OWN(own_free) char *island = escaped(ISLAND, document);
		json_t *read = json_loads(island, JSON_DECODE_ANY, NULL);
		if (!read || strcmp(json_string_value(read), str_text(&expect)) || strchr(island, '<') ||
			strstr(island, "\xe2\x80\xa8") || strstr(island, "\xe2\x80\xa9"))
			fail_msg("text %d: %s", i, island);
		json_decref(plain);
		json_decref(read);
	}
}

static void nothing_that_a_terminal_obeys_reaches_it(void **state)
{
	unsigned seed = 3;
	char text[HOSTILE_MAX];

	(void)state;
	for (int i = 0; i < RANDOM_TEXTS; i++) {
		OWN(own_free) char *line = escaped(TERMINAL, hostile_text(&seed, text));
		bool bad = !utf8_valid(line, strlen(line));
		for (const unsigned char *p = (const unsigned char *)line; *p; p++)
			bad = bad || *p < 0x20 || *p == 0x7f || (*p == 0xc2 && p[1] < 0xa0) ||
			      (*p == 0xe2 && p[1] == 0x80 && p[2] >= 0xaa && p[2] <= 0xae) ||
			      (*p == 0xe2 && p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9);
		if (bad)
			fail_msg("text %d: %s", i, line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_context_has_its_rules),
		cmocka_unit_test(an_html_parser_reads_what_was_meant),
		cmocka_unit_test(an_xml_parser_reads_what_was_meant),
		cmocka_unit_test(a_json_parser_reads_what_was_meant),
		cmocka_unit_test(nothing_that_a_terminal_obeys_reaches_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
