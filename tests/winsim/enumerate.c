/* enumerate: see enumerate.h. The rows of a query are rendered at once; a context remembers how many were fetched. */

#include "enumerate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cim.h"
#include "codec.h"
#include "config.h"
#include "journal.h"
#include "own.h"

enum {
	ENUMERATION_TIMEOUT_MS = 240000, /* EnumerationTimeoutms, simulated */
	ENVELOPE_OVERHEAD = 1600,        /* characters of an answer around its items */
};

struct enumeration {
	struct enumeration *next;
	char id[UUID_SIZE];
	char *resource_uri;
	uint64_t connection;
	uint64_t touched; /* clock_ms() */
	size_t fetched;
	struct cim_result result;
};

static void enumeration_free(struct enumeration *e)
{
	if (!e)
		return;
	journal_count(COUNT_OPEN_ENUMERATIONS, -1);
	cim_result_done(&e->result);
	free(e->resource_uri);
	free(e);
}

void enumerations_drop(struct host *host)
{
	while (host->enumerations) {
		struct enumeration *e = host->enumerations;
		host->enumerations = e->next;
		enumeration_free(e);
	}
}

void enumerations_expire(struct host *host)
{
	uint64_t now = clock_ms();

	for (struct enumeration **at = &host->enumerations; *at;) {
		struct enumeration *e = *at;
		if (now - e->touched <= options_real_ms(host->options, ENUMERATION_TIMEOUT_MS)) {
			at = &e->next;
			continue;
		}
		if (!scenario_spoils_answers(host->scenario))
			journal_violation(host->name, "enumeration.leaked", "neither pulled to its end nor released");
		*at = e->next;
		enumeration_free(e);
	}
}

/* "Win32_Service" of .../wmi/root/cimv2/Win32_Service; "*" for all; NULL: not in that namespace. */
static const char *class_of(const struct request *r)
{
	size_t len = strlen(CIMV2 "/");

	return strncasecmp(r->resource_uri, CIMV2 "/", len) == 0 ? r->resource_uri + len : NULL;
}

static bool read_filter(struct operation *op, const xmlNode *enumerate, char **wql)
{
	const xmlNode *filter = child_element(enumerate, NS_WSMAN, "Filter");
	xmlChar *dialect;
	bool is_wql;

	if (!filter)
		filter = child_element(enumerate, NS_ENUMERATION, "Filter");
	if (!filter)
		return complain(&op->complaint, &fault_filter, "enumerate.filter", "no Filter");
	dialect = xmlGetNoNsProp(filter, (const xmlChar *)"Dialect");
	is_wql = dialect && strcmp((char *)dialect, MICROSOFT "/WQL") == 0;
	xmlFree(dialect);
	if (!is_wql)
		return complain(&op->complaint, &fault_filter, "enumerate.dialect", "the dialect is not WQL");
	*wql = element_text(filter);
	return *wql != NULL;
}

static bool query_failed(struct operation *op, enum cim_outcome outcome, const char *wql)
{
	switch (outcome) {
	case CIM_NO_CLASS:
		op->provider_text = "The specified class does not exist in the given namespace. ";
		return complain(&op->complaint, &fault_filter, "wql.class", "%s", wql);
	case CIM_NO_COLUMN:
		return complain(&op->complaint, &fault_invalid_query, "wql.column", "%s", wql);
	default:
		return complain(&op->complaint, &fault_invalid_query, "wql.syntax", "%s", wql);
	}
}

static unsigned long number_in(const xmlNode *parent, const char *ns, const char *name, unsigned long otherwise)
{
	OWN(own_free) char *text = element_text(child_element(parent, ns, name));

	return text ? strtoul(text, NULL, 10) : otherwise;
}

