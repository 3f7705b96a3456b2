/* subscription: see subscription.h. A subscription remembers its query and the record that it came to: an answer holds
 * what is behind it, oldest first. With nothing behind it a Pull blocks until a heartbeat or its OperationTimeout. */

#include "subscription.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "codec.h"
#include "journal.h"
#include "own.h"
#include "xpath.h"

#define EVENT_LOG MICROSOFT "/windows/EventLog"
#define EVENT_QUERY "http://schemas.microsoft.com/win/2004/08/events/eventquery"
#define MODE_PULL "http://schemas.dmtf.org/wbem/wsman/1/wsman/Pull"

enum { ENVELOPE_OVERHEAD = 1600, DEFAULT_LIFE_MS = 600000, SELECTS_MAX = 4 };

struct subscription {
	struct subscription *next;
	char id[UUID_SIZE], context[UUID_SIZE];
	uint64_t connection, ends; /* clock_ms() */
	char *channel[SELECTS_MAX], *xpath[SELECTS_MAX];
	size_t selects;
	unsigned heartbeat_ms; /* simulated; 0: none */
	bool bookmarks;
	uint32_t reached; /* record */
};

static void subscription_free(struct subscription *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->selects; i++) {
		free(s->channel[i]);
		free(s->xpath[i]);
	}
	free(s);
}
CLEANUP_OF(struct subscription, subscription_free);

static void forget(struct subscription **at)
{
	struct subscription *s = *at;

	*at = s->next;
	journal_count(COUNT_OPEN_SUBSCRIPTIONS, -1);
	subscription_free(s);
}

void subscriptions_drop(struct host *host)
{
	while (host->subscriptions)
		forget(&host->subscriptions);
}

void subscriptions_expire(struct host *host)
{
	for (struct subscription **at = &host->subscriptions; *at;) {
		if (clock_ms() < (*at)->ends) {
			at = &(*at)->next;
			continue;
		}
		if (!scenario_spoils_answers(host->scenario))
			journal_violation(host->name, "subscription.leaked", "an abandoned subscription");
		forget(at);
	}
}

/* ---- Subscribe ---- */

static char *attribute(const xmlNode *node, const char *name)
{
	xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);
	char *copy = strdup(value ? (char *)value : "");

	xmlFree(value);
	return copy;
}

static bool is_attribute(const xmlNode *node, const char *name, const char *value)
{
	OWN(own_free) char *is = attribute(node, name);

	return strcmp(is, value) == 0;
}

static bool check_select(struct operation *op, const char *channel, const char *xpath)
{
	static const struct event_kind kind = { "Application", "Application", 1, 4, { "" } };
	OWN_VALUE(event_list_done) struct event_list list = { 0 };
	const struct event any = { .kind = &kind };

	if (eventlog_read(op->host, channel, &list) < 0)
		return complain(&op->complaint, &fault_no_channel, "subscribe.channel", "Path \"%.80s\"", channel);
	if (xpath_selects(xpath, &any, time(NULL)) == XPATH_MALFORMED)
		return complain(&op->complaint, &fault_filter, "subscribe.xpath", "%.160s", xpath);
	return true;
}

static bool read_query(struct operation *op, const xmlNode *query, struct subscription *s)
{
	for (xmlNode *node = first_element(query->children); node; node = first_element(node->next)) {
		if (strcmp((char *)node->name, "Select") != 0 || s->selects == SELECTS_MAX)
			return complain(
				&op->complaint, &fault_filter, "subscribe.query", "<%.40s>", (char *)node->name);
		s->channel[s->selects] = attribute(node, "Path");
		s->xpath[s->selects] = element_text(node);
		s->selects++;
		if (!check_select(op, s->channel[s->selects - 1], s->xpath[s->selects - 1]))
			return false;
	}
	return true;
}

static bool read_filter(struct operation *op, const xmlNode *subscribe, struct subscription *s)
{
	const xmlNode *filter = child_element(subscribe, NS_WSMAN, "Filter");
	const xmlNode *list = filter ? first_element(filter->children) : NULL;

	if (!filter || !is_attribute(filter, "Dialect", EVENT_QUERY))
		return complain(&op->complaint, &fault_filter, "subscribe.dialect", "the dialect is not eventquery");
	if (!list || strcmp((char *)list->name, "QueryList") != 0)
		return complain(&op->complaint, &fault_filter, "subscribe.query", "no QueryList");
	for (xmlNode *query = first_element(list->children); query; query = first_element(query->next))
		if (strcmp((char *)query->name, "Query") != 0 || !read_query(op, query, s))
			return op->complaint.fault ? false
						   : complain(&op->complaint, &fault_filter, "subscribe.query",
							     "<%.40s>", (char *)query->name);
	return s->selects || complain(&op->complaint, &fault_filter, "subscribe.query", "no Select");
}

