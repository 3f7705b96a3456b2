/* xml: see the header. Theory of operation: libxml2's push parser calls us for each tag and piece of text; no tree is
 * built. Its options stay at NONET: without DTD and entities there is nothing to expand. After xmlStopParser() it
 * still says "well-formed", and it has no depth limit of its own, so refusals are kept in a flag of ours. A failed
 * allocation can make it deliver a different, well-formed document: the allocator remembers that and voids the parse.
 * All texts share one buffer used as a stack: an element's text begins where its start tag found the buffer and is cut
 * off again when it ends, so that text around a child joins by itself. */
#include "xml.h"
#include "own.h"
#include "str.h"
#include "text.h"
#include "xml_scan.h"

#include <libxml/SAX2.h>
#include <libxml/catalog.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	NAMESPACES_MAX = 256, /* declarations in scope: libxml2 searches them one by one */
	KNOWN_URIS = 16,
	PIECE = 16 * 1024, /* bytes given to libxml2 at a time */
};

static const struct {
	const char *uri;
	enum xml_ns ns;
} namespaces[] = {
	{ "http://www.w3.org/2003/05/soap-envelope", NS_SOAP },
	{ "http://schemas.xmlsoap.org/ws/2004/08/addressing", NS_ADDRESSING },
	{ "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd", NS_WSMAN },
	{ "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd", NS_WSMANV },
	{ "http://schemas.xmlsoap.org/ws/2004/09/enumeration", NS_ENUMERATION },
	{ "http://schemas.xmlsoap.org/ws/2004/09/transfer", NS_TRANSFER },
	{ "http://schemas.xmlsoap.org/ws/2004/08/eventing", NS_EVENTING },
	{ "http://schemas.microsoft.com/wbem/wsman/1/windows/shell", NS_SHELL },
	{ "http://schemas.microsoft.com/wbem/wsman/1/config", NS_CONFIG },
	{ "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault", NS_FAULT },
	{ "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd", NS_IDENTITY },
	{ "http://schemas.dmtf.org/wbem/wscim/1/common", NS_CIM },
	{ "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError", NS_WMIERROR },
	{ "http://www.w3.org/2001/XMLSchema-instance", NS_XSI },
	{ "http://schemas.microsoft.com/win/2004/08/events/event", NS_EVENT },
	{ "http://schemas.microsoft.com/windows/2004/02/mit/task", NS_TASK },
};

struct level {               /* an open element */
	size_t text;         /* where its text begins in the buffer */
	unsigned namespaces; /* declarations in scope, its own included */
};

struct parse {
	const struct xml_reader *reader;
	struct error *e;
	xmlParserCtxtPtr ctxt;
	bool refused;
	unsigned depth, elements;
	struct str text;
	struct level level[XML_DEPTH_MAX + 1];
	const xmlChar *uri; /* of the element at hand */
	/* URIs are unique strings in libxml2's dictionary: after the first time they are told apart by address. */
	struct {
		const xmlChar *uri;
		enum xml_ns ns;
	} known[KNOWN_URIS];
	unsigned known_count;
	const xmlChar **attribute; /* SAX2: name, prefix, URI, value, end of value */
	int attribute_count;
	size_t values_len;
	char values[XML_TAG_MAX]; /* of attributes that were asked for; an unescaped value is no longer than in the tag
				   */
};

/* ---- memory ---- */

static _Thread_local bool allocation_failed;

static void *latched(void *p)
{
	if (!p)
		allocation_failed = true;
	return p;
}

static void *latched_malloc(size_t size)
{
	return latched(malloc(size));
}

static void *latched_realloc(void *p, size_t size)
{
	return latched(realloc(p, size));
}

static char *latched_strdup(const char *text)
{
	return latched(strdup(text));
}

static xmlParserInputPtr nothing_outside(const char *url, const char *id, xmlParserCtxtPtr ctxt)
{
	(void)url, (void)id, (void)ctxt;
	return NULL;
}

