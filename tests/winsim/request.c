/* request: see request.h. */

#include "request.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libxml/parser.h>

#include "own.h"

bool complain(struct complaint *c, const struct fault *fault, const char *rule, const char *format, ...)
{
	va_list args;

	c->fault = fault;
	c->rule = rule;
	va_start(args, format);
	vsnprintf(c->detail, sizeof(c->detail), format, args);
	va_end(args);
	return false;
}

bool is_element(const xmlNode *node, const char *ns, const char *name)
{
	return node && node->type == XML_ELEMENT_NODE && node->ns && strcmp((const char *)node->ns->href, ns) == 0 &&
	       strcmp((const char *)node->name, name) == 0;
}

xmlNode *first_element(xmlNode *node)
{
	while (node && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

xmlNode *child_element(const xmlNode *parent, const char *ns, const char *name)
{
	for (xmlNode *node = parent ? parent->children : NULL; node; node = node->next)
		if (is_element(node, ns, name))
			return node;
	return NULL;
}

static char *trimmed(const char *text)
{
	static const char space[] = " \t\r\n";
	size_t len;

	text += strspn(text, space);
	len = strlen(text);
	while (len > 0 && strchr(space, text[len - 1]))
		len--;
	return strndup(text, len);
}

char *element_text(const xmlNode *node)
{
	xmlChar *content;
	char *text;

	if (!node)
		return NULL;
	content = xmlNodeGetContent(node);
	text = content ? trimmed((const char *)content) : NULL;
	xmlFree(content);
	return text;
}

/* One number and its letter; scale is milliseconds. */
static bool duration_part(const char **text, char letter, double scale, double *sum)
{
	char *end;
	double value;

	if (**text < '0' || **text > '9')
		return false;
	value = strtod(*text, &end);
	if (*end != letter)
		return false;
	*sum += value * scale;
	*text = end + 1;
	return true;
}

long long duration_ms(const char *text)
{
	double sum = 0;
	bool any;

	if (*text++ != 'P')
		return -1;
	any = duration_part(&text, 'Y', 365 * 86400e3, &sum);
	any |= duration_part(&text, 'M', 30 * 86400e3, &sum);
	any |= duration_part(&text, 'D', 86400e3, &sum);
	if (*text == 'T') {
		text++;
		any |= duration_part(&text, 'H', 3600e3, &sum);
		any |= duration_part(&text, 'M', 60e3, &sum);
		any |= duration_part(&text, 'S', 1e3, &sum);
	}
	return any && !*text && sum < 9e15 ? (long long)sum : -1;
}

static char *attribute(const xmlNode *node, const char *name)
{
	xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);
	char *copy = value ? strdup((const char *)value) : NULL;

	xmlFree(value);
	return copy;
}

static size_t read_named(struct named_value *into, size_t room, const xmlNode *set, const char *element)
{
	size_t count = 0;

	for (xmlNode *node = set->children; node && count < room; node = node->next)
		if (is_element(node, NS_WSMAN, element)) {
			into[count].name = attribute(node, "Name");
			into[count].value = element_text(node);
			count += into[count].name != NULL;
		}
	return count;
}

static bool must_understand(const xmlNode *node)
{
	xmlChar *value = xmlGetNsProp(node, (const xmlChar *)"mustUnderstand", (const xmlChar *)NS_SOAP);
	bool must = value && (strcmp((char *)value, "true") == 0 || strcmp((char *)value, "1") == 0);

	xmlFree(value);
	return must;
}

static void set_once(char **field, char *value)
{
	if (*field)
		free(value);
	else
		*field = value;
}

/* Elements that Windows knows in the header and that we need not read. */
static bool known_otherwise(const xmlNode *node)
{
	static const struct {
		const char *ns, *name;
	} known[] = {
		{ NS_ADDRESSING, "From" },
		{ NS_ADDRESSING, "FaultTo" },
		{ NS_ADDRESSING, "RelatesTo" },
		{ NS_WSMAN, "Locale" },
		{ NS_MICROSOFT, "DataLocale" },
		{ NS_MICROSOFT, "SessionId" },
		{ NS_MICROSOFT, "OperationID" },
		{ NS_MICROSOFT, "SequenceId" },
		{ NS_MICROSOFT, "ActivityId" },
		{ NS_WSMAN, "RequestTotalItemsCountEstimate" },
	};

	FOR_EACH(k, known)
		if (is_element(node, k->ns, k->name))
			return true;
	return false;
}

static void read_envelope_size(struct request *r, const xmlNode *node)
{
	OWN(own_free) char *text = element_text(node);
	unsigned long long size = text ? strtoull(text, NULL, 10) : 0;

	if (size < r->envelope_size)
		r->envelope_size = (size_t)size;
}

static bool read_header_element(struct request *r, const xmlNode *node, struct complaint *c)
{
	if (is_element(node, NS_WSMAN, "Locale") && must_understand(node))
		return complain(c, &fault_locale, "soap.locale", "w:Locale with mustUnderstand=\"true\"");
	if (is_element(node, NS_ADDRESSING, "Action"))
		set_once(&r->action, element_text(node));
	else if (is_element(node, NS_ADDRESSING, "To"))
		set_once(&r->to, element_text(node));
	else if (is_element(node, NS_ADDRESSING, "MessageID"))
		set_once(&r->message_id, element_text(node));
	else if (is_element(node, NS_ADDRESSING, "ReplyTo"))
		set_once(&r->reply_to, element_text(child_element(node, NS_ADDRESSING, "Address")));
	else if (is_element(node, NS_WSMAN, "ResourceURI"))
		set_once(&r->resource_uri, element_text(node));
	else if (is_element(node, NS_WSMAN, "OperationTimeout"))
		set_once(&r->operation_timeout, element_text(node));
	else if (is_element(node, NS_WSMAN, "MaxEnvelopeSize"))
		read_envelope_size(r, node);
	else if (is_element(node, NS_WSMAN, "SelectorSet"))
		r->selector_count = read_named(r->selector, SELECTORS_MAX, node, "Selector");
	else if (is_element(node, NS_WSMAN, "OptionSet"))
		r->option_count = read_named(r->option, OPTIONS_MAX, node, "Option");
	else if (must_understand(node) && !known_otherwise(node))
		return complain(
			c, &fault_must_understand, "soap.must-understand", "header %s", (const char *)node->name);
	return true;
}

static bool read_timeout(struct request *r, struct complaint *c)
{
	long long ms = r->operation_timeout ? duration_ms(r->operation_timeout) : TIMEOUT_MAX_MS;

	if (ms < 0)
		return complain(
			c, &fault_timeout_value, "soap.timeout", "OperationTimeout \"%s\"", r->operation_timeout);
	r->timeout_ms = ms > TIMEOUT_MAX_MS ? TIMEOUT_MAX_MS : ms < 500 ? 500 : (unsigned)ms;
	return true;
}

/* Addressing as Windows insists on it (MS-WSMV 3.1.4.1.2, DSP0226 5.4). */
static bool check_addressing(const struct request *r, struct complaint *c)
{
	if (!r->message_id || !*r->message_id)
		return complain(c, &fault_message_id, "soap.message-id", "MessageID is missing or empty");
	if (!r->reply_to)
		return complain(c, &fault_header_required, "soap.reply-to", "ReplyTo is missing");
	if (strcmp(r->reply_to, ANONYMOUS) != 0)
		return complain(c, &fault_header_required, "soap.reply-to", "ReplyTo is \"%.80s\"", r->reply_to);
	if (!r->to || !*r->to)
		return complain(c, &fault_header_required, "soap.to", "To is missing or empty");
	if (!r->action || !*r->action)
		return complain(c, &fault_header_required, "soap.action", "Action is missing or empty");
	if (!r->resource_uri || !*r->resource_uri)
		return complain(c, &fault_invalid_uri, "soap.resource-uri", "ResourceURI is missing or empty");
	if (r->envelope_size < ENVELOPE_LEAST)
		return complain(
			c, &fault_envelope_small, "soap.envelope-size", "MaxEnvelopeSize %zu", r->envelope_size);
	return true;
}

static bool read_header(struct request *r, const xmlNode *header, struct complaint *c)
{
	for (xmlNode *node = header ? header->children : NULL; node; node = node->next)
		if (node->type == XML_ELEMENT_NODE && !read_header_element(r, node, c))
			return false;
	return r->identify || (read_timeout(r, c) && check_addressing(r, c));
}

bool request_read(struct request *r, const char *bytes, size_t len, size_t server_envelope, struct complaint *c)
{
	xmlNode *root, *body;

	*r = (struct request){ .envelope_size = server_envelope };
	r->doc = xmlReadMemory(bytes, (int)len, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	root = r->doc ? xmlDocGetRootElement(r->doc) : NULL;
	if (!root)
		return complain(c, &fault_xml, "soap.xml", "not well-formed");
	if (r->doc->intSubset || r->doc->extSubset)
		return complain(c, &fault_xml, "soap.xml", "a document type declaration");
	if (!is_element(root, NS_SOAP, "Envelope"))
		return complain(
			c, &fault_xml, "soap.envelope", "the root is %s, not a SOAP 1.2 Envelope", (char *)root->name);
	body = child_element(root, NS_SOAP, "Body");
	if (!body)
		return complain(c, &fault_xml, "soap.body", "no s:Body");
	r->body = first_element(body->children);
	r->identify = is_element(r->body, NS_IDENTIFY, "Identify");
	return read_header(r, child_element(root, NS_SOAP, "Header"), c);
}

static void named_done(struct named_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(values[i].name);
		free(values[i].value);
	}
}

void request_done(struct request *r)
{
	if (r->doc)
		xmlFreeDoc(r->doc);
	free(r->action);
	free(r->to);
	free(r->reply_to);
	free(r->message_id);
	free(r->resource_uri);
	free(r->operation_timeout);
	named_done(r->selector, r->selector_count);
	named_done(r->option, r->option_count);
	*r = (struct request){ 0 };
}

static const char *value_of(const struct named_value *values, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcasecmp(values[i].name, name) == 0)
			return values[i].value;
	return NULL;
}

const char *request_selector(const struct request *r, const char *name)
{
	return value_of(r->selector, r->selector_count, name);
}

const char *request_option(const struct request *r, const char *name)
{
	return value_of(r->option, r->option_count, name);
}