/* -1: it is there and no duration. */
static long long duration_in(const xmlNode *parent, const char *ns, const char *name, long long otherwise)
{
	OWN(own_free) char *text = element_text(child_element(parent, ns, name));

	return text ? duration_ms(text) : otherwise;
}

static bool read_delivery(struct operation *op, const xmlNode *subscribe, struct subscription *s)
{
	const xmlNode *delivery = child_element(subscribe, NS_EVENTING, "Delivery");
	long long heartbeat = delivery ? duration_in(delivery, NS_WSMAN, "Heartbeats", 0) : -1;
	long long life = duration_in(subscribe, NS_EVENTING, "Expires", DEFAULT_LIFE_MS);

	if (!delivery || !is_attribute(delivery, "Mode", MODE_PULL))
		return complain(&op->complaint, &fault_delivery, "subscribe.mode", "the mode is not Pull");
	if (heartbeat < 0 || life < 0)
		return complain(&op->complaint, &fault_timeout_value, "subscribe.duration", "no duration");
	s->heartbeat_ms = heartbeat > TIMEOUT_MAX_MS ? TIMEOUT_MAX_MS : (unsigned)heartbeat;
	s->bookmarks = child_element(subscribe, NS_WSMAN, "SendBookmarks") != NULL;
	s->ends = clock_ms() + options_real_ms(op->host->options, life > INT32_MAX ? INT32_MAX : (unsigned)life);
	return true;
}

/* Without ReadExistingEvents only what is still to come is sent. */
static void start_at(const struct operation *op, struct subscription *s)
{
	const char *existing = request_option(op->request, "ReadExistingEvents");
	OWN_VALUE(event_list_done) struct event_list list = { 0 };

	if (existing && strcasecmp(existing, "false") != 0)
		return;
	if (eventlog_read(op->host, NULL, &list) == 0 && list.count)
		s->reached = list.event[list.count - 1].record;
}

static bool check_format(struct operation *op)
{
	const char *format = request_option(op->request, "ContentFormat");

	if (!format || strcasecmp(format, "Raw") == 0)
		return true;
	return complain(
		&op->complaint, &fault_invalid_parameter, "subscribe.format", "ContentFormat \"%.40s\"", format);
}

static bool event_subscribe(struct operation *op)
{
	const xmlNode *body = op->request->body;
	OWN(subscription_free) struct subscription *s = calloc(1, sizeof(*s));

	if (!is_element(body, NS_EVENTING, "Subscribe"))
		return complain(&op->complaint, &fault_schema, "subscribe.body", "no e:Subscribe");
	if (op->host->scenario->trouble == TROUBLE_SUBSCRIPTION_DENIED)
		return refuse(op, &fault_access_denied);
	if (op->host->scenario->edition == EDITION_2003) /* it has no such plug-in */
		return refuse(op, &fault_invalid_uri);
	if (!read_delivery(op, body, s) || !read_filter(op, body, s) || !check_format(op))
		return false;
	uuid_random(s->id);
	uuid_random(s->context);
	s->connection = op->call->connection;
	start_at(op, s);
	str_addf(op->body,
		"<e:SubscribeResponse><e:SubscriptionManager><a:Address>%s</a:Address><a:ReferenceProperties>"
		"<w:ResourceURI>" EVENT_LOG "</w:ResourceURI><e:Identifier>%s</e:Identifier></a:ReferenceProperties>"
		"</e:SubscriptionManager><e:Expires>PT0.000S</e:Expires><n:EnumerationContext>uuid:%s"
		"</n:EnumerationContext></e:SubscribeResponse>",
		op->call->url, s->id, s->context);
	journal_count(COUNT_OPEN_SUBSCRIPTIONS, 1);
	s->next = op->host->subscriptions;
	op->host->subscriptions = TAKE(s);
	return true;
}

/* ---- Pull ---- */

static bool is_selected(const struct subscription *s, const struct event *event, time_t now)
{
	for (size_t i = 0; i < s->selects; i++)
		if (strcasecmp(event->kind->channel, s->channel[i]) == 0 &&
			xpath_selects(s->xpath[i], event, now) == XPATH_YES)
			return true;
	return false;
}

/* XML has no control characters; WS-Management sends a question mark for each (MS-WSMV 3.1.4.1.25). */
static void without_controls(struct str *text)
{
	for (size_t i = 0; i < text->len; i++)
		if ((unsigned char)text->data[i] < ' ' && !strchr("\t\r\n", text->data[i]))
			text->data[i] = '?';
}