/* What it has no parser at hand for, out of memory for example, it would print. */
static void say_nothing(void *context, const char *format, ...)
{
	(void)context, (void)format;
}

void xml_global_init(void)
{
	xmlMemSetup(free, latched_malloc, latched_realloc, latched_strdup);
	xmlInitParser();
	xmlSetGenericErrorFunc(NULL, say_nothing);
	xmlThrDefSetGenericErrorFunc(NULL, say_nothing);
	xmlCatalogSetDefaults(XML_CATA_ALLOW_NONE);
	xmlSetExternalEntityLoader(nothing_outside);
}

/* ---- libxml2's calls ---- */

static void refuse(struct parse *p)
{
	p->refused = true;
	xmlStopParser(p->ctxt);
}

static enum xml_ns namespace_of(struct parse *p, const xmlChar *uri)
{
	if (!uri)
		return NS_NONE;
	for (unsigned i = 0; i < p->known_count; i++)
		if (p->known[i].uri == uri)
			return p->known[i].ns;
	enum xml_ns ns = NS_OTHER;
	FOR_EACH(n, namespaces)
		if (!strcmp(n->uri, (const char *)uri))
			ns = n->ns;
	if (p->known_count < KNOWN_URIS) {
		p->known[p->known_count].uri = uri;
		p->known[p->known_count++].ns = ns;
	}
	return ns;
}

static bool within_limits(struct parse *p, int declared)
{
	if (p->depth >= XML_DEPTH_MAX)
		error_set(p->e, ERROR_PARSE, "elements are nested deeper than %d", XML_DEPTH_MAX);
	else if (p->elements >= XML_ELEMENTS_MAX)
		error_set(p->e, ERROR_PARSE, "more than %d elements", XML_ELEMENTS_MAX);
	else if (p->level[p->depth].namespaces + (unsigned)declared > NAMESPACES_MAX)
		error_set(p->e, ERROR_PARSE, "more than %d namespace declarations in scope", NAMESPACES_MAX);
	else
		return true;
	refuse(p);
	return false;
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int declared,
	const xmlChar **declarations, int attributes, int defaulted, const xmlChar **attribute)
{
	struct parse *p = context;
	(void)prefix, (void)declarations, (void)defaulted;

	if (p->refused || !within_limits(p, declared))
		return;
	p->level[p->depth + 1].namespaces = p->level[p->depth].namespaces + (unsigned)declared;
	p->level[p->depth + 1].text = p->text.len;
	p->depth++;
	p->elements++;
	if (!p->reader->start)
		return;
	p->uri = uri;
	p->attribute = attribute;
	p->attribute_count = attributes;
	p->values_len = 0;
	struct xml_element element = {
		.ns = namespace_of(p, uri), .name = (const char *)name, .depth = p->depth, .attributes = p
	};
	if (p->reader->start(p->reader->context, &element, p->e) < 0)
		refuse(p);
	p->attribute_count = 0;
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct parse *p = context;
	(void)prefix;

	if (p->refused)
		return;
	size_t from = p->level[p->depth].text;
	if (p->reader->end) {
		p->uri = uri;
		struct xml_element element = {
			.ns = namespace_of(p, uri), .name = (const char *)name, .depth = p->depth, .attributes = p
		};
		if (p->reader->end(p->reader->context, &element, p->text.data + from, p->text.len - from, p->e) < 0)
			refuse(p);
	}
	p->text.len = from;
	p->text.data[from] = '\0';
	p->depth--;
}

static void on_text(void *context, const xmlChar *text, int len)
{
	struct parse *p = context;

	if (p->refused || !p->reader->end)
		return;
	str_addn(&p->text, text, (size_t)len);
	if (str_failed(&p->text))
		error_set(p->e, ERROR_LOCAL, "out of memory");
	else if (p->text.len - p->level[p->depth].text > XML_TEXT_MAX)
		error_set(p->e, ERROR_PARSE, "the text of an element has more than %d bytes", XML_TEXT_MAX);
	else
		return;
	refuse(p);
}

