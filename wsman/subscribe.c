/* subscribe: see the header. The server says nowhere that it has sent all there is: it falls silent. Heartbeats make
 * that last seconds and not the whole OperationTimeout. One of them could come before a slow log was searched, so two
 * in a row count; a Pull that times out was silent for longer. A subscription that is not ended holds one of the
 * fifteen operations that the account has in the plug-in. */
#include "subscribe.h"
#include "fault.h"
#include "retry.h"

#include <string.h>

#define EVENTING "http://schemas.xmlsoap.org/ws/2004/08/eventing"
#define ENUMERATION "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
#define EVENT_LOG "http://schemas.microsoft.com/wbem/wsman/1/windows/EventLog"
#define HEARTBEAT "PT5.000S"

enum {
	CONTEXT_MAX = 4096,
	ITEMS_DEPTH = BODY_DEPTH + 1,
	HEARTBEATS_OF_SILENCE = 2,
	SILENCE_MS = 10000, /* as long as those */
	BATCH_MAX = 32000,  /* MaxElements; the server's envelope is the real limit */
	SERVICE_UNAVAILABLE = 503,
};

struct subscription {
	struct session *session;
	const struct xml_reader *events;
	struct str identifier; /* "" until the server named it */
	struct str context;    /* of the next Pull */
	size_t count, max;     /* events */
	bool answered;         /* a SubscribeResponse or PullResponse was in the body */
	bool in_items;
	bool ended;
};

/* ---- reading ---- */

static bool is_answer(const struct xml_element *element)
{
	return element->ns == NS_EVENTING      ? !strcmp(element->name, "SubscribeResponse")
	       : element->ns == NS_ENUMERATION ? !strcmp(element->name, "PullResponse")
					       : false;
}

static int start(void *context, const struct xml_element *element, struct error *e)
{
	struct subscription *n = context;

	if (element->depth == BODY_DEPTH)
		n->answered |= is_answer(element);
	else if (element->depth == ITEMS_DEPTH)
		n->in_items = element->ns == NS_ENUMERATION && !strcmp(element->name, "Items");
	else if (n->in_items) {
		n->count += element->ns == NS_EVENT && !strcmp(element->name, "Event");
		return n->events->start(n->events->context, element, e);
	}
	return 0;
}

static int keep(struct str *to, const char *text, size_t len, struct error *e)
{
	str_clear(to);
	str_addn(to, text, len);
	return str_failed(to) ? error_set(e, ERROR_PROTOCOL, "a context of more than %d bytes", CONTEXT_MAX) : 0;
}

static int end(void *context, const struct xml_element *element, const char *text, size_t len, struct error *e)
{
	struct subscription *n = context;

	if (n->in_items && element->depth > ITEMS_DEPTH)
		return n->events->end(n->events->context, element, text, len, e);
	if (element->ns == NS_EVENTING && !strcmp(element->name, "Identifier"))
		return keep(&n->identifier, text, len, e);
	if (element->depth != ITEMS_DEPTH)
		return 0;
	n->in_items = false;
	if (element->ns != NS_ENUMERATION)
		return 0;
	n->ended |= !strcmp(element->name, "EndOfSequence");
	return strcmp(element->name, "EnumerationContext") ? 0 : keep(&n->context, text, len, e);
}

/* ---- asking ---- */

/* Never safe to repeat: a second Subscribe opens a second subscription, a second Pull brings later events. */
static int ask(struct subscription *n, const char *operation, const char *action, const struct str *body, bool opens,
	struct error *e)
{
	static const struct selector options[] = { { "ReadExistingEvents", "true" }, { "ContentFormat", "Raw" } };
	const struct xml_reader reader = { .start = start, .end = end, .context = n };
	const struct request request = {
		.operation = operation,
		.action = action,
		.resource_uri = EVENT_LOG,
		.options = opens ? options : NULL,
		.option_count = opens ? COUNT(options) : 0,
		.body = str_text(body),
		.opens = opens,
	};

	n->answered = false;
	if (str_failed(body))
		return error_set(e, ERROR_LOCAL, "the query is too long");
	if (session_exchange(n->session, &request, &reader, e) < 0)
		return -1;
	if (n->answered && (n->context.len || n->ended))
		return 0;
	error_set(e, ERROR_PROTOCOL,
		n->answered ? "the subscription stops without its end" : "the answer is none to a subscription");
	return error_during(e, operation);
}

