#pragma once
/* xml: reads a document from a host that is not trusted, element by element (libxml2's SAX2, never a tree).
 * No DTD, no entities, no network. UTF-8 and UTF-16. Everything is bounded. */

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

enum { /* limits; beyond any of them the document is refused as ERROR_PARSE */
	XML_DEPTH_MAX = 64,
	XML_ELEMENTS_MAX = 50000,
	XML_TEXT_MAX = 512 * 1024, /* bytes of one element's text */
	XML_TAG_MAX = 16 * 1024,   /* bytes of one start tag */
	XML_ATTRIBUTES_MAX =
		11, /* of one start tag; with more libxml2 2.9 can use freed memory when it runs out of it */
	XML_DECLARATIONS_MAX = 64, /* of namespaces in one start tag */
};

enum xml_ns { /* the namespaces of PROTOCOL.md section 2; elements are told apart by these, never by prefix */
	NS_NONE,
	NS_OTHER,
	NS_SOAP,
	NS_ADDRESSING,
	NS_WSMAN,
	NS_WSMANV, /* Microsoft's wsman.xsd */
	NS_ENUMERATION,
	NS_TRANSFER,
	NS_EVENTING,
	NS_SHELL,
	NS_CONFIG,
	NS_FAULT,
	NS_IDENTITY,
	NS_CIM,
	NS_WMIERROR,
	NS_XSI,
	NS_EVENT, /* http://schemas.microsoft.com/win/2004/08/events/event */
	NS_TASK,  /* http://schemas.microsoft.com/windows/2004/02/mit/task */
};

struct xml_element {
	enum xml_ns ns;
	const char *name;       /* local name */
	unsigned depth;         /* the root is 1 */
	const void *attributes; /* for xml_attribute(), only while start() runs */
};

/* The value of an attribute by local name (any namespace), or NULL. Valid until the handler returns. */
const char *xml_attribute(const struct xml_element *element, const char *name);
/* The URI of an element's namespace, "" for none. Valid until the handler returns. */
const char *xml_namespace(const struct xml_element *element);

/* Handlers return 0 to go on, or -1 with *e set to refuse the document. Any may be NULL. */
struct xml_reader {
	int (*start)(void *context, const struct xml_element *element, struct error *e);
	/* text: all character data directly inside the element, joined, NUL-terminated, white space as it came. */
	int (*end)(void *context, const struct xml_element *element, const char *text, size_t len, struct error *e);
	void *context;
};

/* 0 if the document is well-formed, within the limits and accepted by the handlers; else -1, ERROR_PARSE or theirs. */
int xml_read(const char *bytes, size_t len, const struct xml_reader *reader, struct error *e);

/* Call once before the first thread: libxml2's global state, and an allocator whose failures void the document. */
void xml_global_init(void);

struct str;
void xml_escape(struct str *out,
	const char *text); /* for element text and double-quoted attributes; illegal characters become U+FFFD */
