/* identify: see the header. */
#include "identify.h"

#include <stdio.h>
#include <string.h>

struct answer {
	struct identity *identity;
	bool is_identity;
};

static int end(void *context, const struct xml_element *element, const char *text, size_t len, struct error *e)
{
	struct answer *a = context;
	(void)len, (void)e;

	if (element->ns != NS_IDENTITY)
		return 0;
	if (!strcmp(element->name, "IdentifyResponse"))
		a->is_identity = true;
	else if (!strcmp(element->name, "ProductVendor"))
		snprintf(a->identity->vendor, sizeof(a->identity->vendor), "%s", text);
	else if (!strcmp(element->name, "ProductVersion"))
		snprintf(a->identity->version, sizeof(a->identity->version), "%s", text);
	return 0;
}

int identify(struct session *s, struct identity *identity, struct error *e)
{
	struct answer answer = { .identity = identity };
	const struct xml_reader reader = { .end = end, .context = &answer };
	const struct request request = {
		.operation = "identify",
		.body = "<i:Identify xmlns:i=\"http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd\"/>",
		.safe = true,
	};

	*identity = (struct identity){ 0 };
	if (session_exchange(s, &request, &reader, e) < 0)
		return -1;
	if (!answer.is_identity) {
		error_set(e, ERROR_PROTOCOL, "the answer does not identify a WS-Management service");
		return error_during(e, request.operation);
	}
	return 0;
}
