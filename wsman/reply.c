/* reply: see the header. */
#include "reply.h"
#include "fault_reader.h"
#include "session.h"

#include <string.h>
#include <strings.h>

enum { ENVELOPE = 1, PART = 2, CONTENT = BODY_DEPTH }; /* depths: s:Envelope, s:Header or s:Body, what is inside */

struct reply {
	const struct xml_reader *reader;
	const char *message_id;
	bool in_header, in_body, had_body, is_fault;
	struct fault_reader fault;
	struct str trimmed;
};

static int start_part(struct reply *r, const struct xml_element *element, struct error *e)
{
	bool body = element->ns == NS_SOAP && !strcmp(element->name, "Body");

	if (body && r->had_body)
		return error_set(e, ERROR_PROTOCOL, "the answer has two bodies");
	r->in_body = body;
	r->had_body |= body;
	r->in_header = element->ns == NS_SOAP && !strcmp(element->name, "Header");
	return 0;
}

static int start(void *context, const struct xml_element *element, struct error *e)
{
	struct reply *r = context;

	if (element->depth == ENVELOPE) {
		if (element->ns != NS_SOAP || strcmp(element->name, "Envelope") != 0)
			return error_set(
				e, ERROR_PROTOCOL, "the answer is not a SOAP envelope but <%.60s>", element->name);
		return 0;
	}
	if (element->depth == PART)
		return start_part(r, element, e);
	if (!r->in_body)
		return 0;
	if (element->depth == CONTENT && element->ns == NS_SOAP && !strcmp(element->name, "Fault"))
		r->is_fault = true;
	if (r->is_fault)
		fault_reader_start(&r->fault, element);
	else if (r->reader->start)
		return r->reader->start(r->reader->context, element, e);
	return 0;
}

static const char *trim(struct reply *r, const char *text, size_t *len)
{
	static const char blank[] = " \t\r\n";
	size_t before = strspn(text, blank);

	text += before;
	*len -= before;
	if (!*len || !strchr(blank, text[*len - 1]))
		return text;
	while (*len && strchr(blank, text[*len - 1]))
		(*len)--;
	str_clear(&r->trimmed);
	str_addn(&r->trimmed, text, *len);
	return str_text(&r->trimmed);
}

static int check_relates_to(const struct reply *r, const char *text, struct error *e)
{
	if (!r->message_id || !strcasecmp(text, r->message_id))
		return 0;
	return error_set(e, ERROR_PROTOCOL, "the answer belongs to another request (%.60s)", text);
}

static int end(void *context, const struct xml_element *element, const char *text, size_t len, struct error *e)
{
	struct reply *r = context;

	if (element->depth < CONTENT || (!r->in_body && !r->in_header))
		return 0;
	text = trim(r, text, &len);
	if (str_failed(&r->trimmed))
		return error_set(e, ERROR_LOCAL, "out of memory");
	if (r->in_header) {
		bool relates = element->depth == CONTENT && element->ns == NS_ADDRESSING &&
			       !strcmp(element->name, "RelatesTo");
		return relates ? check_relates_to(r, text, e) : 0;
	}
	if (r->is_fault)
		fault_reader_end(&r->fault, element, text);
	else if (r->reader->end)
		return r->reader->end(r->reader->context, element, text, len, e);
	return 0;
}

int reply_read(const struct str *bytes, const char *message_id, const struct xml_reader *reader, struct error *e)
{
	static const struct xml_reader nobody = { 0 };
	struct reply r = { .reader = reader ? reader : &nobody, .message_id = message_id };
	const struct xml_reader frame = { .start = start, .end = end, .context = &r };

	int rc = xml_read(str_text(bytes), bytes->len, &frame, e);
	str_done(&r.trimmed);
	if (rc < 0)
		return -1;
	if (!r.had_body)
		return error_set(e, ERROR_PROTOCOL, "the answer has no body");
	return r.is_fault ? fault_to_error(&r.fault.fault, e) : 0;
}
