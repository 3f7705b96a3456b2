/* fuzz_subscription: what answers a Pull of events, down to the records. */
#include "evxml.h"
#include "facts.h"
#include "fuzz.h"
#include "subscribe.h"

#include <stdlib.h>
#include <string.h>

#define SOAP(body)                                                                                                     \
	"<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Header/><s:Body>" body                     \
	"</s:Body></s:Envelope>"

struct host {
	const uint8_t *data;
	size_t size;
	unsigned pulls, subscriptions;
};

static int answer(void *context, const char *request, size_t len, struct str *reply, struct error *e)
{
	static const char begun[] = SOAP("<e:SubscribeResponse "
					 "xmlns:e=\"http://schemas.xmlsoap.org/ws/2004/08/eventing\">"
					 "<e:Identifier>1</e:Identifier><n:EnumerationContext "
					 "xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\">2"
					 "</n:EnumerationContext></e:SubscribeResponse>");
	struct host *host = context;

	(void)len;
	if (strstr(request, "eventing/Subscribe<")) {
		host->subscriptions++;
		str_add(reply, begun);
	} else if (strstr(request, "eventing/Unsubscribe<")) {
		host->subscriptions--;
		str_add(reply, SOAP(""));
	} else if (host->pulls++)
		return error_set(e, ERROR_TLS, "no more");
	else
		str_addn(reply, (const char *)host->data, host->size);
	return 0;
}

static int on_event(void *context, const struct event_record *record, struct error *e)
{
	(void)context;
	(void)e;
	return record->text.len <= EVENT_TEXT_MAX && record->time >= UNSEEN ? 0 : (abort(), -1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct host host = { .data = data, .size = size };
	struct event_reader events = { .on_event = on_event };
	const struct xml_reader records = event_records(&events);
	struct error e = { 0 };
	bool complete;

	if (!ready)
		xml_global_init();
	ready = true;
	OWN(session_free) struct session *s = session_scripted("srv", answer, &host, deadline_in(60000, NULL));
	if (s && subscribe_read(s, "<QueryList/>", SIZE_MAX, &records, &complete, &e) < 0 && e.kind == ERROR_NONE)
		abort();
	event_reader_done(&events);
	return host.subscriptions ? (abort(), 0) : 0;
}