/* How many characters (not bytes) the bytes hold. */
static size_t characters(const char *text, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

static size_t item_start(const struct enumeration *e, size_t i)
{
	return i ? e->result.end[i - 1] : 0;
}

/* Items that fit: half of MaxEnvelopeSize in characters, as UTF-16 counts them (PROTOCOL 7). */
static size_t batch(const struct operation *op, const struct enumeration *e, size_t most)
{
	size_t room = op->request->envelope_size / 2, used = ENVELOPE_OVERHEAD, count = 0;

	while (count < most && e->fetched + count < e->result.count) {
		size_t from = item_start(e, e->fetched + count);
		used += characters(e->result.text.data + from, e->result.end[e->fetched + count] - from);
		if (used > room)
			break;
		count++;
	}
	return count;
}

static void add_items(struct operation *op, struct enumeration *e, size_t count, const char *items)
{
	size_t from = item_start(e, e->fetched), to = item_start(e, e->fetched + count);

	str_addf(op->body, "<%s>", items);
	if (to > from)
		str_addn(op->body, e->result.text.data + from, to - from);
	str_addf(op->body, "</%s>", items);
	e->fetched += count;
}

static bool too_large(struct operation *op, const struct enumeration *e)
{
	return complain(&op->complaint, &fault_too_large, NULL, "item %zu", e->fetched);
}

/* A multi-row class gives exactly one item here, and its end only in a Pull; a singleton ends at once. */
static bool answer_enumerate(struct operation *op, struct enumeration *e, bool optimized, bool ended)
{
	size_t count = optimized && e->result.count ? 1 : 0;

	if (count && batch(op, e, 1) == 0)
		return too_large(op, e);
	str_add(op->body, "<n:EnumerateResponse><n:EnumerationContext>");
	if (!ended)
		str_addf(op->body, "uuid:%s", e->id);
	str_add(op->body, "</n:EnumerationContext>");
	if (optimized)
		add_items(op, e, count, "w:Items");
	if (ended)
		str_add(op->body, "<w:EndOfSequence/>");
	str_add(op->body, "</n:EnumerateResponse>");
	return true;
}

bool enumerate_open(struct operation *op)
{
	const xmlNode *enumerate = op->request->body;
	bool optimized = child_element(enumerate, NS_WSMAN, "OptimizeEnumeration") != NULL;
	OWN(own_free) char *wql = NULL;
	struct enumeration *e;
	enum cim_outcome outcome;
	bool ended, answered;

	if (!class_of(op->request))
		return complain(&op->complaint, &fault_action, "enumerate.uri", "Enumerate of %.120s",
			op->request->resource_uri);
	if (!is_element(enumerate, NS_ENUMERATION, "Enumerate"))
		return complain(&op->complaint, &fault_schema, "enumerate.body", "no n:Enumerate");
	if (!read_filter(op, enumerate, &wql))
		return false;
	if (op->host->scenario->trouble == TROUBLE_WMI_BROKEN) {
		op->provider_text = "The specified class does not exist in the given namespace. ";
		return refuse(op, &fault_filter);
	}
	if (op->host->scenario->trouble == TROUBLE_NTLOGEVENT_QUOTA && strcasestr(wql, "Win32_NTLogEvent"))
		return refuse(op, &fault_events_cancelled);
	if (strcasestr(wql, "FROM Win32_Service"))
		repair_audit_begins(op->host);
	e = calloc(1, sizeof(*e));
	journal_count(COUNT_OPEN_ENUMERATIONS, 1);
	outcome = cim_query(op->host, wql, &e->result);
	uuid_random(e->id);
	ended = optimized && (e->result.singleton || e->result.count == 0);
	answered = outcome == CIM_OK ? answer_enumerate(op, e, optimized, ended) : query_failed(op, outcome, wql);
	if (!answered || ended) {
		enumeration_free(e);
		return answered;
	}
	e->resource_uri = strdup(op->request->resource_uri);
	e->connection = op->call->connection;
	e->touched = clock_ms();
	e->next = op->host->enumerations;
	op->host->enumerations = e;
	return true;
}

/* The link that holds the context which a Pull or Release names. */
static struct enumeration **find_context(struct operation *op)
{
	OWN(own_free) char *id = element_text(child_element(op->request->body, NS_ENUMERATION, "EnumerationContext"));

	for (struct enumeration **at = &op->host->enumerations; id && *at; at = &(*at)->next)
		if (strncasecmp(id, "uuid:", 5) == 0 && strcasecmp(id + 5, (*at)->id) == 0)
			return at;
	complain(&op->complaint, &fault_context, "enumerate.context", "context %.60s is unknown", id ? id : "(none)");
	return NULL;
}

static bool answer_pull(struct operation *op, struct enumeration **at)
{
	struct enumeration *e = *at;
	unsigned long most = number_in(op->request->body, NS_ENUMERATION, "MaxElements", 1);
	size_t count = batch(op, e, most ? most : 1);
	bool endless = op->host->scenario->trouble == TROUBLE_ENDLESS_PULL;

	if (endless && e->fetched + count >= e->result.count)
		e->fetched = 0;
	if (count == 0 && e->fetched < e->result.count)
		return too_large(op, e);
	str_add(op->body, "<n:PullResponse>");
	if (e->fetched + count < e->result.count || endless) {
		uuid_random(e->id); /* a new context with each answer, as Windows may */
		str_addf(op->body, "<n:EnumerationContext>uuid:%s</n:EnumerationContext>", e->id);
		add_items(op, e, count, "n:Items");
		e->touched = clock_ms();
	} else {
		add_items(op, e, count, "n:Items");
		str_add(op->body, "<n:EndOfSequence/>");
		*at = e->next;
		enumeration_free(e);
	}
	str_add(op->body, "</n:PullResponse>");
	return true;
}

/* As after a restart of the WinRM service. */
static bool lose_context(struct operation *op, struct enumeration **at)
{
	struct enumeration *e = *at;

	*at = e->next;
	enumeration_free(e);
	return refuse(op, &fault_context);
}

bool enumerate_pull(struct operation *op)
{
	struct enumeration **at;

	if (!is_element(op->request->body, NS_ENUMERATION, "Pull"))
		return complain(&op->complaint, &fault_schema, "enumerate.body", "no n:Pull");
	at = find_context(op);
	if (!at)
		return false;
	if (strcmp((*at)->resource_uri, op->request->resource_uri) != 0)
		return complain(&op->complaint, &fault_pull_differs, "enumerate.pull-uri", "Pull of %.120s",
			op->request->resource_uri);
	if ((*at)->connection != op->call->connection)
		return complain(
			&op->complaint, &fault_pull_differs, "enumerate.pull-connection", "Pull on another connection");
	if (op->host->scenario->trouble == TROUBLE_SERVICES_CUT &&
		strcmp((*at)->result.class_name, "Win32_Service") == 0)
		return lose_context(op, at);
	return answer_pull(op, at);
}

bool enumerate_release(struct operation *op)
{
	struct enumeration **at = find_context(op);
	struct enumeration *e;

	if (!at)
		return false;
	e = *at;
	*at = e->next;
	enumeration_free(e);
	return true;
}

bool enumerate_get(struct operation *op)
{
	const struct request *r = op->request;
	const struct cim_class *class;

	if (strcmp(r->resource_uri, MICROSOFT "/config") == 0) {
		config_add(op->host, op->body);
		return true;
	}
	if (!class_of(r))
		return complain(&op->complaint, &fault_action, "get.uri", "Get of %.120s", r->resource_uri);
	if (op->host->scenario->trouble == TROUBLE_WMI_BROKEN)
		return refuse(op, &fault_unreachable);
	class = cim_find(class_of(r));
	if (!class)
		return complain(&op->complaint, &fault_unreachable, "get.class", "%.80s", class_of(r));
	if (!class->singleton && r->selector_count != 1)
		return complain(
			&op->complaint, &fault_missing_selector, "get.selectors", "%zu selectors", r->selector_count);
	if (cim_get(op->host, class, class->singleton ? NULL : r->selector[0].name,
		    r->selector_count ? r->selector[0].value : "", op->body))
		return true;
	return refuse(op, &fault_unreachable);
}