/* As many as fit into half of MaxEnvelopeSize. */
static size_t add_items(struct operation *op, struct subscription *s, unsigned long most, struct str *items)
{
	OWN_VALUE(event_list_done) struct event_list list = { 0 };
	size_t count = 0;
	time_t now = time(NULL);

	if (eventlog_read(op->host, NULL, &list) < 0)
		abort();
	for (size_t i = 0; i < list.count && count < most; i++) {
		OWN_VALUE(str_done) struct str xml = { 0 };
		if (list.event[i].record <= s->reached || !is_selected(s, &list.event[i], now))
			continue;
		event_xml(op->host, &list.event[i], &xml);
		without_controls(&xml);
		if (ENVELOPE_OVERHEAD + items->len + xml.len > op->request->envelope_size / 2)
			break;
		str_addn(items, str_text(&xml), xml.len);
		s->reached = list.event[i].record;
		count++;
	}
	return count;
}

static void add_bookmark(struct operation *op, const struct subscription *s)
{
	if (s->bookmarks)
		str_addf(op->header,
			"<w:Bookmark><BookmarkList><Bookmark Channel=\"%s\" RecordId=\"%u\" IsCurrent=\"true\"/>"
			"</BookmarkList></w:Bookmark>",
			s->channel[0], s->reached);
}

/* A context serves one Pull. */
static bool add_answer(struct operation *op, struct subscription *s, const struct str *items)
{
	uuid_random(s->context);
	str_addf(op->body, "<n:PullResponse><n:EnumerationContext>uuid:%s</n:EnumerationContext><n:Items>", s->context);
	str_addn(op->body, str_text(items), items->len);
	str_add(op->body, "</n:Items></n:PullResponse>");
	add_bookmark(op, s);
	return true;
}

static bool wait_for_events(struct operation *op, struct subscription *s)
{
	unsigned timeout_ms = options_real_ms(op->host->options, op->request->timeout_ms);
	unsigned beat_ms = options_real_ms(op->host->options, s->heartbeat_ms);
	bool beats = s->heartbeat_ms && s->heartbeat_ms < op->request->timeout_ms;
	unsigned allowed_ms = beats ? beat_ms : timeout_ms;
	static const struct str nothing;

	if (op->call->waited_ms >= allowed_ms)
		return beats ? add_answer(op, s, &nothing) : refuse(op, &fault_timed_out);
	op->wait_ms = allowed_ms - op->call->waited_ms;
	return true;
}

static struct subscription *find_context(struct operation *op)
{
	OWN(own_free) char *id = element_text(child_element(op->request->body, NS_ENUMERATION, "EnumerationContext"));

	for (struct subscription *s = op->host->subscriptions; id && s; s = s->next)
		if (strncasecmp(id, "uuid:", 5) == 0 && strcasecmp(id + 5, s->context) == 0)
			return s;
	complain(
		&op->complaint, &fault_context, "subscription.context", "context %.60s is unknown", id ? id : "(none)");
	return NULL;
}

static bool event_pull(struct operation *op)
{
	OWN_VALUE(str_done) struct str items = { 0 };
	struct subscription *s;

	if (!is_element(op->request->body, NS_ENUMERATION, "Pull"))
		return complain(&op->complaint, &fault_schema, "subscription.body", "no n:Pull");
	if (!(s = find_context(op)))
		return false;
	if (s->connection != op->call->connection)
		return complain(&op->complaint, &fault_pull_differs, "subscription.pull-connection",
			"Pull on another connection");
	OWN(own_free) char *text = element_text(child_element(op->request->body, NS_ENUMERATION, "MaxElements"));
	unsigned long most = text ? strtoul(text, NULL, 10) : 1;
	return add_items(op, s, most ? most : 1, &items) ? add_answer(op, s, &items) : wait_for_events(op, s);
}

/* ---- Unsubscribe ---- */

static bool event_unsubscribe(struct operation *op)
{
	const xmlNode *header = child_element(xmlDocGetRootElement(op->request->doc), NS_SOAP, "Header");
	OWN(own_free) char *id = element_text(child_element(header, NS_EVENTING, "Identifier"));

	for (struct subscription **at = &op->host->subscriptions; id && *at; at = &(*at)->next)
		if (strcasecmp((*at)->id, id) == 0) {
			forget(at);
			return true;
		}
	return complain(&op->complaint, &fault_context, "subscription.identifier", "Identifier %.60s is unknown",
		id ? id : "(none)");
}

/* There is nothing to prolong. */
static bool event_renew(struct operation *op)
{
	return complain(&op->complaint, &fault_renew, "subscription.renew", "Renew");
}

bool subscription_matches(const struct request *r)
{
	return strcasecmp(r->resource_uri, EVENT_LOG) == 0;
}

operation_fn *subscription_operation(const struct request *r)
{
	static const struct {
		const char *action;
		operation_fn *run;
	} actions[] = {
		{ NS_EVENTING "/Subscribe", event_subscribe },
		{ NS_ENUMERATION "/Pull", event_pull },
		{ NS_EVENTING "/Unsubscribe", event_unsubscribe },
		{ NS_EVENTING "/Renew", event_renew },
	};

	FOR_EACH(action, actions)
		if (strcmp(action->action, r->action) == 0)
			return action->run;
	return NULL;
}