static void on_doctype(void *context, const xmlChar *name, const xmlChar *id, const xmlChar *system)
{
	struct parse *p = context;
	(void)name, (void)id, (void)system;
	error_set(p->e, ERROR_PARSE, "the document has a document type declaration, which is refused");
	refuse(p);
}

static void on_error(void *context, xmlErrorPtr error)
{
	struct parse *p = context;

	if (p->refused || error->level < XML_ERR_ERROR)
		return;
	const char *message = error->message ? error->message : "malformed";
	error_set(p->e, ERROR_PARSE, "not well-formed XML, line %d: %.*s", error->line, (int)strcspn(message, "\n"),
		message);
	p->refused = true;
}

static const xmlSAXHandler handlers = {
	.initialized = XML_SAX2_MAGIC,
	.internalSubset = on_doctype,
	.startElementNs = on_start,
	.endElementNs = on_end,
	.characters = on_text,
	.ignorableWhitespace = on_text,
	.cdataBlock = on_text,
	.serror = on_error,
};

/* ---- reading ---- */

const char *xml_namespace(const struct xml_element *element)
{
	const struct parse *p = element->attributes;
	return p->uri ? (const char *)p->uri : "";
}

/* Without XML_PARSE_NOENT libxml2 hands an '&' in an attribute over as "&#38;"; no other '&' can be there. */
static const char *keep_value(struct parse *p, const char *value, const char *end)
{
	static const char ampersand[] = "&#38;";
	char *kept = p->values + p->values_len, *to = kept;

	if ((size_t)(end - value) >= sizeof(p->values) - p->values_len)
		return NULL;
	while (value < end) {
		bool escaped =
			(size_t)(end - value) >= strlen(ampersand) && !memcmp(value, ampersand, strlen(ampersand));
		*to++ = *value;
		value += escaped ? strlen(ampersand) : 1;
	}
	*to++ = '\0';
	p->values_len += (size_t)(to - kept);
	return kept;
}

const char *xml_attribute(const struct xml_element *element, const char *name)
{
	struct parse *p = (struct parse *)element->attributes;

	for (int i = 0; i < p->attribute_count; i++) {
		const xmlChar **a = p->attribute + (ptrdiff_t)i * 5;
		if (!strcmp((const char *)a[0], name))
			return keep_value(p, (const char *)a[3], (const char *)a[4]);
	}
	return NULL;
}

static bool names_utf(const char *declaration, size_t len)
{
	static const char word[] = "encoding";
	const char *encoding = memmem(declaration, len, word, strlen(word));

	if (!encoding)
		return true;
	encoding += strlen(word);
	encoding += strspn(encoding, " \t\r\n="); /* the '>' of the end stops it */
	/* What is UTF-16 has been converted, whatever it claims. Each name has its quote before it. */
	return declaration + len - encoding >= 7 &&
	       (!strncasecmp(encoding + 1, "utf-8", 5) || !strncasecmp(encoding + 1, "utf-16", 6));
}

/* Cuts off what could make libxml2 choose another encoding than UTF-8: white space, a BOM, the XML declaration. */
static int strip_prolog(const char **bytes, size_t *len, struct error *e)
{
	static const char mark[] = "\xef\xbb\xbf", open[] = "<?xml ";
	const char *at = *bytes, *end = at + *len;

	if ((size_t)(end - at) >= strlen(mark) && !memcmp(at, mark, strlen(mark)))
		at += strlen(mark);
	if ((size_t)(end - at) >= strlen(open) && !memcmp(at, open, strlen(open))) {
		const char *close =
			memchr(at, '>', (size_t)(end - at)); /* none can be in a declaration before its end */
		if (close && !names_utf(at, (size_t)(close - at)))
			return error_set(e, ERROR_PARSE, "the document is neither UTF-8 nor UTF-16");
		at = close ? close + 1 : end;
	}
	while (at < end && *at && strchr(" \t\r\n", *at))
		at++;
	if (end - at < 4 || *at != '<')
		return error_set(e, ERROR_PARSE, "the document is not XML");
	*bytes = at;
	*len = (size_t)(end - at);
	return 0;
}

