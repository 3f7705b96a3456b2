#pragma once
/* request: a SOAP request as Windows reads it, and what is wrong with its header. */

#include <stdbool.h>
#include <stddef.h>

#include <libxml/tree.h>

#include "fault.h"

#define NS_SOAP "http://www.w3.org/2003/05/soap-envelope"
#define NS_ADDRESSING "http://schemas.xmlsoap.org/ws/2004/08/addressing"
#define NS_WSMAN "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define NS_MICROSOFT "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
#define NS_ENUMERATION "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
#define NS_EVENTING "http://schemas.xmlsoap.org/ws/2004/08/eventing"
#define NS_TRANSFER "http://schemas.xmlsoap.org/ws/2004/09/transfer"
#define NS_SHELL "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
#define NS_IDENTIFY "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
#define ANONYMOUS "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
#define MICROSOFT "http://schemas.microsoft.com/wbem/wsman/1"
#define CIMV2 MICROSOFT "/wmi/root/cimv2"

enum { SELECTORS_MAX = 8, OPTIONS_MAX = 16, ENVELOPE_LEAST = 8192, TIMEOUT_MAX_MS = 60000 };

struct named_value {
	char *name, *value; /* trimmed */
};

struct request {
	xmlDoc *doc;
	char *action, *to, *reply_to, *message_id, *resource_uri, *operation_timeout; /* trimmed; NULL: absent */
	struct named_value selector[SELECTORS_MAX], option[OPTIONS_MAX];
	size_t selector_count, option_count;
	size_t envelope_size; /* bytes, clamped to the server's */
	unsigned timeout_ms;  /* simulated, clamped */
	xmlNode *body;        /* first element inside s:Body; NULL: empty */
	bool identify;
};

/* What is wrong with a request: the fault that Windows answers, and words for the journal. */
struct complaint {
	const struct fault *fault; /* NULL: nothing wrong */
	const char *rule;
	char detail[200];
};
/* Always false, so that a check can end with "return complain(...)". */
bool complain(struct complaint *c, const struct fault *fault, const char *rule, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Parses and checks the envelope and its header. false: *c says why; r may be partly filled (request_done()). */
bool request_read(struct request *r, const char *bytes, size_t len, size_t server_envelope, struct complaint *c);
void request_done(struct request *r);

const char *request_selector(const struct request *r, const char *name); /* without case; NULL */
const char *request_option(const struct request *r, const char *name);

bool is_element(const xmlNode *node, const char *ns, const char *name);
xmlNode *child_element(const xmlNode *parent, const char *ns, const char *name); /* NULL */
xmlNode *first_element(xmlNode *node);                                           /* node or a later sibling */
char *element_text(const xmlNode *node); /* trimmed; the caller's to free(); NULL for NULL */
/* Milliseconds of an xs:duration such as PT60.000S; -1: it is none. */
long long duration_ms(const char *text);
