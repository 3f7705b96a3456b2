/* evxml: see the header. */
#include "evxml.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "events.h"
#include "own.h"
#include "text.h"
#include "xml.h"

enum { DOCUMENT_MAX = 12 << 20 }; /* bytes of UTF-8: the shell lets through 4 MB */

void event_record_done(struct event_record *record)
{
	str_done(&record->text);
}

static void begin_record(struct event_record *record)
{
	str_done(&record->text);
	*record = (struct event_record){ .time = UNSEEN, .record_id = UNSEEN, .text = STR(EVENT_TEXT_MAX) };
}

/* A string for showing: one line, cut at the limit on a whole character. */
static void append_text(struct str *text, const char *string)
{
	bool gap = text->len;

	for (const char *at = string; *at;) {
		size_t blank = strspn(at, " \t\r\n"), word = strcspn(at + blank, " \t\r\n");
		if (word)
			str_add(text, gap ? at == string && text->len ? "; " : " " : "");
		gap = true;
		str_addn(text, at + blank, word);
		at += blank + word;
	}
	text->failed = false; /* what does not fit is not shown */
}

static bool ends_number(char c)
{
	return !isalnum((unsigned char)c) && c != '.' && c != '-' && c != '_';
}

/* A failure as a program may have written it: 0x800401fb, 2147746299, -2147221005, %%2147746299. Small numbers are
 * something else: process ids, seconds. */
static bool failure_at(const char *text, uint32_t *hr)
{
	bool insert = !strncmp(text, "%%", 2);
	const char *at = text + 2 * insert + (text[2 * insert] == '-');
	size_t digits = strspn(at, "0123456789");

	if (hresult_at(text, hr))
		return true;
	if (digits != 10 || !ends_number(at[digits]))
		return false;
	int64_t value = strtoll(text + 2 * insert, NULL, 10);
	if (value > UINT32_MAX || value < INT32_MIN || !((uint32_t)value & 0x80000000))
		return false;
	*hr = (uint32_t)value;
	return true;
}

static void take_string(struct event_record *record, const char *string)
{
	for (const char *open = strchr(string, '{'); open && !*record->clsid; open = strchr(open + 1, '{'))
		guid_at(open + 1, record->clsid);
	append_text(&record->text, string + strspn(string, " \t\r\n"));
}

void event_record_string(struct event_record *record, const char *string)
{
	const char *start = string + strspn(string, " \t\r\n");

	record->has_strings |= *start != '\0';
	if (!record->hr)
		failure_at(start, &record->hr);
	take_string(record, string);
}

/* There the hr stands anywhere: "hr = 0x800401fb, Object is not registered". */
void event_record_message(struct event_record *record, const char *message)
{
	if (record->has_strings)
		return;
	for (const char *at = message; *at && !record->hr; at++)
		if (at == message || ends_number(at[-1]))
			failure_at(at, &record->hr);
	take_string(record, message);
}

/* --- cleaning: what a program logged must not void the records of all others --- */

/* UTF-16 with lone surrogates and control characters replaced. */
static void from_utf16(struct str *out, const char *bytes, size_t len)
{
	OWN_VALUE(str_done) struct str units = STR(DOCUMENT_MAX);

	str_addn(&units, bytes, len & ~(size_t)1);
	for (size_t i = 0; i + 1 < units.len; i += 2) {
		unsigned char *u = (unsigned char *)units.data + i;
		bool high = (u[1] & 0xfc) == 0xd8, low = (u[1] & 0xfc) == 0xdc;
		if (high && i + 3 < units.len && (u[3] & 0xfc) == 0xdc)
			i += 2;
		else if (high || low)
			memcpy(u, "\xfd\xff", 2);
	}
	if (text_from_utf16(out, str_text(&units), units.len) < 0)
		out->failed = true;
}

/* Length of a reference to a character that XML forbids, such as &#x1; - 0 if it is none. */
static size_t forbidden_reference(const char *at)
{
	if (strncmp(at, "&#", 2))
		return 0;
	bool hex = at[2] == 'x';
	char *end;
	const char *digits = at + 2 + hex;
	if (!isxdigit((unsigned char)*digits))
		return 0;
	unsigned long c = strtoul(digits, &end, hex ? 16 : 10);
	bool allowed = (c >= 0x20 && c < 0xd800) || (c >= 0xe000 && c <= 0x10ffff && c != 0xfffe && c != 0xffff) ||
		       c == '\t' || c == '\n' || c == '\r';
	return *end == ';' && !allowed ? (size_t)(end + 1 - at) : 0;
}

/* How many bytes at the given place XML forbids: a control character, U+FFFE, U+FFFF, a reference to such. */
static size_t forbidden(const char *at)
{
	if ((unsigned char)*at < 0x20)
		return !strchr("\t\r\n", *at) || !*at;
	if (!strncmp(at, "\xef\xbf\xbe", 3) || !strncmp(at, "\xef\xbf\xbf", 3))
		return 3;
	return forbidden_reference(at);
}