static int parse(struct parse *p, const char *bytes, size_t len, struct error *e)
{
	xmlSAXHandler sax = handlers;

	if (!str_reserve(&p->text, 1024 < len ? 1024 : len) ||
		!(p->ctxt = xmlCreatePushParserCtxt(&sax, p, NULL, 0, NULL)))
		return error_set(e, ERROR_LOCAL, "out of memory");
	xmlCtxtUseOptions(p->ctxt, XML_PARSE_NONET);
	/* In pieces: libxml2 copies what it is given, and would hold a second whole document. */
	int rc = 0;
	for (size_t piece; len > 0 && rc == 0 && !p->refused; bytes += piece, len -= piece) {
		piece = len < PIECE ? len : PIECE;
		rc = xmlParseChunk(p->ctxt, bytes, (int)piece, piece == len);
	}
	bool whole = rc == 0 && p->ctxt->wellFormed && p->ctxt->nsWellFormed && p->depth == 0 && p->elements > 0;
	xmlFreeParserCtxt(p->ctxt);
	if (allocation_failed)
		return error_set(e, ERROR_LOCAL, "out of memory");
	if (p->refused || !whole)
		return error_set(e, ERROR_PARSE, "not well-formed XML");
	return 0;
}

static int read_utf8(const char *bytes, size_t len, const struct xml_reader *reader, struct error *e)
{
	struct parse p;
	memset(&p, 0, offsetof(struct parse, values));
	p.reader = reader;
	p.e = e;
	p.text.limit = len + 1;

	if (strip_prolog(&bytes, &len, e) < 0)
		return -1;
	if (len > INT32_MAX / 2 || memchr(bytes, '\0', len))
		return error_set(e, ERROR_PARSE, "the document is not XML");
	if (xml_scan(bytes, len, e) < 0)
		return -1;
	allocation_failed = false;
	int rc = parse(&p, bytes, len, e);
	str_done(&p.text);
	return rc;
}

int xml_read(const char *bytes, size_t len, const struct xml_reader *reader, struct error *e)
{
	if (!text_looks_utf16(bytes, len))
		return read_utf8(bytes, len, reader, e);
	OWN_VALUE(str_done) struct str utf8 = STR(len * 2);
	if (text_from_utf16(&utf8, bytes, len) < 0)
		return error_set(e, ERROR_PARSE, "the document is not valid UTF-16");
	return read_utf8(str_text(&utf8), utf8.len, reader, e);
}

/* ---- writing ---- */

static const char *escape_of(const unsigned char *p)
{
	switch (*p) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\t': /* these three would become blanks in an attribute */
		return "&#9;";
	case '\n':
		return "&#10;";
	case '\r':
		return "&#13;";
	}
	bool noncharacter = p[0] == 0xef && p[1] == 0xbf && (p[2] == 0xbe || p[2] == 0xbf); /* U+FFFE, U+FFFF */
	return *p < 0x20 || noncharacter ? "\xef\xbf\xbd" : NULL;
}

static void escape(struct str *out, const char *text)
{
	const char *plain = text;

	for (; *text; text++) {
		const char *with = escape_of((const unsigned char *)text);
		if (!with)
			continue;
		str_addn(out, plain, (size_t)(text - plain));
		str_add(out, with);
		text += (unsigned char)*text == 0xef ? 2 : 0;
		plain = text + 1;
	}
	str_addn(out, plain, (size_t)(text - plain));
}

void xml_escape(struct str *out, const char *text)
{
	size_t len = strlen(text);

	if (utf8_valid(text, len)) {
		escape(out, text);
		return;
	}
	OWN_VALUE(str_done) struct str valid = STR(len * 3 + 1);
	text_sanitize(&valid, text, len);
	escape(out, str_text(&valid));
	out->failed |= valid.failed;
}
