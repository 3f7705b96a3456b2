/* answer: see the header. */
#include "answer.h"

#include <assert.h>
#include <string.h>

#define ENVELOPE                                                                                                       \
	"<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' "                                               \
	"xmlns:a='http://schemas.xmlsoap.org/ws/2004/08/addressing' "                                                  \
	"xmlns:w='http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd' "                                                    \
	"xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "                                                       \
	"xmlns:n='http://schemas.xmlsoap.org/ws/2004/09/enumeration'>"

void answer_envelope(struct str *reply, const char *request, const char *body)
{
	const char *id = strstr(request, "<a:MessageID>") + strlen("<a:MessageID>");

	str_addf(reply, ENVELOPE "<s:Header><a:RelatesTo>%.*s</a:RelatesTo></s:Header><s:Body>%s</s:Body></s:Envelope>",
		(int)strcspn(id, "<"), id, body);
}

int answer_in_turn(void *context, const char *request, size_t len, struct str *reply, struct error *e)
{
	struct replies *replies = context;

	(void)len;
	(void)e;
	assert(replies->next < replies->count);
	answer_envelope(reply, request, replies->body[replies->next++]);
	return 0;
}