/* Expires: one whose answer is lost, so that nobody can end it, ends by itself. */
static int subscribe(struct subscription *n, const char *query, struct error *e)
{
	OWN_VALUE(str_done) struct str body = STR(REQUEST_MAX);

	str_addf(&body,
		"<e:Subscribe xmlns:e=\"" EVENTING "\"><e:Delivery "
		"Mode=\"http://schemas.dmtf.org/wbem/wsman/1/wsman/Pull\"><w:Heartbeats>" HEARTBEAT
		"</w:Heartbeats></e:Delivery><e:Expires>PT600.000S</e:Expires><w:Filter "
		"Dialect=\"http://schemas.microsoft.com/win/2004/08/events/eventquery\">%s</w:Filter></e:Subscribe>",
		query);
	return ask(n, "subscribe", EVENTING "/Subscribe", &body, true, e);
}

static int pull(struct subscription *n, struct error *e)
{
	OWN_VALUE(str_done) struct str body = STR(REQUEST_MAX);

	str_add(&body, "<n:Pull><n:EnumerationContext>");
	xml_escape(&body, str_text(&n->context));
	str_addf(&body, "</n:EnumerationContext><n:MaxElements>%zu</n:MaxElements></n:Pull>",
		n->max < BATCH_MAX ? n->max : (size_t)BATCH_MAX);
	str_clear(&n->context);
	return ask(n, "pull of events", ENUMERATION "/Pull", &body, false, e);
}

static void unsubscribe(struct subscription *n)
{
	struct error ignored = { 0 }; /* Expires ends it */
	const struct request request = {
		.operation = "unsubscribe",
		.action = EVENTING "/Unsubscribe",
		.resource_uri = EVENT_LOG,
		.subscription = str_text(&n->identifier),
		.body = "",
		.cleanup = true,
	};

	if (n->identifier.len)
		session_exchange(n->session, &request, NULL, &ignored);
}

/* ---- following it until it falls silent ---- */

/* The host did nothing, or a kept connection had died before it was asked. */
static bool worth_again(const struct error *e, unsigned attempt)
{
	return e->kind == ERROR_QUOTA || (e->kind == ERROR_CONNECT && (!attempt || e->code == SERVICE_UNAVAILABLE));
}

static int subscribe_with_patience(struct subscription *n, const char *query, struct error *e)
{
	for (unsigned attempt = 0;; attempt++) {
		if (subscribe(n, query, e) == 0)
			return 0;
		if (n->identifier.len || !worth_again(e, attempt) || !session_retry(n->session, attempt, e))
			return -1;
	}
}

static bool is_silence(const struct error *e)
{
	return e->kind == ERROR_TIMEOUT && e->code == FAULT_OPERATION_TIMED_OUT;
}

static int follow(struct subscription *n, bool *complete, struct error *e)
{
	uint64_t before = session_stats(n->session)->bytes_in;
	unsigned silent = 0;

	for (unsigned pulls = 0; !n->ended && silent < HEARTBEATS_OF_SILENCE; pulls++) {
		size_t count = n->count;
		bool patient = deadline_left(session_deadline(n->session)) > SILENCE_MS;
		if (count >= n->max || pulls == SUBSCRIBE_PULLS_MAX ||
			session_stats(n->session)->bytes_in - before > SUBSCRIBE_BYTES_MAX)
			return 0;
		if (pull(n, e) == 0)
			silent = n->count > count ? 0 : silent + 1;
		else if (!is_silence(e) || !patient)
			return -1;
		else
			break;
	}
	error_clear(e);
	*complete = true;
	return 0;
}

int subscribe_read(struct session *s, const char *query, size_t events_max, const struct xml_reader *events,
	bool *complete, struct error *e)
{
	struct subscription n = { .session = s,
		.events = events,
		.identifier = STR(CONTEXT_MAX),
		.context = STR(CONTEXT_MAX),
		.max = events_max };

	*complete = false;
	int rc = subscribe_with_patience(&n, query, e);
	if (rc == 0)
		rc = follow(&n, complete, e);
	unsubscribe(&n);
	str_done(&n.identifier);
	str_done(&n.context);
	return rc;
}