/* The document inside a root of our own, so that a bare sequence of records reads like one with a root. */
static void wrap(struct str *out, const char *text, size_t len)
{
	static const char doubtful[] =
		"\1\2\3\4\5\6\7\10\13\14\16\17\20\21\22\23\24\25\26\27\30\31\32\33\34\35\36\37&]\xef";
	const char *at = text, *end = text + len;

	if (!strncmp(at, "\xef\xbb\xbf", 3))
		at += 3;
	at += strspn(at, " \t\r\n");
	const char *declaration = strncmp(at, "<?xml", 5) ? NULL : strstr(at, "?>");
	if (declaration)
		at = declaration + 2;
	str_add(out, "<records>");
	while (at < end) {
		size_t plain = strcspn(at, doubtful), bad = forbidden(at);
		if (bad)
			str_add(out, "\xef\xbf\xbd");
		else if (!strncmp(at, "]]>", 3)) {
			str_add(out, "]]&gt;"); /* wevtutil writes no CDATA sections */
			bad = 3;
		} else
			str_addn(out, at, bad = plain ? plain : 1);
		at += bad;
	}
	str_add(out, "</records>");
}

/* --- reading --- */

static void take(char *to, size_t room, const char *from)
{
	size_t len = from ? strnlen(from, room - 1) : 0;
	memcpy(to, from ? from : "", len);
	to[len] = '\0';
}

static int on_start(void *context, const struct xml_element *element, struct error *e)
{
	struct event_reader *r = context;

	(void)e;
	if (element->ns != NS_EVENT)
		return 0;
	if (!strcmp(element->name, "Event")) {
		begin_record(&r->record);
		r->inside = true;
	} else if (!strcmp(element->name, "Provider"))
		take(r->record.provider, sizeof(r->record.provider), xml_attribute(element, "Name"));
	else if (!strcmp(element->name, "TimeCreated")) {
		const char *time = xml_attribute(element, "SystemTime");
		r->record.time = time ? event_time(time) : UNSEEN;
	} else if (!strcmp(element->name, "Data")) {
		const char *name = xml_attribute(element, "Name");
		r->result = name && !strcmp(name, "HRESULT");
	}
	return 0;
}

static int64_t number(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	return digits && digits < 19 && !text[digits] ? strtoll(text, NULL, 10) : UNSEEN;
}

static void take_data(struct event_reader *r, const char *text)
{
	uint32_t hr;

	event_record_string(&r->record, text);
	if (!r->result)
		return;
	bool hex = hresult_at(text, &hr);
	int64_t value = hex ? (int64_t)hr : number(text);
	r->record.has_result = value >= 0 && value <= UINT32_MAX;
	r->record.result = r->record.has_result ? (uint32_t)value : 0;
}

static int on_end(void *context, const struct xml_element *element, const char *text, size_t len, struct error *e)
{
	struct event_reader *r = context;

	(void)len;
	if (element->ns != NS_EVENT || !r->inside)
		return 0;
	if (!strcmp(element->name, "EventID")) {
		int64_t id = number(text);
		r->record.id = id > 0 && id <= UINT16_MAX ? (unsigned)id : 0;
	} else if (!strcmp(element->name, "EventRecordID"))
		r->record.record_id = number(text);
	else if (!strcmp(element->name, "Channel"))
		take(r->record.channel, sizeof(r->record.channel), text);
	else if (!strcmp(element->name, "Data"))
		take_data(r, text);
	else if (!strcmp(element->name, "Message")) /* of RenderingInfo, behind the strings */
		event_record_message(&r->record, text);
	else if (!strcmp(element->name, "Event")) {
		r->inside = false;
		return r->on_event(r->context, &r->record, e);
	}
	return 0;
}

struct xml_reader event_records(struct event_reader *reader)
{
	return (struct xml_reader){ on_start, on_end, reader };
}

void event_reader_done(struct event_reader *reader)
{
	event_record_done(&reader->record);
}

int evxml_read(const char *bytes, size_t len, event_fn *on_event, void *context, struct error *e)
{
	OWN_VALUE(str_done) struct str text = STR(DOCUMENT_MAX), document = STR(2 * DOCUMENT_MAX);
	struct event_reader r = { .on_event = on_event, .context = context };
	const struct xml_reader reader = event_records(&r);

	if (text_looks_utf16(bytes, len))
		from_utf16(&text, bytes, len);
	else
		text_sanitize(&text, bytes, len);
	if (!str_failed(&text))
		wrap(&document, str_text(&text), text.len);
	if (str_failed(&text) || str_failed(&document))
		return error_set(e, ERROR_PARSE, "%zu bytes of event records cannot be read", len);
	int rc = xml_read(str_text(&document), document.len, &reader, e);
	event_reader_done(&r);
	return rc;
}
