/* evxml: see the header. */
#include "evxml.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "evclean.h"
#include "events.h"
#include "own.h"
#include "xml.h"

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

static bool is_part_of_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Behind the last digit: "2147746299." is a number, "2147746299.bak" none. */
static bool ends_number(const char *at)
{
	return !is_part_of_word(*at) && !((*at == '.' || *at == '-') && is_part_of_word(at[1]));
}

static bool begins_number(const char *text, const char *at)
{
	return at == text || !(is_part_of_word(at[-1]) || at[-1] == '.' || at[-1] == '-');
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
	if (digits != 10 || !ends_number(at + digits))
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
		if (begins_number(message, at))
			failure_at(at, &record->hr);
	take_string(record, message);
}

/* --- reading --- */

static void take(char *to, size_t room, const char *from)
{
	size_t len = from ? strnlen(from, room - 1) : 0;
	memcpy(to, from ? from : "", len);
	to[len] = '\0';
}

/* Programs use namespaces of their own within a record; the record itself has that of Windows, or is damaged. */
static int on_foreign(const struct event_reader *r, const struct xml_element *element, struct error *e)
{
	bool unknown = element->ns == NS_NONE || element->ns == NS_OTHER;

	if (unknown && !r->inside && !strcmp(element->name, "Event"))
		return error_set(e, ERROR_PARSE, "an event record has another namespace");
	return 0;
}

/* Names of System recur in RenderingInfo, with texts in the language of the host. */
static void start_in_system(struct event_reader *r, const struct xml_element *element)
{
	if (!strcmp(element->name, "Provider"))
		take(r->record.provider, sizeof(r->record.provider), xml_attribute(element, "Name"));
	else if (!strcmp(element->name, "TimeCreated")) {
		const char *time = xml_attribute(element, "SystemTime");
		r->record.time = time ? event_time(time) : UNSEEN;
	}
}

static int on_start(void *context, const struct xml_element *element, struct error *e)
{
	struct event_reader *r = context;

	if (element->ns != NS_EVENT)
		return on_foreign(r, element, e);
	if (!strcmp(element->name, "Event")) {
		begin_record(&r->record);
		r->inside = true;
		r->in_system = r->numbered = false;
	} else if (!strcmp(element->name, "System"))
		r->in_system = true;
	else if (r->in_system)
		start_in_system(r, element);
	else if (!strcmp(element->name, "Data")) {
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

static void take_id(struct event_reader *r, const char *text)
{
	int64_t id = number(text);

	r->numbered = id >= 0 && id <= UINT16_MAX;
	r->record.id = r->numbered ? (unsigned)id : 0;
}

/* Whose record it is decides whether it counts: one that does not say so cannot be passed over. */
static int end_record(struct event_reader *r, struct error *e)
{
	r->inside = false;
	if (!*r->record.provider)
		return error_set(e, ERROR_PARSE, "an event record names no provider");
	if (!r->numbered)
		return error_set(e, ERROR_PARSE, "an event record has no readable id");
	return r->on_event(r->context, &r->record, e);
}

static void end_in_system(struct event_reader *r, const struct xml_element *element, const char *text)
{
	if (!strcmp(element->name, "System"))
		r->in_system = false;
	else if (!strcmp(element->name, "EventID"))
		take_id(r, text);
	else if (!strcmp(element->name, "EventRecordID"))
		r->record.record_id = number(text);
	else if (!strcmp(element->name, "Channel"))
		take(r->record.channel, sizeof(r->record.channel), text);
}

static int on_end(void *context, const struct xml_element *element, const char *text, size_t len, struct error *e)
{
	struct event_reader *r = context;

	(void)len;
	if (element->ns != NS_EVENT || !r->inside)
		return 0;
	if (r->in_system)
		end_in_system(r, element, text);
	else if (!strcmp(element->name, "Data"))
		take_data(r, text);
	else if (!strcmp(element->name, "Message")) /* of RenderingInfo, behind the strings */
		event_record_message(&r->record, text);
	else if (!strcmp(element->name, "Event"))
		return end_record(r, e);
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
	OWN_VALUE(str_done) struct str document = { 0 };
	struct event_reader r = { .on_event = on_event, .context = context };
	const struct xml_reader reader = event_records(&r);

	if (evclean(&document, bytes, len) < 0)
		return error_set(e, ERROR_PARSE, "%zu bytes of event records cannot be read", len);
	int rc = xml_read(str_text(&document), document.len, &reader, e);
	event_reader_done(&r);
	return rc;
}
